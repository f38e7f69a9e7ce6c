/// An explicit embedded Runge-Kutta method with dense output, as checked data.
///
/// A step of length h from (t, y) computes the stages
/// k_i = f(t + c_i h, y + h sum_j a_ij k_j), the result y + h sum_i b_i k_i, the error estimate
/// h sum_i e_i k_i and the dense output y(t + theta h) = y + h sum_i b_i(theta) k_i. Stages after
/// those that b and e use serve the dense output only.
///
/// A value of this type satisfies its order conditions: the initialiser refuses any other.
public struct ButcherTableau: Sendable, Equatable {
  /// What the error estimate is multiplied with before it is held against the tolerance, so that
  /// a tolerance means about the same with every method.
  public let errorScale: Double
  /// The method's name, for reports.
  public let name: String
  /// Order of the result.
  public let order: Int
  /// Order of the embedded result, which the error estimate belongs to.
  public let embeddedOrder: Int
  /// Order of the second, coarser embedded result; 0 when there is none.
  public let coarseOrder: Int
  /// Order of the dense output.
  public let denseOrder: Int
  /// c: the stages' times in units of the step.
  public let nodes: [Double]
  /// a: stage coefficients, one row a stage; row i has i entries.
  public let stages: [[Double]]
  /// b: the weights of the result.
  public let weights: [Double]
  /// e: the weights of the error estimate, which are result minus embedded result.
  public let errorWeights: [Double]
  /// The weights of a second error estimate; empty when there is none.
  ///
  /// With norms E and C of the two estimates the step's error is E^2 / sqrt(E^2 + 0.01 C^2)
  /// (Hairer, Norsett and Wanner 1993, section II.10, equation 10.17).
  public let coarseErrorWeights: [Double]
  /// One row a stage: the coefficients of theta, theta^2, ... in b_i(theta).
  public let dense: [[Double]]
  /// The stage that is the result at the step's end, whose rates open the next step; nil if none.
  public let endStage: Int?
  /// Where |R(-z)| of the stability function passes 1.
  let stabilityLimit: Double

  /// A method whose data agree with its stated orders.
  ///
  /// Checked, each to 2e-14 of the sum of the magnitudes of its terms: shapes; c_i = sum_j a_ij;
  /// every rooted-tree condition of the result up to `order`, of the embedded results up to their
  /// orders and of the dense output, as a polynomial identity in theta, up to `denseOrder`;
  /// b_i(1) = b_i. The error estimates must not vanish at the next order. Throws `TableauRefused`
  /// with the first condition that fails.
  /// Reference: Hairer, Norsett and Wanner (1993), Solving ODE I, sections II.2 and II.6.
  public init(
    name: String, order: Int, embeddedOrder: Int, denseOrder: Int, nodes: [Double],
    stages: [[Double]], weights: [Double], errorWeights: [Double], coarseOrder: Int = 0,
    coarseErrorWeights: [Double] = [], dense: [[Double]], errorScale: Double = 1
  ) throws(TableauRefused) {
    self.name = name
    self.errorScale = errorScale
    self.order = order
    self.embeddedOrder = embeddedOrder
    self.coarseOrder = coarseOrder
    self.denseOrder = denseOrder
    self.nodes = nodes
    self.stages = stages
    self.weights = weights
    self.errorWeights = errorWeights
    self.coarseErrorWeights = coarseErrorWeights
    self.dense = dense
    endStage = stages.indices.first { stage in
      stage > 0 && stage < nodes.count && nodes[stage] == 1
        && stages[stage] == Array((weights + [0]).prefix(stage))
        && weights.dropFirst(stage).allSatisfy { $0 == 0 }
    }
    stabilityLimit =
      stages.count >= weights.count && stages.indices.allSatisfy { stages[$0].count == $0 }
      ? ButcherTableau.stabilityLimit(stages: stages, weights: weights) : 0
    try checkShapes()
    try checkOrders()
  }

  /// Number of stages that the result and the error estimate use.
  public var stageCount: Int { weights.count }

  /// True when the last stage is the result ("first same as last").
  public var isFSAL: Bool { endStage == weights.count - 1 }

  /// One less than the power of the step that the error estimate shrinks with.
  @usableFromInline var controlOrder: Int {
    coarseErrorWeights.isEmpty ? embeddedOrder : 2 * embeddedOrder - coarseOrder
  }

  private func checkShapes() throws(TableauRefused) {
    let count = weights.count
    let degree = dense.first?.count ?? 0
    guard count > 1, nodes.count >= count, stages.count == nodes.count,
      errorWeights.count == count, dense.count == nodes.count, degree >= denseOrder,
      denseOrder > 0, order > 0, embeddedOrder > 0,
      coarseErrorWeights.isEmpty ? coarseOrder == 0 : coarseErrorWeights.count == count,
      coarseErrorWeights.isEmpty || (coarseOrder > 0 && coarseOrder < embeddedOrder),
      stages.indices.allSatisfy({ stages[$0].count == $0 }),
      dense.allSatisfy({ $0.count == degree })
    else { throw TableauRefused(method: name, condition: "shapes", residual: .nan) }
    for i in nodes.indices {
      try OrderCheck.hold(
        stages[i].reduce(0, +) - nodes[i],
        scale: stages[i].reduce(abs(nodes[i])) { $0 + abs($1) }, method: name,
        condition: "row sum of stage \(i + 1)")
      try OrderCheck.hold(
        dense[i].reduce(0, +) - (i < count ? weights[i] : 0),
        scale: dense[i].reduce(0) { $0 + abs($1) }, method: name,
        condition: "dense output at theta = 1 of stage \(i + 1)")
    }
  }

  private func checkOrders() throws(TableauRefused) {
    let count = nodes.count
    var square = [Double](repeating: 0, count: count * count)
    for (i, row) in stages.enumerated() {
      for (j, value) in row.enumerated() { square[i * count + j] = value }
    }
    let check = OrderCheck(
      method: name, order: max(order, embeddedOrder + 1, denseOrder), several: square,
      single: square, stages: count)
    try check.hold("result", weights, upTo: order) { _ in true }
    try check.hold("embedded result", errorWeights, upTo: embeddedOrder) { _ in false }
    try check.notVanish(errorWeights, at: embeddedOrder + 1)
    if !coarseErrorWeights.isEmpty {
      try check.hold("coarse result", coarseErrorWeights, upTo: coarseOrder) { _ in false }
      try check.notVanish(coarseErrorWeights, at: coarseOrder + 1)
    }
    for power in 1...dense[0].count {
      try check.hold(
        "dense output, theta^\(power)", dense.map { $0[power - 1] }, upTo: denseOrder
      ) { $0 == power }
    }
  }
}
