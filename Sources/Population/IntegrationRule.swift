import Lanes
import LinearAlgebra
import Randomness
import Statistics

/// Points in standard units about a mode, with which the random effects are integrated out.
///
/// The integral of exp(-h(v)) over d effects is |C| sum_k exp(a_k - h(v_mode + C z_k)), where C C^T
/// is the inverse curvature of h at its mode. Gauss-Hermite and importance sampling differ only in
/// where z and a come from.
struct IntegrationRule: Sendable {
  /// Dimension d.
  let dimension: Int
  /// Points z, row by row.
  let points: [Double]
  /// Log-weights a.
  let logWeights: [Double]
  /// True for random points: the value has a Monte Carlo error.
  let isRandom: Bool

  /// Most points of a quadrature for one donor: 27 nodes for three effects, 11 for four. Beyond it
  /// draws are as good and cheaper.
  static let mostPoints = 20_000
  /// Fewest draws: their weights must show a tail to be judged by.
  static let leastDraws = 50

  /// nodes^d, or Int.max where that overflows.
  static func quadratureCount(_ d: Int, nodes: Int) -> Int {
    var total = 1
    for _ in 0..<max(d, 0) {
      let (product, overflow) = total.multipliedReportingOverflow(by: max(nodes, 1))
      if overflow { return .max }
      total = product
    }
    return total
  }

  /// Number of points.
  var count: Int { logWeights.count }

  /// Point k about a center: center + C z.
  func point(_ k: Int, center: [Double], spread: [Double]) -> [Double] {
    var point = center
    fill(&point, k, center: center, spread: spread)
    return point
  }

  /// The same in place.
  func fill(_ point: inout [Double], _ k: Int, center: [Double], spread: [Double]) {
    for i in 0..<dimension {
      var sum = center[i]
      for j in 0..<dimension { sum += spread[i * dimension + j] * points[k * dimension + j] }
      point[i] = sum
    }
  }

  /// The mode alone: the Laplace approximation, a = d/2 ln(2 pi).
  static func laplace(_ d: Int) -> IntegrationRule {
    IntegrationRule(
      dimension: d, points: [Double](repeating: 0, count: d),
      logWeights: [0.5 * Double(d) * Double.log(2 * .pi)], isRandom: false)
  }

  /// The product of Gauss-Hermite rules: a = sum ln w + |z|^2/2 + d/2 ln(2 pi).
  ///
  /// Source: Pinheiro and Bates (1995), J Comput Graph Stat 4:12, section 2.4.
  static func quadrature(_ d: Int, nodes: Int) -> IntegrationRule {
    let rule = GaussHermite(nodes)
    let n = rule.nodes.count
    var total = 1
    for _ in 0..<d { total *= n }
    var points: [Double] = []
    var weights: [Double] = []
    points.reserveCapacity(total * d)
    for index in 0..<total {
      var rest = index
      var weight = 0.5 * Double(d) * Double.log(2 * .pi)
      for _ in 0..<d {
        let k = rest % n
        rest /= n
        points.append(rule.nodes[k])
        weight += rule.logWeights[k] + 0.5 * rule.nodes[k] * rule.nodes[k]
      }
      weights.append(weight)
    }
    return IntegrationRule(dimension: d, points: points, logWeights: weights, isRandom: false)
  }

  /// Draws from a multivariate t with `degrees` degrees of freedom about the mode, in antithetic
  /// pairs: a = -ln t(z) - ln K.
  ///
  /// Their weights are then calibrated to the standard normal, so that what is near normal is
  /// integrated with little noise. The same seed and name give the same draws at every theta, so
  /// that the sampled likelihood is a smooth function.
  static func importance(
    _ d: Int, draws: Int, seed: UInt64, name: String, degrees: Double = 6
  ) -> IntegrationRule {
    let pairs = max(draws / 2, 1)
    var stream = RandomStream(seed: seed, name: name, purpose: "population integral")
    var points: [Double] = []
    var weights: [Double] = []
    points.reserveCapacity(2 * pairs * d)
    let constant = studentConstant(d, degrees) - Double.log(Double(2 * pairs))
    for _ in 0..<pairs {
      let shrink = (degrees / stream.chiSquare(degreesOfFreedom: degrees)).squareRoot()
      let z = (0..<d).map { _ in stream.normal() * shrink }
      let square = z.reduce(0) { $0 + $1 * $1 }
      let weight = constant + 0.5 * (degrees + Double(d)) * Double.log(1 + square / degrees)
      points += z + z.map { -$0 }
      weights += [weight, weight]
    }
    let raw = IntegrationRule(dimension: d, points: points, logWeights: weights, isRandom: true)
    return raw.calibrated()
  }

  /// What the rule gives each point of the standard normal density, exp(a - |z|^2/2).
  var normalWeights: [Double] {
    (0..<count).map { k in
      var square = 0.0
      for i in 0..<dimension { square += points[k * dimension + i] * points[k * dimension + i] }
      return Double.exp(logWeights[k] - 0.5 * square)
    }
  }

  /// The rule with weights that give the standard normal density its mass and covariance exactly.
  ///
  /// The log-weights move by a quadratic form of z, found by Newton's method on the convex dual
  /// (raking of weights: Deville and Sarndal 1992, JASA 87:376). Where that fails only the mass is
  /// mended.
  private func calibrated() -> IntegrationRule {
    let d = dimension
    let pairs = (0..<d).flatMap { i in (0...i).map { (i, $0) } }
    let n = pairs.count
    let goal = pairs.map { $0.0 == $0.1 ? 1.0 : 0 }
    let features = (0..<count).map { k in
      pairs.map { points[k * d + $0.0] * points[k * d + $0.1] }
    }
    let base = normalWeights
    var tilt = [Double](repeating: 0, count: n)
    for _ in 0..<30 where count > 20 * n {
      var mass = 0.0
      var mean = [Double](repeating: 0, count: n)
      var square = [Double](repeating: 0, count: n * n)
      for (own, feature) in zip(base, features) {
        let weight = own * Double.exp(dot(tilt, feature))
        mass += weight
        for i in 0..<n {
          mean[i] += weight * feature[i]
          for j in 0...i { square[i * n + j] += weight * feature[i] * feature[j] }
        }
      }
      let gradient = (0..<n).map { mean[$0] / mass - goal[$0] }
      let spread = Matrix(rows: n, columns: n) { i, j in
        square[max(i, j) * n + min(i, j)] / mass - mean[i] * mean[j] / (mass * mass)
      }
      guard mass.isFinite, let factor = try? Cholesky(spread),
        let step = try? factor.solve(gradient)
      else {
        tilt = [Double](repeating: 0, count: n)
        break
      }
      for i in 0..<n { tilt[i] -= step[i] }
      if dot(step, gradient) < 1e-24 { break }
    }
    var result = IntegrationRule(
      dimension: d, points: points,
      logWeights: zip(logWeights, features).map { $0 + dot(tilt, $1) }, isRandom: true)
    let excess =
      Double.log(result.normalWeights.reduce(0, +)) - 0.5 * Double(d) * Double.log(2 * .pi)
    guard excess.isFinite else { return self }
    result = IntegrationRule(
      dimension: d, points: points, logWeights: result.logWeights.map { $0 - excess },
      isRandom: true)
    return result
  }

  /// -ln of the constant of a d-variate standard t density.
  static func studentConstant(_ d: Int, _ v: Double) -> Double {
    0.5 * Double(d) * Double.log(v * .pi) + logGamma(v / 2) - logGamma((v + Double(d)) / 2)
  }
}
