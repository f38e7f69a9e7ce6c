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
  /// until hold and limit agree, three times.
  public func limits() -> [Limit] {
    let patients = self.patients
    return resources.filter { $0.ofLimit > 0 }.map { load in
      var factor = 1 / load.ofLimit
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

  /// The week in which most dated patients come, as if it lasted.
  public struct PeakWeek: Sendable {
    /// Its first day.
    public let first: CivilDate
    /// Dated patients who come in it.
    public let patients: Int
    /// The arithmetic with the patients of this week every week.
    public let plan: PlanArithmetic

    /// The resource that is asked for most beyond its limit; nil when none is.
    public var worst: ResourceLoad? { plan.overloaded.first }

    /// About how long the last of them wait for a resource [d]: the work of the week beyond what the
    /// week can serve.
    public func backlog(_ load: ResourceLoad) -> Double { 7 * max(0, load.ofLimit - 1) }
  }

  /// The worst week of the dated patients; nil without any.
  ///
  /// The mean over the plan says nothing of a crowd on one day. Streams with a rate come in that week as
  /// on a mean, with the factor of its month.
  public func peakWeek() -> PeakWeek? {
    var days: [Int] = []
    for stream in facility.arrivals {
      if case .patients(let list) = stream.source { days += list.map(\.day.dayNumber) }
    }
    days.sort()
    var best: (first: Int, count: Int)?
    var end = 0
    for (begin, day) in days.enumerated() {
      while end < days.count, days[end] < day + 7 { end += 1 }
      if end - begin > best?.count ?? 0 { best = (day, end - begin) }
    }
    guard let best, let first = CivilDate(dayNumber: best.first) else { return nil }
    let week = best.first..<(best.first + 7)
    let plan = PlanArithmetic(facility, memory: memory) { stream in
      switch stream.source {
      case .rate(let perDay, let months):
        months.count == 12 ? perDay * months[first.month - 1] : perDay
      case .patients(let list):
        Double(list.filter { week.contains($0.day.dayNumber) }.count) / 7
      }
    }
    return PeakWeek(first: first, patients: best.count, plan: plan)
  }
}
