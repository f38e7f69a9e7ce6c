import DosingCheck
import Foundation
import Quantities
import Testing

/// What counts as agreement between two calculations of one dose.
@Suite struct AgreementTests {
  /// A dose in two components with everything that can be asked for.
  private static func sheet() throws -> DoseSheet {
    var band = DoseSheet.Band()
    band.minimum = DoseSheet.Amount(Rational(1_000_000), perKilogram: true)
    band.target = DoseSheet.Amount(Rational(2_000_000), perKilogram: true)
    band.cap = try CellCount(200_000_000)
    var sheet = DoseSheet(bands: [band], kilograms: try exactly("71.3"), choice: .target)
    sheet.course = .components([try Rational(2, over: 5), try Rational(3, over: 5)])
    sheet.harvest = [.recovery(try Fraction(exactly("0.7"))), .cells(try CellCount(2_000_001))]
    var bag = DoseSheet.Bag(
      viableDensity: try exactly("11300000"), totalDensity: nil,
      shares: [try Fraction(exactly("0.31"))], resolution: try exactly("0.1"),
      available: Rational(90))
    bag.dead = try exactly("1.5")
    bag.sizes = [Rational(5)...Rational(20)]
    bag.mostContainers = 3
    sheet.bags = [bag, bag]
    var safety = DoseSheet.Safety()
    safety.dmso = try exactly("82.5")
    safety.endotoxin = try exactly("0.5")
    safety.copies = Rational(2)
    safety.copiesCarShare = try Fraction(exactly("0.31"))
    sheet.safety = safety
    sheet.errors = [try Fraction(exactly("0.1")), try Fraction(exactly("0.08"))]
    return sheet
  }

  /// Would catch a comparison that passes whatever it is given: each whole number moved by two
  /// cells must stop the output, and one cell is tolerated.
  @Test func cells() throws {
    let sheet = try Self.sheet()
    let right = try recalculate(sheet)
    try requireAgreement(of: right, with: sheet)
    let changes: [(String, WritableKeyPath<DoseFigures, Int?>)] = [
      ("minimum", \.minimum), ("target", \.target), ("maximum", \.maximum),
      ("planned", \.planned), ("harvest", \.harvest), ("dose", \.dose),
      ("dose of portion 1", \.portions[0].dose), ("dose of portion 2", \.portions[1].dose),
    ]
    for (name, path) in changes {
      for offset in [-2, -1, 1, 2] {
        var figures = right
        figures[keyPath: path] = try #require(figures[keyPath: path]) + offset
        #expect(disagreement(figures, sheet) == (abs(offset) == 2 ? [name] : nil))
      }
      var figures = right
      figures[keyPath: path] = nil
      #expect(disagreement(figures, sheet) == [name])
    }
    var figures = right
    figures.portions[1].cells -= 2
    #expect(disagreement(figures, sheet) == ["cells of portion 2"])
    figures.portions.removeLast()
    #expect(disagreement(figures, sheet) == ["number of portions"])
  }

  /// Would catch a tolerance where none is allowed: volumes, fills and what comes with them must
  /// be equal, the probability within 1e-9 and a number.
  @Test func exactFigures() throws {
    let sheet = try Self.sheet()
    let right = try recalculate(sheet)
    let tiny = try Rational(1, over: 1_000_000_000_000)
    let changes: [(String, WritableKeyPath<DoseFigures, Rational?>)] = [
      ("volume of portion 1", \.portions[0].volume),
      ("volume per kg", \.safety.volumePerKilogram), ("DMSO per kg", \.safety.dmsoPerKilogram),
      ("endotoxin per kg", \.safety.endotoxinPerKilogram),
      ("copies per CAR+ cell", \.safety.copiesPerCarPositive),
    ]
    for (name, path) in changes {
      var figures = right
      figures[keyPath: path] = try figures[keyPath: path]?.plus(tiny)
      #expect(disagreement(figures, sheet) == [name])
      figures[keyPath: path] = nil
      #expect(disagreement(figures, sheet) == [name])
    }
    var figures = right
    figures.portions[0].containers[0] = try figures.portions[0].containers[0].plus(tiny)
    #expect(disagreement(figures, sheet) == ["containers of portion 1"])
    for (within, isSame) in [(0.9e-9, true), (1.1e-9, false), (.nan, false)] {
      figures = right
      figures.within = try #require(right.within) + within
      #expect(disagreement(figures, sheet) == (isSame ? nil : ["probability"]))
    }
    figures.within = nil
    #expect(disagreement(figures, sheet) == ["probability"])
  }

