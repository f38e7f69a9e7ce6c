/// An explicit embedded Runge-Kutta method with dense output, as checked data.
///
/// A step of length h from (t, y) computes the stages
/// k_i = f(t + c_i h, y + h sum_j a_ij k_j), the result y + h sum_i b_i k_i, the error estimate
/// h sum_i e_i k_i and the dense output y(t + theta h) = y + h sum_i b_i(theta) k_i.
///
/// A value of this type satisfies its order conditions: the initialiser refuses any other.
public struct ButcherTableau: Sendable, Equatable {
  /// The method's name, for reports.
  public let name: String
  /// Order of the result.
  public let order: Int
  /// Order of the embedded result, which the error estimate belongs to.
  public let embeddedOrder: Int
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
  /// One row a stage: the coefficients of theta, theta^2, ... in b_i(theta).
  public let dense: [[Double]]
  /// True when the last stage is the result ("first same as last"): its rates open the next step.
  public let isFSAL: Bool

  /// A method whose data agree with its stated orders.
  ///
  /// Checked, each to 1e-13 (the dense output's in units of the sum of magnitudes of the terms,
  /// whose rounded coefficients are large and cancel): shapes; c_i = sum_j a_ij; every rooted-tree condition of the result
  /// up to `order`, of the embedded result up to `embeddedOrder` and of the dense output, as a
  /// polynomial identity in theta, up to `denseOrder`; b_i(1) = b_i. The error estimate must not
  /// vanish at the next order. Throws `TableauRefused` with the first condition that fails.
  /// Reference: Hairer, Norsett and Wanner (1993), Solving ODE I, sections II.2 and II.6.
  public init(
    name: String, order: Int, embeddedOrder: Int, denseOrder: Int, nodes: [Double],
    stages: [[Double]], weights: [Double], errorWeights: [Double], dense: [[Double]]
  ) throws(TableauRefused) {
    self.name = name
    self.order = order
    self.embeddedOrder = embeddedOrder
    self.denseOrder = denseOrder
    self.nodes = nodes
    self.stages = stages
    self.weights = weights
    self.errorWeights = errorWeights
    self.dense = dense
    isFSAL = nodes.last == 1 && stages.last.map { $0 + [0] } == weights
    try checkShapes()
    try checkOrders()
  }

  /// Number of stages.
  public var stageCount: Int { weights.count }

  private func checkShapes() throws(TableauRefused) {
    let count = weights.count
    let degree = dense.first?.count ?? 0
    guard count > 0, nodes.count == count, stages.count == count, errorWeights.count == count,
      dense.count == count, degree >= denseOrder, denseOrder > 0, order > 0, embeddedOrder > 0,
      stages.indices.allSatisfy({ stages[$0].count == $0 }),
      dense.allSatisfy({ $0.count == degree })
    else { throw TableauRefused(method: name, condition: "shapes", residual: .nan) }
    for i in 0..<count {
      try hold("row sum of stage \(i + 1)", stages[i].reduce(0, +) - nodes[i])
      try hold("dense output at theta = 1 of stage \(i + 1)", dense[i].reduce(0, +) - weights[i])
    }
  }

  private func checkOrders() throws(TableauRefused) {
    for p in 1...max(order, embeddedOrder, denseOrder) {
      for (number, tree) in RootedTree.all(order: p).enumerated() {
        let phi = tree.weights(stages)
        let right = 1 / tree.density
        let which = "order \(p), condition \(number + 1)"
        if p <= order { try hold("result, \(which)", dot(weights, phi) - right) }
        if p <= embeddedOrder { try hold("embedded result, \(which)", dot(errorWeights, phi)) }
        if p <= denseOrder {
          for power in 1...dense[0].count {
            let column = dense.map { $0[power - 1] }
            try hold(
              "dense output, \(which), theta^\(power)",
              dot(column, phi) - (power == p ? right : 0),
              scale: dot(column.map { abs($0) }, phi.map { abs($0) }))
          }
        }
      }
    }
    let next = RootedTree.all(order: embeddedOrder + 1).map {
      dot(errorWeights, $0.weights(stages))
    }
    guard next.contains(where: { abs($0) > 1e-8 }) else {
      throw TableauRefused(method: name, condition: "error estimate does not vanish", residual: 0)
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func hold(
    _ condition: String, _ residual: Double, scale: Double = 1
  ) throws(TableauRefused) {
    guard abs(residual) <= 1e-13 * max(scale, 1) else {
      throw TableauRefused(method: name, condition: condition, residual: residual)
    }
  }
}

/// A Runge-Kutta method whose data do not satisfy its own conditions.
public struct TableauRefused: Error, Sendable, CustomStringConvertible {
  /// The method's name.
  public let method: String
  /// The condition that does not hold.
  public let condition: String
  /// By how much; NaN when the condition is not an equation.
  public let residual: Double

  /// The refusal in words.
  public var description: String {
    "\(method): \(condition) does not hold (residual \(residual)); correct the coefficients"
  }
}
