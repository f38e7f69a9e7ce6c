import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Statistics

/// What flow readings of a phenotype tell of its share at a later hour.
///
/// The logit of the share is a level that drifts and wanders (a local linear trend): over d hours
/// level += slope d + N(0, wander^2 d), slope ~ N(0, slopeSD^2), reading = level + N(0, assay^2); the
/// first reading sets the level. The Kalman filter gives mean and variance of level and slope exactly
/// (Harvey 1989, sections 2.3.2 and 3.2). One reading thus leaves the direction open, several tell it,
/// and an old reading says less with every day. No model of the culture is behind it, and it is taken to be
/// independent of the growth of the cells.
public struct PhenotypeLaw: Sendable, Hashable {
  /// Spread of one reading's logit about the culture's value, as of the CAR+ share.
  public static let assaySD = CARFraction.assaySD
  /// Spread of the drift between cultures, logits a day: 0.2 moves 50 % to 45 or 55 % in a day
  /// (engineering judgement, unverified).
  public static let slopeSD = 0.2
  /// Wandering about the drift, logits in one day (engineering judgement, unverified).
  public static let wander = 0.1

  /// Hours of the last reading.
  public private(set) var hour: Double
  /// Readings that it rests on.
  public private(set) var count = 1
  private var level: Double
  private var slope = 0.0
  private var levelVariance = assaySD * assaySD
  private var covariance = 0.0
  private var slopeVariance = slopeSD * slopeSD / (24 * 24)

  private init(hour: Double, level: Double) {
    (self.hour, self.level) = (hour, level)
  }

  /// The law from the readings up to `now`; nil when there is none with a logit. Limits, 0 % and 100 %
  /// have none and are left out, except that the latest reading must have one: else nil.
  public init?(_ kind: Criterion.Kind, in run: Run, until now: Double) {
    let readings = Self.readings(kind, in: run, until: now)
    guard let first = readings.first, readings.last?.logit != nil else { return nil }
    guard let start = readings.firstIndex(where: { $0.logit != nil }) else { return nil }
    self.init(hour: first.hour, level: 0)
    hour = readings[start].hour
    level = readings[start].logit ?? 0
    for reading in readings.dropFirst(start + 1) {
      if let logit = reading.logit { update(reading.hour, logit) }
    }
  }

  /// Median and spread of the logit at an hour from the last reading on.
  public func logit(at later: Double) -> (mean: Double, sd: Double) {
    let ahead = moved(to: later)
    return (ahead.level, ahead.levelVariance.squareRoot())
  }

  /// Spread of the logit at an hour once the share was read at one before it.
  func spread(at later: Double, readAt hour: Double) -> Double {
    var read = self
    read.update(hour, moved(to: hour).level)
    return read.logit(at: later).sd
  }

  /// Median and the central 95 % of the share at an hour.
  public func share(at later: Double) -> (median: Double, range: ClosedRange<Double>) {
    let (mean, sd) = logit(at: later)
    func natural(_ z: Double) -> Double { EstimationScale.logit.toNatural(mean + z * sd) }
    return (natural(0), natural(-1.96)...natural(1.96))
  }

  /// The latest reading up to `now` against those before it; nil without an earlier one.
  public static func check(
    _ kind: Criterion.Kind, in run: Run, until now: Double
  ) -> LatestReadingCheck? {
    let readings = readings(kind, in: run, until: now)
    guard let latest = readings.last, let seen = latest.logit else { return nil }
    var before = run
    before.observations.removeAll { $0.time >= latest.hour }
    guard let law = PhenotypeLaw(kind, in: before, until: latest.hour) else { return nil }
    let (mean, spread) = law.logit(at: latest.hour)
    let sd = (spread * spread + assaySD * assaySD).squareRoot()
    func natural(_ z: Double) -> Double { EstimationScale.logit.toNatural(mean + z * sd) }
    return LatestReadingCheck(
      hour: latest.hour, quantity: kind.rawValue,
      reading: EstimationScale.logit.toNatural(seen),
      expected: natural(-Normal.reach95)...natural(Normal.reach95),
      p: 2 * Normal.cumulative(-abs(seen - mean) / sd))
  }

  private struct Reading {
    let hour: Double
    let logit: Double?
  }

  private static func readings(
    _ kind: Criterion.Kind, in run: Run, until now: Double
  ) -> [Reading] {
    run.observations.filter { $0.quantity == kind.rawValue && $0.time <= now }.map { reading in
      guard case .exact(let share) = reading.value, share > 0, share < 1 else {
        return Reading(hour: reading.time, logit: nil)
      }
      return Reading(hour: reading.time, logit: EstimationScale.logit.toEstimation(share))
    }
  }

  private func moved(to later: Double) -> PhenotypeLaw {
    var ahead = self
    let gap = max(0, later - hour)
    ahead.hour = max(hour, later)
    ahead.level += slope * gap
    ahead.levelVariance +=
      2 * gap * covariance + gap * gap * slopeVariance + Self.wander * Self.wander * gap / 24
    ahead.covariance += gap * slopeVariance
    return ahead
  }

  private mutating func update(_ hour: Double, _ seen: Double) {
    self = moved(to: hour)
    let total = levelVariance + Self.assaySD * Self.assaySD
    let (gain, drift) = (levelVariance / total, covariance / total)
    let surprise = seen - level
    level += gain * surprise
    slope += drift * surprise
    slopeVariance -= drift * covariance
    covariance -= gain * covariance
    levelVariance -= gain * levelVariance
    count += 1
  }
}

/// Shares of one phenotype, one a draw; a draw keeps its place in the spread over the hours.
struct PhenotypeDraws {
  private let law: PhenotypeLaw
  private let places: [Double]

  init(_ law: PhenotypeLaw, of kind: Criterion.Kind, count: Int, seed: UInt64, name: String) {
    self.law = law
    places = (0..<count).map { index in
      var stream = RandomStream(
        seed: seed, name: name, purpose: "phenotype \(kind.rawValue)", index: UInt64(index))
      return stream.normal()
    }
  }

  func shares(at hour: Double) -> [Double] {
    let (mean, sd) = law.logit(at: hour)
    return places.map { EstimationScale.logit.toNatural(mean + sd * $0) }
  }
}
