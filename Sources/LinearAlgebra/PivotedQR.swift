import CLAPACK

/// QR factorisation with column pivoting, A S P = Q R, of an m x n matrix with m >= n.
///
/// S holds powers of two that bring each column's norm into [1/2, 1], so that rank and condition do
/// not depend on the units of the unknowns, and rounding is untouched. Rank is decided by the
/// reciprocal condition number of the scaled matrix and never by `info`, which is 0 for collinear
/// columns.
/// Reference: LAPACK dgeqp3, dormqr; Golub and Van Loan (2013), section 5.4.
public struct PivotedQR: Sendable {
  /// Default threshold of the reciprocal condition number.
  public static let defaultThreshold = 1e-12

  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Column j of the factored matrix is column `pivots[j]` of the original one.
  public let pivots: [Int]
  /// Reciprocal condition number in the 2-norm, by singular values of R. 0 for a zero column.
  public let rcond: Double
  private let factors: Matrix
  private let reflectors: [Double]
  private let scales: [Double]

  /// Factors the matrix.
  ///
  /// Throws `dimension` when there are no columns or fewer rows than columns, `notFinite` before
  /// and after the call, `lapack` for a refused argument.
  public init(_ matrix: Matrix) throws {
    try requireShape(
      matrix.columns > 0 && matrix.rows >= matrix.columns,
      "QR needs at least as many rows as columns, got \(matrix.rows) x \(matrix.columns)")
    try requireFinite(matrix.storage, "the matrix given to QR")
    rows = matrix.rows
    columns = matrix.columns
    scales = matrix.columnNorms.map(exactScale)
    var a = try matrix.selecting(Array(0..<columns), scaledBy: scales).storage
    var m = try lapackInteger(rows)
    var n = try lapackInteger(columns)
    var lda = m
    var order = [Int32](repeating: 0, count: columns)
    var tau = [Double](repeating: 0, count: columns)
    var length = try lapackInteger(2 * columns + (columns + 1) * 32)
    var work = [Double](repeating: 0, count: Int(length))
    var info: Int32 = 0
    dgeqp3_(&m, &n, &a, &lda, &order, &tau, &work, &length, &info)
    guard info == 0 else { throw LinearAlgebraError.lapack(routine: "dgeqp3", info: Int(info)) }
    try requireFinite(a + tau, "the QR factors")
    factors = try Matrix(rows: rows, columns: columns, storage: a)
    reflectors = tau
    pivots = order.map { Int($0) - 1 }
    rcond = try SingularValues(PivotedQR.upper(of: factors)).rcond
  }

  /// The n x n upper triangle R.
  public var upper: Matrix { PivotedQR.upper(of: factors) }

  private static func upper(of factors: Matrix) -> Matrix {
    Matrix(rows: factors.columns, columns: factors.columns) { $0 <= $1 ? factors[$0, $1] : 0 }
  }

  /// Q^T b, length m. Throws `dimension`, `notFinite`, `lapack`.
  public func transposedQTimes(_ b: [Double]) throws -> [Double] {
    try requireShape(b.count == rows, "\(rows) rows and a right-hand side of \(b.count)")
    try requireFinite(b, "the right-hand side")
    var c = b
    var a = factors.storage
    var tau = reflectors
    var m = try lapackInteger(rows)
    var k = try lapackInteger(columns)
    var one: Int32 = 1
    var lda = m
    var ldc = m
    var length: Int32 = 64
    var work = [Double](repeating: 0, count: 64)
    var info: Int32 = 0
    dormqr_("L", "T", &m, &one, &k, &a, &lda, &tau, &c, &ldc, &work, &length, &info, 1, 1)
    guard info == 0 else { throw LinearAlgebraError.lapack(routine: "dormqr", info: Int(info)) }
    try requireFinite(c, "the product with Q")
    return c
  }

  /// The x of least |A x - b|.
  ///
  /// Throws `singular` when rcond <= threshold (never a pseudo-inverse), `dimension`, `notFinite`.
  public func solve(_ b: [Double], threshold: Double = defaultThreshold) throws -> [Double] {
    let c = try transposedQTimes(b)
    try requireFullRank(threshold)
    var z = Array(c[0..<columns])
    for j in stride(from: columns - 1, through: 0, by: -1) {
      z[j] /= factors[j, j]
      for i in 0..<j { z[i] -= factors[i, j] * z[j] }
    }
    var x = [Double](repeating: 0, count: columns)
    for j in 0..<columns { x[pivots[j]] = z[j] * scales[pivots[j]] }
    try requireFinite(x, "the least-squares solution")
    return x
  }

  /// (A^T A)^-1, the unscaled covariance of the least-squares solution.
  ///
  /// Throws `singular` when rcond <= threshold, `notFinite` on overflow.
  public func inverseGram(threshold: Double = defaultThreshold) throws -> Matrix {
    try requireFullRank(threshold)
    var inverse = Matrix(rows: columns, columns: columns)
    for k in 0..<columns {
      inverse[k, k] = 1 / factors[k, k]
      for i in stride(from: k - 1, through: 0, by: -1) {
        var sum = 0.0
        for j in (i + 1)...k { sum += factors[i, j] * inverse[j, k] }
        inverse[i, k] = -sum / factors[i, i]
      }
    }
    var gram = Matrix(rows: columns, columns: columns)
    for i in 0..<columns {
      for j in 0...i {
        var sum = 0.0
        for k in i..<columns { sum += inverse[i, k] * inverse[j, k] }
        sum *= scales[pivots[i]] * scales[pivots[j]]
        gram[pivots[i], pivots[j]] = sum
        gram[pivots[j], pivots[i]] = sum
      }
    }
    try requireFinite(gram.storage, "the inverse of A^T A")
    return gram
  }

  /// Throws `singular` unless rcond > threshold; a NaN on either side refuses.
  public func requireFullRank(_ threshold: Double = defaultThreshold) throws {
    guard rcond > threshold else {
      throw LinearAlgebraError.singular(rcond: rcond, threshold: threshold)
    }
  }
}
