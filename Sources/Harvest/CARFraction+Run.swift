import ModelLanguage
import Quantities
import RunRecords

extension CARFraction {
  /// Spread of one flow measurement's logit about the culture's value: gating and titration
  /// (engineering judgement, unverified).
  public static let assaySD = 0.25

  /// The mean logit of the run's CAR+ measurements up to `now`; nil when there is none.
  ///
  /// Measurements within 5 days of transduction read high (pseudotransduction); `origin` says so.
  public static func measured(in run: Run, until now: Double) -> CARFraction? {
    let readings = run.observations.filter { $0.quantity == "car_positive" && $0.time <= now }
    let logits = readings.compactMap { observation -> Double? in
      guard case .exact(let f) = observation.value, f > 0, f < 1 else { return nil }
      return EstimationScale.logit.toEstimation(f)
    }
    guard !logits.isEmpty, let latest = readings.last else { return nil }
    let mean = logits.reduce(0, +) / Double(logits.count)
    let transduced = run.operations.last {
      $0.action.kind == .transduction && $0.time <= latest.time
    }
    let isEarly = transduced.map { latest.time - $0.time < 120 } ?? false
    return CARFraction(
      median: EstimationScale.logit.toNatural(mean),
      sdLogit: assaySD / Double(logits.count).squareRoot(),
      origin: "\(logits.count) measurement\(logits.count == 1 ? "" : "s") of this run"
        + (isEarly
          ? ", the latest within 5 days of transduction, when flow reads high: measure again" : ""))
  }
}
