/// Why a dense-algebra routine refused to answer.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// A number that is NaN or infinite, in the named input or output.
  case notFinite(String)
  /// The reciprocal condition number is not above the threshold: the answer would be noise.
  case singular(rcond: Double, threshold: Double)
  /// The leading minor of this order (counted from 1) is not positive.
  case notPositiveDefinite(order: Int)
  /// Elements (row, column) and (column, row), counted from 0, differ beyond rounding.
  case notSymmetric(row: Int, column: Int)
  /// Shapes that do not fit together, in words.
  case dimension(String)
  /// A routine reported failure by its own code.
  case lapack(routine: String, info: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  /// Cause and remedy in one sentence.
  public var description: String {
    switch self {
    case .notFinite(let place):
      "\(place) contains NaN or an infinite number; find the first non-finite value upstream"
    case .singular(let rcond, let threshold):
      "the matrix is rank deficient: reciprocal condition \(rcond) is not above \(threshold); "
        + "remove or fix a parameter, or add data that separate them"
    case .notPositiveDefinite(let order):
      "the matrix is not positive definite (leading minor \(order)); check the covariance"
    case .notSymmetric(let row, let column):
      "the matrix is not symmetric at row \(row), column \(column)"
    case .dimension(let what):
      "shapes do not fit: \(what)"
    case .lapack(let routine, let info):
      "\(routine) did not succeed (info \(info))"
    }
  }
}
