/// A linearly implicit (Rosenbrock) method with dense output, as checked data.
///
/// A step of length h from (t, y), with J = df/dy and f_t = df/dt there, solves for each stage
/// (1/(h gamma) I - J) u_i = f(t + c_i h, y + sum_j a_ij u_j) + sum_j (g_ij / h) u_j + h d_i f_t;
/// the result is y + sum_i m_i u_i, the error estimate sum_i e_i u_i and the dense output
/// y(t + theta h) = y + sum_i m_i(theta) u_i.
///
/// A value of this type satisfies its order conditions: the initialiser refuses any other.
/// Reference: Hairer and Wanner (1996), Solving ODE II, section IV.7, equation 7.25.
public struct RosenbrockTableau: Sendable, Equatable {
  /// What the error estimate is multiplied with before it is held against the tolerance, so that
  /// a tolerance means about the same with every method.
  public let errorScale: Double
  /// The method's name, for reports.
  public let name: String
  /// Order of the result.
  public let order: Int
  /// Order of the embedded result, which the error estimate belongs to.
  public let embeddedOrder: Int
  /// Order of the dense output.
  public let denseOrder: Int
  /// The diagonal coefficient of every stage.
  public let gamma: Double
  /// c: the stages' times in units of the step.
  public let nodes: [Double]
  /// d: the stages' factors of h f_t.
  public let timeWeights: [Double]
  /// a: stage coefficients, one row a stage; row i has i entries.
  public let stages: [[Double]]
  /// g: couplings of the stages' right sides, one row a stage; row i has i entries.
  public let couplings: [[Double]]
  /// m: the weights of the result.
  public let weights: [Double]
  /// e: the weights of the error estimate.
  public let errorWeights: [Double]
  /// One row a stage: the coefficients of theta, theta^2, ... in m_i(theta).
  public let dense: [[Double]]

  /// A method whose data agree with its stated orders.
  ///
  /// The data are carried back to the untransformed method, Gamma = (diag(1/gamma) - g)^-1,
  /// alpha = a Gamma, b = m Gamma. Checked, each to 2e-14 of the sum of the magnitudes of its
  /// terms: shapes; c_i = sum_j alpha_ij and d_i = sum_j gamma_ij, with which a system that
  /// depends on time meets the same conditions as one that does not; every rooted-tree condition
  /// of the result up to `order`, of the embedded result up to `embeddedOrder` and of the dense
  /// output up to `denseOrder`; m_i(1) = m_i; stiff accuracy, which is that the last stage's
  /// state and rate determine the result (R at infinity is 0). Throws `TableauRefused` with the
  /// first condition that fails.
  public init(
    name: String, order: Int, embeddedOrder: Int, denseOrder: Int, gamma: Double,
    nodes: [Double], timeWeights: [Double], stages: [[Double]], couplings: [[Double]],
    weights: [Double], errorWeights: [Double], dense: [[Double]], errorScale: Double = 1
  ) throws(TableauRefused) {
    self.name = name
    self.errorScale = errorScale
    self.order = order
    self.embeddedOrder = embeddedOrder
    self.denseOrder = denseOrder
    self.gamma = gamma
    self.nodes = nodes
    self.timeWeights = timeWeights
    self.stages = stages
    self.couplings = couplings
    self.weights = weights
    self.errorWeights = errorWeights
    self.dense = dense
    try checkShapes()
    try checkOrders()
  }

  /// Number of stages.
  public var stageCount: Int { weights.count }

  private func checkShapes() throws(TableauRefused) {
    let count = weights.count
    let degree = dense.first?.count ?? 0
    guard count > 1, nodes.count == count, timeWeights.count == count, stages.count == count,
      couplings.count == count, errorWeights.count == count, dense.count == count,
      degree >= denseOrder, denseOrder > 0, order > 0, embeddedOrder > 0, gamma > 0,
      nodes[0] == 0, stages.indices.allSatisfy({ stages[$0].count == $0 }),
      couplings.indices.allSatisfy({ couplings[$0].count == $0 }),
      dense.allSatisfy({ $0.count == degree })
    else { throw TableauRefused(method: name, condition: "shapes", residual: .nan) }
    for i in 0..<count {
      try OrderCheck.hold(
        dense[i].reduce(0, +) - weights[i], scale: dense[i].reduce(0) { $0 + abs($1) },
        method: name, condition: "dense output at theta = 1 of stage \(i + 1)")
    }
    guard nodes[count - 1] == 1, stages[count - 1] + [1] == weights else {
      throw TableauRefused(method: name, condition: "stiff accuracy", residual: .nan)
    }
  }

  private func checkOrders() throws(TableauRefused) {
    let count = stageCount
    let big = inverse()
    let alpha = times(stages, big)
    let rows = (0..<count).map { row in (0..<count).map { big[row * count + $0] } }
    for i in 0..<count {
      let row = (0..<count).map { alpha[i * count + $0] }
      try OrderCheck.hold(
        row.reduce(0, +) - nodes[i], scale: spread(stages[i], rows) + abs(nodes[i]),
        method: name, condition: "row sum of stage \(i + 1)")
      try OrderCheck.hold(
        rows[i].reduce(0, +) - timeWeights[i], scale: rows[i].reduce(1) { $0 + abs($1) },
        method: name, condition: "time weight of stage \(i + 1)")
    }
    let check = OrderCheck(
      method: name, order: max(order, embeddedOrder + 1, denseOrder), several: alpha,
      single: zip(alpha, big).map { $0 + $1 }, stages: count)
    func plain(_ weights: [Double]) -> [Double] { times([weights], big) }
    try check.hold("result", plain(weights), upTo: order) { _ in true }
    try check.hold("embedded result", plain(errorWeights), upTo: embeddedOrder) { _ in false }
    try check.notVanish(plain(errorWeights), at: embeddedOrder + 1)
    for power in 1...dense[0].count {
      try check.hold(
        "dense output, theta^\(power)", plain(dense.map { $0[power - 1] }), upTo: denseOrder
      ) { $0 == power }
    }
  }

  /// Gamma, row by row: the inverse of the lower triangle diag(1/gamma) - g.
  private func inverse() -> [Double] {
    let count = stageCount
    var result = [Double](repeating: 0, count: count * count)
    for column in 0..<count {
      result[column * count + column] = gamma
      for i in (column + 1)..<max(count, column + 1) {
        var sum = 0.0
        for j in column..<i { sum += couplings[i][j] * result[j * count + column] }
        result[i * count + column] = gamma * sum
      }
    }
    return result
  }

  /// The product of ragged rows with a square, row by row.
  private func times(_ rows: [[Double]], _ square: [Double]) -> [Double] {
    let count = stageCount
    var result = [Double](repeating: 0, count: rows.count * count)
    for (i, row) in rows.enumerated() {
      for (j, value) in row.enumerated() {
        for k in 0..<count { result[i * count + k] += value * square[j * count + k] }
      }
    }
    return result
  }

  /// The sum of the magnitudes of the terms of row times matrix.
  private func spread(_ row: [Double], _ rows: [[Double]]) -> Double {
    row.indices.reduce(0) { $0 + abs(row[$1]) * rows[$1].reduce(0) { $0 + abs($1) } }
  }
}
