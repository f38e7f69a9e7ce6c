import Foundation
import LinearAlgebra

@testable import Inference

/// A log density from a closure.
struct MadeDensity: LogDensity {
  let dimension: Int
  let body: @Sendable ([Double]) -> (value: Double, gradient: [Double])?

  func evaluate(at point: [Double]) -> (value: Double, gradient: [Double])? { body(point) }
}

/// A posterior whose means and standard deviations are known without sampling.
struct ReferencePosterior: Sendable {
  let name: String
  let lower: [Double]
  let upper: [Double]
  /// Where sampling starts, with what covariance; rough on purpose.
  let estimate: [Double]
  let variances: [Double]
  let means: [Double]
  let deviations: [Double]
  let density: MadeDensity
  var draws = 1000

  /// All coordinates without bounds.
  init(
    _ name: String, estimate: [Double], variances: [Double], means: [Double],
    deviations: [Double], lower: [Double]? = nil, upper: [Double]? = nil, draws: Int = 1000,
    _ body: @escaping @Sendable ([Double]) -> (value: Double, gradient: [Double])?
  ) {
    self.name = name
    let n = estimate.count
    self.lower = lower ?? [Double](repeating: -.infinity, count: n)
    self.upper = upper ?? [Double](repeating: .infinity, count: n)
    self.estimate = estimate
    self.variances = variances
    self.means = means
    self.deviations = deviations
    self.draws = draws
    density = MadeDensity(dimension: n, body: body)
  }

  func sample(_ change: (inout SamplerOptions) -> Void = { _ in }) -> SampledPosterior {
    var options = SamplerOptions()
    options.draws = draws
    change(&options)
    let n = estimate.count
    let covariance = Matrix(rows: n, columns: n) { $0 == $1 ? variances[$0] : 0 }
    return SampledPosterior.sample(
      name, parameters: estimate.indices.map { "x\($0)" }, estimate: estimate,
      covariance: covariance, lowerBounds: lower, upperBounds: upper, options: options
    ) { density }
  }

  static func normal(_ name: String, precision: Matrix, deviations: [Double]) -> Self {
    let n = deviations.count
    return Self(
      name, estimate: [Double](repeating: 0.5, count: n),
      variances: deviations.map { 0.5 * $0 * $0 }, means: [Double](repeating: 0, count: n),
      deviations: deviations
    ) { x in
      guard let slope = try? precision.times(x) else { return nil }
      return (-0.5 * dot(x, slope), slope.map { -$0 })
    }
  }

  static func independent(_ n: Int) -> Self {
    let deviations = (0..<n).map { 0.1 * pow(1.3, Double($0)) }
    let precision = Matrix(rows: n, columns: n) {
      $0 == $1 ? 1 / (deviations[$0] * deviations[$0]) : 0
    }
    return normal("normal \(n)", precision: precision, deviations: deviations)
  }

  /// Two coordinates with correlation 0.99, standard deviations 1 and 2.
  static var correlated: Self {
    let r = 0.99
    let q = 1 / (1 - r * r)
    let precision = Matrix(rows: 2, columns: 2) { i, j in
      i == j ? (i == 0 ? q : q / 4) : -r * q / 2
    }
    return normal("correlation 0.99", precision: precision, deviations: [1, 2])
  }

  /// N(-1, 1) kept above 0: mean -1 + h, variance 1 - h (h - 1), h = phi(1) / Phi(-1).
  static var truncated: Self {
    let hazard = exp(-0.5) / (2 * Double.pi).squareRoot() / (0.5 * erfc(0.5.squareRoot()))
    return Self(
      "normal at a bound", estimate: [0], variances: [0], means: [hazard - 1],
      deviations: [(1 - hazard * (hazard - 1)).squareRoot()], lower: [0], upper: [50], draws: 2000
    ) { x in (-0.5 * (x[0] + 1) * (x[0] + 1), [-(x[0] + 1)]) }
  }

  /// Student t with 8 degrees of freedom, variance 8/6.
  static var student: Self {
    Self(
      "student t", estimate: [1], variances: [1], means: [0], deviations: [(4 / 3.0).squareRoot()],
      draws: 3000
    ) { x in
      (-4.5 * log(1 + x[0] * x[0] / 8), [-9 * x[0] / (8 + x[0] * x[0])])
    }
  }

  /// x ~ N(0, 1), y | x ~ N(x^2, 0.5^2): mean 1 and variance 2.25 of y.
  static var banana: Self {
    Self(
      "banana", estimate: [0, 0], variances: [1, 0.25], means: [0, 1], deviations: [1, 1.5],
      draws: 4000
    ) { x in
      let r = (x[1] - x[0] * x[0]) / 0.25
      return (-0.5 * (x[0] * x[0] + r * r * 0.25), [-x[0] + 2 * x[0] * r, -r])
    }
  }

