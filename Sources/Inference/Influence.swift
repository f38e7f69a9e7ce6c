import Bioreactor
import ModelLanguage

/// Which free parameters move any mean, and which move only the noise.
struct Influence {
  /// What a parameter moves.
  private struct Move {
    var mean = false
    var noise = false
  }

  private var moves: [Move]
  /// False where no probe of a run could be simulated: then nothing is known and nothing is taken
  /// out.
  private var isKnown: [Bool]

  /// Probed at the start and at a point beside it, so that one accidental zero does not mislead, and
  /// for what moves nothing there at the points from which the search starts.
  init(_ problem: FitProblem, starts: MultiStart) {
    let plan = problem.plan
    moves = [Move](repeating: Move(), count: plan.free.count)
    isKnown = [Bool](repeating: true, count: plan.free.count)
    for (k, member) in problem.members.enumerated() where !member.columns.isEmpty {
      let needsMean = member.culture.run.donor == .pooled
      // Probed in groups, so that a model with many parameters can still be pruned.
      for group in stride(from: 0, to: member.columns.count, by: Predictor.maximumDirections) {
        let part = member.columns[group...].prefix(Predictor.maximumDirections)
        // The search's own first point serves where it has slopes of all columns at once.
        var wasSimulated =
          member.columns.count <= Predictor.maximumDirections
          && note(problem.sensitivities(at: plan.free.map(\.start))?[k], Array(part))
        // The second probe is for parameters whose place the first did not settle.
        for shift in wasSimulated ? [0.05] : [0.0, 0.05]
        where !part.allSatisfy({ moves[$0].mean || (moves[$0].noise && !needsMean) }) {
          if probe(problem, member: k, Array(part), shift: shift) { wasSimulated = true }
        }
        for index in 1..<max(starts.count, 2)
        where !part.allSatisfy({ moves[$0].mean || moves[$0].noise }) {
          let (lower, upper) = plan.startBox
          let point = starts.start(
            index, nominal: plan.free.map(\.start), lower: lower, upper: upper)
          if probe(problem, member: k, Array(part), at: point) { wasSimulated = true }
        }
        if !wasSimulated, !part.allSatisfy({ moves[$0].mean || moves[$0].noise }) {
          for column in part { isKnown[column] = false }
        }
      }
    }
  }

  /// Notes what the columns move in a run, a share of their range beside the start; false when the
  /// run could not be simulated there.
  private mutating func probe(
    _ problem: FitProblem, member k: Int, _ columns: [Int], shift: Double
  ) -> Bool {
    let plan = problem.plan
    var point = plan.free.map(\.start)
    for column in problem.members[k].columns {
      let bounds = plan.free[column].bounds
      let step = shift * (bounds.upperBound - bounds.lowerBound)
      point[column] += point[column] + step > bounds.upperBound ? -step : step
    }
    return probe(problem, member: k, columns, at: point)
  }

  /// Notes what the columns move in a run at a point; false when it could not be simulated there.
  private mutating func probe(
    _ problem: FitProblem, member k: Int, _ columns: [Int], at point: [Double]
  ) -> Bool {
    let plan = problem.plan
    let values = plan.natural(point, member: k)
    let seeds = columns.compactMap { plan.free[$0].index }
    let slopes = zip(columns, seeds).map { plan.free[$0].scale.slope(atNatural: values[$1]) }
    return note(
      problem.members[k].predictor.predict(values, seeds: seeds, slopes: slopes), columns)
  }

  /// Notes what the columns, the directions of a prediction, move; false without one.
  private mutating func note(_ prediction: Prediction?, _ columns: [Int]) -> Bool {
    guard let p = prediction else { return false }
    for (direction, column) in columns.enumerated() {
      for i in p.means.indices {
        // Rounding leaves a trace where the true slope is zero.
        let slot = i * columns.count + direction
        if abs(p.meanSlopes[slot]) > 1e-9 * abs(p.means[i]) { moves[column].mean = true }
        if abs(p.noiseSlopes[slot]) > 1e-9 * abs(p.noise[i]) { moves[column].noise = true }
      }
    }
    return true
  }

  /// The plan without the parameters that have no influence. With pooled donors the counter's own
  /// noise is held too: the scatter of such data is the spread between donors.
  func pruned(_ plan: ParameterPlan, pooled: Bool) -> ParameterPlan {
    var pruned = plan
    pruned.free = []
    for (column, free) in plan.free.enumerated() {
      let move = moves[column]
      if move.noise, !move.mean { pruned.noiseNames.insert(free.name) }
      if free.index == nil || !isKnown[column] {
        pruned.free.append(free)
      } else if !move.mean, !move.noise {
        pruned.heldBecause[free.name] = ParameterPlan.noInfluence
      } else if pooled, !move.mean {
        pruned.heldBecause[free.name] = "held: pooled donors, the scatter is between donors"
      } else {
        pruned.free.append(free)
      }
    }
    return pruned
  }
}

extension ParameterPlan {
  /// The mark of a parameter that no measurement depends on.
  static let noInfluence = "no influence"
}
