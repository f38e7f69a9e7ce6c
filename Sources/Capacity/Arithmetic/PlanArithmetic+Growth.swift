import Quantities

extension PlanArithmetic {
  /// The same plan with so many times as many patients of every stream.
  public func grown(by factor: Double) -> PlanArithmetic {
    PlanArithmetic(facility, memory: memory) {
      factor * $0.meanRate(horizon: facility.horizon)
    }
  }

  /// Where one resource reaches its limit when more patients of the same mix come.
  public struct Limit: Sendable {
    /// The resource as it is.
    public let load: ResourceLoad
    /// Patients a year with which it is full.
    public let patients: Double
  }

  /// Patients a year of all streams.
  public var patients: Double { flows.reduce(0) { $0 + $1.patients } * Facility.daysPerYear }

  /// The limits of all resources, the first to be reached first; of equals the one with the longer
  /// wait.
  ///
  /// What a resource can serve does not depend on how many come, but for instruments: they are held
  /// while a batch waits for people, and longer so when people are busier. For them demand is raised
  /// until hold and limit agree, three times. A vector whose lots expire is wasted less the more patients
  /// come, so its limit is solved for the rate (`vectorLimit`).
  public func limits() -> [Limit] {
    let patients = self.patients
    return resources.filter { $0.ofLimit > 0 }.map { load in
      var factor = load.kind == .vectors ? vectorLimit(load) : 1 / load.ofLimit
      if load.kind == .instruments, factor > 0 {
        for _ in 0..<3 {
          guard let there = grown(by: factor).load(.instruments, load.name), there.ofLimit > 0
          else {
            break
          }
          factor /= there.ofLimit
        }
      }
      return Limit(load: load, patients: patients * factor)
    }.sorted { ($0.patients, -$0.load.wait) < ($1.patients, -$1.load.wait) }
  }

  /// How many times as many patients use all doses of a vector that can come.
  ///
  /// G doses a day come at most; of a lot Q that lives s days min(1, r s/Q) are used at r doses a day, so
  /// that the rate r = G min(1, r s/Q) is full: r = G where G s >= Q. Below that the lots expire faster than
  /// they can come at every rate up to G, and none can be served: 0.
  func vectorLimit(_ load: ResourceLoad) -> Double {
    guard let vector = facility.vectors.first(where: { $0.name == load.name }), load.demand > 0
    else { return 0 }
    let supply = vector.greatestSupply
    guard supply * vector.shelfLife >= Double(max(1, vector.lot)) else { return 0 }
    return supply * Facility.daysPerYear / load.demand
  }

  /// Patients a year with which the first resource of a changed facility is full, from the limits of this
  /// one: each moves as the resource's share of its limit does at today's patients. Nil without limits.
  public func fullAt(_ changed: Facility, _ limits: [Limit]) -> Double? {
    let other = PlanArithmetic(changed, memory: memory) {
      $0.meanRate(horizon: changed.horizon)
    }
    return limits.compactMap { limit -> Double? in
      guard let load = other.load(limit.load.kind, limit.load.name), load.ofLimit > 0 else {
        return nil
      }
      if load.kind == .vectors { return patients * other.vectorLimit(load) }
      return limit.patients * limit.load.ofLimit / load.ofLimit
    }.min()
  }

  /// The weeks in which dated patients come too thick for a resource, as if they lasted.
  public struct Peak: Sendable {
    /// Their first day.
    public let first: CivilDate
    /// How many they are.
    public let weeks: Int
    /// Dated patients who come in them.
    public let patients: Int
    /// The arithmetic with the patients of these weeks all the time.
    public let plan: PlanArithmetic

    /// The resource that is asked for most beyond its limit; nil when none is.
    public var worst: ResourceLoad? { plan.overloaded.first }

    /// About how long the last of them wait for a resource [d]: the work of the weeks beyond what they
    /// can serve.
    public func backlog(_ load: ResourceLoad) -> Double {
      7 * Double(weeks) * max(0, load.ofLimit - 1)
    }
  }

  /// Lengths of a crowd that are looked at, weeks.
  private static let crowds = [1, 2, 4, 8, 13, 26]

  /// The weeks of dated patients that leave the longest backlog; the busiest single week where none leaves
  /// one, and nil without dated patients.
  ///
  /// The mean over the plan says nothing of a crowd, and one week says little of a crowd that lasts. Streams
  /// with a rate come in those weeks as on a mean, with the factor of their first month.
  public func peak() -> Peak? {
    var days: [Int] = []
    for stream in facility.arrivals {
      if case .patients(let list) = stream.source { days += list.map(\.day.dayNumber) }
    }
    days.sort()
    let found = Self.crowds.compactMap { peak(days, weeks: $0) }
    func backlog(_ peak: Peak) -> Double { peak.worst.map(peak.backlog) ?? 0 }
    return found.max { backlog($0) < backlog($1) }.flatMap { backlog($0) > 0 ? $0 : found.first }
  }

  /// The busiest stretch of so many weeks.
  private func peak(_ days: [Int], weeks: Int) -> Peak? {
    var best: (first: Int, count: Int)?
    var end = 0
    for (begin, day) in days.enumerated() {
      while end < days.count, days[end] < day + 7 * weeks { end += 1 }
      if end - begin > best?.count ?? 0 { best = (day, end - begin) }
    }
    guard let best, let first = CivilDate(dayNumber: best.first) else { return nil }
    let stretch = best.first..<(best.first + 7 * weeks)
    let plan = PlanArithmetic(facility, memory: memory) { stream in
      switch stream.source {
      case .rate(let perDay, let months):
        months.count == 12 ? perDay * months[first.month - 1] : perDay
      case .patients(let list):
        Double(list.filter { stretch.contains($0.day.dayNumber) }.count) / Double(7 * weeks)
      }
    }
    return Peak(first: first, weeks: weeks, patients: best.count, plan: plan)
  }
}
