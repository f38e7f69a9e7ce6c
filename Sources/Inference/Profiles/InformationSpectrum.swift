import LinearAlgebra

/// What rows of information tell of the parameters: rank, condition, and the directions they leave
/// free.
///
/// The columns of A are first brought to equal norm, A = B D, so that nothing depends on units; then
/// B = U diag(s) V^T. A singular value of at most `threshold` times the largest is none. A parameter
/// that has no part in any of the directions without information is estimable, and its variance,
/// sum over the others of (V_ji / (D_j s_i))^2, is the same for every generalised inverse; one that
/// has a part has no variance at all. Nothing is pseudo-inverted. Source: Searle (1971), Linear
/// Models, section 5.4 (estimable functions).
public struct InformationSpectrum: Sendable {
  /// The singular values of B, largest first; as many as there are parameters.
  public let singularValues: [Double]
  /// How many of them count.
  public let rank: Int
  /// Free directions as columns, on the estimation scales, each with its largest part 1.
  public let freeDirections: Matrix
  /// Variance of each parameter; nil for one with a part in a free direction.
  public let variances: [Double?]

  /// A singular value below this times the largest is none. Derivatives from a simulation at
  /// tolerance 1e-8 cannot tell it from zero.
  public static let defaultThreshold = 1e-8
  /// The least part of a direction that counts as a part.
  static let leastShare = 1e-3

  /// Parameters.
  public var parameterCount: Int { singularValues.count }
  /// Largest over smallest singular value; infinity when the rank is not full.
  public var condition: Double {
    guard rank == parameterCount, let largest = singularValues.first,
      let smallest = singularValues.last, smallest > 0
    else { return .infinity }
    return largest / smallest
  }

  /// The spectrum of rows A, m x n, with A^T A the information matrix.
  ///
  /// Fewer rows than parameters are allowed: the missing directions are free. Throws `notFinite`,
  /// `lapack`.
  public init(rows: Matrix, threshold: Double = defaultThreshold) throws {
    let n = rows.columns
    let norms = rows.columnNorms
    let largest = norms.max() ?? 0
    // A column that is nothing beside the others stays nothing.
    let scales = norms.map { $0 > 1e-300 && $0 > 1e-14 * largest ? 1 / $0 : 0 }
    // Rows of zeros make up for missing ones, so that V is square.
    let padded = Matrix(rows: max(rows.rows, n), columns: n) { i, j in
      i < rows.rows ? rows[i, j] * scales[j] : 0
    }
    let svd = try SingularValues(padded)
    singularValues = svd.values
    let top = svd.values.first ?? 0
    let kept = svd.values.filter { $0 > threshold * top && $0 > 0 }.count
    rank = kept
    let right = svd.right
    variances = (0..<n).map { j in
      let isFree = (kept..<n).contains { abs(right[j, $0]) > InformationSpectrum.leastShare }
      if isFree || scales[j] == 0 { return nil }
      return (0..<kept).reduce(0) { sum, i in
        let part = right[j, i] * scales[j] / svd.values[i]
        return sum + part * part
      }
    }
    freeDirections =
      Matrix(rows: n, columns: n - kept) { j, k in
        let v = right[j, kept + k]
        if scales[j] > 0 { return v * scales[j] }
        return abs(v) > InformationSpectrum.leastShare ? v : 0
      }.withLargestOne
  }

  /// The parameter that moves most along with the j-th in free directions, and whether it moves the
  /// same way (1) or the other (-1), each measured against its own information; nil when there is
  /// none.
  func partner(of j: Int) -> (index: Int, sign: Double)? {
    var best: (index: Int, sign: Double, size: Double)?
    for i in 0..<parameterCount where i != j {
      let product = (0..<freeDirections.columns).reduce(0) {
        $0 + freeDirections[i, $1] * freeDirections[j, $1]
      }
      if abs(product) > max(best?.size ?? 0, 1e-6) {
        best = (i, product < 0 ? -1 : 1, abs(product))
      }
    }
    return best.map { ($0.index, $0.sign) }
  }
}

extension Matrix {
  /// Each column divided by its largest element.
  fileprivate var withLargestOne: Matrix {
    let largest = (0..<columns).map { k in
      column(k).max { abs($0) < abs($1) }.flatMap { $0 == 0 ? nil : $0 } ?? 1
    }
    return Matrix(rows: rows, columns: columns) { self[$0, $1] / largest[$1] }
  }
}
