/// A value of a measure.
struct Observed: BitwiseCopyable {
  var value: Double
  var measure: Int
}

/// The values of all measures in one replication.
///
/// Zeros are counted, the others are kept in the order in which they came until it ends.
struct ObservationLog: ~Copyable {
  private var values = Pile<Observed>()
  private var zeros: Pile<Int>
  /// Counts in the bins of `Histogram`, measure by measure.
  private var bins: Pile<UInt32>
  /// Bins whose values are looked for, numbered from 1; 0 for the others.
  private var wanted: Pile<UInt16>

  init(measures: Int) {
    zeros = Pile(repeating: 0, count: measures)
    bins = Pile(repeating: 0, count: measures * Histogram.binCount)
    wanted = Pile(repeating: 0, count: measures * Histogram.binCount)
  }

  mutating func removeAll() {
    values.removeAll()
    zeros.fill(0)
  }

  @inline(__always)
  mutating func add(_ value: Double, to measure: Int) {
    if value > 0 {
      values.append(Observed(value: value, measure: measure))
    } else {
      zeros[measure] += 1
    }
  }

  /// What is reported of each measure; `bounds` are NaN where there is none.
  ///
  /// Order statistics are exact: the bin of each rank is found from the counts, and only the values
  /// in those bins are sorted.
  mutating func summaries(bounds: [Double]) -> [MeasureSummary] {
    let width = Histogram.binCount
    bins.fill(0)
    var all = zeros.array.map { MeasureSummary(zeros: $0) }
    let limits = Pile(bounds.map { $0 + 1e-9 })
    let sums = Sums(count: all.count)
    count(limits, sums)
    var places: [(measure: Int, percent: Int, list: Int, rank: Int)] = []
    var lists: [[Double]] = []
    for measure in all.indices {
      let own = UnsafeBufferPointer(start: bins.base + measure * width, count: width)
      all[measure].close(sums.positive[measure], sums.total[measure], sums.within[measure], own)
      for percent in Metric.percents.indices {
        guard var rank = all[measure].rank(of: Metric.percents[percent]) else { continue }
        var bin = 0
        while rank >= Int(own[bin]) {
          rank -= Int(own[bin])
          bin += 1
        }
        if wanted[measure * width + bin] == 0 {
          lists.append([])
          wanted[measure * width + bin] = UInt16(truncatingIfNeeded: lists.count)
        }
        places.append((measure, percent, Int(wanted[measure * width + bin]) - 1, rank))
      }
    }
    for index in 0..<values.count {
      let each = values[index]
      let place = each.measure * width + Histogram.bin(each.value)
      if wanted[place] != 0 {
        lists[Int(wanted[place]) - 1].append(each.value)
        if lists[Int(wanted[place]) - 1].count == Int(bins[place]) { wanted[place] = 0 }
      }
    }
    for index in lists.indices { lists[index].sort() }
    for place in places {
      all[place.measure].orderStatistics[place.percent] = lists[place.list][place.rank]
    }
    return all
  }

  private struct Sums: ~Copyable {
    var total: Pile<Double>
    var positive: Pile<Int>
    var within: Pile<Int>

    init(count: Int) {
      total = Pile(repeating: 0, count: count)
      positive = Pile(repeating: 0, count: count)
      within = Pile(repeating: 0, count: count)
    }
  }

  private mutating func count(_ limits: borrowing Pile<Double>, _ sums: borrowing Sums) {
    for index in 0..<values.count {
      let each = values[index]
      bins[each.measure * Histogram.binCount + Histogram.bin(each.value)] += 1
      sums.total.base[each.measure] += each.value
      sums.positive.base[each.measure] += 1
      if each.value <= limits[each.measure] { sums.within.base[each.measure] += 1 }
    }
  }
}

/// What is reported of a measure in one replication.
struct MeasureSummary {
  let zeros: Int
  private(set) var positive = 0
  private(set) var sum = 0.0
  /// Values at most the bound, give or take 0.1 ms of rounding.
  private(set) var within = 0
  private(set) var histogram = Histogram()
  /// At `Metric.percents`: the value of rank ceil(n p / 100); NaN without values.
  var orderStatistics: [Double]

  init(zeros: Int) {
    self.zeros = zeros
    orderStatistics = [Double](repeating: 0, count: Metric.percents.count)
  }

  var count: Int { zeros + positive }

  mutating func close(
    _ positive: Int, _ sum: Double, _ within: Int, _ bins: UnsafeBufferPointer<UInt32>
  ) {
    (self.positive, self.sum, self.within) = (positive, sum, zeros + within)
    histogram = Histogram(zeros: zeros, positive: positive, bins: bins)
    if count == 0 { orderStatistics = orderStatistics.map { _ in .nan } }
  }

  /// The rank of a percentage among the values above 0; nil when it falls on a zero.
  func rank(of percent: Int) -> Int? {
    guard count > 0 else { return nil }
    let rank = max(0, (count * percent + 99) / 100 - 1)
    return rank < zeros ? nil : rank - zeros
  }
}
