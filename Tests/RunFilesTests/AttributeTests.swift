import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Attributes of runs")
struct AttributeTests {
  private static let observed = "run,time [h],fold [1]\na,0,1\nb,0,1\nc,0,1\n"

  private func read(_ text: String) throws(InputRefused) -> RunBatch {
    try RunFolder.read(
      observations: ("obs.csv", Array(Self.observed.utf8)), operations: nil,
      attributes: ("runs.csv", Array(text.utf8)))
  }

  private func refusal(_ text: String) -> String {
    TestFiles.refusal { _ = try read(text) }.map { "\($0.code) \($0.place)" }
      .joined(separator: ", ")
  }

  /// Numbers in base units with their unit, words, blanks, a run without a row, a free comment.
  /// Catches a unit that is lost, a blank that is 0, a row that goes to its neighbour.
  @Test func numbersAndWords() throws {
    let batch = try read(
      """
      run_id,Age [a],il2_level [IU/mL],cd4 [%],shift [1],start,comment
      c,61,,40,-2,fresh,first
      a,0.5,100,,0,thawed,

      """)
    let values = batch.runs.map { run in
      run.attributes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
    }
    #expect(
      values == [
        ["age 0.5 a", "il2_level 100 IU/mL", "shift 0", "start thawed"], [],
        ["age 61 a", "cd4 40 %", "shift -2", "start fresh"],
      ])
    #expect(
      batch.runs[2].attributes["age"]
        == .number(61 * 8766, try Unit(parsing: "a")))
    #expect(batch.sources.map(\.path) == ["obs.csv", "runs.csv"])
    #expect(batch.sources[1].sha256.count == 64)
  }

  /// Each fault with its line and column. Catches a fault without a place, and one that is let
  /// through.
  @Test func faults() {
    let cases = [
      ("run,age [a]\nd,1\n", "E_RUN_UNKNOWN runs.csv:2:1"),
      ("run,age [a]\na,1\na,1\n", "E_RUN_TWICE runs.csv:3:1"),
      ("run,age [a]\n,1\n", "E_RUN_MISSING runs.csv:2:1"),
      ("run,age [a]\na,old\n", "E_NUMBER runs.csv:2:3"),
      ("run,age [a]\na,1,5\n", "E_ROW_RAGGED runs.csv:2:5"),
      ("run,age [a]\na,\"1,5\"\n", "E_NUMBER_COMMA runs.csv:2:3"),
      ("run,age\na,61\n", "E_ATTRIBUTE_UNIT runs.csv:2:3"),
      ("run,start\na,fresh\nb,2\n", "E_ATTRIBUTE_UNIT runs.csv:3:3"),
      ("run,age [years]\na,61\n", "E_UNIT_UNKNOWN runs.csv:1:5"),
      ("run,age (a)\na,61\n", "E_HEADER_FORM runs.csv:1:5"),
      ("run,age [a],AGE [d]\na,61,3\n", "E_HEADER_DUPLICATE runs.csv:1:13"),
      ("run,platform\na,bag\n", "E_ATTRIBUTE_NAME runs.csv:1:5"),
      ("run,seed_density [1e6 cells/mL]\na,1\n", "E_ATTRIBUTE_NAME runs.csv:1:5"),
      ("run,donor\na,d\n", "E_ATTRIBUTE_NAME runs.csv:1:5"),
      ("run,il-2 [IU/mL]\na,1\n", "E_ATTRIBUTE_NAME runs.csv:1:5"),
      ("age [a]\n1\n", "E_COLUMN_MISSING runs.csv:1:1"),
      ("run,comment\na,x\n", "E_COLUMN_MISSING runs.csv:1:1"),
      ("run,age [a]\n", "E_NO_ROWS runs.csv:1:1"),
      ("run,start\na,=x\n", "E_NAME runs.csv:2:3"),
    ]
    for (text, wanted) in cases { #expect(refusal(text) == wanted, "\(text)") }
    #expect(refusal("run,age [a]\na,1e999\n").hasPrefix("E_NUMBER_NOT_FINITE runs.csv:2:3"))
  }

  /// A folder's runs.csv is read without being named, and is no longer said to be ignored.
  @Test func folder() throws {
    try TestFiles.inTemporaryFolder { folder in
      TestFiles.write(Array(Self.observed.utf8), to: folder + "/observations.csv")
      TestFiles.write(Array("run,start\nb,fresh\n".utf8), to: folder + "/runs.csv")
      let batch = try RunFolder.read(folder)
      #expect(batch.runs.map { $0.attributes["start"] } == [nil, .word("fresh"), nil])
      #expect(batch.notes.map(\.code) == ["N_NO_OPERATIONS"])
      #expect(batch.sources.map(\.path) == [folder + "/observations.csv", folder + "/runs.csv"])
      let beside = try RunFolder.read(
        folder + "/observations.csv", attributes: folder + "/runs.csv")
      #expect(beside.runs == batch.runs)
    }
  }

  /// What every run has without a file. Catches a seed without a density that counts as 0.
  @Test func builtIn() throws {
    let batch = try RunFolder.read(
      observations: (
        "obs.csv", Array("run,time [h],fold [1],platform,group\na,0,1,bag,x\nb,0,1,,\n".utf8)
      ),
      operations: (
        "ops.csv",
        Array("run,time [h],operation,density [1e6 cells/mL]\na,0,seed,0.5\nb,0,seed,\n".utf8)
      ))
    let texts = batch.runs.map { run in RunAttribute.builtIn.map { run.attribute($0)?.text } }
    #expect(texts == [["bag", "x", "0.5 1e6 cells/mL"], [nil, nil, nil]])
    #expect(batch.runs[0].attribute("platform", platform: "xuri") == .word("xuri"))
  }
}
