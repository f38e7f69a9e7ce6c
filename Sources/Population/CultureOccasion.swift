import Inference
import LinearAlgebra

/// A run of a text model as an occasion of a population: any noise family, censoring and counter.
///
/// Its curvature is the expected (Gauss-Newton) information.
public struct CultureOccasion: OccasionLikelihood {
  /// The run's likelihood.
  public let likelihood: RunLikelihood

  /// Parameters that the fit holds, by name, natural values.
  public let held: [String: Double]

  /// A run; `held` are the parameters that its likelihood holds.
  public init(_ likelihood: RunLikelihood, held: [String: Double] = [:]) {
    self.likelihood = likelihood
    self.held = held
  }

  /// Length of psi.
  public var parameterCount: Int { likelihood.free.count }

  /// Number of measurements.
  public var measurementCount: Int { likelihood.measurementCount }

  /// The negative log-likelihood; nil where the simulation fails.
  public func value(at psi: [Double]) -> Double? { likelihood.value(at: psi) }

  /// The same at many points, simulated side by side.
  public func values(at points: [[Double]]) -> [Double?]? { likelihood.values(at: points) }

  /// The negative log-likelihood with its exact gradient and its expected information.
  public func expansion(at psi: [Double], exactly: Bool) -> LikelihoodExpansion? {
    guard let linear = likelihood.linearise(at: psi),
      let gradient = try? linear.rows.transposedTimes(linear.residuals)
    else { return nil }
    let m = psi.count
    let rows = linear.rows.rows
    var curvature = [Double](repeating: 0, count: m * m)
    let storage = linear.rows.storage
    for i in 0..<m {
      for j in 0...i {
        var sum = 0.0
        for k in 0..<rows { sum += storage[k + rows * i] * storage[k + rows * j] }
        curvature[i * m + j] = sum
        curvature[j * m + i] = sum
      }
    }
    return LikelihoodExpansion(
      value: linear.objective, gradient: gradient, curvature: curvature, isExact: false)
  }

  /// Standardised residuals; nil for censored readings.
  public func residuals(at psi: [Double]) -> [Double?] { likelihood.residuals(at: psi) }
}
