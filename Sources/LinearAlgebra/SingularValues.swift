import CLAPACK

/// The thin singular value decomposition, A = U diag(s) V^T, of an m x n matrix.
///
/// With k = min(m, n): U is m x k, V is n x k, and s_0 >= s_1 >= ... >= 0.
/// Reference: LAPACK dgesdd; Golub and Van Loan (2013), section 8.6.
public struct SingularValues: Sendable {
  /// Singular values, largest first.
  public let values: [Double]
  /// Left singular vectors as columns.
  public let left: Matrix
  /// Right singular vectors as columns.
  public let right: Matrix

  /// Decomposes the matrix.
  ///
  /// Throws `notFinite` for a non-finite element, before and after the call, and `lapack` when the
  /// iteration does not converge. *Edge case:* an empty matrix has no singular values.
  public init(_ matrix: Matrix) throws {
    try requireFinite(matrix.storage, "the matrix given to the singular value decomposition")
    let order = min(matrix.rows, matrix.columns)
    guard order > 0 else {
      values = []
      left = Matrix(rows: matrix.rows, columns: 0)
      right = Matrix(rows: matrix.columns, columns: 0)
      return
    }
    var m = try lapackInteger(matrix.rows)
    var n = try lapackInteger(matrix.columns)
    var k = try lapackInteger(order)
    var a = matrix.storage
    var s = [Double](repeating: 0, count: order)
    var u = [Double](repeating: 0, count: matrix.rows * order)
    var vt = [Double](repeating: 0, count: order * matrix.columns)
    var integers = [Int32](repeating: 0, count: 8 * order)
    var work = [0.0]
    var length: Int32 = -1
    var info: Int32 = 0
    var lda = m
    var ldu = m
    dgesdd_("S", &m, &n, &a, &lda, &s, &u, &ldu, &vt, &k, &work, &length, &integers, &info, 1)
    guard info == 0 else { throw LinearAlgebraError.lapack(routine: "dgesdd", info: Int(info)) }
    length = Int32(work[0])
    work = [Double](repeating: 0, count: Int(length))
    dgesdd_("S", &m, &n, &a, &lda, &s, &u, &ldu, &vt, &k, &work, &length, &integers, &info, 1)
    guard info == 0 else { throw LinearAlgebraError.lapack(routine: "dgesdd", info: Int(info)) }
    try requireFinite(s + u + vt, "the singular value decomposition")
    values = s
    left = try Matrix(rows: matrix.rows, columns: order, storage: u)
    right = try Matrix(rows: order, columns: matrix.columns, storage: vt).transposed
  }

  /// Smallest over largest singular value; 0 when there is none or all are 0.
  public var rcond: Double {
    guard let largest = values.first, let smallest = values.last, largest > 0 else { return 0 }
    return smallest / largest
  }

  /// How many singular values exceed threshold * largest.
  public func rank(threshold: Double) -> Int {
    guard let largest = values.first, largest > 0 else { return 0 }
    return values.filter { $0 > threshold * largest }.count
  }
}
