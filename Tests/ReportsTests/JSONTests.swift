import Quantities
import Reports
import Testing

@Suite struct JSONTests {
  /// Would catch a writer that rounds doubles, loses the sign of zero, turns whole numbers into
  /// decimals, or escapes text so that it reads back differently. Equality is of bits and bytes.
  @Test func tenThousandRandomValuesRoundTrip() throws {
    var random = SplitMix(state: 20_240_611)
    var failures: [String] = []
    for _ in 0..<10_000 {
      let value = JSONValue.random(&random, depth: 0)
      for layout in [JSONValue.Layout.compact, .indented] {
        let text = try value.text(layout)
        let back = try JSONValue(parsing: text)
        if try !back.isIdentical(to: value) || back.text(layout) != text { failures.append(text) }
      }
    }
    #expect(failures.isEmpty, "\(failures.prefix(3))")
  }

  /// Would catch unsorted keys, a changed indentation, and spaces in the compact form.
  @Test func layoutsAreCanonical() throws {
    let value: JSONValue = .object([
      "b": .array([.int(1), .double(1), .null, .bool(true)]), "a": .object([:]), "é": .array([]),
      "Z": .string("x\"\\\n\u{1}<é"),
    ])
    #expect(
      try value.text(.compact)
        == #"{"Z":"x\"\\\n\u0001<é","a":{},"b":[1,1.0,null,true],"é":[]}"#)
    let lines = [
      "{", #"  "Z": "x\"\\\n\u0001<é","#, #"  "a": {},"#, #"  "b": ["#, "    1,", "    1.0,",
      "    null,", "    true", "  ],", #"  "é": []"#, "}",
    ]
    #expect(try value.text() == lines.joined(separator: "\n"))
  }

  /// Would catch NaN written as null, and a writer that goes deeper than the reader follows.
  @Test func unwritableValuesThrowWithTheirPath() {
    let nan: JSONValue = .object(["runs": .array([.null, .object(["a b": .double(.nan)])])])
    #expect(throws: JSONMismatch(path: #"$.runs[1]["a b"]"#, cause: Self.cause("nan"))) {
      try nan.text()
    }
    #expect(throws: JSONMismatch(path: "$", cause: Self.cause("inf"))) {
      try JSONValue.double(.infinity).text()
    }
    var deep = JSONValue.null
    for _ in 0..<64 { deep = .array([deep]) }
    #expect(throws: Never.self) { try JSONValue(parsing: deep.text()) }
    #expect(throws: JSONMismatch.self) { try JSONValue.array([deep]).text() }
  }

  private static func cause(_ number: String) -> String {
    "\(number) cannot be written as a JSON number."
  }

  /// Would catch each leniency of common readers, and a line or column that is one off. Columns
  /// count characters: the document with é has its error at column 7, byte 8.
  @Test(arguments: [
    ("", "1:1"), ("  \n ", "2:2"), ("{\"a\":1,\"a\":2}", "1:8"), ("{\n \"a\":1,\n \"a\":2}", "3:2"),
    ("[1,]", "1:4"), ("{\"a\":1,}", "1:8"), ("[1 2]", "1:4"), ("{\"a\" 1}", "1:6"),
    ("{a:1}", "1:2"), ("NaN", "1:1"), ("[Infinity]", "1:2"), ("[-Infinity]", "1:2"),
    ("[1.]", "1:2"), ("[.5]", "1:2"), ("[01]", "1:2"), ("[+1]", "1:2"), ("[1e]", "1:2"),
    ("[0x10]", "1:2"), ("[1_000]", "1:2"), ("[1e999]", "1:2"), ("[9223372036854775808]", "1:2"),
    ("nul", "1:1"), ("true false", "1:6"), ("{} x", "1:4"), ("[1", "1:3"), ("{\"a\":", "1:6"),
    ("\"abc", "1:1"), ("\"a\nb\"", "1:3"), ("[\"\\x\"]", "1:3"), ("\"\\ud800\"", "1:2"),
    ("\"\\ud800\\u0041\"", "1:2"), ("\"\\u12g4\"", "1:2"), ("\u{FEFF}{}", "1:1"),
    ("[\"é\", x]", "1:7"), ("'a'", "1:1"), ("[1] // note", "1:5"), ("[-]", "1:2"),
    ("[-01]", "1:2"), ("{\"e\u{301}\":1,\"\u{E9}\":2}", "1:9"),
    (String(repeating: "[", count: 65), "1:65"),
  ])
  func badDocumentsAreRefusedAtTheirPlace(text: String, place: String) throws {
    let refused = try #require(throws: InputRefused.self) {
      try JSONValue(parsing: text, file: "x.json")
    }
    #expect(refused.findings.map(\.place.description) == ["x.json:\(place)"])
    #expect(refused.findings.allSatisfy { $0.severity == .error && !$0.remedy.isEmpty })
  }

  /// Would catch invalid UTF-8 repaired in silence (an overlong slash, a cut-off sequence).
  @Test(arguments: [[0x22, 0xC0, 0xAF, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0xFF, 0x22]])
  func invalidUTF8IsRefused(bytes: [UInt8]) {
    #expect(throws: InputRefused.self) { try JSONValue(parsing: bytes) }
  }

  /// Would catch a surrogate pair read as two scalars, and -0 read as 0.
  @Test func escapesAndZerosAreRead() throws {
    let text = #"["\ud83e\uddea\/\b\f\u00e9", -0, -0.0, 1E2, 12]"#
    let value = try JSONValue(parsing: text)
    let expected: JSONValue = .array([
      .string("🧪/\u{8}\u{C}é"), .double(-0.0), .double(-0.0), .double(100), .int(12),
    ])
    #expect(value.isIdentical(to: expected))
  }

  /// Would catch a path that names the wrong element, and a decimal taken for a whole number.
  @Test func readersReportTheirPath() throws {
    let root = JSONReader(
      try JSONValue(
        parsing: #"{"runs": [{"dose": 1.5, "n": 9007199254740993, "name": null}], "odd key": 1}"#))
    let run = try root["runs"][0]
    #expect(try run["dose"].double == 1.5)
    #expect(try run["n"].int == 9_007_199_254_740_993)
    #expect(try run.optional("name") == nil)
    #expect(try run.optional("other") == nil)
    #expect(try root.keys == ["odd key", "runs"])
    expectMismatch("$.runs[0].dose: Needs text, found a decimal number.") {
      _ = try run["dose"].string
    }
    expectMismatch("$.runs[0].dose: Needs a whole number, found a decimal number.") {
      _ = try run["dose"].int
    }
    expectMismatch("$.runs[1]: The array has 1 elements.") { _ = try root["runs"][1] }
    expectMismatch("$.runs[0].doze: This key is missing. Did you mean 'dose'?") {
      _ = try run["doze"]
    }
    expectMismatch("$.runs[0].n: 9007199254740993 is not exact as a decimal number.") {
      _ = try run["n"].double
    }
    expectMismatch(#"$["odd key"]: This key is unknown."#) { try root.allowOnly(["runs"]) }
  }

  private func expectMismatch(_ description: String, _ body: () throws -> Void) {
    let mismatch = #expect(throws: JSONMismatch.self) { try body() }
    #expect(mismatch?.description == description)
  }
}
