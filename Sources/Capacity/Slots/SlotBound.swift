#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A number below which no plan can cost, and how it was reached.
public struct SlotBound: Sendable, Hashable {
  /// No plan that places every patient costs less.
  public let cost: Int
  /// Steps taken.
  public let steps: Int

  /// The Lagrangian bound: instruments and hours of each day have a price, and each patient takes
  /// the cheapest day at these prices.
  ///
  /// The prices are found by subgradient steps towards the cost of a known plan. Its limit is the
  /// optimum of the linear relaxation, so a solver that branches can prove more. Under a chance
  /// rule the mean load is held to the number of instruments plus ln 2, since the mean of the
  /// number in use is at most ln 2 above its median.
  ///
  /// Sources: Held, Wolfe and Crowder (1974), Math. Program. 6, 62-88; Hamza (1995), Stat.
  /// Probab. Lett. 23, 21-25 (mean and median).
  ///
  /// nil when committed starts alone break a limit, or when a patient cannot be placed at all.
  public init?(_ problem: SlotProblem, towards plan: SlotPlan, steps: Int = 1500) {
    let lag = SlotLagrangian(problem)
    guard lag.isPossible else { return nil }
    var prices = [Double](repeating: 0, count: 2 * lag.days)
    var best = -Double.infinity
    var pace = 1.0
    var idle = 0
    for _ in 0..<max(1, steps) {
      let (value, slope) = lag.value(at: prices)
      if !best.isFinite || value > best + 1e-9 * abs(best) {
        best = value
        idle = 0
      } else {
        idle += 1
        if idle == 20 {
          pace /= 2
          idle = 0
        }
      }
      let norm = slope.reduce(0) { $0 + $1 * $1 }
      let gap = Double(plan.cost) * 1.02 + 1 - value
      if norm < 1e-12 || pace < 1e-4 { break }
      for i in prices.indices { prices[i] = max(0, prices[i] + pace * gap / norm * slope[i]) }
    }
    guard best.isFinite else { return nil }
    // A millionth covers rounding and the tolerance of the loads.
    let safe = best - 1e-6 * max(1, abs(best))
    cost = max(lag.floor, Int(safe.rounded(.up)))
    self.steps = steps
  }
}

/// The relaxed problem: value and subgradient at prices of instruments and hours.
struct SlotLagrangian {
  let days: Int
  let floor: Int
  let isPossible: Bool
  private let first: Int
  private let limits: [Double]
  private let patients: [(law: Int, first: Int, costs: [Int])]
  private let shapes: SlotShapes
  private let laws: [(hold: [Double], hours: [Double])]
  private let lawCount: Int
  private let starts: Int
  private let fixed: Int

  init(_ problem: SlotProblem) {
    let load = SlotLoad(problem)
    days = load.days
    first = load.firstDay
    starts = load.days - load.length - 1
    lawCount = problem.laws.count
    shapes = SlotShapes(problem, first: load.firstDay, starts: starts)
    laws = shapes.laws.map { law in
      (
        law.hold,
        law.harvest.enumerated().map {
          problem.harvestHours * $1 + ($0 == 0 ? problem.startHours : 0)
        }
      )
    }
    var devices = Double(problem.devices)
    if case .chance = problem.rule { devices += log(2.0) }
    var limits = [Double](repeating: devices, count: load.days)
    limits += (0..<load.days).map { problem.hours(on: load.firstDay + $0) }
    var patients: [(law: Int, first: Int, costs: [Int])] = []
    var fixed = 0
    var isPossible = true
    for patient in problem.patients {
      if let day = patient.committed {
        fixed += problem.cost(patient, start: day)
        let law = laws[shapes.place(patient.law, day - load.firstDay)]
        for (i, held) in law.hold.enumerated() {
          limits[day - load.firstDay + i] -= held
          limits[load.days + day - load.firstDay + i] -= law.hours[i]
        }
        continue
      }
      let range = problem.days(of: patient)
      if range.isEmpty { isPossible = false }
      patients.append(
        (
          patient.law, range.lowerBound - load.firstDay,
          range.map { problem.cost(patient, start: $0) }
        ))
    }
    self.limits = limits
    self.patients = patients
    self.fixed = fixed
    self.isPossible = isPossible && !limits.contains { $0 < -1e-9 }
    floor = fixed + patients.reduce(0) { $0 + ($1.costs.min() ?? 0) }
  }

  func value(at prices: [Double]) -> (value: Double, slope: [Double]) {
    var slope = limits.map { -$0 }
    var value = Double(fixed)
    for i in prices.indices { value -= prices[i] * limits[i] }
    let toll = (0..<lawCount).map { number in
      (0..<starts).map { start in
        let law = laws[shapes.place(number, start)]
        var sum = 0.0
        for i in law.hold.indices {
          sum += prices[start + i] * law.hold[i] + prices[days + start + i] * law.hours[i]
        }
        return sum
      }
    }
    for patient in patients {
      var least = Double.infinity
      var at = patient.first
      for (i, cost) in patient.costs.enumerated() {
        let sum = Double(cost) + toll[patient.law][patient.first + i]
        if sum < least {
          least = sum
          at = patient.first + i
        }
      }
      guard least.isFinite else { continue }
      value += least
      let law = laws[shapes.place(patient.law, at)]
      for i in law.hold.indices {
        slope[at + i] += law.hold[i]
        slope[days + at + i] += law.hours[i]
      }
    }
    return (value, slope)
  }
}
