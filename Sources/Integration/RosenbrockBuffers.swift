import Lanes

/// The memory and arithmetic of a linearly implicit step; candidate and tolerances are shared
/// with `StageBuffers`.
@usableFromInline
struct RosenbrockBuffers<Number: Lane> {
  @usableFromInline let dimension: Int
  @usableFromInline let stageCount: Int
  @usableFromInline let gamma: Double
  /// Nodes, then the factors of the time slopes.
  @usableFromInline let nodes: UnsafeMutablePointer<Double>
  /// Stage rows, then the weights and the error weights.
  @usableFromInline let rows: CoefficientRows
  @usableFromInline let couplings: CoefficientRows
  @usableFromInline let dense: DensePolynomials
  /// The stages' u, one block of `dimension` a stage.
  @usableFromInline let blocks: UnsafeMutablePointer<Number>
  @usableFromInline let stageRates: UnsafeMutablePointer<Number>
  @usableFromInline let timeSlopes: UnsafeMutablePointer<Number>
  @usableFromInline let jacobian: UnsafeMutablePointer<Number>
  @usableFromInline let matrix: UnsafeMutablePointer<Number>
  @usableFromInline let numberCount: Int
  @usableFromInline let pivots: UnsafeMutablePointer<Int>
  /// A direction that approaches the Jacobian's dominant one, and its image.
  @usableFromInline let dominant: UnsafeMutablePointer<Double>

  @usableFromInline
  init(dimension n: Int, tableau: RosenbrockTableau) {
    dimension = n
    stageCount = tableau.stageCount
    gamma = tableau.gamma
    let times = tableau.nodes + tableau.timeWeights
    nodes = .allocate(capacity: times.count)
    nodes.initialize(from: times, count: times.count)
    rows = CoefficientRows(
      tableau.stages + [tableau.weights, tableau.errorWeights], stride: n)
    couplings = CoefficientRows(tableau.couplings, stride: n)
    dense = DensePolynomials(tableau.dense)
    numberCount = (tableau.stageCount + 2) * n + 2 * n * n
    blocks = .allocate(capacity: max(numberCount, 1))
    blocks.initialize(repeating: Number(0), count: numberCount)
    stageRates = blocks + tableau.stageCount * n
    timeSlopes = stageRates + n
    jacobian = timeSlopes + n
    matrix = jacobian + n * n
    pivots = .allocate(capacity: max(n, 1))
    pivots.initialize(repeating: 0, count: n)
    dominant = .allocate(capacity: max(2 * n, 1))
    dominant.initialize(repeating: 1, count: 2 * n)
  }

  @usableFromInline
  func deallocate() {
    nodes.deallocate()
    rows.deallocate()
    couplings.deallocate()
    dense.deallocate()
    blocks.deinitialize(count: numberCount)
    blocks.deallocate()
    pivots.deallocate()
    dominant.deallocate()
  }

  /// One step from `start` to `end` with the Jacobian at the start, which is ready as the rates
  /// there are: fills the stages and the candidate; gives the squared norm of the error estimate,
  /// NaN when the step's matrix is singular.
  @inlinable
  func attempt<System: DifferentialSystem>(
    _ system: System, core: StageBuffers<Number>, from start: Double, to end: Double,
    step: Double, state: UnsafePointer<Number>, relative: Double
  ) -> Double where System.Number == Number {
    let n = dimension
    let inverse = 1 / step
    for i in 0..<n * n { matrix[i] = -jacobian[i] }
    for i in 0..<n {
      matrix[i * n + i] = matrix[i * n + i] + Number(inverse / gamma)
      // A mode that grows by more than e^(1/gamma) in the step: the method would damp it unseen.
      guard matrix[i * n + i].least > 0 else { return .nan }
    }
    guard DenseLU.factor(matrix, count: n, pivots: pivots) else { return .nan }
    for stage in 0..<stageCount {
      var from = UnsafePointer(core.rates)
      if stage > 0 {
        rows.combine(
          stage, of: blocks, count: n, step: 1, base: state, into: core.stageState)
        let time = nodes[stage] == 1 ? end : start + nodes[stage] * step
        system.rates(at: time, state: core.stageState, into: stageRates)
        from = UnsafePointer(stageRates)
      }
      let right = blocks + stage * n
      couplings.combine(stage, of: blocks, count: n, step: inverse, base: from, into: right)
      let slope = step * nodes[stageCount + stage]
      if slope != 0 {
        for i in 0..<n { right[i] = Number.axpy(slope, timeSlopes[i], right[i]) }
      }
      DenseLU.solve(matrix, count: n, pivots: pivots, right: right)
    }
    rows.combine(stageCount, of: blocks, count: n, step: 1, base: state, into: core.candidate)
    var total = 0.0
    for i in 0..<n {
      total += Number.scaledErrorSquared(
        rows.sum(stageCount + 1, of: blocks + i), state[i], core.candidate[i],
        absolute: core.tolerances[i], relative: relative)
    }
    return total / Double(max(n, 1))
  }

  /// Starts the power method anew, so that no call depends on those before it.
  @inlinable
  func forgetDominant() {
    for i in 0..<dimension { dominant[i] = 1 }
  }

  /// An estimate of the Jacobian's spectral radius by further steps of the power method.
  ///
  /// The direction is kept from call to call; while the Jacobian changes slowly the estimate
  /// converges.
  @inlinable
  func spectralRadius(steps: Int) -> Double {
    var radius = 0.0
    for _ in 0..<steps { radius = powerStep() }
    return radius
  }

  @inlinable
  func powerStep() -> Double {
    let n = dimension
    let image = dominant + n
    var before = 0.0
    var after = 0.0
    for i in 0..<n { image[i] = 0 }
    for j in 0..<n {
      for i in 0..<n { image[i] += jacobian[i + j * n].value * dominant[j] }
    }
    for i in 0..<n {
      before += dominant[i] * dominant[i]
      after += image[i] * image[i]
    }
    let size = after.squareRoot()
    guard size > 0, size.isFinite, before > 0 else {
      for i in 0..<n { dominant[i] = 1 }
      return 0
    }
    for i in 0..<n { dominant[i] = image[i] / size }
    return (after / before).squareRoot()
  }
}
