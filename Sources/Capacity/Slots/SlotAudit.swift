/// A plan looked at again, from the definitions alone.
///
/// It shares no code with the search: loads are summed day by day over the patients in floating
/// point, and the law of the number in use is built to its full length.
public struct SlotAudit: Sendable {
  /// What a plan asks of one day.
  public struct Day: Sendable, Hashable {
    /// The day.
    public let day: Int
    /// Mean number of instruments in use.
    public let inUse: Double
    /// P(more in use than there are).
    public let over: Double
    /// Mean team hours asked.
    public let hours: Double
    /// Team hours there are.
    public let hoursThere: Double
    /// Starts on this day.
    public let starts: Int
  }

  /// Something that the plan breaks.
  public struct Breach: Sendable, Hashable, CustomStringConvertible {
    /// The day, or the start day of the patient.
    public let day: Int
    /// What is broken, in words.
    public let description: String
  }

  /// Every day from the first start to the last possible harvest.
  public let days: [Day]
  /// What the plan breaks; empty when it may be used.
  public let breaches: [Breach]
  /// Days on which committed starts alone already ask too much.
  public let committedOver: [Int]
  /// The cost, summed anew.
  public let cost: Int

  /// Looks at the starts of a plan; patients without a start count nothing.
  ///
  /// A load may be 1e-6 above its limit, the tolerance of the solvers that it is compared with.
  public init(_ plan: SlotPlan, of problem: SlotProblem, tolerance: Double = 1e-6) {
    var breaches: [Breach] = []
    var total = 0
    var placed: [(patient: SlotProblem.Patient, start: Int)] = []
    for (patient, start) in zip(problem.patients, plan.starts) {
      guard let start else { continue }
      placed.append((patient, start))
      if let fixed = patient.committed {
        if start != fixed {
          breaches.append(.init(day: start, description: "a committed start was moved"))
        }
      } else if start < patient.release || start < problem.earliest
        || start > patient.release + problem.window
      {
        breaches.append(.init(day: start, description: "a start outside the patient's window"))
      }
      total += Self.cost(patient, start, problem)
    }
    var days: [Day] = []
    var committedOver: [Int] = []
    let first = placed.map(\.start).min() ?? 0
    let last =
      placed.map { $0.start + problem.law($0.patient.law, start: $0.start).hold.count }.max() ?? 0
    for day in first..<max(first, last) {
      let all = Self.look(at: day, placed, problem)
      days.append(all)
      let own = Self.look(at: day, placed.filter { $0.patient.committed != nil }, problem)
      let broken = Self.breaches(of: all, problem, tolerance)
      let before = Self.breaches(of: own, problem, tolerance)
      if !before.isEmpty { committedOver.append(day) }
      // What committed starts ask alone cannot be held against the plan, unless it adds to it.
      if !broken.isEmpty, before.isEmpty || all.inUse > own.inUse + tolerance {
        breaches += broken
      }
    }
    self.days = days
    self.breaches = breaches
    self.committedOver = committedOver
    cost = total
  }

  private static func cost(
    _ patient: SlotProblem.Patient, _ start: Int, _ problem: SlotProblem
  ) -> Int {
    let own = problem.law(patient.law, start: start)
    let law = own.probability
    let late = law.indices.map { k -> Double in
      guard let way = patient.delivery, law[k] > 0 else {
        return law[k] * max(0, Double(start + k + problem.price.qcDays) - Double(patient.due))
      }
      let delivery = problem.deliveries[way]
      var sum = 0.0
      for part in delivery.begins.indices {
        let isLast = part == delivery.begins.count - 1
        let weight = own.parts.isEmpty ? (isLast ? 1 : 0) : own.parts[k][part]
        for later in delivery.after(harvest: start + k, part: part) {
          sum += weight * later.share * Double(max(0, start + k + later.days - patient.due))
        }
      }
      return law[k] * sum
    }
    var amount = patient.weight * late.reversed().reduce(0, +)
    amount += problem.price.wait * Double(start - patient.release)
    if let told = patient.told, told != start { amount += problem.price.move }
    return Int((amount * problem.price.scale + 0.5).rounded(.down))
  }

  private static func look(
    at day: Int, _ placed: [(patient: SlotProblem.Patient, start: Int)], _ problem: SlotProblem
  ) -> Day {
    var use: [Double] = []
    var hours = 0.0
    var starts = 0
    for (patient, start) in placed where start <= day {
      let own = problem.law(patient.law, start: start)
      let law = own.probability
      let age = day - start
      if age == 0 {
        hours += problem.startHours
        starts += 1
      }
      guard age < law.count else { continue }
      hours += problem.harvestHours * law[age] * (1 - own.failure)
      let harvested = law[..<age].reduce(0, +) * (1 - own.failure)
      use.append(1 - harvested - (own.endedOn < age ? own.failure : 0))
    }
    // P(n in use), the whole of it.
    var mass = [1.0]
    for p in use {
      var next = [Double](repeating: 0, count: mass.count + 1)
      for (n, m) in mass.enumerated() {
        next[n] += m * (1 - p)
        next[n + 1] += m * p
      }
      mass = next
    }
    return Day(
      day: day, inUse: use.reduce(0, +),
      over: mass.dropFirst(problem.devices + 1).reduce(0, +),
      hours: hours, hoursThere: problem.hours(on: day), starts: starts)
  }

  private static func breaches(
    of day: Day, _ problem: SlotProblem, _ tolerance: Double
  ) -> [Breach] {
    var found: [Breach] = []
    switch problem.rule {
    case .meanLoad:
      if day.inUse > Double(problem.devices) + tolerance {
        found.append(.init(day: day.day, description: "more instruments in use than there are"))
      }
    case .chance(let alpha):
      if day.over > alpha + tolerance {
        found.append(
          .init(day: day.day, description: "too likely that instruments do not suffice"))
      }
    }
    if day.hours > day.hoursThere + tolerance {
      found.append(.init(day: day.day, description: "more team hours asked than there are"))
    }
    return found
  }
}
