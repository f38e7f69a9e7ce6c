import LinearAlgebra
import ModelLanguage
import Quantities
import Randomness

/// What is believed of a model's parameters before a simulation: values, and a normal distribution
/// on the estimation scales of those that vary.
public struct ParameterDistribution: Sendable {
  /// A parameter that varies from draw to draw.
  public struct Varying: Sendable {
    /// Index in the model.
    public let index: Int
    /// Mean on the estimation scale.
    public let mean: Double
    /// Standard deviation on the estimation scale.
    public let sd: Double

    /// A parameter that varies.
    public init(index: Int, mean: Double, sd: Double) {
      self.index = index
      self.mean = mean
      self.sd = sd
    }
  }

  /// Why a distribution is refused.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    /// The cause and what to do.
    public let description: String
  }

  /// Central values of all parameters, base units.
  public let values: [Double]
  /// The parameters that vary, in the model's order.
  public let varying: [Varying]

  private let name: String
  private let scales: [EstimationScale]
  private let bounds: [ClosedRange<Double>]
  private let factor: Cholesky?

  /// Attempts to draw inside the bounds before a draw is given up.
  static let attempts = 1000

  /// A distribution about values; `correlation` is read for pairs of indices of `varying`, 1 on the
  /// diagonal.
  ///
  /// Throws `Refusal` when a mean lies outside its bounds, or the correlations are those of no
  /// distribution.
  public init(
    model: Model, values: [Double], varying: [Varying],
    correlation: (Int, Int) -> Double = { $0 == $1 ? 1 : 0 }
  ) throws(Refusal) {
    name = model.name
    self.values = values
    self.varying = varying
    scales = varying.map { model.parameters[$0.index].scale }
    bounds = zip(varying, scales).map { item, scale in
      let range = model.parameters[item.index].bounds
      let low = scale.toEstimation(range.lowerBound)
      let high = scale.toEstimation(range.upperBound)
      return low <= high ? low...high : -Double.infinity...Double.infinity
    }
    for (item, range) in zip(varying, bounds) where !range.contains(item.mean) {
      let parameter = model.parameters[item.index]
      func shown(_ base: Double) -> String { NumberText.significant(parameter.unit.fromBase(base)) }
      throw Refusal(
        description: "\(parameter.name) is \(shown(parameter.scale.toNatural(item.mean))) "
          + "\(parameter.unit.symbol), outside its bounds \(shown(parameter.bounds.lowerBound)) - "
          + "\(shown(parameter.bounds.upperBound)), so no draw can be made about it. Correct the seed or "
          + "the value, or widen the bounds in the model.")
    }
    if varying.isEmpty {
      factor = nil
      return
    }
    let covariance = Matrix(rows: varying.count, columns: varying.count) {
      correlation($0, $1) * varying[$0].sd * varying[$1].sd
    }
    do { factor = try Cholesky(covariance) } catch {
      throw Refusal(
        description: "The spread of the parameters has no Cholesky factor (\(error)); hold one of "
          + "two parameters that trade off with --set.")
    }
  }

  /// The natural values of draw `index`, base units; nil when no draw inside the bounds was found in
  /// 1000 attempts.
  ///
  /// The normal distribution is truncated to the bounds by drawing again. A draw depends on the seed,
  /// the model's name and its index only.
  public func draw(_ index: Int, seed: UInt64) -> [Double]? {
    guard let factor else { return values }
    var stream = RandomStream(
      seed: seed, name: name, purpose: "parameters", index: UInt64(clamping: index))
    for _ in 0..<ParameterDistribution.attempts {
      guard let step = try? factor.timesLower(varying.map { _ in stream.normal() }) else {
        return nil
      }
      let point = zip(varying, step).map { $0.mean + $1 }
      guard zip(point, bounds).allSatisfy({ $1.contains($0) }) else { continue }
      var natural = values
      for (k, item) in varying.enumerated() { natural[item.index] = scales[k].toNatural(point[k]) }
      return natural
    }
    return nil
  }
}
