import Quantities

/// The law of the day on which a batch is harvested, counted from the day it was started.
///
/// The batch is on its instrument on day d after the start when it is harvested on day d or later;
/// on the day of its harvest it still holds the instrument.
public struct HarvestDayLaw: Hashable, Sendable {
  /// P(harvest on day k after the start), from k = 0 to the last day that can happen.
  public let probability: [Double]
  /// P(on the instrument on day k after the start) = P(harvest on day k or later).
  public let hold: [Double]

  /// How far the given probabilities may be from a sum of one.
  public static let tolerance = 1e-6

  /// A law from P(harvest on day k) for k = 0, 1, 2 ...
  ///
  /// Throws `SlotsRefused.law` when a probability is negative or not finite, when there are more
  /// than 400 days, or when they do not sum to 1 within 1e-6; a smaller gap is divided out.
  public init(_ given: [Double]) throws(SlotsRefused) {
    guard given.count <= 400, given.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw SlotsRefused.law("a probability is negative or the law is longer than 400 days")
    }
    let sum = given.reduce(0, +)
    guard abs(sum - 1) <= Self.tolerance else {
      throw SlotsRefused.law(
        "the probabilities of the harvest days sum to \(NumberText.significant(sum, 7)), not to 1")
    }
    var days = given
    while days.last == 0 { days.removeLast() }
    probability = abs(sum - 1) <= 1e-12 ? days : days.map { $0 / sum }
    var left = 1.0
    var hold: [Double] = []
    for p in probability {
      hold.append(Swift.min(1, Swift.max(0, left)))
      left -= p
    }
    self.hold = hold
  }

  /// The first day k with P(harvest by day k) >= level; `level` in 0 ... 1.
  public func quantile(_ level: Double) -> Int {
    var sum = 0.0
    for (day, p) in probability.enumerated() {
      sum += p
      if sum >= level - 1e-12, sum > 0 { return day }
    }
    return probability.count - 1
  }

  /// Mean days from start to harvest.
  public var mean: Double {
    probability.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
  }

  /// P(harvest on day k or earlier).
  public func byDay(_ day: Int) -> Double {
    day < 0 ? 0 : Swift.min(1, probability.prefix(day + 1).reduce(0, +))
  }

  /// The law of a batch that is known not to be harvested before day `first`; nil when that cannot
  /// be under this law.
  public func given(notBefore first: Int) -> HarvestDayLaw? {
    guard first > 0 else { return self }
    let left = probability.dropFirst(first).reduce(0, +)
    guard left > 0 else { return nil }
    return try? HarvestDayLaw(
      probability.enumerated().map { $0.offset < first ? 0 : $0.element / left })
  }
}

/// Why slots were not planned.
public struct SlotsRefused: Error, Hashable, CustomStringConvertible {
  /// What is wrong, in a sentence without a full stop.
  public let description: String

  static func law(_ cause: String) -> SlotsRefused { SlotsRefused(description: cause) }
  static func problem(_ cause: String) -> SlotsRefused { SlotsRefused(description: cause) }
}
