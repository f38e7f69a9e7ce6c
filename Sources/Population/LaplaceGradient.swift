import LinearAlgebra

extension DonorMode {
  /// The exact gradient of the Laplace approximation h(v) + ln|H|/2 - d/2 ln(2 pi) at the mode
  /// v(theta).
  ///
  /// With W = H^-1 and the root P W^(1/2) of P W P^T:
  ///   dl/dtheta = dh/dtheta + tr(W dH/dtheta)/2 - (dtr(W H)/dv) W (d2h/dv dtheta)/2
  /// (implicit function theorem for dv/dtheta). nil where third derivatives are not to be had, or
  /// the curvature is not the Hessian. Source: Skaug and Fournier (2006), Comput Stat Data Anal
  /// 51:699.
  func laplaceGradient(_ h: DonorIntegrand) -> [Double]? {
    let n = h.layout.count
    let d = h.dimension
    guard expansion.isExact else { return nil }
    if d == 0 {
      return score(h)
    }
    guard let w = try? factor.inverse() else { return nil }
    var direct = [Double](repeating: 0, count: n)
    var turning = h.priorCurvatureSlope(v, w)
    var mixed = [Double](repeating: 0, count: d * n)
    for (j, part) in expansion.parts.enumerated() {
      let m = part.gradient.count
      let lever = h.levers[j]
      let slopes = h.slopes(j, v)
      let root = product(lever, spread, m, d, d)
      guard
        let bend = h.donor.occasions[j].likelihood.curvatureSlope(
          at: h.psi(j, v), root: root, columns: d), bend.count == m
      else { return nil }
      let curved = product(part.curvature, lever, m, m, d)
      let curvedW = product(curved, w, m, d)
      for i in 0..<m {
        for k in 0..<d { turning[k] += lever[i * d + k] * bend[i] }
        for k in 0..<n {
          direct[k] += slopes[i * n + k] * bend[i]
          for l in 0..<d { mixed[l * n + k] += curved[i * d + l] * slopes[i * n + k] }
        }
      }
      h.forEachElement(j) { column, row, position, weight in
        direct[column] += 2 * weight * curvedW[row * d + position]
        mixed[position * n + column] += weight * part.gradient[row]
      }
    }
    var result = score(h)
    guard let pulled = try? w.times(turning) else { return nil }
    for k in 0..<n {
      result[k] += 0.5 * direct[k]
      for l in 0..<d { result[k] -= 0.5 * pulled[l] * mixed[l * n + k] }
    }
    return result
  }

  /// dh/dtheta at the mode.
  private func score(_ h: DonorIntegrand) -> [Double] {
    let n = h.layout.count
    var score = [Double](repeating: 0, count: n)
    for (j, part) in expansion.parts.enumerated() {
      let slopes = h.slopes(j, v)
      for i in part.gradient.indices {
        for k in 0..<n { score[k] += part.gradient[i] * slopes[i * n + k] }
      }
    }
    return score
  }

  /// A B for rows of A (m x k) and B (k x n).
  private func product(_ a: [Double], _ b: [Double], _ m: Int, _ k: Int, _ n: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for l in 0..<k {
        for j in 0..<n { result[i * n + j] += a[i * k + l] * b[l * n + j] }
      }
    }
    return result
  }

  private func product(_ a: [Double], _ b: Matrix, _ m: Int, _ k: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * b.columns)
    for i in 0..<m {
      for l in 0..<k {
        for j in 0..<b.columns { result[i * b.columns + j] += a[i * k + l] * b[l, j] }
      }
    }
    return result
  }
}
