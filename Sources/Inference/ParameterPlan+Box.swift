import ModelLanguage
import Quantities

extension ParameterPlan {
  /// Where the truth may lie: a parameter's prior centre +- 2 sd, or without a prior its start +- 2
  /// on ln or logit scale, a quarter of its bounds on the linear one, inside the bounds. Starts of
  /// a search are spread over this box.
  var startBox: (lower: [Double], upper: [Double]) {
    let ranges = free.map { free -> ClosedRange<Double> in
      let center = free.prior?.mean ?? free.start
      let width = free.bounds.upperBound - free.bounds.lowerBound
      let reach = free.prior.map { 2 * $0.sd } ?? (free.scale == .linear ? width / 4 : 2)
      let low = max(free.bounds.lowerBound, center - reach)
      let high = min(free.bounds.upperBound, center + reach)
      return low < high ? low...high : free.start...free.start
    }
    return (ranges.map(\.lowerBound), ranges.map(\.upperBound))
  }
}
