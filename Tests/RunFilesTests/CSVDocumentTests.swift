import Quantities
import Testing

@testable import RunFiles

@Suite("CSV as written by others")
struct CSVDocumentTests {
  /// 500 documents that Python's csv module wrote and read: the SHA-256 of its cells, joined by
  /// 0x1F and 0x1E, must be ours. Catches: a doubled quote kept, CRLF inside quotes changed,
  /// a wrong delimiter.
  @Test func sameCellsAsPython() throws {
    let cases = try TestFiles.bytes(TestFiles.folder + "/Odd/python_csv.txt")
      .split(separator: UInt8(ascii: "\n")).map { $0.split(separator: UInt8(ascii: " ")) }
    var wrong: [Int] = []
    for (number, pair) in cases.enumerated() {
      let hex = Array(pair[0])
      let bytes = stride(from: 0, to: hex.count, by: 2).compactMap {
        UInt8(String(decoding: hex[$0...$0 + 1], as: UTF8.self), radix: 16)
      }
      let document = try CSVDocument(parsing: bytes, file: "case")
      let text = ([document.header] + document.rows)
        .map { $0.map(\.text).joined(separator: "\u{1F}") }.joined(separator: "\u{1E}")
      let digest = Digest.sha256(Array(text.utf8))
      if digest != String(decoding: pair[1], as: UTF8.self) { wrong.append(number) }
    }
    #expect(cases.count == 500)
    #expect(wrong.isEmpty)
  }

  /// The odd forms under Odd are read as the plain one. Catches: a byte order mark in the first
  /// name, CR taken as text, spaces kept in cells.
  @Test func oddFormsEqualPlain() throws {
    func facts(_ name: String) throws -> [String] {
      let batch = try RunFolder.read(TestFiles.folder + "/Odd/\(name).csv")
      return batch.runs.flatMap { run in
        run.observations.map {
          "\(run.name) \(run.donor) \($0.time) \($0.quantity) \($0.value) \($0.phase)"
        }
      }
    }
    let plain = try facts("plain")
    #expect(plain.count == 5)
    #expect(plain[2] == "a one(\"d 1\") 24.0 vcd below(0.02) before")
    let names = [
      "bom_crlf", "cr_only", "semicolon", "tab", "quoted", "no_last_newline", "spaces",
      "quoted_newline", "blank_rows",
    ]
    for name in names { #expect(try facts(name) == plain, "\(name)") }
  }

  /// Delimiter and blank rows are told. Catches: silence about what was guessed or left out.
  @Test func notesOnForm() throws {
    func codes(_ name: String) throws -> [String] {
      try RunFolder.read(TestFiles.folder + "/Odd/\(name).csv").notes.map(\.code)
    }
    #expect(try codes("plain") == [])
    #expect(try codes("semicolon") == ["N_DELIMITER"])
    #expect(try codes("tab") == ["N_DELIMITER"])
    #expect(try codes("blank_rows") == ["N_ROW_BLANK"])
  }

  /// Places count characters, not bytes, and physical lines. Catches: byte columns; one line a
  /// record.
  @Test func placesOfCells() throws {
    let text = "\u{FEFF}µµ,b\r\n\"x\ny\",\"細\"\r\"\",é\n"
    let document = try CSVDocument(parsing: Array(text.utf8), file: "f")
    let places = (document.header + document.rows.flatMap { $0 }).map { [$0.line, $0.column] }
    #expect(places == [[1, 1], [1, 4], [2, 1], [3, 4], [4, 1], [4, 4]])
  }

  /// Published vectors: FIPS 180-4 examples and the million-a message. Catches: a wrong digest
  /// function or hexadecimal order.
  @Test func digestVectors() {
    let vectors = [
      "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      String(repeating: "a", count: 1_000_000):
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ]
    for (text, digest) in vectors { #expect(Digest.sha256(Array(text.utf8)) == digest) }
  }
}
