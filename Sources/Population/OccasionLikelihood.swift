import LinearAlgebra

/// The measurements of one run, as a function of that run's own parameters.
///
/// All parameters of the run lie in one vector psi, on the scales on which they are estimated:
/// rates, starting values and the noise numbers. Which of them scatter between donors or runs, and
/// how they depend on covariates, is not known here. A point that cannot be computed is nil, never
/// a made-up value. One likelihood belongs to one task at a time.
public protocol OccasionLikelihood {
  /// Length of psi.
  var parameterCount: Int { get }
  /// Number of measurements.
  var measurementCount: Int { get }
  /// The negative log-likelihood at psi.
  func value(at psi: [Double]) -> Double?
  /// The same at many points, where that is faster than one by one; nil where it is not.
  func values(at points: [[Double]]) -> [Double?]?
  /// The negative log-likelihood near psi.
  ///
  /// With `exactly` the curvature is the Hessian where the likelihood has it; else an expected
  /// (Gauss-Newton) information will do.
  func expansion(at psi: [Double], exactly: Bool) -> LikelihoodExpansion?
  /// The gradient of sum_jk W_jk d2 f/dpsi_j dpsi_k with respect to psi, for a symmetric positive
  /// semidefinite W of which the root R (W = R R^T) is given, row by row, `columns` columns.
  ///
  /// nil where third derivatives are not to be had.
  func curvatureSlope(at psi: [Double], root: [Double], columns: Int) -> [Double]?
  /// Standardised residuals at psi, one a measurement; nil for a censored one.
  func residuals(at psi: [Double]) -> [Double?]
}

extension OccasionLikelihood {
  /// One by one.
  public func values(at points: [[Double]]) -> [Double?]? { nil }

  /// No third derivatives.
  public func curvatureSlope(at psi: [Double], root: [Double], columns: Int) -> [Double]? { nil }
}

/// A negative log-likelihood near one point: f(psi + s) is about f + g . s + s . C s / 2.
public struct LikelihoodExpansion: Sendable, Equatable {
  /// The value f.
  public var value: Double
  /// The exact gradient g.
  public var gradient: [Double]
  /// C, row by row: the Hessian, or an information that stands in for it.
  public var curvature: [Double]
  /// True when the curvature is the Hessian.
  public var isExact: Bool

  /// An expansion from its parts; `curvature` has the square of the gradient's count.
  public init(value: Double, gradient: [Double], curvature: [Double], isExact: Bool) {
    self.value = value
    self.gradient = gradient
    self.curvature = curvature
    self.isExact = isExact
  }

  /// True when the shapes fit m parameters and every number is finite.
  func isSound(_ m: Int) -> Bool {
    gradient.count == m && curvature.count == m * m && value.isFinite
      && gradient.allSatisfy(\.isFinite) && curvature.allSatisfy(\.isFinite)
  }
}
