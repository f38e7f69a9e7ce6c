/// What is asked of a harvest forecast.
public struct HarvestQuestion: Sendable {
  /// Viable CAR+ cells that must be there at harvest, 1e6 cells.
  public var need: Double
  /// The CAR+ fraction of viable cells.
  public var car: CARFraction
  /// What must be said about the need, such as another denominator of the product.
  public var needNote: String?
  /// The probability at which a day counts as safe.
  public var confidence = 0.9
  /// Least viability at harvest, as a fraction; nil when it is no criterion.
  public var minimumViability: Double?
  /// Hours of the present: forecasts begin here.
  public var now: Double
  /// Hours at which the culture ends at the latest.
  public var horizon: Double
  /// Number of draws.
  public var draws = 2000
  /// Threads.
  public var threads = 1

  /// A question from its necessary parts.
  public init(need: Double, car: CARFraction, now: Double, horizon: Double) {
    self.need = need
    self.car = car
    self.now = now
    self.horizon = horizon
  }
}

/// The CAR+ fraction of viable cells at harvest: normal on the logit scale.
public struct CARFraction: Sendable, Hashable {
  /// Median, 0 ... 1.
  public let median: Double
  /// Standard deviation of its logit.
  public let sdLogit: Double
  /// Where it comes from, in words.
  public let origin: String
  /// True when it comes from the run's own measurements.
  public let isMeasured: Bool
  /// True when all that it rests on was read soon after transduction, when flow reads high.
  public let isEarly: Bool
  /// Logits a day by which its measurements fall, where they do; see `measured`.
  public internal(set) var falls: Double?

  /// A fraction given by the user, or told by measurements.
  public init(
    median: Double, sdLogit: Double, origin: String, isMeasured: Bool = false, isEarly: Bool = false
  ) {
    self.isMeasured = isMeasured
    self.isEarly = isEarly
    self.median = median
    self.sdLogit = sdLogit
    self.origin = origin
  }
}
