import LinearAlgebra

/// Minimises the objective of a least-squares problem inside its box, from one start.
///
/// Levenberg-Marquardt in its trust-region form with scaled variables (Moré 1978): a step minimises
/// the Gauss-Newton model inside |D s| <= radius, where D holds the largest column norms seen; the
/// ratio of true to promised gain steers the radius and accepts the step; an active set with
/// projection keeps the box (Nocedal and Wright 2006, chapters 4 and 10, section 16.7). Where the
/// promised gain drowns in the objective's noise, a step counts when the gradient falls instead.
///
/// A start outside the box is moved to its nearest point. The call does not throw: what went wrong is
/// in `termination`. Work is bounded by `maximumEvaluations`.
public func minimise(
  _ problem: some LeastSquaresProblem, from start: [Double],
  options: TrustRegionOptions = TrustRegionOptions()
) -> TrustRegionResult {
  var search = TrustRegionSearch(problem: problem, options: options)
  search.run(from: start)
  return search.result
}

/// The state of one search.
struct TrustRegionSearch<Problem: LeastSquaresProblem> {
  let problem: Problem
  let options: TrustRegionOptions
  let box: TrustRegionBox
  var result = TrustRegionResult()
  var scale: [Double] = []
  private var radius = 0.0
  var firstResidualNorm = 0.0

  init(problem: Problem, options: TrustRegionOptions) {
    self.problem = problem
    self.options = options
    box = TrustRegionBox(lower: problem.lowerBounds, upper: problem.upperBounds)
  }

  mutating func run(from start: [Double]) {
    result.parameters = start
    guard isValid(start) else {
      result.termination = .invalidProblem
      return
    }
    let origin = box.target(from: start, step: start.map { _ in 0 })
    result.parameters = origin
    guard let linearisation = linearise(origin) else {
      result.termination = .infeasibleStart
      return
    }
    firstResidualNorm = euclideanNorm(linearisation.residuals)
    scale = [Double](repeating: 0, count: origin.count)
    do {
      try iterate(from: origin, linearisation)
      result.rcond = try reciprocalCondition()
    } catch {
      result.firstError = result.firstError ?? "\(error)"
      result.termination = .notFinite
    }
  }

  private func isValid(_ start: [Double]) -> Bool {
    let count = problem.parameterCount
    return count > 0 && start.count == count && box.lower.count == count
      && box.upper.count == count && allFinite(start)
      && zip(box.lower, box.upper).allSatisfy { $0 <= $1 && $0 < .infinity && $1 > -.infinity }
  }

  private mutating func iterate(from origin: [Double], _ initial: Linearisation) throws {
    var tangent = try tangent(at: origin, initial)
    let length = scaledNorm(origin)
    radius = options.initialRadius * (length > 0 ? length : 1)
    while true {
      record(tangent)
      if tangent.offset <= options.gradientTolerance {
        result.termination = .convergedGradient
        if options.looksAhead { result.next = try ahead(of: tangent) }
        return
      }
      if result.objective <= options.sufficientObjective { return }
      guard let next = try advance(from: tangent) else { return }
      tangent = next
      result.iterations += 1
    }
  }

