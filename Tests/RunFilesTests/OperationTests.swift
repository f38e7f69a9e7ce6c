import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Operations, folders and batches")
struct OperationTests {
  static let observed = "run,time [h],fold [1]\na,0,1\n"

  /// Every operation with every cell that it takes, in base units. Catches: per cent kept as
  /// number, retention and fraction swapped, a solute lost.
  @Test func everyOperation() throws {
    let operations = """
      run,time [d],operation,volume [L],fraction [%],retention [1],recovery [%],\
      density [cells/mL],viability [%],glucose [mmol/L],il2 [IU/mL],comment
      a,0,seed,0.07,,,,1.4e6,93,11,100,start
      a,0,activation,,,,,,,,,
      a,1,transduction,,,,,,,,,
      a,3,sample,0.003,,,,,,,,
      a,3,wash,0.1,,,85,,,11,,
      a,4,feed,0.15,,,,,,,50,
      a,5,exchange,,50,0.97,,,,17,,
      a,6,exchange,,25,,,,,,,
      a,7,split,,20,,,,,,,
      a,8,debead,,,,95,,,,,
      a,12,harvest,,,,,,,,,
      """
    let batch = try TestFiles.read(Self.observed, operations)
    let wanted: [Operation.Action] = [
      .seed(
        volume: 70, viableDensity: 1.4, viability: 0.93, solutes: ["glucose": 11, "il2": 100]),
      .activation, .transduction, .sample(volume: 3),
      .wash(recovery: 0.85, volume: 100, solutes: ["glucose": 11]),
      .feed(volume: 150, solutes: ["il2": 50]),
      .exchange(fraction: 0.5, retention: 0.97, solutes: ["glucose": 17]),
      .exchange(fraction: 0.25, retention: 1, solutes: [:]), .split(discarded: 0.2),
      .debead(recovery: 0.95), .harvest,
    ]
    #expect(batch.runs[0].operations.map(\.action) == wanted)
    #expect(
      batch.runs[0].operations.map(\.time) == [0, 0, 1, 3, 3, 4, 5, 6, 7, 8, 12].map { $0 * 24 })
    #expect(batch.notes.map(\.code) == ["N_RETENTION_ASSUMED"])
  }

  /// Without a volume, what does not change it is still fine. Catches: a guessed volume.
  @Test func withoutVolume() throws {
    let batch = try TestFiles.read(
      Self.observed, "run,time [h],operation,fraction [%],retention [%]\na,24,exchange,10,0\n")
    #expect(batch.runs[0].operations.count == 1)
    #expect(OperationGrammar.help.contains("wash recovery, volume (solutes): "))
    #expect(OperationGrammar.all.count == Operation.Kind.allCases.count)
  }

  /// One name in two batches is refused whatever their order. Catches: two donors joined in one
  /// curve.
  @Test func merging() throws {
    let a = try RunFolder.read(observations: ("1.csv", Array(Self.observed.utf8)), operations: nil)
    let b = try RunFolder.read(
      observations: ("2.csv", Array("run,time [h],fold [1]\nb,0,1\n".utf8)), operations: nil)
    let c = try RunFolder.read(observations: ("3.csv", Array(Self.observed.utf8)), operations: nil)
    let both = try RunBatch.merging([b, a])
    #expect(both.runs.map(\.name) == ["a", "b"])
    #expect(both.sources.map(\.path) == ["1.csv", "2.csv"])
    #expect(try both == RunBatch.merging([a, b]))
    for order in [[a, b, c], [c, b, a]] {
      let findings = TestFiles.refusal { _ = try RunBatch.merging(order) }
      #expect(findings.map(\.description).count == 1)
      #expect(findings.first?.code == "E_RUN_TWICE")
      #expect(findings.first?.place == Place(file: "3.csv", line: 2, column: 5))
    }
  }

  /// A folder says what it did not read. Catches: `Operations.csv` passed over in silence.
  @Test func folderNotes() throws {
    try TestFiles.inTemporaryFolder { folder in
      TestFiles.write(Array(Self.observed.utf8), to: folder + "/observations.csv")
      TestFiles.write(Array("x".utf8), to: folder + "/operation.csv")
      let batch = try RunFolder.read(folder)
      #expect(batch.notes.map(\.code).sorted() == ["N_FILE_IGNORED", "N_NO_OPERATIONS"])
      #expect(batch.sources.map(\.sha256) == [Digest.sha256(Array(Self.observed.utf8))])
    }
  }

  /// The shipped runs, against sums that Python computed from the same files. Catches: a dropped
  /// row, a changed file.
  @Test func shippedRuns() throws {
    let kaartinen = try RunFolder.read(TestFiles.runs + "/kaartinen2017_cart_il2")
    #expect(kaartinen.runs.map(\.name) == ["il2_000", "il2_005", "il2_020", "il2_100", "il2_300"])
    #expect(kaartinen.runs.allSatisfy { $0.donor == .pooled && $0.operations.count == 1 })
    #expect(kaartinen.notes.isEmpty)
    let folds = kaartinen.runs.flatMap(\.observations).map(\.value.number)
    #expect(folds.count == 235)
    #expect(abs(folds.reduce(0, +) - 138_183.99) < 1e-6)
    let cho = try RunFolder.read(TestFiles.runs + "/cho_fedbatch_2024nov")
    #expect(cho.runs.count == 4)
    let vcd = cho.runs.flatMap(\.observations).filter { $0.quantity == "vcd" }
    #expect(vcd.count == 52)
    #expect(abs(vcd.map(\.value.number).reduce(0, +) - 414.913) < 1e-9)
    #expect(cho.runs.map(\.operations.count).reduce(0, +) == 32)
    let synthetic = try RunFolder.read(TestFiles.runs + "/prodigy_example")
    #expect(synthetic.runs.count == 3)
    let counted = synthetic.runs.flatMap(\.observations).filter { $0.quantity == "vcd" }
    #expect(abs(counted.map(\.value.number).reduce(0, +) - 294.082) < 1e-9)
    #expect(synthetic.runs.allSatisfy { $0.operations.last?.action == .harvest })
    #expect(synthetic.notes.map(\.code) == ["N_FILE_IGNORED"])
  }
}
