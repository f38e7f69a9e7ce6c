import Quantities
import Testing

@testable import RunFiles

@Suite("Bad files are refused at the right place")
struct BadFileTests {
  /// Every file under Bad is refused with the codes, lines and columns that were written down by
  /// hand in expected.csv. Catches: a check that is lost, a column counted in bytes, a line counted
  /// from 0, a message without a remedy.
  @Test func refusedAsWritten() throws {
    let bad = TestFiles.folder + "/Bad/"
    let text = String(decoding: try TestFiles.bytes(bad + "expected.csv"), as: UTF8.self)
    let lines = text.split(separator: "\n").dropFirst()
    var wrong: [String] = []
    for line in lines {
      let cells = line.split(separator: ",").map(String.init)
      let columns = cells[4].split(separator: "+")
      let wanted = zip(cells[2].split(separator: "+"), columns).map { code, column in
        let place = Place(
          file: bad + cells[1], line: Int(cells[3]) ?? -1, column: Int(column) ?? -1)
        return "\(place) \(code)"
      }
      let findings = TestFiles.refusal { _ = try RunFolder.read(bad + cells[0]) }
      let got = findings.map { "\($0.place) \($0.code)" }
      if wanted != got { wrong.append("wanted \(wanted), got \(findings)") }
      for finding in findings where finding.remedy.isEmpty || finding.cause.isEmpty {
        wrong.append("\(finding.code) has no cause or no remedy")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(lines.count >= 110)
  }

  /// The remedy for mass units gives the factor: 180.156 g/mol and 89.07 g/mol, so 1 mmol/L is
  /// 18.016 mg/dL of glucose and 0.08907 g/L of lactate. Catches: a factor off by ten.
  @Test func massUnitRemedy() {
    func remedy(_ column: String) -> String {
      TestFiles.refusal { _ = try TestFiles.read("run,time [h],\(column)\na,0,1\n") }
        .first?.remedy ?? ""
    }
    #expect(remedy("glucose [mg/dL]").contains("1 mmol/L of glucose = 18.016 mg/dL"))
    #expect(remedy("glucose [g/L]").contains("Divide by 0.18016 "))
    #expect(remedy("lactate [g/L]").contains("(as the ion) = 0.08907 g/L"))
  }

  /// Near misses come with a suggestion. Catches: a lost suggestion.
  @Test func suggestions() {
    let column = TestFiles.refusal { _ = try TestFiles.read("run,time [h],vcdd [1]\na,0,1\n") }
    #expect(column.first?.cause.contains("Did you mean 'vcd'?") == true)
    let operation = TestFiles.refusal {
      _ = try TestFiles.read(
        "run,time [h],fold [1]\na,0,1\n", "run,time [h],operation\na,0,harvst\n")
    }
    #expect(operation.first?.cause.contains("Did you mean 'harvest'?") == true)
    let run = TestFiles.refusal {
      _ = try TestFiles.read(
        "run,time [h],fold [1]\nrun_1,0,1\n", "run,time [h],operation\nrun_l,0,harvest\n")
    }
    #expect(run.first?.cause.contains("Did you mean 'run_1'?") == true)
  }

  /// All errors of both files come together, in order, at most 50 a file and one that says so.
  /// Catches: stopping at the first error; an unbounded list.
  @Test func allErrorsTogether() {
    let rows = (0..<60).map { "a,\($0),x" }.joined(separator: "\n")
    let findings = TestFiles.refusal {
      _ = try TestFiles.read(
        "run,time [h],fold [1]\n" + rows, "run,time [h],operation\na,0,cook\na,1,fry\n")
    }
    #expect(findings.count == 53)
    #expect(findings.prefix(50).map(\.place.line) == Array(2...51))
    #expect(findings[50].code == "E_MORE")
    #expect(findings.suffix(2).map(\.place.file) == ["ops.csv", "ops.csv"])
  }

  /// A folder without observations names the tables that it has. Catches: a reader sent to look for a
  /// misspelt path.
  @Test func folderWithoutObservations() throws {
    try TestFiles.inTemporaryFolder { folder in
      TestFiles.write(Array("a".utf8), to: folder + "/Counts.csv")
      let found = TestFiles.refusal { _ = try RunFolder.read(folder) }
      #expect(found.map(\.code) == ["E_FOLDER_NO_RUNS"])
      #expect(found.first?.cause.contains("it has Counts.csv") == true)
    }
  }

  /// Limits and things that are no files. Catches: a hang on a pipe, memory filled by one line.
  @Test func limitsAndNonFiles() throws {
    func codes(_ path: String) -> [String] {
      TestFiles.refusal { _ = try RunFolder.read(path) }.map(\.code)
    }
    try TestFiles.inTemporaryFolder { folder in
      #expect(codes(folder) == ["E_FOLDER_NO_RUNS"])
      #expect(codes(folder + "/none.csv") == ["E_FILE_MISSING"])
      #expect(codes("/dev/zero") == ["E_FILE_NOT_REGULAR"])
      let batch = TestFiles.refusal { _ = try InputFile.bytes(of: folder, limit: 10) }
      #expect(batch.map(\.code) == ["E_FILE_IS_DIRECTORY"])
      let long = "run,time [h],fold [1],comment\na,0,1," + String(repeating: "x", count: 1 << 20)
      TestFiles.write(Array(long.utf8), to: folder + "/long.csv")
      #expect(codes(folder + "/long.csv") == ["E_LINE_TOO_LONG"])
      let wide = "run" + String(repeating: ",a", count: 10_000)
      TestFiles.write(Array(wide.utf8), to: folder + "/wide.csv")
      #expect(codes(folder + "/wide.csv") == ["E_TOO_MANY_COLUMNS"])
    }
    var limits = CSVDocument.Limits()
    limits.bytes = 10
    limits.cells = 5
    let text = Array("a,b\n1,2\n3,4\n".utf8)
    let large = TestFiles.refusal { _ = try CSVDocument(parsing: text, file: "f", limits: limits) }
    #expect(large.map(\.code) == ["E_FILE_TOO_LARGE"])
    limits.bytes = 100
    let many = TestFiles.refusal { _ = try CSVDocument(parsing: text, file: "f", limits: limits) }
    #expect(many.map(\.code) == ["E_TOO_MANY_CELLS"])
  }
}
