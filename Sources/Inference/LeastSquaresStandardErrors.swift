import LinearAlgebra

/// Covariance and standard errors of a least-squares estimate.
///
/// covariance = dispersion * (A^T A)^-1, from a pivoted QR of A. When A does not determine the
/// parameters this refuses; it never falls back on a pseudo-inverse, whose small numbers would read
/// as precision.
public struct StandardErrors: Sendable {
  /// Default threshold of the reciprocal condition number of A with columns of equal norm.
  ///
  /// At 1E-10 the covariance still has about six digits for exact derivatives. Derivatives that
  /// carry a solver's error of relative size e need a threshold well above e.
  public static let defaultThreshold = 1e-10

  /// Residual standard deviation, sqrt(dispersion).
  public let residualStandardDeviation: Double
  /// Covariance of the parameters, n x n.
  public let covariance: Matrix
  /// Reciprocal condition number on which the verdict rests.
  public let rcond: Double

  /// For half a sum of squares with unknown variance: dispersion = 2 f / (m - n).
  ///
  /// Throws `LinearAlgebraError.singular` (with rcond and threshold) when the parameters are not
  /// determined, `dimension` unless m > n, `notFinite`.
  public init(sumOfSquares fit: Linearisation, threshold: Double = defaultThreshold) throws {
    let freedom = fit.rows.rows - fit.rows.columns
    guard freedom > 0 else {
      throw LinearAlgebraError.dimension(
        "\(fit.rows.rows) residuals leave no freedom beside \(fit.rows.columns) parameters")
    }
    let squares = dot(fit.residuals, fit.residuals)
    try self.init(rows: fit.rows, dispersion: squares / Double(freedom), threshold: threshold)
  }

  /// For rows A with A^T A the information matrix: dispersion 1 for a negative log-likelihood.
  ///
  /// Throws as the other initialiser; `dimension` when there are fewer rows than parameters, and
  /// `notFinite` for a dispersion that is negative, NaN or infinite.
  public init(
    rows: Matrix, dispersion: Double = 1, threshold: Double = defaultThreshold
  ) throws {
    guard dispersion >= 0, dispersion.isFinite else {
      throw LinearAlgebraError.notFinite("the dispersion")
    }
    let factor = try PivotedQR(rows)
    let gram = try factor.inverseGram(threshold: threshold)
    rcond = factor.rcond
    residualStandardDeviation = dispersion.squareRoot()
    covariance = Matrix(rows: gram.rows, columns: gram.columns) { gram[$0, $1] * dispersion }
    guard covariance.isFinite else { throw LinearAlgebraError.notFinite("the covariance") }
  }

  /// Standard error of each parameter: square roots of the covariance's diagonal.
  public var standardErrors: [Double] {
    (0..<covariance.rows).map { covariance[$0, $0].squareRoot() }
  }

  /// Correlation of each pair; NaN where a standard error is 0.
  public var correlation: Matrix {
    let errors = standardErrors
    return Matrix(rows: covariance.rows, columns: covariance.columns) {
      covariance[$0, $1] / (errors[$0] * errors[$1])
    }
  }
}