  /// Would catch a second calculation whose silence is taken for agreement, and words that repeat
  /// a patient's values.
  @Test func silenceIsNoAgreement() throws {
    var sheet = try Self.sheet()
    let right = try recalculate(sheet)
    sheet.bags[1].totalDensity = Rational(77_777_777)
    do throws(Disagreement) {
      try requireAgreement(of: right, with: sheet)
      Issue.record("agreed without a second result")
    } catch {
      #expect(error.figures.isEmpty)
      #expect(error.description.hasPrefix("E_DOSE_DISAGREEMENT: "))
      #expect(error.description.contains("The second calculation stops at not exactly one density"))
      #expect(!error.description.contains("7777"))
    }
  }

  /// Whatever a sheet holds, a second calculation that cannot be is a fault, not a trap: negative
  /// and zero numbers, shares that do not sum, too few bags, a container count without end.
  @Test func impossibleSheets() throws {
    let sheet = try Self.sheet()
    let minus = Rational(-1)
    let half = try Rational(1, over: 2)
    let changes: [(inout DoseSheet) -> Void] = [
      { $0.bands = [] }, { $0.bands.append($0.bands[0]) }, { $0.kilograms = nil },
      { $0.kilograms = minus }, { $0.kilograms = .zero }, { $0.bands[0].tolerance = .zero },
      { $0.bands[0].minimum?.value = Rational(3_000_000) }, { $0.bands[0].cap = .zero },
      { $0.choice = .amount(.zero) }, { $0.bands[0].target = nil },
      { $0.course = .components([half]) }, { $0.course = .fractions([half, half, half]) },
      { $0.course = .components([minus, Rational(2)]) }, { $0.course = .split([]) },
      { $0.harvest = [.recovery(.zero)] }, { $0.harvest = [.share(.one)] },
      { $0.bags.removeLast() }, { $0.bags[0].resolution = .zero },
      { $0.bags[0].available = minus }, { $0.bags[0].available = Rational(1) },
      { $0.bags[0].viableDensity = nil }, { $0.bags[0].viableDensity = .zero },
      { $0.bags[0].shares = [.zero] }, { $0.bags[0].mostContainers = 0 },
      { $0.bags[0].mostContainers = -1 }, { $0.bags[0].sizes = [Rational(500)...Rational(501)] },
      { $0.bags[0].dead = Rational(91) }, { $0.safety?.containersPerHour = 0 },
      { $0.safety?.copiesCarShare = .zero },
    ]
    var answered: [Int] = []
    for (index, change) in changes.enumerated() {
      var wrong = sheet
      change(&wrong)
      if (try? recalculate(wrong)) != nil { answered.append(index) }
    }
    #expect(answered.isEmpty)
    var endless = sheet
    endless.bags[0].mostContainers = .max
    endless.bags[0].sizes = [Rational(500)...Rational(501)]
    #expect((try? recalculate(endless)) == nil)
    endless.bags[0].dead = .zero
    endless.bags[0].mostContainers = 1000
    #expect((try? recalculate(endless)) == nil)
  }

  /// Names of what differs; nil for agreement.
  private func disagreement(_ figures: DoseFigures, _ sheet: DoseSheet) -> [String]? {
    do throws(Disagreement) {
      try requireAgreement(of: figures, with: sheet)
      return nil
    } catch {
      return error.figures
    }
  }
}
