import Quantities

/// The law of the day on which a batch is harvested, counted from the day it was started.
///
/// The batch is on its instrument on day d after the start when it is harvested on day d or later;
/// on the day of its harvest it still holds the instrument. A culture may also fail: it then leaves
/// its instrument on a day of its own, and nothing is harvested.
public struct HarvestDayLaw: Hashable, Sendable {
  /// P(harvest on day k after the start), given that there is a harvest, from k = 0 to the last day
  /// that can happen.
  public let probability: [Double]
  /// P(harvest on day k after the start), failures counted: `probability` times 1 - `failure`.
  public let harvest: [Double]
  /// P(on the instrument on day k after the start): not yet harvested, nor ended, before day k.
  public let hold: [Double]
  /// P(the culture fails and is ended without a harvest).
  public let failure: Double
  /// The day after the start on which a culture that failed leaves its instrument.
  public let endedOn: Int
  /// Of the harvests of day k, the share that begins in each part of the day (see `SlotDelivery.begins`);
  /// empty when the hour of a harvest is not known.
  public let parts: [[Double]]

  /// How far the given probabilities may be from a sum of one.
  public static let tolerance = 1e-6

  /// A law from P(harvest on day k) for k = 0, 1, 2 ... of the cultures that do not fail.
  ///
  /// Throws `SlotsRefused.law` when a probability is negative or not finite, when there are more
  /// than 400 days, when they do not sum to 1 within 1e-6 (a smaller gap is divided out), or when
  /// the failure is not in 0 ..< 1 or its day not in 0 ..< 400.
  public init(
    _ given: [Double], failure: Double = 0, endedOn: Int = 0, parts: [[Double]] = []
  ) throws(SlotsRefused) {
    guard failure >= 0, failure < 1, (0..<400).contains(endedOn) else {
      throw SlotsRefused.law("the chance of a failure is not 0 to 1, or its day not 0 to 399")
    }
    guard given.count <= 400, given.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw SlotsRefused.law("a probability is negative or the law is longer than 400 days")
    }
    let sum = given.reduce(0, +)
    guard abs(sum - 1) <= Self.tolerance else {
      throw SlotsRefused.law(
        "the probabilities of the harvest days sum to \(NumberText.significant(sum, 7)), not to 1")
    }
    self.init(
      days: abs(sum - 1) <= 1e-12 ? given : given.map { $0 / sum }, failure: failure,
      endedOn: endedOn, parts: parts)
  }

  private init(days: [Double], failure: Double, endedOn: Int, parts: [[Double]]) {
    self.parts = parts
    var days = days
    while days.last == 0 { days.removeLast() }
    if failure > 0 { while days.count <= endedOn { days.append(0) } }
    probability = days
    harvest = failure > 0 ? days.map { $0 * (1 - failure) } : days
    self.failure = failure
    self.endedOn = failure > 0 ? endedOn : 0
    var left = 1.0
    var hold: [Double] = []
    for (day, p) in harvest.enumerated() {
      hold.append(Swift.min(1, Swift.max(0, left)))
      left -= p
      if failure > 0, day == endedOn { left -= failure }
    }
    self.hold = hold
  }

  /// The law where a batch that is due on a closed day (counted from its start) keeps its instrument
  /// until the next open one; at most 60 days are waited.
  public func waiting(where isClosed: (Int) -> Bool) -> HarvestDayLaw {
    func open(_ day: Int) -> Int {
      (day...day + 60).first { !isClosed($0) } ?? day
    }
    let ended = failure > 0 ? open(endedOn) : endedOn
    let isMoved = probability.enumerated().contains { $1 > 0 && isClosed($0) }
    guard isMoved || ended != endedOn else { return self }
    var days = [Double](repeating: 0, count: probability.count + 60)
    let width = parts.first?.count ?? 0
    var later = [[Double]](
      repeating: [Double](repeating: 0, count: width), count: width > 0 ? days.count : 0)
    for (day, p) in probability.enumerated() where p > 0 {
      let next = open(day)
      days[next] += p
      guard width > 0 else { continue }
      // A batch that has waited is harvested when the day opens.
      if next != day { later[next][0] += p }
      for part in 0..<width where next == day { later[day][part] += p * parts[day][part] }
    }
    for (day, p) in days.enumerated() where p > 0 && width > 0 {
      later[day] = later[day].map { $0 / p }
    }
    return HarvestDayLaw(days: days, failure: failure, endedOn: ended, parts: later)
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

  /// P(harvest on day k or earlier), given that there is a harvest.
  public func byDay(_ day: Int) -> Double {
    day < 0 ? 0 : Swift.min(1, probability.prefix(day + 1).reduce(0, +))
  }

  /// P(off the instrument after day k): harvested, or ended, on day k or earlier.
  public func leftBy(_ day: Int) -> Double {
    if day < 0 { return 0 }
    return day + 1 < hold.count ? 1 - hold[day + 1] : 1
  }

  /// The law of a batch that is known to be on its instrument on day `first`; nil when that cannot
  /// be under this law, or when such a batch can only fail.
  public func given(notBefore first: Int) -> HarvestDayLaw? {
    guard first > 0 else { return self }
    let left = probability.dropFirst(first).reduce(0, +)
    guard left > 0 else { return nil }
    let fails = endedOn >= first ? failure : 0
    return try? HarvestDayLaw(
      probability.enumerated().map { $0.offset < first ? 0 : $0.element / left },
      failure: fails / (fails + (1 - failure) * left), endedOn: endedOn, parts: parts)
  }
}

/// Why slots were not planned.
public struct SlotsRefused: Error, Hashable, CustomStringConvertible {
  /// What is wrong, in a sentence without a full stop.
  public let description: String

  static func law(_ cause: String) -> SlotsRefused { SlotsRefused(description: cause) }
  static func problem(_ cause: String) -> SlotsRefused { SlotsRefused(description: cause) }
}
