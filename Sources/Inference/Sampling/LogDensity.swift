import LinearAlgebra

/// The logarithm of a density up to a constant, with its gradient.
///
/// A point where it cannot be computed (a failed simulation, outside the support) has density zero:
/// answer nil, never a made-up value.
public protocol LogDensity: SendableMetatype {
  /// Number of coordinates.
  var dimension: Int { get }
  /// ln density and its gradient at a point of `dimension` coordinates; nil where it is zero.
  func evaluate(at point: [Double]) -> (value: Double, gradient: [Double])?
}

/// A least-squares problem as a log density: value = -objective, gradient = -A^T b.
///
/// The objective must hold all terms that depend on the parameters, as the negative log-posterior of
/// a fit does. The density knows nothing of the problem's box; the sampler keeps inside it.
public struct ProblemDensity<Problem: LeastSquaresProblem & SendableMetatype>: LogDensity {
  /// The problem.
  public let problem: Problem

  /// The density of a problem.
  public init(_ problem: Problem) { self.problem = problem }

  /// Number of parameters.
  public var dimension: Int { problem.parameterCount }

  /// ln density and its gradient; nil where the objective cannot be computed.
  public func evaluate(at point: [Double]) -> (value: Double, gradient: [Double])? {
    guard let found = try? problem.linearise(at: point),
      found.isSound(parameterCount: problem.parameterCount),
      let slope = try? found.rows.transposedTimes(found.residuals)
    else { return nil }
    return (-found.objective, slope.map { -$0 })
  }
}
