/// Ranks from 1, ties sharing their mean rank.
func ranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  var result = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start
    while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
    for k in start...end { result[order[k]] = 0.5 * Double(start + end) + 1 }
    start = end + 1
  }
  return result
}

/// Pearson's correlation; 0 for a constant or missing series.
func correlation(_ a: [Double], _ b: [Double]?) -> Double {
  guard let b, a.count == b.count, !a.isEmpty else { return 0 }
  let n = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += (x - meanA) * (y - meanB)
    aa += (x - meanA) * (x - meanA)
    bb += (y - meanB) * (y - meanB)
  }
  return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
}

/// How many elements of an ascending array satisfy a condition that holds for the first ones only.
func countOfLeading(_ sorted: [Double], where holds: (Double) -> Bool) -> Int {
  var (low, high) = (0, sorted.count)
  while low < high {
    let middle = (low + high) / 2
    if holds(sorted[middle]) { low = middle + 1 } else { high = middle }
  }
  return low
}
