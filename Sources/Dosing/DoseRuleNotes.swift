import Quantities

extension DoseRule {
  /// A statement of a rule that can be, and that is more likely a slip in the file.
  public struct Note: Hashable, Sendable {
    /// The level's place, for dose levels.
    public let level: Int?
    /// The band's place.
    public let band: Int
    /// What looks like a slip, in words.
    public let words: String
    /// The numbers that it is about.
    public let value: String
  }

  /// Greatest amount per kg without a note: ten times the largest that is shipped, 15E6 cells/kg.
  public static let greatestPerKilogram = Rational(150_000_000)
  /// Greatest amount of cells without a note: ten times the largest that is shipped, 600E6 cells.
  public static let greatestCells = Rational(6_000_000_000)
  /// Between amounts per kg below it and amounts of cells above it, beside each other in bands: 1E7.
  public static let betweenUnits = Rational(10_000_000)
  /// Greatest ratio of the doses of two bands at the weight where they meet: 3.
  public static let greatestJump = Rational(3)

  /// What looks like a slip, in the order of the file: a dose that jumps at an edge, an amount beyond
  /// anything that is shipped, and a unit that does not fit its neighbour.
  func findNotes() -> [Note] {
    guard !levels.isEmpty else { return Self.notes(of: bands, level: nil) }
    return levels.enumerated().flatMap { Self.notes(of: $1.bands, level: $0) }
  }

  private static func notes(of bands: [WeightBand], level: Int?) -> [Note] {
    var notes: [Note] = []
    for (index, band) in bands.enumerated() {
      func add(_ words: String, _ value: String) {
        notes.append(Note(level: level, band: index, words: words, value: value))
      }
      if let amount = band.amounts.first(where: isTooLarge) {
        add("An amount is more than ten times the largest of any shipped product.", "\(amount)")
      } else if let cap = band.cap, isTooLarge(.cells(cap)) {
        add("The cap is more than ten times the largest of any shipped product.", "cap \(cap)")
      }
      guard index > 0 else { continue }
      let before = bands[index - 1]
      for (own, other) in [(band, before), (before, band)] {
        if let amount = own.amounts.first(where: { isOfOtherUnit($0, beside: other) }) {
          add(
            amount.isPerKilogram
              ? "An amount per kg beside a band in cells is as large as a dose in cells."
              : "An amount of cells beside a band per kg is as small as a dose per kg.", "\(amount)"
          )
        }
      }
      if let edge = band.lower?.mass ?? before.upper?.mass,
        let jump = jump(from: before, to: band, at: edge)
      {
        add(
          "At \(edge) the dose jumps more than \(ExactText.decimal(greatestJump))-fold from one band to "
            + "the next.",
          "\(edge); \(NumberText.cells(jump.before.floor)); \(NumberText.cells(jump.after.floor))")
      }
    }
    return notes
  }

  private static func isTooLarge(_ amount: DoseAmount) -> Bool {
    amount.number > (amount.isPerKilogram ? greatestPerKilogram : greatestCells)
  }

  /// True for cells as few as a dose per kg beside one per kg, and the other way round.
  private static func isOfOtherUnit(_ amount: DoseAmount, beside band: WeightBand) -> Bool {
    guard band.amounts.contains(where: { $0.isPerKilogram != amount.isPerKilogram }) else {
      return false
    }
    return amount.isPerKilogram ? amount.number >= betweenUnits : amount.number < betweenUnits
  }

  /// The first of target, greatest and least dose that differs too much on the two sides of an edge.
  private static func jump(
    from before: WeightBand, to after: WeightBand, at edge: BodyMass
  ) -> (before: Rational, after: Rational)? {
    for (a, b) in zip(before.totals(at: edge), after.totals(at: edge)) {
      guard let a, let b, a > .zero, b > .zero, let most = try? min(a, b).times(greatestJump),
        max(a, b) > most
      else { continue }
      return (a, b)
    }
    return nil
  }
}

extension WeightBand {
  fileprivate var amounts: [DoseAmount] { [target, maximum, minimum].compactMap(\.self) }

  /// Target, greatest and least cells at a weight, under the cap; nil where there is none.
  fileprivate func totals(at mass: BodyMass) -> [Rational?] {
    let totals = [
      try? target?.cells(at: mass, "target"), try? most(at: mass), try? least(at: mass),
    ]
    return totals.map { total in total.flatMap(\.self).map { min($0, cap?.rational ?? $0) } }
  }
}
