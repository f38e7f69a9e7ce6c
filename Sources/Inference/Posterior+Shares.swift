import Statistics

extension Posterior {
  /// The share of a prior's variance that the data must remove for them alone to fix a parameter: with a
  /// data error of half the prior's sd a normal posterior has lost 80 %.
  static let fixingShare = 0.75

  /// What the data add to each prior: 1 - var(posterior) / var(prior) on the estimation scale, within 0 to
  /// 1, in the order of `plan.free`; nil for a parameter without a prior.
  ///
  /// The prior is the normal one cut at the parameter's bounds, as the draws are.
  public var shares: [Double?] {
    plan.free.enumerated().map { j, free in
      guard let prior = free.prior else { return nil }
      let before = Posterior.variance(of: prior, within: free.bounds)
      let mean = zip(points, weights).reduce(0.0) { $0 + $1.0[j] * $1.1 }
      let after = zip(points, weights).reduce(0.0) { sum, draw in
        let distance = draw.0[j] - mean
        return sum + distance * distance * draw.1
      }
      let share = 1 - after / before
      return share.isFinite ? min(max(share, 0), 1) : nil
    }
  }

  /// Variance of a normal cut at bounds: with a and b the bounds in standard deviations, f and F the normal
  /// density and distribution and Z = F(b) - F(a), it is
  /// sd^2 (1 + (a f(a) - b f(b)) / Z - ((f(a) - f(b)) / Z)^2) (Johnson, Kotz and Balakrishnan 1994, 13.10).
  static func variance(
    of prior: ParameterPlan.NormalPrior, within bounds: ClosedRange<Double>
  ) -> Double {
    let a = (bounds.lowerBound - prior.mean) / prior.sd
    let b = (bounds.upperBound - prior.mean) / prior.sd
    let inside = Normal.cumulative(b) - Normal.cumulative(a)
    let whole = prior.sd * prior.sd
    guard inside > 1e-6 else { return whole }
    let (low, high) = (Normal.density(a), Normal.density(b))
    let (first, second) = ((low - high) / inside, (a * low - b * high) / inside)
    let variance = whole * (1 + second - first * first)
    return variance > 0 ? variance : whole
  }
}
