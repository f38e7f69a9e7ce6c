import LinearAlgebra

extension NextSample.Basis {
  /// By how much ln det of the information on the parameters of the curve grows (D_s-optimal: what an
  /// assay tells of noise, of the seed, or of parameters that nothing else depends on is no gain).
  func gain(from before: SampleInformation, to after: SampleInformation) -> Double {
    guard isShape.contains(true), isShape.contains(false),
      let old = logDeterminant(before.covariance),
      let new = logDeterminant(after.covariance)
    else { return after.gain - before.gain }
    return old - new
  }

  /// ln det of the covariance of the parameters of the curve.
  private func logDeterminant(_ covariance: Matrix) -> Double? {
    let kept = isShape.indices.filter { isShape[$0] }
    return try? Cholesky(
      Matrix(rows: kept.count, columns: kept.count) { covariance[kept[$0], kept[$1]] }
    ).logDeterminant
  }

  /// The parameter of the curve whose standard error falls most.
  func sharpened(
    from before: SampleInformation, to after: SampleInformation
  ) -> NextSample.Sharpened? {
    let shares = isShape.indices.filter { isShape[$0] && before.covariance[$0, $0] > 0 }.map { k in
      NextSample.Sharpened(
        name: plan.free[inside[k]].name,
        share: 1 - max(0, after.covariance[k, k] / before.covariance[k, k]).squareRoot())
    }
    return shares.max { $0.share < $1.share }
  }
}
