import Quantities

/// Weights between two ends, each with its own statement whether it belongs to them.
public struct WeightInterval: Hashable, Sendable, CustomStringConvertible {
  /// Lower end, kg.
  public let lower: Rational
  /// True when that very weight is inside.
  public let lowerInclusive: Bool
  /// Upper end, kg.
  public let upper: Rational
  /// True when that very weight is inside.
  public let upperInclusive: Bool

  /// `from 2 kg to below 50 kg`.
  public var description: String {
    (lowerInclusive ? "from " : "above ") + ExactText.decimal(lower, rounding: .up) + " kg "
      + (upperInclusive ? "to " : "to below ") + ExactText.decimal(upper, rounding: .down) + " kg"
  }

  var isEmpty: Bool { lower > upper || (lower == upper && !(lowerInclusive && upperInclusive)) }

  func cut(above limit: Rational, inclusive: Bool) -> WeightInterval {
    if limit > upper || (limit == upper && (inclusive || !upperInclusive)) { return self }
    return WeightInterval(
      lower: lower, lowerInclusive: lowerInclusive, upper: limit, upperInclusive: inclusive)
  }

  func cut(below limit: Rational, inclusive: Bool) -> WeightInterval {
    if limit < lower || (limit == lower && (inclusive || !lowerInclusive)) { return self }
    return WeightInterval(
      lower: limit, lowerInclusive: inclusive, upper: upper, upperInclusive: upperInclusive)
  }
}

/// The weights of patients whom a number of cells can serve under a rule, exact and in ascending
/// order; the largest patient is at the upper end of the last interval.
///
/// *choice:* the dose that each patient shall get: target, minimum or maximum. The condition is that
/// the whole cells of that dose, as `doseRange` rounds them, are not more than `cells`, and that the
/// cap leaves a dose at all. *Refuses* an amount of cells as choice, and a choice that no band of the
/// rule states. *Edge case:* an empty list when nobody can be served.
public func servedWeights(
  _ product: Product, cells: CellCount, choice: PlannedDose, level: String? = nil,
  plausible: PlausibleWeight = PlausibleWeight()
) throws(Refusal) -> [WeightInterval] {
  let bands = try product.usableRule().bands(level: level)
  if case .amount = choice {
    throw Refusal(
      .badValue, "planned", "A number of cells is the same for every weight.",
      remedy: "Choose the target, the minimum or the maximum.")
  }
  var served: [WeightInterval] = []
  var isStated = false
  for band in bands {
    guard try band.states(choice) else { continue }
    isStated = true
    var interval = WeightInterval(
      lower: plausible.lower, lowerInclusive: true, upper: plausible.upper, upperInclusive: true)
    if let edge = band.lower {
      interval = interval.cut(below: edge.mass.kilograms, inclusive: edge.inclusive)
    }
    if let edge = band.upper {
      interval = interval.cut(above: edge.mass.kilograms, inclusive: edge.inclusive)
    }
    if let part = try band.served(interval, by: cells, choice), !part.isEmpty {
      served.append(part)
    }
  }
  guard isStated else {
    throw Refusal(
      .noTarget, "planned", "No band of the rule states this dose.",
      remedy: "Choose another dose of the rule.")
  }
  return served
}

extension WeightBand {
  /// A stated amount as (number, per kg).
  private typealias Stated = (number: Rational, perKilogram: Bool)

  private func least() throws(Refusal) -> Stated? {
    if let minimum { return (minimum.number, minimum.isPerKilogram) }
    guard let target, let tolerance else { return nil }
    return try exact("tolerance") {
      (try target.number.times(tolerance.complement()), target.isPerKilogram)
    }
  }

  private func most() throws(Refusal) -> Stated? {
    if let maximum { return (maximum.number, maximum.isPerKilogram) }
    guard let target else { return nil }
    return try exact("tolerance") {
      let factor = try Rational.one.plus((tolerance ?? .zero).value)
      return (try target.number.times(factor), target.isPerKilogram)
    }
  }

  fileprivate func states(_ choice: PlannedDose) throws(Refusal) -> Bool {
    switch choice {
    case .target: target != nil
    case .minimum: try least() != nil
    case .maximum: try most() != nil || cap != nil
    case .amount: false
    }
  }

  fileprivate func served(
    _ band: WeightInterval, by cells: CellCount, _ choice: PlannedDose
  ) throws(Refusal) -> WeightInterval? {
    let least = try least()
    let most = try most()
    var interval = band
    // A dose exists: the least one is not above the cap nor above a flat maximum.
    if let least {
      let flat = most.flatMap { $0.perKilogram ? nil : Rational($0.number.floor) }
      if let greatest = [cap?.rational, flat].compactMap(\.self).min() {
        guard let cut = try interval.upTo(greatest, least) else { return nil }
        interval = cut
      }
      if !least.perKilogram, let most, most.perKilogram {
        let low = try exact("weight") {
          try Rational(least.number.ceiling).divided(by: most.number)
        }
        interval = interval.cut(below: low, inclusive: true)
      }
    }
    switch choice {
    case .minimum:
      guard let least else { return nil }
      return try interval.upTo(cells.rational, least)
    case .target, .maximum:
      let aim =
        choice == .target ? target.map { ($0.number, $0.isPerKilogram) as Stated } : most
      if choice == .target, let least {
        // The target is raised to the minimum where it is below.
        guard let cut = try interval.upTo(cells.rational, least) else { return nil }
        interval = cut
      }
      if let cap, cap <= cells { return interval }
      guard let aim else { return nil }
      return try interval.below(Rational(cells.cells).plusOne, aim)
    case .amount: return nil
    }
  }
}

extension Rational {
  fileprivate var plusOne: Rational { (try? plus(.one)) ?? self }
}

extension WeightInterval {
  /// The weights at which number x W is at most `cells`; nil when a flat number is above.
  fileprivate func upTo(
    _ cells: Rational, _ stated: (number: Rational, perKilogram: Bool)
  ) throws(Refusal) -> WeightInterval? {
    guard stated.perKilogram else { return stated.number <= cells ? self : nil }
    guard stated.number > .zero else { return self }
    return cut(
      above: try exact("weight") { try cells.divided(by: stated.number) }, inclusive: true)
  }

  /// The weights at which number x W is below `cells`; nil when a flat number is not.
  fileprivate func below(
    _ cells: Rational, _ stated: (number: Rational, perKilogram: Bool)
  ) throws(Refusal) -> WeightInterval? {
    guard stated.perKilogram else { return stated.number < cells ? self : nil }
    guard stated.number > .zero else { return self }
    return cut(
      above: try exact("weight") { try cells.divided(by: stated.number) }, inclusive: false)
  }
}
