import Bioreactor
import Inference
import ModelLanguage
import Quantities
import RunRecords
import Statistics

extension LatestReadingCheck {
  /// The readings of the last hour up to now against a fit of everything before them.
  ///
  /// The model is fitted to the earlier readings alone and its draws are carried to the last hour;
  /// p is the two-sided tail that a reading of each quantity lies in, times the number of
  /// quantities (Bonferroni). Empty when there are readings at fewer than three hours, the earlier
  /// fit is not usable, or its posterior cannot be drawn: then nothing is said either way.
  public static func latest(
    _ model: Model, run: Run, platform: Platform?, until now: Double, options: FitOptions,
    draws count: Int = 1000, threads: Int = 1
  ) -> [LatestReadingCheck] {
    guard let whole = try? Culture(model: model, run: run, platform: platform, until: now),
      let last = whole.targets.map(\.observation.time).max(),
      Set(whole.targets.map(\.observation.time)).count >= 3
    else { return [] }
    var earlier = options
    earlier.until = last.nextDown
    guard
      let before = try? Culture(model: model, run: run, platform: platform, until: last.nextDown),
      let fit = try? Fit.run(before, options: earlier), fit.isUsable,
      let posterior = try? Posterior.sample(
        fit, before, options: earlier, count: count, threads: threads)
    else { return [] }
    let latest = whole.targets.filter { $0.observation.time == last }
    let phases = latest.map(\.observation.phase)
    let phase = phases.contains(.before) ? Observation.Phase.before : .after
    let seen = latest.filter { $0.observation.phase == phase }
    let observables = Set(seen.map(\.observable)).sorted()
    guard
      let ensemble = try? Ensemble(
        posterior, before, instants: [Instant(time: last, phase: phase)],
        observables: observables, run: fit.run, options: earlier, threads: threads)
    else { return [] }
    var found: [LatestReadingCheck] = []
    for target in seen {
      guard let k = observables.firstIndex(of: target.observable),
        let quantiles = try? ensemble.measurement(instant: 0, observable: k)
      else { continue }
      let values = ensemble.readings(instant: 0, observable: k)
      guard let tail = tail(target.observation.value, values, ensemble.weights) else { continue }
      let p = min(1, tail * Double(seen.count))
      found.append(
        LatestReadingCheck(
          hour: last, quantity: target.observation.quantity,
          reading: target.observation.value.number, expected: quantiles.ninetyFive, p: p))
    }
    return found
  }

  /// Probability of a reading at least as far out, two-sided for numbers, that of the limit itself
  /// for limits; nil for intervals.
  static func tail(
    _ reading: Observation.Reading, _ values: [Double], _ weights: [Double]
  ) -> Double? {
    func share(_ holds: (Double) -> Bool) -> Double {
      zip(values, weights).reduce(0) { $0 + (holds($1.0) ? $1.1 : 0) }
    }
    switch reading {
    case .exact(let y): return min(1, 2 * min(share { $0 <= y }, share { $0 >= y }))
    case .below(let y): return share { $0 < y }
    case .above(let y): return share { $0 > y }
    case .between: return nil
    }
  }
}
