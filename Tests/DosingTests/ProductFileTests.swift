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
    ("0.2e6 cells/kg", "0.2 x 10^6 cells/kg", "E_PRODUCT_NUMBER", "17:16"),
    ("0.2e6 cells/kg", "0.2 million cells/kg", "E_PRODUCT_NUMBER", "17:16"),
    ("0.2e6 cells/kg", "200,000 cells/kg", "E_PRODUCT_NUMBER", "17:16"),
    ("0.2e6 cells/kg", ".2e6 cells/kg", "E_PRODUCT_NUMBER", "17:16"),
    ("0.2e6 cells/kg", "0.2e6 cells", "E_RULE_UNIT", "15:7"),
    ("0.1e8 cells", "10000000.5 cells", "E_PRODUCT_NUMBER", "21:16"),
    ("0.2e6 cells/kg", "5.1e6 cells/kg", "E_RULE_MIN_ABOVE_MAX", "15:7"),
    ("2.5e8 cells", "2.5e8 cells\n      cap: 1e6 cells/kg", "E_PRODUCT_UNIT", "23:12"),
    (
      "\n      minimum: 0.1e8 cells\n      maximum: 2.5e8 cells", "", "E_RULE_AMOUNT", "19:7"
    ),
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
    ("read: 2026-11-21", "read: 2026-02-30", "E_PRODUCT_DATE", "27:11"),
    ("status: approved", "status: approved\nid: y", "E_PRODUCT_YAML", ""),
    ("dose: read", "doze: read", "E_PRODUCT_KEY", "24:3"),
    ("label_version: null", "weight_reference: infusion", "E_PRODUCT_MISSING", "1:1"),
    ("label_version: null", "weight_reference: birth", "E_PRODUCT_WORD", "6:19"),
    ("label_version: null", "label_version: <fill in version>", "E_PRODUCT_BLANK", "6:16"),
    ("label_version: null", "template: true", "E_PRODUCT_TEMPLATE", "6:11"),
    ("label_version: null", "ages: { at_least: 3 years }", "E_PRODUCT_MISSING", "24:3"),
    ("label_version: null", "ages: { at_least: 3 years, above: 2 years }", "E_PRODUCT_EDGE", ""),
    ("label_version: null", "timing: { rate: 20 to 10 mL/min }", "E_PRODUCT_RANGE", "6:17"),
    ("label_version: null", "timing: { after_thaw: 30 m }", "E_PRODUCT_UNIT", ""),
    ("label_version: null", "presentation: { sizes: [50 to 10 mL] }", "E_PRODUCT_RANGE", "6:25"),
    ("label_version: null", "presentation: { sizes: [10-50 mL] }", "E_PRODUCT_NUMBER", "6:25"),
    ("label_version: null", "presentation: { sizes: [10 to 50 ml] }", "E_PRODUCT_UNIT", "6:25"),
    ("label_version: null", "presentation: { fewest: 3, most: 2 }", "E_PRODUCT_RANGE", ""),
    ("label_version: null", "presentation: { dmso: 5 mL }", "E_PRODUCT_UNIT", "6:23"),
    ("label_version: null", "presentation: { density: 1e6 cells/mL }", "E_PRODUCT_MISSING", ""),
    ("label_version: null", "release: { viability: { at_most: 80 % } }", "E_PRODUCT_SIDE", ""),
    (
      "label_version: null", "release: { viability: { at_least: 80 %, state: read } }",
      "E_PRODUCT_MISSING", ""
    ),
    (
      "label_version: null", "release: { viability: { at_least: 80 %, source: x } }",
      "E_PRODUCT_MISSING", ""
    ),
    (
      "label_version: null", "release: { vcn: { below: 5 copies, state: read, source: x } }",
      "E_PRODUCT_MISSING", ""
    ),
    ("label_version: null", "release: { viability: { at_least: 800 % } }", "E_PRODUCT_NUMBER", ""),
    ("label_version: null", "release: { viabilty: {} }", "E_PRODUCT_KEY", "6:12"),
    ("label_version: null", "retention: { after_expiry: 30 }", "E_PRODUCT_UNIT", "6:28"),
    ("dose: read", "dose: read\n  timing: read", "E_PRODUCT_STATE", "25:3"),
    ("read: 2026-11-21", "read: 2026-11-21\n    for: [timing]", "E_PRODUCT_SOURCE", "11:3"),
    ("read: 2026-11-21", "read: 2026-11-21\n    for: [dosis]", "E_PRODUCT_WORD", "28:11"),
    ("origin: label", "origin: label\n  trial: X", "E_PRODUCT_ORIGIN", "13:10"),
    ("origin: label", "origin: trial", "E_PRODUCT_MISSING", "11:3"),
    ("origin: label", "origin: leaflet", "E_PRODUCT_WORD", "12:11"),
    ("origin: label", "origin: label\n  levels: []", "E_PRODUCT_LEVELS", "13:11"),
    ("origin: label", "origin: label\n  repeats: { most: 1 }", "E_RULE_REPEATS", "13:12"),
    (
      "origin: label", "origin: label\n  repeats: { most: 3, after: 2 weeks }", "E_PRODUCT_UNIT", ""
    ),
    (
      "origin: label", "origin: label\n  fractions: [{ share: 33 % }, { share: 66 % }]",
      "E_RULE_SUM", "13:32"
    ),
    (
      "origin: label", "origin: label\n  fractions: [{ share: 33 }, { share: 67 }]",
      "E_FRACTION_ABOVE_ONE", "13:24"
    ),
    (
      "origin: label",
      "origin: label\n  repeats: { most: 3 }\n  fractions: [{ share: 1/2 }, { share: 1/2 }]",
      "E_PRODUCT_COURSE", "14:14"
    ),
    (
      "origin: label",
      "origin: label\n  blasts: { sample: x, regimens: [{ state: read, portions: [] }] }",
      "E_PRODUCT_SHAPE", ""
    ),
    (
      "minimum: 0.1e8 cells", "minimum: 0.1e8 cells\n      tolerance: 10 %", "E_RULE_TOLERANCE",
      "19:7"
    ),
  ]

  /// The codes that the faults of this suite prove, and those proved elsewhere.
  static var knownCodes: Set<String> {
    Set(faults.map(\.2)).union([
      "E_PRODUCT_DUPLICATE", "E_DOSE_RANGE_EMPTY", "E_PRODUCT_ALIAS", "E_NOT_UTF8", "E_UTF16",
    ])
  }

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
      Self.good.components(separatedBy: "dose:\n")[0] + "dose: null\nsources:"
      + parts[1]
    #expect(findings(noDose).contains { $0.cause.contains("'missing'") })
    #expect(findings("").contains { $0.code == "E_PRODUCT_YAML" })
    #expect(findings("- a\n- b").contains { $0.code == "E_PRODUCT_SHAPE" })
    #expect(findings("\n").contains { $0.code == "E_PRODUCT_YAML" })
    #expect(findings("id: [").contains { $0.code == "E_PRODUCT_YAML" && $0.place.line > 0 })
  }

  /// A file with everything that may stand in one. Would catch an optional part that is read and
  /// dropped, and a number that changes on the way.
  @Test func wholeFile() throws {
    let text = """
      id: x
      name: X
      aliases: [one, two]
      inn: xcel
      indication: none
      ages: { above: 2 years, at_most: 25 years }
      selector: CD19 positive
      jurisdiction: EU
      label_version: "2"
      status: site protocol
      counted: CAR-positive viable T cells
      wording: CAR+ viable T
      weight_reference: infusion
      weight_words: on the day of the infusion
      dose:
        kind: per kg fixed
        origin: protocol
        protocol: P 7
        verbatim: as printed
        target: 1e6 cells/kg
        tolerance: 15 %
        cap: 1e8 cells
        fractions:
          - share: 1/3
          - share: 2/3
            after: 48 h
            gate: no CRS
            latest_day: 14
      presentation:
        form: fresh or frozen
        container: a bag
        sizes: [10 to 30 mL, 68 mL]
        fewest: 1
        most: 2
        dmso: 7.5 % v/v
        density: 1e6 to 2e7 cells/mL
        density_of: viable cells
        containers:
          - { name: blue, cells: 1e7 cells, volume: 10 mL, wholly_infused: false }
      timing:
        after_thaw: 2.5 h
        after_thaw_from: thaw to end
        rate: 10 to 20 mL/min
        order: blue first
        after_lymphodepletion: 2 to 14 d
        lymphodepletion_from: start
        delay: [infection]
      release:
        viability: { above: 70 %, state: read, source: s }
        car_positive: { at_least: 2 %, at_most: 60 %, of: viable cells, state: read, source: s }
        vcn: { below: 5 copies, of: CAR+ cell, state: derived, source: s }
        endotoxin: { at_most: 3.5 EU/mL, state: unverified, source: s }
      out_of_specification: never
      retention: { after_expiry: 30 years, after_last_dose: 15 years }
      states:
        dose: read
        ages: read
        presentation: read
        presentation.dmso: derived
        timing: read
        retention: read
      sources:
        - cite: protocol
          read: 2026-11-21
      notes: [a note]
      """
    let product = try ProductFile.read(text, file: "x.yaml")
    #expect(product.aliases == ["one", "two"] && product.notes == ["a note"])
    #expect(product.ages?.description == "above 2 to 25 years")
    #expect(product.selector == "CD19 positive" && product.status == .siteProtocol)
    #expect(product.weightReference == .infusion)
    #expect(product.weightWording == "on the day of the infusion")
    #expect(product.origin == .siteProtocol("P 7"))
    let window = try doseRange(product, kg("60"))
    #expect(window.minimum?.cells == 51_000_000 && window.maximum?.cells == 69_000_000)
    let portions = try window.portions(of: CellCount(60_000_000))
    #expect(portions.map(\.cells.cells) == [20_000_000, 40_000_000])
    #expect(portions[1].after?.description == "48 h" && portions[1].latestDay == 14)
    let supply = product.presentation
    #expect(supply.form == .freshOrFrozen && supply.fewest == 1 && supply.most == 2)
    #expect(supply.sizes == [Rational(10)...Rational(30), Rational(68)...Rational(68)])
    #expect(supply.dmso?.milligramsPerMilliliter == (try number("82.5")))
    #expect(supply.dmso?.description == "7.5 % v/v, as read; 82.5 mg/mL derived with 1.1 g/mL")
    #expect(supply.density?.range.upperBound == Rational(20_000_000))
    #expect(supply.containers.first?.whollyInfused == false)
    #expect(supply.containers.first?.cells?.cells == 10_000_000)
    #expect(try product.timing.afterThaw?.most.hours == number("2.5"))
    #expect(product.timing.afterDepletion?.days == 2...14)
    #expect(product.timing.afterDepletion?.from == .start)
    #expect(product.timing.rate == Rational(10)...Rational(20))
    let viability = try #require(product.limit(.viability))
    #expect(try !viability.holds(number("0.7")) && viability.holds(number("0.700001")))
    #expect(product.limit(.cd3) == nil && product.limit(.beads) == nil)
    #expect(product.limit(.car)?.description == "at least 2 %, at most 60 % of viable cells")
    #expect(product.limit(.copies)?.description == "below 5 copies per CAR+ cell")
    #expect(product.limit(.copies)?.state == .derived)
    #expect(try product.limit(.endotoxin)?.holds(number("3.5")) == true)
    #expect(product.retention?.afterExpiry == 30 && product.retention?.afterLastDose == 15)
    #expect(product.state(of: "presentation.dmso") == .derived)
    #expect(
      product.state(of: "presentation.sizes") == .read && product.state(of: "dose.cap") == .read)
    #expect(product.state(of: "counted") == nil)
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
