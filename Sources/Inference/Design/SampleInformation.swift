import LinearAlgebra

/// A covariance that new rows of information narrow.
///
/// For a row a (slopes of a reading over its noise) the covariance becomes
/// C - C a a^T C / (1 + a^T C a), which is the inverse of A^T A with the row added; ln det of the
/// information grows by ln(1 + a^T C a). Exact for a linear problem. Sources: Sherman and Morrison
/// (1950); Atkinson, Donev and Tobias (2007), Optimum Experimental Designs, chapters 10 and 11.
public struct SampleInformation: Sendable {
  /// Covariance of the parameters so far.
  public private(set) var covariance: Matrix
  /// What the rows added to ln det of the information.
  public private(set) var gain = 0.0

  /// Information so far, as rows A with A^T A the information matrix, priors included.
  ///
  /// Throws `LinearAlgebraError.singular` when they leave a direction free.
  public init(
    rows: Matrix, threshold: Double = InformationSpectrum.defaultThreshold
  ) throws {
    covariance = try StandardErrors(rows: rows, threshold: threshold).covariance
  }

  /// A covariance from elsewhere.
  public init(covariance: Matrix) { self.covariance = covariance }

  /// Adds rows of information; a row of another length is left out.
  public mutating func add(_ rows: [[Double]]) {
    for row in rows {
      guard let moved = try? covariance.times(row) else { continue }
      let size = dot(row, moved)
      guard size.isFinite, size >= 0 else { continue }
      let old = covariance
      covariance = Matrix(rows: old.rows, columns: old.columns) {
        old[$0, $1] - moved[$0] * moved[$1] / (1 + size)
      }
      gain += Double.log(1 + size)
    }
  }

  /// The same with rows added.
  public func adding(_ rows: [[Double]]) -> SampleInformation {
    var more = self
    more.add(rows)
    return more
  }

  /// Variance of a quantity with these slopes in the parameters.
  public func variance(of slopes: [Double]) -> Double {
    guard let moved = try? covariance.times(slopes) else { return .nan }
    let variance = dot(moved, slopes)
    return variance < 0 ? 0 : variance
  }

  /// By what share the variance of a quantity would fall if the j-th parameter were known exactly.
  public func share(of j: Int, in slopes: [Double]) -> Double {
    guard let moved = try? covariance.times(slopes), covariance[j, j] > 0 else { return 0 }
    let whole = dot(moved, slopes)
    return whole > 0 ? moved[j] * moved[j] / (covariance[j, j] * whole) : 0
  }
}
