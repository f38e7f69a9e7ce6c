import Randomness

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The quantile function of a law with its constants worked out once.
struct Quantile: Sendable {
  /// Everything but the table of an empirical law.
  struct Shape: Sendable, BitwiseCopyable {
    enum Form: UInt8, Sendable {
      case fixed
      case exponential
      case lognormal
      case normal
      case uniform
      case triangular
      case empirical
    }

    var form: Form
    /// Constants of the form: see `Quantile.init`.
    var a = 0.0
    var b = 0.0
    var c = 0.0
    var d = 0.0
    var least = 0.0
    var most = 0.0

    /// The value with probability `p` below it; NaN for an empirical law.
    @inline(__always)
    func value(at p: Double) -> Double {
      switch form {
      case .fixed: a
      case .exponential: -a * log1p(-p)
      case .lognormal: exp(a + b * standardNormalQuantile(p))
      case .normal: min(max(a + b * standardNormalQuantile(c + p * d), least), most)
      case .uniform: a + b * p
      case .triangular:
        p < d
          ? a + (p * (c - a) * (b - a)).squareRoot()
          : c - ((1 - p) * (c - a) * (c - b)).squareRoot()
      case .empirical: .nan
      }
    }
  }

  let shape: Shape
  /// The mean of the law.
  let mean: Double
  /// Values in ascending order and the probability up to and including each.
  private let values: [Double]
  private let cumulative: [Double]

  init(_ law: Law) {
    var values: [Double] = []
    var cumulative: [Double] = []
    switch law {
    case .fixed(let value):
      (shape, mean) = (Shape(form: .fixed, a: value), value)
    case .exponential(let m):
      (shape, mean) = (Shape(form: .exponential, a: m), m)
    case .lognormal(let m, let cv):
      let variance = log1p(cv * cv)
      shape =
        cv > 0
        ? Shape(form: .lognormal, a: log(m) - variance / 2, b: variance.squareRoot())
        : Shape(form: .fixed, a: m)
      mean = m
    case .normal(let m, let sd, let least, let most):
      let low = (least - m) / sd
      let high = (most - m) / sd
      let below = Quantile.phi(low)
      let inside = Quantile.phi(high) - below
      shape = Shape(form: .normal, a: m, b: sd, c: below, d: inside, least: least, most: most)
      mean = m + sd * (Quantile.density(low) - Quantile.density(high)) / inside
    case .uniform(let least, let most):
      (shape, mean) = (Shape(form: .uniform, a: least, b: most - least), (least + most) / 2)
    case .triangular(let least, let mode, let most):
      shape = Shape(
        form: .triangular, a: least, b: mode, c: most, d: (mode - least) / (most - least))
      mean = (least + mode + most) / 3
    case .empirical(let all, let weights):
      let total = weights.reduce(0, +)
      let pairs = zip(all, weights).filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
      var sum = 0.0
      for (value, weight) in pairs {
        sum += weight
        values.append(value)
        cumulative.append(sum / total)
      }
      (shape, mean) = (
        Shape(form: .empirical), pairs.reduce(0) { $0 + $1.0 * $1.1 } / total
      )
    }
    self.values = values
    self.cumulative = cumulative
  }

  /// The value with probability `p` below it.
  func value(at p: Double) -> Double {
    guard shape.form == .empirical else { return shape.value(at: p) }
    var low = 0
    var high = values.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > p { high = middle } else { low = middle + 1 }
    }
    return values.isEmpty ? .nan : values[low]
  }

  private static func phi(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

  private static func density(_ z: Double) -> Double {
    exp(-z * z / 2) / (2 * Double.pi).squareRoot()
  }
}
