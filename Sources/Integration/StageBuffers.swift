import Lanes

/// The coefficients and scratch memory of one stepper; freed with it.
@usableFromInline
final class StageWorkspace<Number: Lane> {
  @usableFromInline let buffers: StageBuffers<Number>

  @inlinable
  init(dimension: Int, tableau: ButcherTableau) {
    buffers = StageBuffers(dimension: dimension, tableau: tableau)
  }

  @inlinable
  deinit { buffers.deallocate() }
}

/// Pointers into a `StageWorkspace` and the arithmetic of one Runge-Kutta step on them.
@usableFromInline
struct StageBuffers<Number: Lane> {
  @usableFromInline let dimension: Int
  @usableFromInline let stageCount: Int
  @usableFromInline let denseDegree: Int
  @usableFromInline let isFSAL: Bool
  /// Nodes, then the stage rows padded to a square, weights, error weights, dense rows.
  @usableFromInline let coefficients: UnsafeMutablePointer<Double>
  @usableFromInline let coefficientCount: Int
  /// Stage rates, one block of `dimension` a stage, then the stage's state, then the candidate.
  @usableFromInline let rates: UnsafeMutablePointer<Number>

  @inlinable
  init(dimension: Int, tableau: ButcherTableau) {
    self.dimension = dimension
    stageCount = tableau.stageCount
    denseDegree = tableau.dense.first?.count ?? 0
    isFSAL = tableau.isFSAL
    var flat = tableau.nodes
    for row in tableau.stages {
      flat += row + [Double](repeating: 0, count: tableau.stageCount - row.count)
    }
    flat += tableau.weights + tableau.errorWeights + tableau.dense.flatMap { $0 }
    coefficientCount = flat.count
    coefficients = .allocate(capacity: flat.count)
    coefficients.initialize(from: flat, count: flat.count)
    rates = .allocate(capacity: (stageCount + 2) * dimension)
    rates.initialize(repeating: Number(0), count: (stageCount + 2) * dimension)
  }

  @inlinable
  func deallocate() {
    coefficients.deinitialize(count: coefficientCount)
    coefficients.deallocate()
    rates.deinitialize(count: (stageCount + 2) * dimension)
    rates.deallocate()
  }

  @inlinable var nodes: UnsafeMutablePointer<Double> { coefficients }
  @inlinable var rows: UnsafeMutablePointer<Double> { coefficients + stageCount }
  @inlinable var weights: UnsafeMutablePointer<Double> { rows + stageCount * stageCount }
  @inlinable var errorWeights: UnsafeMutablePointer<Double> { weights + stageCount }
  @inlinable var dense: UnsafeMutablePointer<Double> { errorWeights + stageCount }
  @inlinable var lastRates: UnsafeMutablePointer<Number> { rates + (stageCount - 1) * dimension }
  @inlinable var stageState: UnsafeMutablePointer<Number> { rates + stageCount * dimension }
  @inlinable var candidate: UnsafeMutablePointer<Number> { stageState + dimension }

  /// target = state + step * sum over the first `terms` stages of row_j k_j.
  @inlinable
  func combine(
    _ row: UnsafePointer<Double>, terms: Int, step: Double, state: UnsafePointer<Number>,
    into target: UnsafeMutablePointer<Number>
  ) {
    for i in 0..<dimension {
      var sum = Number.scaled(rates[i], by: row[0])
      for j in 1..<max(terms, 1) { sum = Number.axpy(row[j], rates[j * dimension + i], sum) }
      target[i] = Number.axpy(step, sum, state[i])
    }
  }

  /// One step from `start` to `end`: fills the stages from the first, which is ready, and the
  /// candidate; gives the squared norm of the error estimate.
  ///
  /// A stage with c = 1 is evaluated at `end` itself, so that no rounding carries it beyond.
  @inlinable
  func attempt<System: DifferentialSystem>(
    _ system: System, from start: Double, to end: Double, step: Double,
    state: UnsafePointer<Number>, options: StepOptions
  ) -> Double where System.Number == Number {
    for stage in 1..<max(stageCount, 1) {
      let target = isFSAL && stage == stageCount - 1 ? candidate : stageState
      combine(rows + stage * stageCount, terms: stage, step: step, state: state, into: target)
      let time = nodes[stage] == 1 ? end : start + nodes[stage] * step
      system.rates(at: time, state: target, into: rates + stage * dimension)
    }
    if !isFSAL {
      combine(weights, terms: stageCount, step: step, state: state, into: candidate)
    }
    return squaredErrorNorm(
      step: step, state: state, absolute: options.absoluteTolerance,
      relative: options.relativeTolerance)
  }

  /// Sum over all lane components of (error / tolerance)^2, divided by the number of states.
  ///
  /// It is not divided by the number of components of a lane: unused directions of a dual number
  /// are zero and would dilute the norm, and the value would be held to less than on `Double`.
  @inlinable
  func squaredErrorNorm(
    step: Double, state: UnsafePointer<Number>, absolute: Double, relative: Double
  ) -> Double {
    var total = 0.0
    for i in 0..<dimension {
      var sum = Number.scaled(rates[i], by: errorWeights[0])
      for j in 1..<max(stageCount, 1) {
        sum = Number.axpy(errorWeights[j], rates[j * dimension + i], sum)
      }
      total += Number.scaledErrorSquared(
        Number.scaled(sum, by: step), state[i], candidate[i], absolute: absolute,
        relative: relative)
    }
    return total / Double(max(dimension, 1))
  }

  /// The dense output of the last attempt at start + theta * step, into the stage's state.
  @inlinable
  func interpolate(
    theta: Double, step: Double, state: UnsafePointer<Number>
  ) -> UnsafePointer<Number> {
    for i in 0..<dimension {
      var sum = Number(0)
      for j in 0..<stageCount {
        var weight = 0.0
        for power in stride(from: denseDegree - 1, through: 0, by: -1) {
          weight = (weight + dense[j * denseDegree + power]) * theta
        }
        sum = Number.axpy(weight, rates[j * dimension + i], sum)
      }
      stageState[i] = Number.axpy(step, sum, state[i])
    }
    return UnsafePointer(stageState)
  }

  /// True when `dimension` numbers are finite in every component.
  @inlinable
  func areFinite(_ numbers: UnsafePointer<Number>) -> Bool {
    for i in 0..<dimension where !numbers[i].isFinite { return false }
    return true
  }
}
