import Dosing
import Foundation
import Quantities
import RunFiles
import Testing

/// Rules that can be and are more likely a slip in the file.
@Suite struct RuleNoteTests {
  static let head = """
    id: p
    name: P
    inn: none
    indication: x
    jurisdiction: HK
    status: site protocol
    counted: CAR-positive viable T cells
    wording: cells
    dose:
      kind: banded by weight
      origin: label
      as_read: words
      bands:
        - upper: 40 kg
          upper_inclusive: false
          target: LOW
          maximum: LOW_MAX
        - lower: 40 kg
          lower_inclusive: true
          target: HIGH
          maximum: HIGH_MAX
    states: {dose: read, counted: read}
    sources: [{cite: c, read: 2026-11-22}]

    """

  private func notes(_ low: (String, String), _ high: (String, String)) throws -> [DoseRule.Note] {
    let text = Self.head.replacing("HIGH_MAX", with: high.1).replacing("HIGH", with: high.0)
      .replacing("LOW_MAX", with: low.1).replacing("LOW", with: low.0)
    return try #require(ProductFile.read(text, file: "p.yaml").dose).notes
  }

  /// 1e6 cells/kg are 40e6 cells at 40 kg; three times that is 120e6. Would catch `cells/kg` for
  /// `cells` above the edge, and the other way round below it.
  @Test func jumps() throws {
    let fits = ("1e6 cells/kg", "2e6 cells/kg")
    #expect(try notes(fits, ("60e6 cells", "100e6 cells")).isEmpty)
    #expect(try notes(fits, ("120e6 cells", "240e6 cells")).isEmpty)
    #expect(try notes(fits, ("121e6 cells", "240e6 cells")).count == 1)
    #expect(try notes(fits, ("20e6 cells", "241e6 cells")).count == 1)
    let adult = try notes(fits, ("60e6 cells/kg", "100e6 cells/kg"))
    #expect(adult.map(\.band) == [1])
    #expect(
      adult.first?.value
        == "40 kg; 40,000,000 cells (40 million; 4E7); 2,400,000,000 cells (2.4 billion; 2.4E9)")
    #expect(try notes(("1e6 cells", "2e6 cells"), ("60e6 cells", "100e6 cells")).count == 1)
  }

  /// Would catch an exponent that is wrong by three, and a unit that does not fit its neighbour.
  @Test func amounts() throws {
    let huge = try notes(("1e9 cells/kg", "2e9 cells/kg"), ("60e9 cells", "100e9 cells"))
    #expect(huge.map(\.band).first == 0 && huge.count >= 2)
    let small = try notes(("1e6 cells/kg", "2e6 cells/kg"), ("9e6 cells", "50e6 cells"))
    #expect(small.contains { $0.words.hasPrefix("An amount of cells beside a band per kg") })
    let large = try notes(("10e6 cells/kg", "11e6 cells/kg"), ("400e6 cells", "440e6 cells"))
    #expect(large.contains { $0.words.hasPrefix("An amount per kg beside a band in cells") })
    #expect(try notes(("9e6 cells/kg", "9e6 cells/kg"), ("300e6 cells", "360e6 cells")).isEmpty)
  }

  /// The thresholds are ten times the largest amounts of the shipped products, none of which has a
  /// note. Would catch a threshold that a new product makes wrong.
  @Test func shippedProducts() throws {
    let products = try ProductRegistry.load(directory: packageRoot + "/data/products")
    var perKilogram = Rational.zero
    var cells = Rational.zero
    for rule in products.compactMap(\.dose) {
      #expect(rule.notes.isEmpty)
      for band in rule.bands + rule.levels.flatMap(\.bands) {
        for amount in [band.minimum, band.target, band.maximum].compactMap(\.self) {
          if amount.isPerKilogram {
            perKilogram = max(perKilogram, amount.number)
          } else {
            cells = max(cells, amount.number)
          }
        }
      }
    }
    #expect(try perKilogram.times(Rational(10)) == DoseRule.greatestPerKilogram)
    #expect(try cells.times(Rational(10)) == DoseRule.greatestCells)
  }

  /// Would catch a request that uses such a rule without a word, and one that nobody can settle.
  @Test func requests() throws {
    let text = Self.head.replacing("HIGH_MAX", with: "100e6 cells/kg")
      .replacing("HIGH", with: "60e6 cells/kg").replacing("LOW_MAX", with: "2e6 cells/kg")
      .replacing("LOW", with: "1e6 cells/kg")
    var request = try BagCases.complete()
    let product = try ProductFile.read(text, file: "p.yaml")
    request.product = product
    request.supplies = []
    request.losses = nil
    let hold = try #require(try DoseCalculation(request).holds.first?.hold)
    #expect(hold.code == .ruleNote && hold.field == "product.dose" && hold.role == .quality)
    request.confirmations = [
      Dosing.Confirmation(
        hold.code, field: hold.field, value: hold.value, name: "A", role: .quality)
    ]
    #expect(try DoseCalculation(request).verdict == .forTwoSignatures)
  }

  /// Would catch a note that is not found in the file, and an id under which nobody finds it.
  @Test func places() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/notes-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = Self.head.replacing("HIGH_MAX", with: "100e6 cells/kg")
      .replacing("HIGH", with: "60e6 cells/kg").replacing("LOW_MAX", with: "2e6 cells/kg")
      .replacing("LOW", with: "1e6 cells/kg")
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/p.yaml"))
    let notes = try ProductRegistry.checked(fileOrFolder: folder).flatMap(\.notes)
    #expect(notes.map(\.place.line) == [18])
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/other.yaml"))
    let other = try ProductRegistry.checked(fileOrFolder: folder + "/other.yaml").flatMap(\.notes)
    #expect(other.map(\.place.line) == [1, 18])
    #expect(other.first?.words.contains("'p'") == true)
  }
}
