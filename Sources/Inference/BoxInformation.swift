import LinearAlgebra

/// Information at an estimate that lies on bounds of its box.
///
/// A bound is no measurement: with the parameter held there, everything that trades off with it looks
/// known, and a forecast far too narrow. Draws, bands and designs therefore let it vary: beside what
/// the rows tell, a parameter on a bound has the information of a normal with a quarter of its box as
/// standard deviation, so that it can reach about half of the box.
enum BoxInformation {
  /// The rows, and one more for each column on a bound.
  static func rows(
    _ rows: Matrix, bounds: [ClosedRange<Double>], active: [ActiveBound]
  ) -> Matrix {
    let held = active.indices.filter { active[$0] != .none && width(bounds[$0]) > 0 }
    guard !held.isEmpty else { return rows }
    return Matrix(rows: rows.rows + held.count, columns: rows.columns) { i, j in
      guard i >= rows.rows else { return rows[i, j] }
      return held[i - rows.rows] == j ? 4 / width(bounds[j]) : 0
    }
  }

  /// The covariance of all parameters with the box's information; nil when it is still singular.
  static func covariance(
    _ rows: Matrix, bounds: [ClosedRange<Double>], active: [ActiveBound]
  ) -> Matrix? {
    try? StandardErrors(
      rows: BoxInformation.rows(rows, bounds: bounds, active: active), threshold: 1e-8
    ).covariance
  }

  private static func width(_ bounds: ClosedRange<Double>) -> Double {
    bounds.upperBound - bounds.lowerBound
  }
}
