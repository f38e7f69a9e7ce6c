import Quantities
import Statistics

extension PlanArithmetic {
  /// A stock that runs out before its first lot comes, counted from the first day of the plan.
  ///
  /// S doses are there. A lot is ordered when no more than R are left, at once where S <= R, and comes L
  /// days later, on day T. Until then the demand N is Poisson with the mean D(T), dated patients on their
  /// days and the others by month, and
  ///
  ///     P(runs out) = P(N > S),     patients who wait on day T = E[(N - S)+] = D P(N >= S) - S P(N > S)
  ///
  /// What expires meanwhile is not counted. A simulation opens its stocks at the beginning of the
  /// warm-up, so that its means hold only what is left of this.
  public struct OpeningShortage: Sendable {
    /// The vector.
    public let vector: Facility.Vector
    /// Doses there on the first day.
    public let doses: Int
    /// Day on which the mean demand has used them up; nil when only chance uses them up in time.
    public let runsOut: Double?
    /// Day on which the first lot can be used.
    public let firstLot: Double
    /// Mean demand until then.
    public let demand: Double
    /// P(runs out before the first lot).
    public let chance: Double
    /// Patients who wait for vector when the first lot comes, at a mean.
    public let waiting: Double
    /// Fewest lots on the first day with which the stock is not told as short; nil when no such number
    /// is found.
    public let leastLots: Int?

    /// Days without a dose at a mean, the longest wait that comes of it.
    public var gap: Double { runsOut.map { firstLot - $0 } ?? 0 }
  }

  /// The greatest chance of running out before the first lot that is not told.
  static let shortageTold = 0.05

  /// Stocks that may run out before their first lot comes, in the order of the file.
  ///
  /// A stock that opens above its reorder level is told only where the mean demand until the first lot is
  /// above it, as by a crowd of dated patients; what is ordered too late in every cycle is told as such
  /// (`unsafeStocks`).
  public var openingShortages: [OpeningShortage] { facility.vectors.compactMap(openingShortage) }

  private func openingShortage(_ vector: Facility.Vector) -> OpeningShortage? {
    let lead = vector.leadTime + vector.changeover
    guard lead > 0 else { return nil }
    let days = Int(min(max(facility.horizon, 2 * lead + 1), 36_500).rounded(.up))
    let used = demand(of: vector, days: days)
    guard let now = opening(vector, lots: vector.stock, used) else { return nil }
    let least = (1...200).first { opening(vector, lots: vector.stock + $0, used) == nil }
    return OpeningShortage(
      vector: vector, doses: now.doses, runsOut: now.runsOut, firstLot: now.first,
      demand: now.asked, chance: now.chance, waiting: now.waiting,
      leastLots: least.map { vector.stock + $0 })
  }

  private func isUnsafe(_ vector: Facility.Vector) -> Bool {
    facility.cycle(of: vector, flows, busiest: true).map { $0.lastsYear < Self.safeYear } ?? false
  }

  private typealias Opening = (
    doses: Int, runsOut: Double?, first: Double, asked: Double, chance: Double, waiting: Double
  )

  /// What some lots on the first day do, by the demand until each day; nil where they are enough.
  private func opening(_ vector: Facility.Vector, lots: Int, _ used: [Double]) -> Opening? {
    let lead = vector.leadTime + vector.changeover
    let doses = lots * max(1, vector.lot)
    let isAbove = doses > vector.reorderAt
    guard let ordered = isAbove ? Self.time(Double(doses - vector.reorderAt), used) : 0 else {
      return nil
    }
    let first = ordered + lead
    let whole = min(used.count - 1, Int(first))
    let rest = whole + 1 < used.count ? (used[whole + 1] - used[whole]) : 0
    let asked = used[whole] + rest * (first - Double(whole))
    guard asked > 0 else { return nil }
    // Ordered in time at a mean, or ordered too late in every cycle, which is told as such.
    if isAbove, asked <= Double(doses) || isUnsafe(vector) { return nil }
    func reach(_ n: Int) -> Double {
      StockCycle(rate: asked / lead, leadTime: lead, reorderAt: n - 1, lot: vector.lot).runsOut
    }
    let chance = reach(doses + 1)
    guard chance > Self.shortageTold else { return nil }
    return (
      doses, Self.time(Double(doses), used).flatMap { $0 < first ? $0 : nil }, first, asked, chance,
      max(0, asked * reach(doses) - Double(doses) * chance)
    )
  }

  /// The first time at which so many doses have been asked for; nil when never in the plan.
  private static func time(_ amount: Double, _ used: [Double]) -> Double? {
    guard let at = used.firstIndex(where: { $0 > 0 && $0 >= amount }) else { return nil }
    let step = used[at] - used[at - 1]
    return Double(at - 1) + max(0, amount - used[at - 1]) / step
  }

  /// Mean doses asked for until the end of each day of the plan; the first entry is 0.
  private func demand(of vector: Facility.Vector, days: Int) -> [Double] {
    var daily = [Double](repeating: 0, count: days)
    let newYear = CivilDate(year: facility.start.year, month: 1, day: 1)?.dayNumber
    let first = facility.start.dayNumber - (newYear ?? facility.start.dayNumber)
    for flow in flows where flow.patients > 0 {
      let product = facility.products.first { $0.name == flow.arrivals.product }
      guard product?.vector == vector.name else { continue }
      let each = flow.starts / flow.patients
      switch flow.arrivals.source {
      case .rate:
        for day in 0..<days {
          daily[day] += flow.starts * flow.arrivals.season(on: (first + day) % 365)
        }
      case .patients(let list):
        for patient in list {
          let day = patient.day.dayNumber - facility.start.dayNumber
          if daily.indices.contains(day) { daily[day] += each }
        }
      }
    }
    var sum = 0.0
    return [0]
      + daily.map { value in
        sum += value
        return sum
      }
  }
}
