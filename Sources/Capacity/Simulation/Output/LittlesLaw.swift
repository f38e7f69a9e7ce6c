/// Little's law in one place of the facility: L = lambda W, exact over the measured time.
///
/// Left: the time average of a count that is kept up to date as patients come and go. Right: the
/// sum of the times that single patients spent there inside the measured time, over its length.
/// They are computed apart and differ by rounding only.
///
/// Reference: Little (1961), Operations Research 9, 383-387; Stidham (1974) for finite times.
public struct LittlesLaw: Sendable, Equatable {
  /// "system", or the name of the pool whose queue it is.
  public let place: String
  /// Time average of the number there.
  public let timeAverage: Double
  /// Arrival rate times mean time there.
  public let rateTimesTime: Double

  /// |left - right|, relative to the larger of the two and 1.
  public var gap: Double {
    abs(timeAverage - rateTimesTime) / max(1, timeAverage, rateTimesTime)
  }
}
