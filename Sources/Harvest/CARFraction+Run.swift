import Inference
import ModelLanguage
import Quantities
import RunRecords
import Statistics

extension CARFraction {
  /// Spread of one flow measurement's logit about the culture's value: gating and titration
  /// (engineering judgement, unverified).
  public static let assaySD = 0.25
  /// Hours after transduction within which flow reads high (pseudotransduction).
  public static let earlyHours = 120.0

  /// The fraction that the run's CAR+ measurements up to `now` tell; nil when there is none.
  ///
  /// Measurements at least 5 days after transduction are used; where there is none, the latest one,
  /// and `origin` says that it reads high. Of those used, the ones that agree with the latest
  /// (logits within 2 sqrt(2) assay sd) are averaged; the others are left out and named. Where those
  /// fall, by a straight line whose slope is below 0 with 90 %, the line's value at the latest is taken
  /// with its error in place of the mean, and `falls` tells the slope. Throws
  /// `Posterior.Refusal` when the latest measurement is censored, 0 % or 100 %: it has no logit.
  public static func measured(
    in run: Run, until now: Double
  ) throws(Posterior.Refusal) -> CARFraction? {
    let readings = run.observations.filter { $0.quantity == "car_positive" && $0.time <= now }
    guard let latest = readings.last else { return nil }
    guard logit(latest) != nil else {
      throw Posterior.Refusal(
        description: "\(latest.place): the latest CAR+ measurement of run \(run.name) is "
          + "\(shown(latest.value)), so the CAR+ fraction is not known. Measure again, or give --car with "
          + "--car-sd.")
    }
    let late = readings.filter { !isEarly($0, in: run) }
    let used = late.isEmpty ? [latest] : late
    guard let newest = used.last, let center = logit(newest) else {
      throw Posterior.Refusal(
        description: "The CAR+ measurements of run \(run.name) cannot be used. Give --car.")
    }
    let agreeing = used.compactMap { reading in logit(reading).map { (reading.time, $0) } }.filter {
      abs($0.1 - center) <= 2 * assaySD * 2.0.squareRoot()
    }
    let fall = fall(agreeing)
    var origin = NumberText.counted(agreeing.count, "measurement") + " of this run"
    if late.isEmpty {
      origin += ", the latest within 5 days of transduction, when flow reads high: measure again"
    }
    let left = used.count - agreeing.count
    if left > 0 {
      origin +=
        "; \(NumberText.counted(left, "earlier reading")) \(left == 1 ? "disagrees" : "disagree") with it or "
        + "\(left == 1 ? "has" : "have") no "
        + "logit and \(left == 1 ? "is" : "are") left out: measure again"
    }
    if let fall {
      let next = EstimationScale.logit.toNatural(fall.level + 2 * fall.slope)
      origin +=
        ", which fall: the line through them stands at "
        + "\(percent(EstimationScale.logit.toNatural(fall.level))) at the latest and two days on, should it "
        + "go on, at \(percent(next))"
    }
    let mean = agreeing.reduce(0) { $0 + $1.1 } / Double(max(1, agreeing.count))
    var found = CARFraction(
      median: EstimationScale.logit.toNatural(fall?.level ?? mean),
      sdLogit: fall?.sd ?? assaySD / Double(max(1, agreeing.count)).squareRoot(), origin: origin,
      isMeasured: true, isEarly: late.isEmpty)
    found.falls = fall?.slope
    return found
  }

  /// Logits' straight line over the hours where its slope, known to sd assaySD/sqrt(sum (t - mean)^2), is
  /// below 0 with 90 %: level at the latest, its sd, and the slope, 1/d. nil otherwise.
  private static func fall(
    _ readings: [(hour: Double, logit: Double)]
  ) -> (level: Double, sd: Double, slope: Double)? {
    guard let last = readings.last?.hour, readings.count > 1 else { return nil }
    let n = Double(readings.count)
    let middle = readings.reduce(0) { $0 + $1.hour } / n
    let mean = readings.reduce(0) { $0 + $1.logit } / n
    let squares = readings.reduce(0) { $0 + ($1.hour - middle) * ($1.hour - middle) }
    guard squares > 0 else { return nil }
    let slope = readings.reduce(0) { $0 + ($1.hour - middle) * ($1.logit - mean) } / squares
    guard slope * squares.squareRoot() < -Normal.quantile(0.9) * assaySD else { return nil }
    let lever = 1 / n + (last - middle) * (last - middle) / squares
    return (mean + slope * (last - middle), assaySD * lever.squareRoot(), 24 * slope)
  }

  private static func percent(_ share: Double) -> String { NumberText.percent(share, decimals: 1) }

  /// The latest measurement up to `now` against the earlier ones, which a constant share and the assay's
  /// spread tell: logits differ normally with sd `assaySD` sqrt(1 + 1/n). Where all earlier ones read
  /// high (5 days after transduction), only a higher one contradicts them, and p is one-sided. nil
  /// without an earlier measurement, or where one of the two has no logit.
  public static func check(in run: Run, until now: Double) -> LatestReadingCheck? {
    let readings = run.observations.filter { $0.quantity == "car_positive" && $0.time <= now }
    guard let latest = readings.last, let seen = logit(latest) else { return nil }
    let before = readings.filter { $0.time < latest.time }
    let late = before.filter { !isEarly($0, in: run) }
    let used = (late.isEmpty ? before : late).compactMap(logit)
    guard !used.isEmpty else { return nil }
    let mean = used.reduce(0, +) / Double(used.count)
    let sd = assaySD * (1 + 1 / Double(used.count)).squareRoot()
    let upper = Normal.cumulative(-(seen - mean) / sd)
    let lower = late.isEmpty ? 1 : 1 - upper
    let reach = Normal.reach95 * sd
    return LatestReadingCheck(
      hour: latest.time, quantity: "car_positive", reading: latest.value.number,
      expected: (late.isEmpty
        ? 0 : EstimationScale.logit.toNatural(mean - reach))...EstimationScale.logit.toNatural(
          mean + reach),
      p: late.isEmpty ? upper : min(1, 2 * min(upper, lower)))
  }

  /// True within 5 days of the last transduction before a reading, when flow reads high.
  public static func isEarly(_ reading: Observation, in run: Run) -> Bool {
    isEarly(at: reading.time, in: run)
  }

  /// The same of a reading at an hour.
  public static func isEarly(at hour: Double, in run: Run) -> Bool {
    let transduced = run.operations.last {
      $0.action.kind == .transduction && $0.time <= hour
    }
    return transduced.map { hour - $0.time < earlyHours } ?? false
  }

  /// `0 %`, or `a limit, below 5 %, and no number`.
  private static func shown(_ value: Observation.Reading) -> String {
    let percent = NumberText.percent(value.number, decimals: 1)
    return switch value {
    case .exact: percent
    case .below: "a limit, below \(percent), and no number"
    case .above: "a limit, above \(percent), and no number"
    case .between: "an interval and no number"
    }
  }

  private static func logit(_ reading: Observation) -> Double? {
    guard case .exact(let f) = reading.value, f > 0, f < 1 else { return nil }
    return EstimationScale.logit.toEstimation(f)
  }
}
