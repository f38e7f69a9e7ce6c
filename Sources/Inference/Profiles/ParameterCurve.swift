import LinearAlgebra

/// Minima with one parameter held exactly.
struct ParameterCurve<Problem: LeastSquaresProblem>: ProfileCurve {
  let problem: Problem
  let index: Int
  let search: TrustRegionOptions
  let range: ClosedRange<Double>
  let unit: Double
  let accuracy = 0.0
  private(set) var evaluations = 0

  /// nil when the objective cannot be computed at the estimate or the estimate is outside its bounds.
  init?(_ problem: Problem, index: Int, at point: [Double], search: TrustRegionOptions) {
    let (low, high) = (problem.lowerBounds[index], problem.upperBounds[index])
    guard low <= high, let line = try? problem.linearise(at: point) else { return nil }
    self.problem = problem
    self.index = index
    self.search = search
    range = low...high
    let error = try? StandardErrors(rows: line.rows).standardErrors[index]
    unit = error.map { $0 > 0 && $0.isFinite ? $0 : 1 } ?? max(1, abs(point[index]))
    walls = BoundSet(problem, at: point)
    origin = ParameterCurve.foot(line, point, index, isConverged: true)
  }

  private let walls: BoundSet
  /// The estimate as the first minimum.
  let origin: ProfileFoot

  private static func foot(
    _ line: Linearisation, _ p: [Double], _ index: Int, isConverged: Bool
  ) -> ProfileFoot {
    ProfileFoot(
      value: p[index], objective: line.objective,
      slope: dot(line.rows.column(index), line.residuals), point: p, isConverged: isConverged,
      leaning: [])
  }

  mutating func foot(at value: Double, from neighbour: ProfileFoot) -> ProfileFoot? {
    let held = HeldParameter(problem: problem, index: index, value: value)
    var best: TrustRegionResult?
    if problem.parameterCount > 1 {
      for start in starts(held, neighbour) {
        let result = minimise(held, from: start, options: search)
        evaluations += result.evaluations
        if result.objective.isFinite, result.objective < best?.objective ?? .infinity {
          best = result
        }
        if best?.isUsable == true { break }
      }
      guard best != nil else { return nil }
    }
    let point = held.whole(best?.parameters ?? [])
    evaluations += 1
    guard let line = try? problem.linearise(at: point), line.objective.isFinite else { return nil }
    var foot = ParameterCurve.foot(line, point, index, isConverged: best?.isUsable ?? true)
    foot.leaning = walls.metAnew(point, except: index)
    return foot
  }

  /// Where the linearisation expects the minimum, then the neighbour itself.
  private func starts(_ held: HeldParameter<Problem>, _ neighbour: ProfileFoot) -> [[Double]] {
    let plain = held.without(neighbour.point)
    guard let line = try? problem.linearise(at: neighbour.point),
      let step = predictor(line, held.value - neighbour.value)
    else { return [plain] }
    let moved = zip(plain, step).enumerated().map { k, pair in
      min(max(pair.0 + pair.1, held.lowerBounds[k]), held.upperBounds[k])
    }
    return [moved, plain]
  }

  /// The other parameters' step when the held one moves: least |A s + a move + b|.
  private func predictor(_ line: Linearisation, _ move: Double) -> [Double]? {
    let others = (0..<problem.parameterCount).filter { $0 != index }
    guard
      let rows = try? line.rows.selecting(others, scaledBy: others.map { _ in 1 }),
      let factor = try? PivotedQR(rows)
    else { return nil }
    let right = zip(line.rows.column(index), line.residuals).map { -$0 * move - $1 }
    return try? factor.solve(right, threshold: 1e-8)
  }
}

extension Profile {
  /// The profile of the index-th parameter about an optimum.
  ///
  /// The parameter is held and all others are fitted anew, each time from where the linearisation at
  /// the last value expects them. nil when the objective cannot be computed at the optimum.
  public static func parameter(
    _ index: Int, of problem: some LeastSquaresProblem, at optimum: [Double],
    options: ProfileOptions = ProfileOptions(), search: TrustRegionOptions = TrustRegionOptions()
  ) -> Profile? {
    guard optimum.indices.contains(index),
      let curve = ParameterCurve(problem, index: index, at: optimum, search: search)
    else { return nil }
    var trace = ProfileTrace(curve, at: curve.origin, options: options)
    return trace.run()
  }
}
