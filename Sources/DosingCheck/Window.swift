import Quantities

/// Least, wanted and greatest number of cells, as three columns of one table.
struct Window {
  var minimum: BigNatural?
  var target: BigNatural?
  var maximum: BigNatural?

  init(minimum: BigNatural?, maximum: BigNatural?) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// The window of a band at a weight in kg.
  init(_ band: DoseSheet.Band, kilograms: Rational?) throws(CheckFault) {
    let isAlone = band.minimum == nil && band.maximum == nil && band.target != nil
    if band.tolerance != nil && !isAlone { throw CheckFault("a tolerance without a lone target") }
    // Column by column: the stated amount, the part of the whole that applies, the cap.
    let share = try band.tolerance.map { fraction throws(CheckFault) in try Ratio(fraction) }
    let below = share.flatMap { Ratio.difference(Ratio.one, $0) }
    let above = share.map { Ratio.one + $0 } ?? Ratio.one
    let cap = band.cap.map { Ratio($0) }
    let least = band.minimum ?? (below == nil ? nil : band.target)
    minimum = try Window.cells(least, below ?? Ratio.one, kilograms)?.rounded(.up)
    let most = try Window.cells(
      band.maximum ?? band.target, band.maximum == nil ? above : Ratio.one, kilograms)
    maximum = try Window.lesser(most, cap)?.rounded(.down)
    let wanted = try Window.cells(band.target, Ratio.one, kilograms)
    target = try wanted.flatMap { Window.lesser($0, cap) }?.rounded(.down)
      .clipped(from: minimum, to: nil)
    if minimum == nil && maximum == nil { throw CheckFault("a rule without a dose") }
    if let maximum, maximum.isZero || maximum < minimum ?? .zero {
      throw CheckFault("an empty range of doses")
    }
  }

  /// The dose of a choice; it must lie inside.
  func dose(_ choice: DoseSheet.Choice) throws(CheckFault) -> BigNatural {
    let dose: BigNatural? =
      switch choice {
      case .target: target
      case .minimum: minimum
      case .maximum: maximum
      case .amount(let count): BigNatural(count)
      }
    guard let dose, !dose.isZero, minimum.map({ $0 <= dose }) ?? true,
      maximum.map({ dose <= $0 }) ?? true
    else { throw CheckFault("a planned dose outside the range") }
    return dose
  }

  /// The window of a share of the dose: least rounded up, greatest rounded down.
  func part(_ share: Ratio) throws(CheckFault) -> Window {
    var part = Window(minimum: nil, maximum: nil)
    if let minimum { part.minimum = try (share * Ratio(minimum)).rounded(.up) }
    if let maximum { part.maximum = try (share * Ratio(maximum)).rounded(.down) }
    return part
  }

  private static func cells(
    _ amount: DoseSheet.Amount?, _ part: Ratio, _ kilograms: Rational?
  ) throws(CheckFault) -> Ratio? {
    guard let amount else { return nil }
    let cells = try Ratio(amount.value) * part
    if !amount.perKilogram { return cells }
    guard let kilograms else { throw CheckFault("a missing weight") }
    return try cells * Ratio(kilograms)
  }

  private static func lesser(_ a: Ratio?, _ b: Ratio?) -> Ratio? {
    guard let a, let b else { return a ?? b }
    return b < a ? b : a
  }
}