  /// One accepted step, or nil with the termination set.
  private mutating func advance(from here: Tangent) throws -> Tangent? {
    let size = abs(here.linearisation.objective) + here.residualNorm * here.residualNorm / 2
    let noise = options.objectiveTolerance * size
    var (polishes, refusals) = (0, 0)
    while true {
      guard result.evaluations < options.maximumEvaluations else {
        result.termination = .maximumEvaluations
        return nil
      }
      let trial = try box.trial(
        at: here.point, linearisation: here.linearisation, free: here.free, scale: scale,
        radius: radius, first: here.subproblem)
      let target = box.target(from: here.point, step: trial.step)
      let step = zip(target, here.point).map { $0 - $1 }
      let length = scaledNorm(step)
      let vanishes = !(length > options.stepTolerance * scaledNorm(here.point))
      if (vanishes && !box.meetsWall(from: here.point, to: target)) || !(trial.predicted > 0) {
        finish(.convergedStep, here)
        return nil
      }
      // A simulation with slopes costs little more than two without, and most steps are taken.
      let ahead = refusals == 0 && options.linearisesTrials ? linearise(target) : nil
      guard let value = ahead?.objective ?? objective(target) else {
        radius = 0.25 * min(radius, length)
        refusals += 1
        continue
      }
      let gain = here.linearisation.objective - value
      if trial.predicted <= noise && abs(gain) <= 10 * noise {
        if let next = try polish(here, target, ahead) { return next }
        // Where residuals bend much, a full Gauss-Newton step overshoots and a shorter one helps.
        polishes += 1
        guard here.offset > options.acceptableGradient, polishes < 6 else {
          finish(.convergedObjective, here)
          return nil
        }
        radius = 0.5 * min(radius, length)
        continue
      }
      let ratio = gain / trial.predicted
      steer(ratio: ratio, gain: gain, trial: trial, length: length, here)
      guard ratio > 1e-4 else {
        refusals += 1
        continue
      }
      guard let linearisation = ahead ?? linearise(target) else {
        radius = 0.25 * min(radius, length)
        refusals += 1
        continue
      }
      return try tangent(at: target, linearisation)
    }
  }

  /// Where the next step would lead, kept short: nobody looks whether it keeps its promise.
  private func ahead(of here: Tangent) throws -> [Double] {
    let trial = try box.trial(
      at: here.point, linearisation: here.linearisation, free: here.free, scale: scale,
      radius: min(radius, 0.05 * scaledNorm(here.point)), first: here.subproblem)
    return trial.predicted > 0 ? box.target(from: here.point, step: trial.step) : here.point
  }

  /// Accepts a step inside the noise of the objective when it lowers the gradient; nil otherwise.
  private mutating func polish(
    _ here: Tangent, _ target: [Double], _ ahead: Linearisation?
  ) throws -> Tangent? {
    if let linearisation = ahead ?? linearise(target) {
      let next = try tangent(at: target, linearisation)
      if next.offset < 0.97 * here.offset { return next }
    }
    return nil
  }

  /// Radius update of Moré (1978), section 4: shrink by interpolation, grow to twice a good step.
  private mutating func steer(
    ratio: Double, gain: Double, trial: TrustRegionTrial, length: Double, _ here: Tangent
  ) {
    if !(ratio > 0.25) {
      let slope = dot(here.gradient, trial.step)
      let best = gain >= 0 ? 0.5 : 0.5 * slope / (slope + gain)
      radius = min(radius, length) * (best > 0.1 ? min(best, 0.5) : 0.1)
    } else if ratio >= 0.75 || trial.lambda == 0 {
      radius = trial.lambda == 0 ? 2 * length : max(radius, 2 * length)
    }
  }

  /// Ends at a point that cannot be improved: converged only where the gradient is acceptable.
  private mutating func finish(_ verdict: TrustRegionTermination, _ here: Tangent) {
    result.termination = here.offset <= options.acceptableGradient ? verdict : .stalled
  }

  private func scaledNorm(_ x: [Double]) -> Double {
    euclideanNorm(zip(scale, x).map { $0 * $1 })
  }

  private mutating func objective(_ p: [Double]) -> Double? {
    let problem = problem
    return evaluate({ try problem.objective(at: p) }, accept: { $0.isFinite })
  }

  private mutating func linearise(_ p: [Double]) -> Linearisation? {
    let problem = problem
    let count = problem.parameterCount
    return evaluate(
      { try problem.linearise(at: p) }, accept: { $0.isSound(parameterCount: count) })
  }

  private mutating func evaluate<Value>(
    _ body: () throws -> Value?, accept: (Value) -> Bool
  ) -> Value? {
    result.evaluations += 1
    do {
      if let value = try body(), accept(value) { return value }
    } catch {
      result.firstError = result.firstError ?? "\(error)"
    }
    result.infeasiblePoints += 1
    return nil
  }
}
