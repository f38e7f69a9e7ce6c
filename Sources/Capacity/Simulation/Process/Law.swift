/// The distribution of a time (or of any number that is drawn): in days unless said otherwise.
///
/// Every law is drawn by its quantile function from one uniform number, so the same stream gives
/// larger values for a law that is larger everywhere: common random numbers stay in step.
public enum Law: Sendable, Hashable {
  /// Always the same value.
  case fixed(Double)
  /// Memoryless, with its mean > 0.
  case exponential(mean: Double)
  /// ln is normal; sigma^2 = ln(1 + cv^2), mu = ln mean - sigma^2 / 2. Mean > 0, cv >= 0.
  case lognormal(mean: Double, cv: Double)
  /// A normal law cut to `least ... most` and renormalised; `mean` and `sd` are of the uncut law.
  case normal(mean: Double, sd: Double, least: Double, most: Double)
  /// Flat between two values.
  case uniform(least: Double, most: Double)
  /// Rises to the mode and falls.
  case triangular(least: Double, mode: Double, most: Double)
  /// One of the values, with probability in proportion to its weight: a harvest-day distribution
  /// from a forecast or back-test, or a record of durations.
  case empirical(values: [Double], weights: [Double])

  /// The mean of the law.
  public var mean: Double { Quantile(self).mean }

  /// The value with probability `p` (0 ... 1) below it.
  public func quantile(_ p: Double) -> Double { Quantile(self).value(at: p) }

  /// The smallest value that can be drawn.
  public var least: Double {
    switch self {
    case .fixed(let value): value
    case .exponential: 0
    case .lognormal(let mean, let cv): cv == 0 ? mean : 0
    case .normal(_, _, let least, _), .uniform(let least, _), .triangular(let least, _, _): least
    case .empirical(let values, let weights):
      zip(values, weights).filter { $0.1 > 0 }.map(\.0).min() ?? .nan
    }
  }

  /// Why the law cannot be drawn from or gives negative times; nil when it can.
  public var fault: String? {
    func finite(_ numbers: Double...) -> Bool { numbers.allSatisfy { $0.isFinite } }
    switch self {
    case .fixed(let value):
      return finite(value) && value >= 0
        ? nil : "the fixed value \(value) is negative or not finite"
    case .exponential(let mean):
      return finite(mean) && mean > 0 ? nil : "the mean \(mean) is not above 0"
    case .lognormal(let mean, let cv):
      return finite(mean, cv) && mean > 0 && cv >= 0
        ? nil : "mean \(mean) must be above 0 and cv \(cv) at least 0"
    case .normal(let mean, let sd, let least, let most):
      guard finite(mean, sd, least), sd > 0, least >= 0, most > least else {
        return "a cut normal needs sd above 0 and 0 <= least < most"
      }
      return Quantile(self).shape.d > 1e-9
        ? nil : "nothing of the normal law lies between \(least) and \(most)"
    case .uniform(let least, let most):
      return finite(least, most) && least >= 0 && most >= least
        ? nil : "needs 0 <= least <= most"
    case .triangular(let least, let mode, let most):
      return finite(least, mode, most) && least >= 0 && mode >= least && most >= mode
        && most > least ? nil : "needs 0 <= least <= mode <= most and least < most"
    case .empirical(let values, let weights):
      guard !values.isEmpty, values.count == weights.count else {
        return "needs as many weights as values, at least one"
      }
      guard values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        return "a value is negative or not finite"
      }
      guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        return "a weight is negative or not finite"
      }
      let total = weights.reduce(0, +)
      return total > 0 && total.isFinite ? nil : "the weights sum to \(total)"
    }
  }
}
