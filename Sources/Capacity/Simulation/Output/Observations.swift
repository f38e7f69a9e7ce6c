/// The values of one measure in one replication.
///
/// Zeros are counted, the others are kept until the replication ends.
struct Observations {
  let zeros: Int
  private(set) var values: ContiguousArray<Double> = []

  init(zeros: Int, capacity: Int = 0) {
    self.zeros = zeros
    values.reserveCapacity(capacity)
  }

  var count: Int { zeros + values.count }

  /// Adds a value above 0.
  @inline(__always)
  mutating func add(_ value: Double) { values.append(value) }

  var sum: Double { values.reduce(0, +) }

  /// Values at most a bound, give or take 0.1 ms of rounding.
  func atMost(_ bound: Double) -> Int {
    zeros + values.reduce(0) { $0 + ($1 <= bound + 1e-9 ? 1 : 0) }
  }

  /// The value of rank ceil(n p / 100) for ascending percents; reorders the values.
  mutating func orderStatistics(_ percents: [Int]) -> [Double] {
    var result: [Double] = []
    var from = 0
    for percent in percents {
      let rank = max(0, (count * percent + 99) / 100 - 1)
      if count == 0 {
        result.append(.nan)
      } else if rank < zeros {
        result.append(0)
      } else {
        let target = rank - zeros
        values.withUnsafeMutableBufferPointer { select($0, from: from, target: target) }
        from = target
        result.append(values[target])
      }
    }
    return result
  }
}

/// Moves the value of rank `target` to its place; smaller ones of `from...` come before it.
///
/// Reference: Hoare (1961), Algorithm 65: FIND, Communications of the ACM 4, 321.
private func select(_ values: UnsafeMutableBufferPointer<Double>, from: Int, target: Int) {
  var low = from
  var high = values.count - 1
  while low < high {
    let a = values[low]
    let b = values[(low + high) / 2]
    let c = values[high]
    let pivot = max(min(a, b), min(max(a, b), c))
    var i = low
    var j = high
    while i <= j {
      while values[i] < pivot { i += 1 }
      while values[j] > pivot { j -= 1 }
      if i <= j {
        values.swapAt(i, j)
        i += 1
        j -= 1
      }
    }
    if target <= j {
      high = j
    } else if target >= i {
      low = i
    } else {
      return
    }
  }
}
