import Randomness

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The quantile function of a law with its constants worked out once.
struct Quantile: Sendable {
  private enum Form: Sendable {
    case fixed
    case exponential
    case lognormal
    case normal
    case uniform
    case triangular
    case empirical
  }

  private let form: Form
  /// Constants of the form: see `init`.
  private let a: Double
  private let b: Double
  private let c: Double
  private let d: Double
  /// Values in ascending order and the probability up to and including each.
  private let values: [Double]
  private let cumulative: [Double]
  /// The mean of the law.
  let mean: Double
  /// True when no random number is needed.
  var isFixed: Bool { form == .fixed }

  init(_ law: Law) {
    var constants = (0.0, 0.0, 0.0, 0.0)
    var values: [Double] = []
    var cumulative: [Double] = []
    switch law {
    case .fixed(let value):
      (form, mean, constants.0) = (.fixed, value, value)
    case .exponential(let m):
      (form, mean, constants.0) = (.exponential, m, m)
    case .lognormal(let m, let cv):
      let variance = log1p(cv * cv)
      constants = cv > 0 ? (log(m) - variance / 2, variance.squareRoot(), 0, 0) : (m, 0, 0, 0)
      (form, mean) = (cv > 0 ? .lognormal : .fixed, m)
    case .normal(let m, let sd, let least, let most):
      let low = (least - m) / sd
      let high = (most - m) / sd
      let below = Quantile.phi(low)
      constants = (m, sd, below, Quantile.phi(high) - below)
      let lost = Quantile.density(low) - Quantile.density(high)
      (form, mean) = (.normal, m + sd * lost / constants.3)
      values = [least, most]
    case .uniform(let least, let most):
      constants = (least, most - least, 0, 0)
      (form, mean) = (.uniform, (least + most) / 2)
    case .triangular(let least, let mode, let most):
      constants = (least, mode, most, (mode - least) / (most - least))
      (form, mean) = (.triangular, (least + mode + most) / 3)
    case .empirical(let all, let weights):
      let total = weights.reduce(0, +)
      let pairs = zip(all, weights).filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
      var sum = 0.0
      for (value, weight) in pairs {
        sum += weight
        values.append(value)
        cumulative.append(sum / total)
      }
      (form, mean) = (.empirical, pairs.reduce(0) { $0 + $1.0 * $1.1 } / total)
    }
    (a, b, c, d) = constants
    self.values = values
    self.cumulative = cumulative
  }

  /// The value with probability `p` below it.
  func value(at p: Double) -> Double {
    switch form {
    case .fixed: return a
    case .exponential: return -a * log1p(-p)
    case .lognormal: return exp(a + b * standardNormalQuantile(p))
    case .normal:
      let value = a + b * standardNormalQuantile(c + p * d)
      return min(max(value, values[0]), values[1])
    case .uniform: return a + b * p
    case .triangular:
      return p < d
        ? a + (p * (c - a) * (b - a)).squareRoot() : c - ((1 - p) * (c - a) * (c - b)).squareRoot()
    case .empirical:
      var low = 0
      var high = values.count - 1
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > p { high = middle } else { low = middle + 1 }
      }
      return values.isEmpty ? .nan : values[low]
    }
  }

  private static func phi(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }
  private static func density(_ z: Double) -> Double {
    exp(-z * z / 2) / (2 * Double.pi).squareRoot()
  }
}
