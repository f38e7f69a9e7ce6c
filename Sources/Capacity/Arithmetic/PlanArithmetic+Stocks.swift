extension Facility {
  /// The cycle of a vector's stock at some flows; nil when it is not used.
  ///
  /// With `busiest` the demand is that of the busiest lead time of a year: seasons move whole months of
  /// patients, and a level that is right at a mean is too low before a full season.
  func cycle(of vector: Vector, _ flows: [BatchFlow], busiest: Bool = false) -> StockCycle? {
    let used = flows.filter { flow in
      products.first { $0.name == flow.arrivals.product }?.vector == vector.name
    }
    let leadTime = vector.leadTime + vector.changeover
    var rate = used.reduce(0) { $0 + $1.starts }
    if busiest {
      rate =
        used.isEmpty
        ? 0
        : Facility.busiest(leadTime) { day in
          used.reduce(0) { $0 + $1.starts * $1.arrivals.season(on: day) }
        }
    }
    guard rate > 0 else { return nil }
    return StockCycle(
      rate: rate, leadTime: leadTime, reorderAt: vector.reorderAt, lot: vector.lot)
  }

  /// The greatest mean of a rate by day of the year over stretches of some days.
  private static func busiest(_ days: Double, _ rate: (Int) -> Double) -> Double {
    let year = (0..<365).map(rate)
    let length = max(1, min(365, Int(days.rounded())))
    var sum = year.prefix(length).reduce(0, +)
    var most = sum
    for first in 1..<365 {
      sum += year[(first + length - 1) % 365] - year[first - 1]
      most = max(most, sum)
    }
    return most / Double(length)
  }
}

extension Facility.Arrivals {
  /// The factor of the month in which a day of the year lies, 0 the first of January; 1 without months.
  func season(on day: Int) -> Double {
    guard case .rate(_, let months) = source, months.count == 12 else { return 1 }
    let ends = [31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
    return months[ends.firstIndex { day % 365 < $0 } ?? 11]
  }
}

extension PlanArithmetic {
  /// The cycle of a vector's stock at the mean demand; nil when it is not used.
  public func cycle(ofVector name: String) -> StockCycle? {
    facility.vectors.first { $0.name == name }.flatMap { facility.cycle(of: $0, flows) }
  }

  /// The cycle of a vector's stock in the busiest lead time of a year; nil when it is not used.
  public func busiestCycle(ofVector name: String) -> StockCycle? {
    facility.vectors.first { $0.name == name }.flatMap {
      facility.cycle(of: $0, flows, busiest: true)
    }
  }

  /// With that probability a stock that is called safe lasts through a year.
  public static let safeYear = 0.95

  /// A stock that does not last through a year as surely as it should.
  public struct UnsafeStock: Sendable {
    /// The vector.
    public let vector: Facility.Vector
    /// Its cycle at the mean demand.
    public let cycle: StockCycle
    /// Its cycle in the busiest lead time of a year.
    public let busiest: StockCycle

    /// The least level with which it is safe, in the busiest time; nil above a million doses.
    public var leastReorder: Int? { busiest.leastReorder(lastsYear: PlanArithmetic.safeYear) }
  }

  /// Stocks that last through a year with less than `safeYear`.
  public var unsafeStocks: [UnsafeStock] {
    facility.vectors.compactMap { vector in
      guard let cycle = cycle(ofVector: vector.name),
        let busiest = busiestCycle(ofVector: vector.name), busiest.lastsYear < Self.safeYear
      else { return nil }
      return UnsafeStock(vector: vector, cycle: cycle, busiest: busiest)
    }
  }
}
