import Dosing
import Foundation
import Quantities
import RunFiles
import Testing

/// Product files are read strictly: each fault is refused with its place.
@Suite struct ProductFileTests {
  static let good = """
    id: x
    name: X
    inn: xcel
    indication: none
    jurisdiction: EU
    label_version: null
    status: approved
    counted: CAR-positive viable T cells
    wording: CAR-positive viable T cells
    dose:
      kind: banded by weight
      origin: label
      verbatim: as printed
      bands:
        - upper: 50 kg
          upper_inclusive: true
          minimum: 0.2e6 cells/kg
          maximum: 5.0e6 cells/kg
        - lower: 50 kg
          lower_inclusive: false
          minimum: 0.1e8 cells
          maximum: 2.5e8 cells
    states:
      dose: read
    sources:
      - cite: a label
        read: 2026-11-21
    """

  @Test func goodFile() throws {
    let product = try ProductFile.read(Self.good, file: "x.yaml")
    #expect(product.dose?.bands.count == 2)
    #expect(try product.dose?.bands[0].minimum == .perKilogram(CellsPerKilogram(Rational(200_000))))
    #expect(try product.dose?.bands[1].maximum == .cells(CellCount(250_000_000)))
    #expect(product.dose?.bands[0].upper?.inclusive == true)
  }

  /// (what is replaced, by what, code, line:column).
  static let faults = [
    ("kind: banded", "kidn: banded", "E_PRODUCT_KEY", "11:3"),
    ("name: X\n", "name: X\nnamee: X\n", "E_PRODUCT_KEY", "3:1"),
    ("0.2e6 cells/kg", "0.2e6 cell/kg", "E_PRODUCT_UNIT", "17:16"),
    ("0.2e6 cells/kg", "0.2e6", "E_PRODUCT_UNIT", "17:16"),
    ("0.2e6 cells/kg", ".2e6 cells/kg", "E_PRODUCT_NUMBER", "17:16"),
    ("0.2e6 cells/kg", "0.2e6 cells", "E_RULE_UNIT", "15:7"),
    ("0.1e8 cells", "10000000.5 cells", "E_PRODUCT_NUMBER", "21:16"),
    ("0.2e6 cells/kg", "5.1e6 cells/kg", "E_RULE_MIN_ABOVE_MAX", "15:7"),
    ("2.5e8 cells", "2.5e8 cells\n      cap: 1e6 cells/kg", "E_PRODUCT_UNIT", "23:12"),
    ("maximum: 2.5e8 cells", "cap: 2.5e8 cells", "E_RULE_AMOUNT", "19:7"),
    ("upper_inclusive: true", "upper_inclusive: yes", "E_PRODUCT_FLAG", "16:24"),
    ("      upper_inclusive: true\n", "", "E_PRODUCT_MISSING", "15:7"),
    ("lower_inclusive: false", "lower_inclusive: true", "E_RULE_OVERLAP", "19:7"),
    ("upper_inclusive: true", "upper_inclusive: false", "E_RULE_GAP", "19:7"),
    ("lower: 50 kg", "lower: 49 kg", "E_RULE_OVERLAP", "19:7"),
    ("lower: 50 kg", "lower: 51 kg", "E_RULE_GAP", "19:7"),
    ("lower: 50 kg", "lower: 110 lb", "E_QUANTITY_UNIT", "19:14"),
    ("status: approved", "status: aproved", "E_PRODUCT_WORD", "7:9"),
    ("kind: banded by weight", "kind: flat range", "E_PRODUCT_BANDS", "15:5"),
    ("read: 2026-11-21", "read: yesterday", "E_PRODUCT_DATE", "27:11"),
    ("status: approved", "status: approved\nid: y", "E_PRODUCT_YAML", ""),
    ("dose: read", "doze: read", "E_PRODUCT_KEY", "24:3"),
  ]

  /// Would catch a reader that skips what it does not know, takes a number without its unit, mixes
  /// cells with cells/kg, or accepts bands that overlap or leave a gap.
  @Test(arguments: faults)
  func faultyFile(old: String, new: String, code: String, place: String) throws {
    #expect(Self.good.contains(old))
    let text = Self.good.replacingOccurrences(of: old, with: new)
    let findings = findings(text)
    let found = findings.first { $0.code == code }
    #expect(found != nil, "\(findings)")
    let at = found.map { "\($0.place.line):\($0.place.column)" } ?? ""
    #expect(place.isEmpty || at == place, "\(findings)")
  }

  /// Each required key deleted: the refusal names it. Would catch a default for a missing fact.
  @Test(arguments: [
    "id", "name", "inn", "indication", "jurisdiction", "status", "counted", "wording", "kind",
    "origin", "verbatim",
  ])
  func missingKey(key: String) throws {
    let lines = Self.good.split(separator: "\n").filter {
      !$0.drop { $0 == " " }.hasPrefix("\(key):")
    }
    let findings = findings(lines.joined(separator: "\n"))
    #expect(findings.contains { $0.code == "E_PRODUCT_MISSING" && $0.cause.contains("'\(key)'") })
  }

  @Test func sourcesStatesAndDose() throws {
    let parts = Self.good.components(separatedBy: "sources:")
    #expect(findings(parts[0]).contains { $0.cause.contains("'sources'") })
    #expect(findings(parts[0] + "sources: []").contains { $0.cause.contains("No source") })
    let noDose =
      Self.good.components(separatedBy: "dose:\n")[0] + "dose: null\nstates: {}\nsources:"
      + parts[1]
    #expect(findings(noDose).contains { $0.cause.contains("'missing'") })
    #expect(findings("").contains { $0.code == "E_PRODUCT_YAML" })
    #expect(findings("- a\n- b").contains { $0.code == "E_PRODUCT_SHAPE" })
    #expect(findings("id: [").contains { $0.code == "E_PRODUCT_YAML" && $0.place.line > 0 })
  }

  /// Would catch a second file that quietly replaces the first, and one bad file that is skipped.
  @Test func folder() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "thymus-products-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    #expect(codes(folder.path) == ["E_PRODUCT_FOLDER"])
    try write("b.yaml", Self.good)
    try write("notes.txt", "not a product")
    #expect(try ProductRegistry.load(directory: folder.path).map(\.id) == ["x"])
    try write("a.yaml", Self.good)
    #expect(codes(folder.path) == ["E_PRODUCT_DUPLICATE"])
    try write("a.yaml", "id: z")
    #expect(codes(folder.path).contains("E_PRODUCT_MISSING"))
  }

  @Test func shippedFiles() throws {
    let products = try ProductRegistry.load(directory: packageRoot + "/data/products")
    #expect(
      products.map(\.id) == [
        "carvykti-eu-mm", "carvykti-us-mm", "fucaso-cn-mm", "fucaso-hk-mm", "kymriah-eu-ball",
        "kymriah-us-ball", "kymriah-us-lbcl", "prodigy-nct05779930", "yescarta-eu-lbcl",
      ])
    #expect(products.allSatisfy { !$0.sources.isEmpty && ($0.dose == nil) == ($0.missing != nil) })
  }

  private func findings(_ text: String) -> [Finding] {
    do throws(InputRefused) {
      _ = try ProductFile.read(text, file: "x.yaml")
      return []
    } catch {
      return error.findings
    }
  }

  private func codes(_ directory: String) -> [String] {
    do throws(InputRefused) {
      _ = try ProductRegistry.load(directory: directory)
      return []
    } catch {
      return error.findings.map(\.code)
    }
  }
}
