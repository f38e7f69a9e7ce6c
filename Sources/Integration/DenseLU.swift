import Lanes

/// LU factors of a small dense matrix on any lane, in place, column by column.
///
/// Pivots are chosen by the values; derivatives follow the same operations, so the solution of a
/// linear system carries exact derivatives of matrix and right side.
/// Reference: Golub and Van Loan (2013), Matrix Computations, algorithm 3.4.1.
@usableFromInline
enum DenseLU {
  /// Factors `matrix`, n x n; its diagonal then holds the inverses of the pivots and `pivots` the
  /// row exchanged with row k. False when a pivot is zero or not finite.
  @inlinable
  static func factor<Number: Lane>(
    _ matrix: UnsafeMutablePointer<Number>, count n: Int, pivots: UnsafeMutablePointer<Int>
  ) -> Bool {
    for k in 0..<n {
      let column = matrix + k * n
      var best = k
      var size = abs(column[k].value)
      for i in (k + 1)..<max(n, k + 1) where abs(column[i].value) > size {
        best = i
        size = abs(column[i].value)
      }
      guard size > 0, size.isFinite else { return false }
      pivots[k] = best
      if best != k {
        for j in 0..<n {
          let kept = matrix[k + j * n]
          matrix[k + j * n] = matrix[best + j * n]
          matrix[best + j * n] = kept
        }
      }
      let inverse = Number(1) / column[k]
      column[k] = inverse
      for i in (k + 1)..<max(n, k + 1) { column[i] = column[i] * inverse }
      for j in (k + 1)..<max(n, k + 1) {
        let other = matrix + j * n
        let factor = other[k]
        for i in (k + 1)..<n { other[i] = other[i] - column[i] * factor }
      }
    }
    return true
  }

  /// Solves in place for one right side.
  @inlinable
  static func solve<Number: Lane>(
    _ matrix: UnsafePointer<Number>, count n: Int, pivots: UnsafePointer<Int>,
    right: UnsafeMutablePointer<Number>
  ) {
    for k in 0..<n where pivots[k] != k {
      let kept = right[k]
      right[k] = right[pivots[k]]
      right[pivots[k]] = kept
    }
    for k in 0..<n {
      let column = matrix + k * n
      let known = right[k]
      for i in (k + 1)..<max(n, k + 1) { right[i] = right[i] - column[i] * known }
    }
    for k in stride(from: n - 1, through: 0, by: -1) {
      let column = matrix + k * n
      let known = right[k] * column[k]
      right[k] = known
      for i in 0..<k { right[i] = right[i] - column[i] * known }
    }
  }
}
