import Bioreactor
import ModelLanguage
import RunRecords

/// One observable over time: the curve and the next measurement, each with its bands.
public struct CurveBand: Sendable {
  /// The observable's name.
  public let quantity: String
  /// One entry an instant, in order of time; at operations one before and one after.
  public let points: [Point]

  /// The bands at one instant.
  public struct Point: Sendable {
    /// The instant.
    public let instant: Instant
    /// Where the culture itself is.
    public let curve: Quantiles
    /// What a measurement would read, with its noise.
    public let measurement: Quantiles
  }

  /// An even grid over the culture with both sides of every operation.
  public static func grid(_ timeline: Timeline, to end: Double, points: Int = 120) -> [Instant] {
    let span = end - timeline.start
    var instants = (0...points).map {
      Instant(time: timeline.start + span * Double($0) / Double(points))
    }
    for moment in timeline.moments where moment.time > timeline.start && moment.time <= end {
      instants.append(Instant(time: moment.time, phase: .before))
      if moment.time < end { instants.append(Instant(time: moment.time, phase: .after)) }
    }
    return instants.sorted {
      ($0.time, $0.phase == .before ? 0 : 1) < ($1.time, $1.phase == .before ? 0 : 1)
    }
  }

  /// Bands from their points.
  init(quantity: String, points: [Point]) {
    self.quantity = quantity
    self.points = points
  }

  /// The bands of the k-th followed observable over the first `count` instants of an ensemble.
  public init(_ ensemble: Ensemble, observable k: Int, quantity: String, count: Int) throws {
    self.quantity = quantity
    points = try (0..<count).map {
      Point(
        instant: ensemble.instants[$0], curve: try ensemble.curve(instant: $0, observable: k),
        measurement: try ensemble.measurement(instant: $0, observable: k))
    }
  }
}
