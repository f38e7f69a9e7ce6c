import Lanes

/// What both kinds of step share, and the arithmetic of an explicit one.
///
/// Pointers into memory that an `IntegratorWorkspace` owns.
@usableFromInline
struct StageBuffers<Number: Lane> {
  @usableFromInline let dimension: Int
  /// Stages of the step itself, and with those that serve the dense output only.
  @usableFromInline let stageCount: Int
  @usableFromInline let allStages: Int
  /// The stage whose rates open the next step; 0 when there is none.
  @usableFromInline let endStage: Int
  /// The last stage at c = 1 that is not the result: with the result it tells stiffness; 0: none.
  @usableFromInline let pairStage: Int
  @usableFromInline let hasCoarseError: Bool
  @usableFromInline let nodes: UnsafeMutablePointer<Double>
  /// Stage rows, then the weights, the error weights and the coarse error weights.
  @usableFromInline let rows: CoefficientRows
  @usableFromInline let dense: DensePolynomials
  /// Stage rates, one block of `dimension` a stage; the first are the rates at the step's start.
  @usableFromInline let rates: UnsafeMutablePointer<Number>
  @usableFromInline let stageState: UnsafeMutablePointer<Number>
  @usableFromInline let candidate: UnsafeMutablePointer<Number>
  @usableFromInline let output: UnsafeMutablePointer<Number>
  /// Absolute tolerance of each state.
  @usableFromInline let tolerances: UnsafeMutablePointer<Double>

  @usableFromInline
  init(dimension: Int, tableau: ButcherTableau?) {
    self.dimension = dimension
    stageCount = tableau?.stageCount ?? 1
    allStages = tableau?.nodes.count ?? 1
    endStage = tableau?.endStage ?? 0
    let end = tableau?.endStage
    pairStage =
      tableau.flatMap { method in
        method.nodes.indices.last { $0 < method.stageCount && $0 != end && method.nodes[$0] == 1 }
      } ?? 0
    hasCoarseError = !(tableau?.coarseErrorWeights.isEmpty ?? true)
    nodes = .allocate(capacity: allStages)
    nodes.initialize(from: tableau?.nodes ?? [0], count: allStages)
    rows = CoefficientRows(
      (tableau?.stages ?? [[]]) + [
        tableau?.weights ?? [], tableau?.errorWeights ?? [], tableau?.coarseErrorWeights ?? [],
      ], stride: dimension)
    dense = DensePolynomials(tableau?.dense ?? [[]])
    let blocks = allStages + 3
    rates = .allocate(capacity: max(blocks * dimension, 1))
    rates.initialize(repeating: Number(0), count: blocks * dimension)
    stageState = rates + allStages * dimension
    candidate = stageState + dimension
    output = candidate + dimension
    tolerances = .allocate(capacity: max(dimension, 1))
    tolerances.initialize(repeating: 0, count: dimension)
  }

  @usableFromInline
  func deallocate() {
    nodes.deallocate()
    rows.deallocate()
    dense.deallocate()
    rates.deinitialize(count: (allStages + 3) * dimension)
    rates.deallocate()
    tolerances.deallocate()
  }

  /// True when the last stage's rates open the next step.
  @inlinable var isFSAL: Bool { endStage == stageCount - 1 && endStage > 0 }

  /// One explicit step from `start` to `end`: fills the stages from the first, which is ready,
  /// and the candidate; gives the squared norm of the error estimate.
  ///
  /// A stage with c = 1 is evaluated at `end` itself, so that no rounding carries it beyond.
  @inlinable
  func attempt<System: DifferentialSystem>(
    _ system: System, from start: Double, to end: Double, step: Double,
    state: UnsafePointer<Number>, relative: Double
  ) -> Double where System.Number == Number {
    let fsal = isFSAL
    for stage in 1..<max(stageCount, 1) {
      let target = fsal && stage == stageCount - 1 ? candidate : stageState
      evaluate(system, stage, from: start, to: end, step: step, state: state, through: target)
    }
    if !fsal {
      rows.combine(
        allStages, of: rates, count: dimension, step: step, base: state, into: candidate)
    }
    let norm = squaredErrorNorm(allStages + 1, step: step, state: state, relative: relative)
    guard hasCoarseError else { return norm }
    let coarse = squaredErrorNorm(allStages + 2, step: step, state: state, relative: relative)
    let mixed = norm + 0.01 * coarse
    return mixed > 0 ? norm * norm / mixed : mixed
  }

  /// The stages that serve the dense output only, after a step has been accepted.
  @inlinable
  func complete<System: DifferentialSystem>(
    _ system: System, from start: Double, to end: Double, step: Double,
    state: UnsafePointer<Number>
  ) where System.Number == Number {
    for stage in stageCount..<max(allStages, stageCount) {
      evaluate(system, stage, from: start, to: end, step: step, state: state, through: output)
    }
  }

  /// The state of one stage, into `target`, and its rates.
  @inlinable @inline(__always)
  func evaluate<System: DifferentialSystem>(
    _ system: System, _ stage: Int, from start: Double, to end: Double, step: Double,
    state: UnsafePointer<Number>, through target: UnsafeMutablePointer<Number>
  ) where System.Number == Number {
    rows.combine(stage, of: rates, count: dimension, step: step, base: state, into: target)
    let time = nodes[stage] == 1 ? end : start + nodes[stage] * step
    system.rates(at: time, state: target, into: rates + stage * dimension)
  }

  /// Sum over all lane components of (error / tolerance)^2, divided by the number of states.
  ///
  /// It is not divided by the number of components of a lane: unused directions of a dual number
  /// are zero and would dilute the norm, and the value would be held to less than on `Double`.
  @inlinable @inline(__always)
  func squaredErrorNorm(
    _ row: Int, step: Double, state: UnsafePointer<Number>, relative: Double
  ) -> Double {
    var total = 0.0
    for i in 0..<dimension {
      total += Number.scaledErrorSquared(
        Number.scaled(rows.sum(row, of: rates + i), by: step), state[i], candidate[i],
        absolute: tolerances[i], relative: relative)
    }
    return total / Double(max(dimension, 1))
  }

  /// True when `dimension` numbers are finite in every component.
  @inlinable
  func areFinite(_ numbers: UnsafePointer<Number>) -> Bool {
    for i in 0..<dimension where !numbers[i].isFinite { return false }
    return true
  }

  /// |lambda| h as the last explicit step saw it, squared: the difference of the rates at the
  /// result, which are the first stage's now, and at the other stage with c = 1, in units of the
  /// difference of the two states.
  ///
  /// `state` is the result. Zero when the method has no such pair or the states agree.
  /// Reference: Hairer and Wanner (1996), Solving ODE II, section IV.2, equation 2.9.
  @inlinable
  func stiffness(step: Double, state: UnsafePointer<Number>) -> Double {
    guard pairStage > 0 else { return 0 }
    var top = 0.0
    var bottom = 0.0
    let pair = rates + pairStage * dimension
    for i in 0..<dimension {
      let rate = rates[i].value - pair[i].value
      let move = state[i].value - stageState[i].value
      top += rate * rate
      bottom += move * move
    }
    return bottom > 0 ? step * step * top / bottom : 0
  }
}
