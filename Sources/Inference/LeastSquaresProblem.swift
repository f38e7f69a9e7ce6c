import LinearAlgebra

/// A smooth objective with a Gauss-Newton linearisation, inside a box.
///
/// The objective is a negative log-likelihood, or half a sum of squares. A point where it cannot be
/// computed (a failed simulation) is *infeasible*: answer nil or throw, and never a made-up value.
public protocol LeastSquaresProblem {
  /// Number of parameters, n.
  var parameterCount: Int { get }
  /// Lower bounds, length n; -infinity where there is none.
  var lowerBounds: [Double] { get }
  /// Upper bounds, length n; +infinity where there is none.
  var upperBounds: [Double] { get }
  /// The objective at p, or nil at an infeasible point.
  func objective(at p: [Double]) throws -> Double?
  /// The objective and its linearisation at p, or nil at an infeasible point.
  func linearise(at p: [Double]) throws -> Linearisation?
}

/// An objective near one point: f(p + s) is about f + s . A^T b + |A s|^2 / 2.
public struct Linearisation: Equatable, Sendable {
  /// The objective f.
  public var objective: Double
  /// A, m x n: A^T b is the exact gradient of f and A^T A approximates its Hessian.
  public var rows: Matrix
  /// b, length m. For half a sum of squares these are the residuals, and A their Jacobian.
  public var residuals: [Double]

  /// A linearisation from its parts; shapes are checked where it is used.
  public init(objective: Double, rows: Matrix, residuals: [Double]) {
    self.objective = objective
    self.rows = rows
    self.residuals = residuals
  }

  /// Half the sum of squares of the residuals, with their Jacobian.
  public init(residuals: [Double], jacobian: Matrix) {
    self.init(objective: dot(residuals, residuals) / 2, rows: jacobian, residuals: residuals)
  }

  /// True when shapes fit n parameters and every number is finite.
  func isSound(parameterCount n: Int) -> Bool {
    rows.columns == n && rows.rows == residuals.count && objective.isFinite && rows.isFinite
      && allFinite(residuals)
  }
}
