import LinearAlgebra
import Randomness
import Statistics

/// A multivariate Student t with 5 degrees of freedom over the parameters that vary; the others stay
/// at its centre.
struct StudentProposal: Sendable {
  static let degreesOfFreedom = 5.0
  let center: [Double]
  let inside: [Int]
  private let factor: Cholesky
  /// The lower factor, row after row, and half of ln of the determinant.
  private let rows: [Double]
  private let halfLogDeterminant: Double

  /// A covariance that is factored after scaling by the square of `widening`; nil when it has no
  /// Cholesky factor.
  init?(center: [Double], covariance: Matrix, inside: [Int], widening: Double) {
    self.center = center
    self.inside = inside
    let scaled = Matrix(rows: inside.count, columns: inside.count) {
      covariance[inside[$0], inside[$1]] * widening * widening
    }
    guard let factor = try? Cholesky(scaled) else { return nil }
    self.factor = factor
    let size = inside.count
    rows = (0..<size).flatMap { i in (0...i).map { factor.lower[i, $0] } }
    halfLogDeterminant = 0.5 * factor.logDeterminant
  }

  /// A point moved off the bounds on which it lies, from where only one side is open.
  static func center(
    _ point: [Double], _ covariance: Matrix, _ active: [ActiveBound], bounds: [ClosedRange<Double>]
  ) -> [Double] {
    point.indices.map { j in
      let sd = max(covariance[j, j], 0).squareRoot()
      return switch active[j] {
      case .none: point[j]
      case .lower: min(point[j] + 0.8 * sd, bounds[j].upperBound)
      case .upper: max(point[j] - 0.8 * sd, bounds[j].lowerBound)
      }
    }
  }

  /// The t about the moments of weighted points; nil when they do not carry a covariance.
  ///
  /// Weights need not sum to 1. A t with 5 degrees of freedom has 5/3 of its scale matrix as
  /// covariance, so that `widening` of 0.77 has the points' own covariance.
  init?(points: [[Double]], weights: [Double], like old: StudentProposal, widening: Double) {
    let total = weights.reduce(0, +)
    var center = old.center
    for j in old.inside {
      center[j] = zip(points, weights).reduce(0) { $0 + $1.0[j] * $1.1 } / total
    }
    let size = center.count
    var covariance = Matrix(rows: size, columns: size)
    for a in old.inside {
      for b in old.inside where b <= a {
        let sum = zip(points, weights).reduce(0) { sum, pair in
          sum + pair.1 * (pair.0[a] - center[a]) * (pair.0[b] - center[b])
        }
        covariance[a, b] = sum / total
        covariance[b, a] = sum / total
      }
    }
    self.init(center: center, covariance: covariance, inside: old.inside, widening: widening)
  }

  /// One point with ln of its density up to the constant of the dimension and the determinant; nil
  /// when the factor cannot carry it.
  ///
  /// With d parameters, ln q = const - (df + d)/2 ln(1 + |L^-1 (x - c)|^2 / df).
  func draw(_ stream: inout RandomStream) -> (point: [Double], logDensity: Double)? {
    var point = center
    guard !inside.isEmpty else { return (point, 0) }
    let df = StudentProposal.degreesOfFreedom
    let z = inside.map { _ in stream.normal() }
    let stretch = (df / stream.chiSquare(degreesOfFreedom: df)).squareRoot()
    guard let step = try? factor.timesLower(z) else { return nil }
    for (k, j) in inside.enumerated() { point[j] += stretch * step[k] }
    return (point, kernel(stretch * stretch * z.reduce(0) { $0 + $1 * $1 }))
  }

  /// ln density of a point up to the constant of the dimension: the determinant counts.
  func logDensity(_ point: [Double]) -> Double {
    guard !inside.isEmpty else { return 0 }
    // y = L^-1 (x - c), here and not in LAPACK: it is asked for each component and each draw.
    let distance = withUnsafeTemporaryAllocation(of: Double.self, capacity: inside.count) { y in
      rows.withUnsafeBufferPointer { rows in
        var sum = 0.0
        var k = 0
        for (i, j) in inside.enumerated() {
          var left = point[j] - center[j]
          for m in 0..<i {
            left -= rows[k] * y[m]
            k += 1
          }
          y[i] = left / rows[k]
          k += 1
          sum += y[i] * y[i]
        }
        return sum
      }
    }
    return kernel(distance) - halfLogDeterminant
  }

  private func kernel(_ distance: Double) -> Double {
    let df = StudentProposal.degreesOfFreedom
    return -0.5 * (df + Double(inside.count)) * Double.log(1 + distance / df)
  }
}

/// Proposals with shares: their density is the mean of theirs.
struct ProposalMixture: Sendable {
  let components: [StudentProposal]
  /// ln of each component's share.
  let logShares: [Double]

  /// Components with shares that need not sum to 1.
  init(_ components: [StudentProposal], shares: [Double]) {
    self.components = components
    let total = shares.reduce(0, +)
    logShares = shares.map { Double.log($0 / total) }
  }

  /// ln density up to the constant of the dimension.
  func logDensity(_ point: [Double]) -> Double {
    LogSum.of(zip(components, logShares).map { $0.logDensity(point) + $1 })
  }

  /// A point of a component chosen by its share.
  func draw(_ stream: inout RandomStream) -> [Double]? {
    var left = stream.uniform()
    for (component, share) in zip(components, logShares) {
      left -= Double.exp(share)
      if left < 0 { return component.draw(&stream)?.point }
    }
    return components.last?.draw(&stream)?.point
  }
}
