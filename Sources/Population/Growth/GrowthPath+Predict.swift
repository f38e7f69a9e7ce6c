import LinearAlgebra
import Quantities

extension GrowthPath {
  /// The joint predictive distribution of ln cells at `times` given a run's own counts (none will do:
  /// then that of a new run): centre, Student's scale row by row, degrees of freedom (nil: normal).
  ///
  /// Throws `LinearAlgebraError` when the counts' covariance has no factor.
  func predict(
    _ counts: [GrowthCount], group: Int, times: [Double], replicates: Double?
  ) throws -> (mean: [Double], scale: [Double], degrees: Double?) {
    let all = counts.map(\.time) + times
    let rows = all.map(basis)
    let (own, m) = (counts.count, times.count)
    let scale = values[Self.scales + group]
    let (n, base, known) = (groups * width, group * width, self.covariance)
    let center = rows.map { row in
      centre + (0..<width).reduce(0.0) { $0 + row[$1] * mean[base + $1] }
    }
    let pulled = rows.map { row in
      (0..<width).map { l in
        (0..<width).reduce(0.0) { $0 + row[$1] * known[(base + $1) * n + base + l] }
      }
    }
    let error = values[Self.well] * values[Self.well]
    func covariance(_ i: Int, _ j: Int) -> Double {
      let shared = i >= j ? dot(pulled[i], rows[j]) : dot(pulled[j], rows[i])
      var value = shared + scale * scale * departure(all[i], all[j], values).value
      if i == j {
        if i < own {
          value += error / counts[i].replicates
        } else if let replicates {
          value += error / replicates
        }
      }
      return value
    }
    var spread = (0..<(m * m)).map { covariance(own + $0 / m, own + $0 % m) }
    var forecast = Array(center[own...])
    guard own > 0 else { return (forecast, spread, degrees) }
    let inverse = try SymmetricInverse(Matrix(rows: own, columns: own) { covariance($0, $1) })
    let residual = (0..<own).map { counts[$0].logCells - center[$0] }
    let solved = inverse.times(residual)
    let cross = (0..<m).map { t in (0..<own).map { covariance(own + t, $0) } }
    let through = cross.map { inverse.times($0) }
    for i in 0..<m {
      forecast[i] += dot(cross[i], solved)
      for j in 0..<m {
        spread[i * m + j] -= 0.5 * (dot(cross[i], through[j]) + dot(cross[j], through[i]))
      }
    }
    guard let v = degrees else { return (forecast, spread, nil) }
    let factor = (v + dot(residual, solved)) / (v + Double(own))
    return (forecast, spread.map { $0 * factor }, v + Double(own))
  }
}
