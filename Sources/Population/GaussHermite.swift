import Lanes

/// Nodes and weights of Gauss-Hermite quadrature for the standard normal density.
///
/// sum_k w_k g(z_k) equals E g(z), z ~ N(0, 1), exactly for polynomials up to degree 2n - 1.
/// Newton's iteration on orthonormal Hermite polynomials; source: Press et al. (2007), Numerical
/// Recipes, section 4.6.1, with z = sqrt(2) x.
public struct GaussHermite: Sendable, Hashable {
  /// The nodes, rising.
  public let nodes: [Double]
  /// Logarithms of the weights, which sum to 1.
  public let logWeights: [Double]

  /// Most nodes of a rule.
  static let mostNodes = 64

  /// The rule with `count` nodes, clamped to 1...64.
  public init(_ count: Int) {
    let n = min(max(count, 1), 64)
    // Eigenvalues interlace: the positive roots are found from the largest down, each deflated by
    // those found before, so that no root is found twice.
    var roots: [Double] = []
    for i in 0..<((n + 1) / 2) {
      if n % 2 == 1 && i == n / 2 {
        roots.append(0)
        continue
      }
      var x = i == 0 ? (2 * Double(n) + 1).squareRoot() : roots[i - 1] * 0.999
      for _ in 0..<200 {
        let (p, slope) = GaussHermite.polynomial(n, x)
        let pull = roots.reduce(0) { $0 + 1 / (x - $1) + 1 / (x + $1) }
        let step = p / (slope - p * pull)
        x -= step
        if abs(step) < 1e-15 * max(1, abs(x)) { break }
      }
      roots.append(x)
    }
    let half = roots.map { root -> (Double, Double) in
      let slope = GaussHermite.polynomial(n, root).slope
      return (root * 2.0.squareRoot(), Double.log(2 / (slope * slope)) - 0.5 * Double.log(.pi))
    }
    let positive = half.filter { $0.0 > 0 }
    let all =
      positive.map { (-$0.0, $0.1) } + half.filter { $0.0 == 0 }
      + positive.reversed().map { ($0.0, $0.1) }
    nodes = all.map(\.0)
    logWeights = all.map(\.1)
  }

  /// The orthonormal Hermite polynomial of degree n and its slope.
  private static func polynomial(_ n: Int, _ x: Double) -> (value: Double, slope: Double) {
    var (p, before) = (0.7511255444649425, 0.0)  // pi^(-1/4)
    for j in 0..<n {
      let k = Double(j)
      (p, before) = (
        x * (2 / (k + 1)).squareRoot() * p - (k / (k + 1)).squareRoot() * before, p
      )
    }
    return (p, (2 * Double(n)).squareRoot() * before)
  }
}