  /// Gamma with shape 3 and rate 2, above 0 without an upper bound.
  static var gamma: Self {
    Self(
      "gamma", estimate: [1], variances: [0.5], means: [1.5], deviations: [0.8660254037844386],
      lower: [0], upper: [.infinity], draws: 2000
    ) { x in (2 * log(x[0]) - 2 * x[0], [2 / x[0] - 2]) }
  }

  /// The mirrored gamma, below 0.
  static var mirrored: Self {
    Self(
      "mirrored gamma", estimate: [-1], variances: [0.5], means: [-1.5],
      deviations: [0.8660254037844386], lower: [-.infinity], upper: [0], draws: 2000
    ) { x in (2 * log(-x[0]) + 2 * x[0], [2 / x[0] + 2]) }
  }

  /// Beta (2, 5).
  static var beta: Self {
    Self(
      "beta", estimate: [0.2], variances: [0.02], means: [2.0 / 7],
      deviations: [(10.0 / (49 * 8)).squareRoot()], lower: [0], upper: [1]
    ) { x in
      (log(x[0]) + 4 * log(1 - x[0]), [1 / x[0] - 4 / (1 - x[0])])
    }
  }

  /// Neal's funnel: v ~ N(0, 3^2), nine x ~ N(0, e^v).
  static var funnel: Self {
    Self(
      "funnel", estimate: [Double](repeating: 0, count: 10),
      variances: [9] + [Double](repeating: 1, count: 9), means: [], deviations: []
    ) { x in
      let scale = exp(-x[0])
      let squares = x.dropFirst().reduce(0) { $0 + $1 * $1 }
      return (
        -x[0] * x[0] / 18 - 4.5 * x[0] - 0.5 * scale * squares,
        [-x[0] / 9 - 4.5 + 0.5 * scale * squares] + x.dropFirst().map { -scale * $0 }
      )
    }
  }

  /// Two equal normal peaks, 20 standard deviations apart.
  static var peaks: Self {
    Self("two peaks", estimate: [0], variances: [100], means: [], deviations: []) { x in
      let (a, b) = (-0.5 * (x[0] - 10) * (x[0] - 10), -0.5 * (x[0] + 10) * (x[0] + 10))
      let top = max(a, b)
      let (p, q) = (exp(a - top), exp(b - top))
      return (
        top + log(p + q), [(-(x[0] - 10) * p - (x[0] + 10) * q) / (p + q)]
      )
    }
  }

  /// ln r and ln K of logistic growth from 0.5 with ten made counts of 15 %, flat priors in a box;
  /// moments by the trapezoid rule on 801 x 801 points.
  static var logistic: Self {
    let hours = (1...10).map { 24 * Double($0) }
    let noise = [0.1, -0.2, 0.05, 0.12, -0.07, -0.15, 0.2, 0.03, -0.1, 0.02]
    @Sendable func curve(_ t: Double, _ r: Double, _ k: Double) -> Double {
      k / (1 + (k / 0.5 - 1) * exp(-r * t))
    }
    let counts = zip(hours, noise).map { log(curve($0, 0.03, 20)) + $1 }
    let lower = [-5.0, 1.0]
    let upper = [-2.5, 6.0]
    @Sendable func value(_ x: [Double]) -> (Double, [Double]) {
      let (r, k) = (exp(x[0]), exp(x[1]))
      var sum = 0.0
      var slope = [0.0, 0.0]
      for (t, y) in zip(hours, counts) {
        let e = exp(-r * t)
        let n = curve(t, r, k)
        let residual = (y - log(n)) / 0.0225
        sum -= 0.5 * residual * (y - log(n))
        slope[0] += residual * r * t * (k / 0.5 - 1) * e * n / k
        slope[1] += residual * (1 - k / 0.5 * e * n / k)
      }
      return (sum, slope)
    }
    var (mass, first, second) = (0.0, [0.0, 0.0], [0.0, 0.0])
    for i in 0...800 {
      for j in 0...800 {
        let x = [
          lower[0] + (upper[0] - lower[0]) * Double(i) / 800,
          lower[1] + (upper[1] - lower[1]) * Double(j) / 800,
        ]
        let w = exp(value(x).0)
        mass += w
        for a in 0..<2 {
          first[a] += w * x[a]
          second[a] += w * x[a] * x[a]
        }
      }
    }
    let means = first.map { $0 / mass }
    return Self(
      "logistic growth", estimate: [log(0.03), log(20)], variances: [0.01, 0.02], means: means,
      deviations: (0..<2).map { (second[$0] / mass - means[$0] * means[$0]).squareRoot() },
      lower: lower, upper: upper, draws: 1500
    ) { value($0) }
  }
}
