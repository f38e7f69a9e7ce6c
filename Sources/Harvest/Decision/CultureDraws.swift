import Bioreactor
import Inference
import Quantities
import Statistics

/// Draws of a culture at some hours, with weights: what a decision is computed from.
///
/// They may come from an `Ensemble` or from any other forecast that draws curves.
public struct CultureDraws: Sendable {
  /// Weights of the draws, summing to 1.
  public let weights: [Double]
  /// Hours from the run's zero, ascending.
  public let hours: [Double]
  /// Culture volume at each hour before its operations, mL.
  public let volumes: [Double]
  private let names: [String]
  /// Quantity x hour x draw.
  private let values: [[[Double]]]

  /// Draws from their parts: for each quantity (an observable's name) hour x draw, base units.
  ///
  /// Throws `Posterior.Refusal` when the shapes differ, a weight is not a share, or `vcd` is absent.
  public init(
    weights: [Double], hours: [Double], volumes: [Double], values: [String: [[Double]]]
  ) throws(Posterior.Refusal) {
    names = values.keys.sorted()
    self.values = names.map { values[$0] ?? [] }
    let isWhole = self.values.allSatisfy { rows in
      rows.count == hours.count && rows.allSatisfy { $0.count == weights.count }
    }
    let total = weights.reduce(0, +)
    guard isWhole, volumes.count == hours.count, !weights.isEmpty, names.contains("vcd"),
      weights.allSatisfy({ $0 >= 0 }), abs(total - 1) < 1e-6
    else {
      throw Posterior.Refusal(
        description: "The draws of the culture are not of one shape, or vcd is not among them.")
    }
    (self.weights, self.hours, self.volumes) = (weights, hours, volumes)
  }

  /// The instants of an ensemble that follows the observables `names`, in its order.
  public init(
    _ ensemble: Ensemble, names: [String], timeline: Timeline
  ) throws(Posterior.Refusal) {
    var values: [String: [[Double]]] = [:]
    for (k, name) in names.enumerated() {
      values[name] = ensemble.instants.indices.map { ensemble.values(instant: $0, observable: k) }
    }
    try self.init(
      weights: ensemble.weights, hours: ensemble.instants.map(\.time),
      volumes: ensemble.instants.map { timeline.volume(at: $0.time, phase: .before) },
      values: values)
  }

  /// Number of draws.
  public var count: Int { weights.count }

  /// One value a draw; nil when the quantity was not drawn.
  public func values(_ quantity: String, at hour: Int) -> [Double]? {
    names.firstIndex(of: quantity).map { values[$0][hour] }
  }

  /// Weighted share of the draws that meet a condition, with its Monte-Carlo standard error,
  /// sqrt(sum w^2 (1[met] - P)^2).
  public func share(_ flags: [Bool]) -> (value: Double, error: Double) {
    let value = min(1, zip(weights, flags).reduce(0) { $0 + ($1.1 ? $1.0 : 0) })
    let squares = zip(weights, flags).reduce(0) { sum, pair in
      let deviation = (pair.1 ? 1 : 0) - value
      return sum + pair.0 * pair.0 * deviation * deviation
    }
    return (value, squares.squareRoot())
  }

  /// Weighted mean of one probability a draw, with its Monte-Carlo standard error,
  /// sqrt(sum w^2 (x - mean)^2).
  func average(_ values: [Double]) -> (value: Double, error: Double) {
    let value = mean(values)
    let squares = zip(weights, values).reduce(0) { sum, pair in
      sum + pair.0 * pair.0 * (pair.1 - value) * (pair.1 - value)
    }
    return (value, squares.squareRoot())
  }

  /// Weighted quantiles of one value a draw.
  func quantiles(_ values: [Double]) throws -> Quantiles {
    let sample = try WeightedSample(values, weights: weights)
    return Quantiles(values: try Quantiles.levels.map { try sample.bound($0) })
  }

  /// Weighted mean of one value a draw.
  func mean(_ values: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } }
}
