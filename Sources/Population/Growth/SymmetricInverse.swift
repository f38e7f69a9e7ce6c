import LinearAlgebra

/// A positive definite matrix with its inverse held in full, for slopes of a marginal likelihood.
struct SymmetricInverse: Sendable {
  /// Order.
  let order: Int
  /// The inverse, row by row.
  let elements: [Double]
  /// ln of the matrix's determinant.
  let logDeterminant: Double

  /// Throws `LinearAlgebraError` when the matrix has no Cholesky factor.
  init(_ matrix: Matrix) throws {
    let n = matrix.rows
    let factor = try Cholesky(matrix, threshold: 1e-15)
    order = n
    logDeterminant = factor.logDeterminant
    // Columns of L^-1 as rows of its transpose, then L^-T L^-1.
    let lower = factor.lower.storage
    var inverse = [Double](repeating: 0, count: n * n)
    var result = [Double](repeating: 0, count: n * n)
    lower.withUnsafeBufferPointer { l in
      inverse.withUnsafeMutableBufferPointer { z in
        for j in 0..<n {
          z[j * n + j] = 1
          for k in j..<n {
            let value = z[j * n + k] / l[k + n * k]
            z[j * n + k] = value
            for i in (k + 1)..<max(n, k + 1) { z[j * n + i] -= value * l[i + n * k] }
          }
        }
        result.withUnsafeMutableBufferPointer { r in
          for i in 0..<n {
            for j in 0...i {
              var sum = 0.0
              for k in i..<n { sum += z[i * n + k] * z[j * n + k] }
              r[i * n + j] = sum
              r[j * n + i] = sum
            }
          }
        }
      }
    }
    guard allFinite(result) else { throw LinearAlgebraError.notFinite("the inverse") }
    elements = result
  }

  /// The inverse times a vector.
  func times(_ x: [Double]) -> [Double] {
    let n = order
    return elements.withUnsafeBufferPointer { e in
      (0..<n).map { i in
        var sum = 0.0
        for j in 0..<n { sum += e[i * n + j] * x[j] }
        return sum
      }
    }
  }

  subscript(i: Int, j: Int) -> Double { elements[i * order + j] }
}
