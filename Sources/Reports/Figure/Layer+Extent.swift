extension Layer {
  /// The values that an axis without given ends has to hold.
  var extent: (x: [Double], y: [Double]) {
    switch self {
    case .band(let x, let lower, let upper, _, _): return (x, lower + upper)
    case .line(let x, let y, _, _), .steps(let x, let y, _, _): return (x, y)
    case .points(let points, _, _):
      let errors = points.flatMap { [$0.errorLow, $0.errorHigh].compactMap(\.self) }
      return (points.map(\.x), points.map(\.y) + errors)
    case .bars(let x, let heights, let width, _, _, _):
      return (x.map { $0 - width / 2 } + x.map { $0 + width / 2 }, heights + [0])
    case .marks(let marks): return (marks.map(\.x), [])
    case .vertical(let x, _, _): return ([x], [])
    case .horizontal(let y, _, _): return ([], [y])
    case .region(let from, let to, _): return ([from, to].compactMap(\.self), [])
    }
  }
}
