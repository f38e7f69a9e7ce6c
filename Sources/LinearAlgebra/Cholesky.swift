import CLAPACK

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Cholesky factor of a symmetric positive definite matrix, A = L L^T.
///
/// The matrix is first scaled by powers of two to a diagonal near 1, so that the condition number
/// does not depend on the units of the variables, and the digits are untouched.
/// Reference: LAPACK dpotrf, dpocon; Higham (2002), Accuracy and Stability, chapter 10.
public struct Cholesky: Sendable {
  /// Default threshold of the reciprocal condition number.
  public static let defaultThreshold = 1e-14

  /// The lower triangular factor L; zero above the diagonal. L z has covariance A for standard
  /// normal z.
  public let lower: Matrix
  /// Estimate of the reciprocal condition number, 1-norm, of the scaled matrix.
  public let rcond: Double

  /// Factors the matrix.
  ///
  /// Throws `dimension` when it is empty or not square, `notFinite` before and after the call,
  /// `notSymmetric` when mirrored elements differ by more than 1e-10 of the diagonal's scale,
  /// `notPositiveDefinite`, and `singular` when rcond <= threshold. The lower triangle is used.
  public init(_ matrix: Matrix, threshold: Double = defaultThreshold) throws {
    let order = matrix.rows
    try requireShape(
      order > 0 && matrix.columns == order,
      "Cholesky needs a square matrix, got \(matrix.rows) x \(matrix.columns)")
    try requireFinite(matrix.storage, "the matrix given to Cholesky")
    for i in 0..<order where !(matrix[i, i] > 0) {
      throw LinearAlgebraError.notPositiveDefinite(order: i + 1)
    }
    let scale = (0..<order).map { exactScale(matrix[$0, $0].squareRoot()) }
    var scaled = Matrix(rows: order, columns: order) { matrix[$0, $1] * scale[$0] * scale[$1] }
    for j in 0..<order {
      for i in 0..<j where !(abs(scaled[i, j] - scaled[j, i]) <= 1e-10) {
        throw LinearAlgebraError.notSymmetric(row: i, column: j)
      }
    }
    var norm = 0.0
    for j in 0..<order {
      for i in 0..<j { scaled[i, j] = scaled[j, i] }
      norm = max(norm, scaled.column(j).reduce(0) { $0 + abs($1) })
    }
    var a = scaled.storage
    var n = try lapackInteger(order)
    var lda = n
    var info: Int32 = 0
    dpotrf_("L", &n, &a, &lda, &info, 1)
    if info > 0 { throw LinearAlgebraError.notPositiveDefinite(order: Int(info)) }
    guard info == 0 else { throw LinearAlgebraError.lapack(routine: "dpotrf", info: Int(info)) }
    try requireFinite(a, "the Cholesky factor")
    var estimate = 0.0
    var work = [Double](repeating: 0, count: 3 * order)
    var integers = [Int32](repeating: 0, count: order)
    dpocon_("L", &n, &a, &lda, &norm, &estimate, &work, &integers, &info, 1)
    guard info == 0 else { throw LinearAlgebraError.lapack(routine: "dpocon", info: Int(info)) }
    guard estimate > threshold else {
      throw LinearAlgebraError.singular(rcond: estimate, threshold: threshold)
    }
    rcond = estimate
    let factor = a
    lower = Matrix(rows: order, columns: order) {
      $0 >= $1 ? factor[$0 + order * $1] / scale[$0] : 0
    }
    try requireFinite(lower.storage, "the Cholesky factor")
  }

  /// ln det A = 2 sum ln L_ii.
  public var logDeterminant: Double {
    var sum = 0.0
    for i in 0..<lower.rows { sum += log(lower[i, i]) }
    return 2 * sum
  }

  /// The y with L y = b. |y|^2 is the squared Mahalanobis length of b. Throws `dimension`,
  /// `notFinite`.
  public func solveLower(_ b: [Double]) throws -> [Double] {
    try requireShape(b.count == lower.rows, "order \(lower.rows) and a vector of \(b.count)")
    try requireFinite(b, "the right-hand side")
    var y = b
    for i in 0..<y.count {
      for j in 0..<i { y[i] -= lower[i, j] * y[j] }
      y[i] /= lower[i, i]
    }
    try requireFinite(y, "the triangular solution")
    return y
  }

  /// The x with A x = b. Throws `dimension`, `notFinite`.
  public func solve(_ b: [Double]) throws -> [Double] {
    var x = try solveLower(b)
    for i in stride(from: x.count - 1, through: 0, by: -1) {
      for j in (i + 1)..<max(x.count, i + 1) { x[i] -= lower[j, i] * x[j] }
      x[i] /= lower[i, i]
    }
    try requireFinite(x, "the solution")
    return x
  }

  /// A^-1, exactly symmetric. Throws `notFinite` on overflow.
  public func inverse() throws -> Matrix {
    let order = lower.rows
    var columns: [[Double]] = []
    for j in 0..<order {
      columns.append(try solve((0..<order).map { $0 == j ? 1 : 0 }))
    }
    return Matrix(rows: order, columns: order) { columns[min($0, $1)][max($0, $1)] }
  }

  /// L z: turns independent standard normals into one draw with covariance A. Throws `dimension`,
  /// `notFinite`.
  public func timesLower(_ z: [Double]) throws -> [Double] {
    try requireFinite(z, "the standard normal vector")
    let draw = try lower.times(z)
    try requireFinite(draw, "the draw")
    return draw
  }
}
