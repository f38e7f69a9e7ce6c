import Lanes
import Randomness
import Statistics

/// Points in standard units about a mode, with which the random effects are integrated out.
///
/// The integral of exp(-h(v)) over d effects is |C| sum_k exp(a_k - h(v_mode + C z_k)), where C C^T is
/// the inverse curvature of h at its mode. Gauss-Hermite and importance sampling differ only in where
/// z and a come from.
struct IntegrationRule: Sendable {
  /// Dimension d.
  let dimension: Int
  /// Points z, row by row.
  let points: [Double]
  /// Log-weights a.
  let logWeights: [Double]
  /// True for random points: the value has a Monte Carlo error.
  let isRandom: Bool

  /// Number of points.
  var count: Int { logWeights.count }

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
  /// The same seed and name give the same draws at every parameter value, so the sampled likelihood is
  /// a smooth function of them.
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
    return IntegrationRule(dimension: d, points: points, logWeights: weights, isRandom: true)
  }

  /// -ln of the constant of a d-variate standard t density.
  static func studentConstant(_ d: Int, _ v: Double) -> Double {
    0.5 * Double(d) * Double.log(v * .pi) + logGamma(v / 2) - logGamma((v + Double(d)) / 2)
  }
}
