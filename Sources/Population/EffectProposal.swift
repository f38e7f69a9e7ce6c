import LinearAlgebra

/// Mean and covariance of one donor's random effects given the data, in the units of psi: where draws
/// are made when they do not follow the mode.
struct EffectProposal: Sendable {
  let mean: [Double]
  /// Row by row.
  let covariance: [Double]

  /// A normal about the mean in standard effects, in place of the mode and its curvature; nil where
  /// the likelihood has no value at the mean or the covariance no factor.
  func center(_ h: DonorIntegrand, exactly: Bool) -> DonorMode? {
    let (between, within) = (h.layout.structure.donor, h.layout.structure.run)
    let d = h.dimension
    var blocks = [(0, between.count, h.point.donorFactor)]
    for j in h.donor.occasions.indices where within.count > 0 {
      blocks.append((between.count + j * within.count, within.count, h.point.runFactor))
    }
    func standard(_ e: [Double]) -> [Double] {
      var v = e
      for (first, n, lower) in blocks {
        for a in 0..<n {
          for b in 0..<a { v[first + a] -= lower[a * n + b] * v[first + b] }
          v[first + a] /= lower[a * n + a]
        }
      }
      return v
    }
    // L^-1 S L^-T, by columns and then by rows.
    let half = (0..<d).map { j in standard((0..<d).map { covariance[$0 * d + j] }) }
    let whole = (0..<d).map { i in standard((0..<d).map { half[$0][i] }) }
    let spread = Matrix(rows: d, columns: d) { i, j in
      EffectProposal.inflation * 0.5 * (whole[i][j] + whole[j][i]) + (i == j ? 1e-6 : 0)
    }
    let v = standard(mean)
    guard let precision = try? Cholesky(spread).inverse(), let factor = try? Cholesky(precision),
      let root = try? ModeSearch.inverseTransposed(factor),
      let expansion = h.expand(v, exactly: exactly) ?? h.expand(v, exactly: false)
    else { return nil }
    return DonorMode(v: v, expansion: expansion, factor: factor, spread: root)
  }

  /// What the covariance of few draws is widened by.
  private static let inflation = 1.2
}
