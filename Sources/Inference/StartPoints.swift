/// Starts of a fit: the nominal point, then points spread evenly where the truth may lie.
///
/// A parameter with a prior is spread over its centre +- 2 sd, one without over its start +- 2 on
/// the estimation scale, both inside the bounds.
enum StartPoints {
  static func make(_ plan: ParameterPlan, count: Int, seed: UInt64) -> [[Double]] {
    let boxes = plan.free.map { free -> ClosedRange<Double> in
      let center = free.prior?.mean ?? free.start
      let reach = free.prior.map { 2 * $0.sd } ?? 2
      let low = max(free.bounds.lowerBound, center - reach)
      let high = min(free.bounds.upperBound, center + reach)
      return low < high ? low...high : free.start...free.start
    }
    let plans = MultiStart(count: count, seed: seed)
    return (0..<plans.count).map { index in
      plans.start(
        index, nominal: plan.free.map(\.start), lower: boxes.map(\.lowerBound),
        upper: boxes.map(\.upperBound))
    }
  }
}
