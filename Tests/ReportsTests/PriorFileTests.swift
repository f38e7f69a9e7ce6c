import Foundation
import Population
import Quantities
import Reports
import RunFiles
import Testing

/// A prior as a file: what is written is read, and what no prior is, is refused.
struct PriorFileTests {
  static let prior = LearnedPrior(
    form: 1, model: "made", origin: "a test", donors: 7, runs: 8, measurements: 40,
    method: "quadrature", logLikelihood: -12.5,
    parameters: [
      .init(
        named: "mu", scale: "log", isRelative: false, mean: -3.5, meanError: 0.05, spread: 0.2,
        sd: 0.25, widening: 1.2),
      .init(
        named: "s", scale: "log", isRelative: false, mean: -2.3, meanError: 0.1, spread: 0, sd: 0.1,
        widening: 1),
    ], correlations: [[1, 0.25], [0.25, 1]], covariates: [], widening: 1.21,
    wideningReason: "few donors", notes: ["a note"])

  static let file = PriorFile(
    prior, model: [.init(path: "made.thymus", sha256: "ab")],
    inputs: [.init(path: "b", sha256: "2"), .init(path: "a", sha256: "1")], units: ["1/h", "1"],
    options: ["seed": "1"])

  private func written(_ text: String, _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/prior-\(UUID().uuidString).json"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func refusal(_ text: String) throws -> String {
    var found = ""
    try written(text) { path in
      do {
        _ = try PriorFile.read(path)
      } catch let refused as InputRefused {
        found = refused.findings.map { "\($0.code) \($0.cause) \($0.remedy)" }.joined()
      }
    }
    return found
  }

  /// Catches a field that is lost or exchanged on the way.
  @Test func readsWhatItWrote() throws {
    let text = try Self.file.text()
    try written(text.text) { path in
      let copy = try PriorFile.read(path)
      #expect(copy.prior == Self.prior && copy.sha256 == text.sha256)
      #expect(copy.inputs.map(\.path) == ["a", "b"] && copy.units == ["1/h", "1"])
      #expect(copy.model == Self.file.model && copy.options == Self.file.options)
      #expect(try copy.text().text == text.text)
    }
  }

  private static var covariates: PriorFile {
    var file = file
    file.prior.form = 2
    file.prior.covariates = [
      .init(
        of: "il2_level", on: "mu",
        values: .number(transform: .ln, unit: "IU/mL", centre: 4, low: 2, high: 7), effect: 0.1,
        error: 0.04, donors: 7, meanCovariances: [-0.001, 0.0005],
        effectCovariances: [0.002, 0.0003]),
      .init(
        of: "platform", on: "s", values: .word("xuri", reference: "bag"), effect: -0.3, error: 0.1,
        donors: 3, meanCovariances: [0.0001, 0.0002], effectCovariances: [0.0003, 0.012]),
    ]
    return file
  }

  /// Catches a field of a covariate that is lost, exchanged, or taken without being there.
  @Test func covariatesAreRead() throws {
    let text = try Self.covariates.text().text
    try written(text) { path in
      let copy = try PriorFile.read(path)
      #expect(copy.prior == Self.covariates.prior)
    }
    guard case .object(let sealed) = try JSONValue(parsing: text),
      case .object(let content) = sealed["content"], case .array(let all) = content["covariates"]
    else {
      Issue.record("no content")
      return
    }
    func with(_ index: Int, _ key: String, _ value: JSONValue?) throws -> String {
      guard case .object(var changed) = all[index] else { return "" }
      changed[key] = value
      var (more, entries) = (content, all)
      entries[index] = .object(changed)
      more["covariates"] = .array(entries)
      return try refusal(SealedRecord.seal(.object(more), schema: PriorFile.schema).record.text())
    }
    for (index, key, value) in [
      (0, "transform", JSONValue.string("sqrt")), (0, "unit", .string("stone")),
      (0, "centre", .double(8)), (0, "low", .null), (0, "parameter", .string("nu")),
      (0, "covariance_with_means", .array([.double(0)])), (0, "word", .string("x")),
      (1, "word", .string("bag")), (1, "reference", .null), (1, "centre", .double(1)),
      (1, "covariance_with_effects", .array([.double(0.0003), .double(-1)])),
      (1, "donors", .int(0)), (1, "extra", .int(1)),
    ] {
      let found = try with(index, key, value)
      #expect(found.contains("E_RECORD_SHAPE") && found.contains("covariates["), "\(key): \(found)")
    }
    #expect(
      try with(0, "covariance_with_means", .array([.double(0)])).contains("_with_means has 1"))
    var old = Self.covariates
    old.prior.form = 1
    let first = try refusal(old.text().text)
    #expect(first.contains("form 1"))
  }

  /// Catches a digest that is not looked at, and one of the layout in place of the content.
  @Test func changesAreNoticed() throws {
    let text = try Self.file.text().text
    let changed = text.replacingOccurrences(of: "\"mean\": -3.5", with: "\"mean\": -3.4")
    #expect(changed != text)
    #expect(try refusal(changed).contains("E_RECORD_CHANGED"))
    #expect(try refusal(text.replacingOccurrences(of: "\n", with: "\n ")) == "")
    let version = text.replacingOccurrences(of: "thymus.prior/1", with: "thymus.prior/2")
    #expect(try refusal(version).contains("E_RECORD_VERSION"))
    let other = text.replacingOccurrences(of: "thymus.prior/1", with: "thymus.fit/1")
    #expect(try refusal(other).contains("E_RECORD_KIND"))
    #expect(try refusal("").contains("E_RECORD_EMPTY"))
    for length in stride(from: 1, to: text.utf8.count - 2, by: 37) {
      let cut = String(decoding: Array(text.utf8.prefix(length)), as: UTF8.self)
      #expect(try !refusal(cut).isEmpty, "\(length)")
    }
  }

  /// Sealed anew after each change, so that the shape itself is looked at. Catches a number that no
  /// prior has.
  @Test func numbersOfNoPriorAreRefused() throws {
    guard case .object(let sealed) = try JSONValue(parsing: Self.file.text().text),
      case .object(let content) = sealed["content"]
    else {
      Issue.record("no content")
      return
    }
    func with(_ key: String, _ value: JSONValue) throws -> String {
      var changed = content
      changed[key] = value
      let record = try SealedRecord.seal(.object(changed), schema: PriorFile.schema).record
      return try refusal(record.text())
    }
    func parameter(_ key: String, _ value: JSONValue) throws -> String {
      guard case .array(var all) = content["parameters"], case .object(var first) = all[0] else {
        return ""
      }
      first[key] = value
      all[0] = .object(first)
      return try with("parameters", .array(all))
    }
    #expect(try with("donors", .int(7)) == "")
    let bad = [
      try with("donors", .int(0)), try with("donors", .string("7")), try with("extra", .int(1)),
      try with("parameters", .array([])), try with("correlations", .array([])),
      try with(
        "correlations",
        .array([.array([.double(1), .double(0.2)]), .array([.double(0.3), .double(1)])])),
      try with(
        "correlations",
        .array([.array([.double(1), .double(2)]), .array([.double(2), .double(1)])])
      ), try with("widening", .double(0.5)), try parameter("sd", .double(-0.1)),
      try parameter("sd", .double(0)), try parameter("scale", .string("sqrt")),
      try parameter("mean", .null), try parameter("name", .string("s")),
    ]
    #expect(bad.allSatisfy { $0.contains("E_RECORD_SHAPE") && $0.contains("$") }, "\(bad)")
    #expect(bad[8].contains("parameters[0].sd"), "\(bad[8])")
  }
}
