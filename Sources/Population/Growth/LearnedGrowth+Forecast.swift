import LinearAlgebra
import Quantities

extension LearnedGrowth {
  /// How far beyond the window of origins, and beyond the horizons that taught, a surface is used, h.
  static let tolerance = 4.0

  /// The forecast of a run's cells at `times` (h), from its counts so far.
  ///
  /// The surface is used where the run has three counts `spacing` apart, the last within a window that
  /// was learned, and all times within its horizons; otherwise the path, and the notes say why.
  /// `basis` asks for one of them. With `replicates`, the forecast is of the next count (the mean of
  /// so many wells), without it of the culture. Throws `InputRefused` when a condition never taught,
  /// times are not later than the last count, or lie further out than `GrowthOptions.reach`.
  public func forecast(
    _ history: GrowthHistory, at times: [Double], replicates: Double? = nil,
    basis: GrowthForecast.Basis? = nil
  ) throws(InputRefused) -> GrowthForecast {
    try history.check()
    let (labels, group) = try kind(of: history)
    guard !times.isEmpty, times.allSatisfy(\.isFinite),
      zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }),
      replicates.map({ $0 >= 1 && $0.isFinite }) ?? true
    else {
      throw GrowthRefusal.of(
        history.run, "The times to forecast do not ascend, or replicates are below 1.",
        "Name one time or several in ascending order, and 1 or more replicates.")
    }
    if let last = history.counts.last?.time, let first = times.first, first <= last {
      throw GrowthRefusal.of(
        history.run, "A time to forecast is not later than the last count.", "Name later times.")
    }
    guard let furthest = times.last, furthest <= path.lastTaught + options.reach else {
      throw GrowthRefusal.of(
        history.run,
        "No run was followed so long: the last count that taught is at \(hours(path.lastTaught)) h.",
        "Forecast up to \(hours(path.lastTaught + options.reach)) h, or learn from longer runs.")
    }
    guard times[0] >= path.knots[0] else {
      throw GrowthRefusal.of(
        history.run,
        "A time lies before the first count that taught, at \(hours(path.knots[0])) h.",
        "Forecast later times.")
    }
    var notes: [String] = []
    switch cover(history, times) {
    case .success(let (k, origin)) where basis != .path:
      return surface(k, origin, history, times, replicates, labels, group, &notes)
    case .failure(let why) where basis == .surface:
      throw GrowthRefusal.of(history.run, why.reason, "Use the path.")
    case .failure(let why):
      notes.append(
        why.reason
          + " The forecast rests on the run's own counts and the learned change of the growth rate."
      )
    case .success:
      break
    }
    if furthest > path.lastTaught {
      notes.append("Times after \(hours(path.lastTaught)) h lie beyond all counts that taught.")
    }
    do {
      let told = try path.predict(
        history.counts, group: group, times: times, replicates: replicates)
      return GrowthForecast(
        run: history.run, basis: .path, times: times, median: told.mean, scale: told.scale,
        degreesOfFreedom: told.degrees, notes: notes)
    } catch {
      throw GrowthRefusal.of(
        history.run, "The covariance of the run's counts has no Cholesky factor: \(error)",
        "Look for counts that are there twice.")
    }
  }

  private func hours(_ value: Double) -> String { NumberText.significant(value, 5) }

  private struct Uncovered: Error { let reason: String }

  /// The surface that covers a run, with the run's origin.
  private func cover(
    _ history: GrowthHistory, _ times: [Double]
  ) -> Result<(Int, GrowthOrigin), Uncovered> {
    let last = history.counts.count - 1
    guard let origin = GrowthOrigin(history.counts, last: last, spacing: options.spacing) else {
      return .failure(
        Uncovered(reason: "There are not three counts \(hours(options.spacing)) h or more apart."))
    }
    let near = surfaces.indices.filter {
      surfaces[$0].origins.lowerBound - Self.tolerance <= origin.time
        && origin.time <= surfaces[$0].origins.upperBound + Self.tolerance
    }
    func gap(_ k: Int) -> Double {
      max(
        surfaces[k].origins.lowerBound - origin.time, origin.time - surfaces[k].origins.upperBound)
    }
    guard let k = near.min(by: { gap($0) < gap($1) }) else {
      return .failure(
        Uncovered(
          reason: "No surface was learned from counts that end near \(hours(origin.time)) h."))
    }
    guard let far = times.last, let soon = times.first,
      far - origin.time <= surfaces[k].horizons.upperBound + Self.tolerance,
      soon > origin.time
    else {
      return .failure(
        Uncovered(
          reason:
            "The surface reaches \(hours(surfaces[k].horizons.upperBound)) h beyond the last count."
        )
      )
    }
    return .success((k, origin))
  }

  private func surface(
    _ k: Int, _ origin: GrowthOrigin, _ history: GrowthHistory, _ times: [Double],
    _ replicates: Double?, _ labels: [Int], _ group: Int, _ notes: inout [String]
  ) -> GrowthForecast {
    let chosen = surfaces[k]
    let words = [
      "growth rate before the last interval", "growth rate of the last interval", "level",
    ]
    for j in 0..<(options.usesLevel ? 3 : 2) where !chosen.features[j].contains(origin.features[j])
    {
      notes.append(
        "The run's \(words[j]) lies outside what taught; the forecast is an extrapolation.")
    }
    let told = chosen.predict(
      features: origin.features, labels: labels, group: group,
      horizons: times.map { ($0 - origin.time) / 24 }, replicates: replicates, posteriors[k])
    return GrowthForecast(
      run: history.run, basis: .surface, times: times, median: told.mean.map { $0 + origin.level },
      scale: told.scale, degreesOfFreedom: chosen.degrees, notes: notes)
  }
}
