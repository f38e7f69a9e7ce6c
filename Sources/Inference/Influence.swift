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

  /// Looks where a search ended at what moved nothing where searches begin; true when some of it does
  /// move something there. `point` belongs to the pruned plan.
  mutating func look(at point: [Double], of pruned: ParameterPlan, in problem: FitProblem) -> Bool {
    let idle = Set(
      problem.plan.free.indices.filter {
        pruned.heldBecause[problem.plan.free[$0].name] == ParameterPlan.noInfluence
      })
    guard !idle.isEmpty else { return false }
    let whole = problem.plan.point(from: pruned, point)
    for (k, member) in problem.members.enumerated() {
      let own = member.columns.filter(idle.contains)
      for group in stride(from: 0, to: own.count, by: Predictor.maximumDirections) {
        _ = probe(
          problem, member: k, Array(own[group...].prefix(Predictor.maximumDirections)), at: whole)
      }
    }
    return idle.contains { moves[$0].mean || moves[$0].noise }
  }

  /// The columns of a problem that move no mean and no noise where its slopes were taken.
  static func idle(_ predictions: [Prediction], in problem: FitProblem) -> Set<Int> {
    var idle = Set(problem.plan.free.indices.filter { problem.plan.free[$0].index != nil })
    for (member, p) in zip(problem.members, predictions) {
      for (direction, column) in member.columns.enumerated() where idle.contains(column) {
        let move = Influence.move(p, direction, of: member.columns.count)
        if move.mean || move.noise { idle.remove(column) }
      }
    }
    return idle
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
      let move = Influence.move(p, direction, of: columns.count)
      if move.mean { moves[column].mean = true }
      if move.noise { moves[column].noise = true }
    }
    return true
  }

  /// What one of so many directions of a prediction moves.
  private static func move(_ p: Prediction, _ direction: Int, of count: Int) -> Move {
    var move = Move()
    for i in p.means.indices {
      // Rounding leaves a trace where the true slope is zero.
      let slot = i * count + direction
      if abs(p.meanSlopes[slot]) > 1e-9 * abs(p.means[i]) { move.mean = true }
      if abs(p.noiseSlopes[slot]) > 1e-9 * abs(p.noise[i]) { move.noise = true }
    }
    return move
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

  /// A point of another plan for the same cultures on this one; what that plan held is at its start.
  func point(from other: ParameterPlan, _ point: [Double]) -> [Double] {
    let known = Dictionary(zip(other.free.map(\.name), point), uniquingKeysWith: { a, _ in a })
    return free.map { known[$0.name] ?? $0.start }
  }
}
