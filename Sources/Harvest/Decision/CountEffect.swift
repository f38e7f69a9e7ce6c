import Inference
import Quantities
import Statistics

/// What the next viable count would change: the start advised after each reading it could give.
///
/// Readings at the middles of 40 equally probable parts of what the count would read are taken in turn: the
/// draws are weighed by Bayes' rule, every start gets its new chances, and the rule of the decision is
/// asked again. Readings next to each other that lead to one day stand together.
public struct CountEffect: Sendable, Hashable {
  /// Neighbouring readings that lead to the same answer.
  public struct Step: Sendable, Hashable {
    /// The readings, 1e6 cells/mL.
    public internal(set) var readings: ClosedRange<Double>
    /// The chance of a reading among them.
    public internal(set) var chance: Double
    /// The start that is aimed at then, the earliest of their hours.
    public internal(set) var start: Double
    /// Its chance, by the yardstick of then, the least and the greatest.
    public internal(set) var chances: ClosedRange<Double>
    /// True where the start is safe.
    public let isSafe: Bool
    /// What starts are compared by.
    public let yardstick: Yardstick
  }

  /// Hour of the count.
  public let hour: Double
  /// The steps, readings ascending.
  public let steps: [Step]

  private static let parts = 40

  /// nil where the density is not drawn at the hour, or no start comes after it.
  init?(
    _ decision: HarvestDecision, _ chances: HarvestChances, _ curves: DonorCurves, at hour: Double,
    threads: Int
  ) {
    let draws = chances.evaluation.draws
    let thresholds = decision.question.plan.thresholds
    let starts = decision.starts.filter { $0.hour >= hour }
    guard let instant = curves.instants.firstIndex(where: { $0.time == hour }),
      let column = curves.quantities.firstIndex(of: "vcd"), !starts.isEmpty,
      let readings = try? curves.sample(curves.readings(instant, column))
    else { return nil }
    let behind = starts.compactMap { start in
      draws.hours.firstIndex(of: start.hour).map { chances.behind($0) }
    }
    guard behind.count == starts.count else { return nil }
    let density = curves.logDensities(instant, column)
    let priors = draws.weights.map { Double.log($0) }
    let levels = (0..<Self.parts).map { (Double($0) + 0.5) / Double(Self.parts) }
    let values = levels.compactMap { try? readings.bound($0) }
    guard values.count == Self.parts else { return nil }
    // The aim of each reading: hour, chance, yardstick, safety.
    let aims = Parallel.map(chunksOf: 4, count: values.count, threads: threads, context: {}) {
      _, k -> (start: Double, chance: Double, yardstick: Yardstick, isSafe: Bool)? in
      let weights = LogSum.weights(zip(priors, density(values[k])).map { $0 + $1 })
      func mean(_ chances: [Double]) -> Double {
        min(1, zip(weights, chances).reduce(0) { $0 + $1.0 * $1.1 })
      }
      let renewed = zip(starts, behind).map { start, behind in
        var start = start
        start.met = mean(behind.met)
        start.reduced = max(0, mean(behind.any) - start.met)
        if start.withoutOptional != nil { start.withoutOptional = mean(behind.dose) }
        return start
      }
      let yardstick = Yardstick(renewed, thresholds)
      return DecisionRule.target(renewed, thresholds: thresholds).map {
        ($0.hour, yardstick.chance($0), yardstick, yardstick.isSafe($0, thresholds))
      }
    }
    let calendar = decision.question.plan.calendar
    func day(_ hour: Double) -> String {
      calendar?.time(ofHour: hour)?.date.map { "\($0)" } ?? "\((hour / 24).rounded(.down))"
    }
    var steps: [Step] = []
    for (value, aim) in zip(values, aims) {
      guard let aim else { continue }
      if var last = steps.last, day(last.start) == day(aim.start), last.isSafe == aim.isSafe,
        last.yardstick == aim.yardstick
      {
        last.readings = last.readings.lowerBound...max(last.readings.lowerBound, value)
        last.chance += 1 / Double(Self.parts)
        last.start = min(last.start, aim.start)
        last.chances =
          min(last.chances.lowerBound, aim.chance)...max(last.chances.upperBound, aim.chance)
        steps[steps.count - 1] = last
      } else {
        steps.append(
          Step(
            readings: value...value, chance: 1 / Double(Self.parts), start: aim.start,
            chances: aim.chance...aim.chance, isSafe: aim.isSafe, yardstick: aim.yardstick))
      }
    }
    guard !steps.isEmpty else { return nil }
    self.hour = hour
    self.steps = steps
  }
}
