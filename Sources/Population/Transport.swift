import LinearAlgebra

/// How a donor's integration points move with theta: v + sum_k delta_k (a_k + B_k (v - mode)).
///
/// For any such field the derivative of the integral of exp(-h) is the posterior mean of
/// dh/dtheta_k + dh/dv . w_k - tr B_k. The field that follows the mode (implicit function theorem)
/// and the width of the curvature there keeps that mean free of noise: for a linear model with
/// normal noise it is one number at every point. With B = 0 and a = 0 it is Fisher's identity.
struct Transport {
  /// a, d x n row by row: dmode/dtheta = -H^-1 d2h/dv dtheta.
  let shift: [Double]
  /// B_k, d x d row by row; empty for a column that leaves the width alone.
  let stretch: [[Double]]
  /// tr B_k.
  let traces: [Double]

  /// The field at a mode; the curvature of the runs' likelihoods is taken as constant for B.
  init?(_ h: DonorIntegrand, _ mode: DonorMode) {
    let (n, d) = (h.layout.count, h.dimension)
    var mixed = [Double](repeating: 0, count: d * n)
    var bends = [[Double]](repeating: [], count: n)
    for (j, part) in mode.expansion.parts.enumerated() {
      let m = part.gradient.count
      let (lever, slopes) = (h.levers[j], h.slopes(j, mode.v))
      var curved = [Double](repeating: 0, count: m * d)
      for i in 0..<m {
        for l in 0..<m where part.curvature[i * m + l] != 0 {
          for k in 0..<d { curved[i * d + k] += part.curvature[i * m + l] * lever[l * d + k] }
        }
      }
      for i in 0..<m {
        for k in 0..<n where slopes[i * n + k] != 0 {
          for l in 0..<d { mixed[l * n + k] += curved[i * d + l] * slopes[i * n + k] }
        }
      }
      h.forEachElement(j) { column, row, position, weight in
        mixed[position * n + column] += weight * part.gradient[row]
        if bends[column].isEmpty { bends[column] = [Double](repeating: 0, count: d * d) }
        for l in 0..<d {
          bends[column][position * d + l] += weight * curved[row * d + l]
          bends[column][l * d + position] += weight * curved[row * d + l]
        }
      }
    }
    var shift = [Double](repeating: 0, count: d * n)
    var stretch = [[Double]](repeating: [], count: n)
    var traces = [Double](repeating: 0, count: n)
    for k in 0..<n {
      guard let a = try? mode.factor.solve((0..<d).map { -mixed[$0 * n + k] }) else { return nil }
      for l in 0..<d { shift[l * n + k] = a[l] }
      guard !bends[k].isEmpty else { continue }
      var field = [Double](repeating: 0, count: d * d)
      for c in 0..<d {
        guard
          let column = try? mode.factor.solve((0..<d).map { -0.5 * bends[k][$0 * d + c] })
        else { return nil }
        for l in 0..<d { field[l * d + c] = column[l] }
        traces[k] += column[c]
      }
      stretch[k] = field
    }
    self.shift = shift
    self.stretch = stretch
    self.traces = traces
  }

  /// w at the point v, d x n row by row.
  func fill(_ field: inout [Double], _ v: [Double], _ mode: [Double]) {
    let (d, n) = (v.count, traces.count)
    for k in field.indices { field[k] = shift[k] }
    for k in 0..<n where !stretch[k].isEmpty {
      for l in 0..<d {
        var sum = 0.0
        for c in 0..<d { sum += stretch[k][l * d + c] * (v[c] - mode[c]) }
        field[l * n + k] += sum
      }
    }
  }
}
