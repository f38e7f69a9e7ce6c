/// Planning again and again while patients become known.
public struct SlotRolling: Sendable {
  /// When plans are made and what of them stays.
  public struct Policy: Sendable, Hashable {
    /// Days between two plans.
    public var every: Int
    /// Starts less than this many days ahead stay as they are.
    public var frozen: Int
    /// Days before the release on which a patient becomes known.
    public var notice: Int

    /// A policy; by default a weekly plan, two frozen weeks and a week of notice.
    public init(every: Int = 7, frozen: Int = 14, notice: Int = 7) {
      self.every = every
      self.frozen = frozen
      self.notice = notice
    }
  }

  /// The starts that came about.
  public let plan: SlotPlan
  /// Plans made.
  public let plans: Int
  /// Starts that were told to a patient and then moved, counted each time.
  public let moved: Int

  /// Carries a policy through a problem from before its first release to its last start.
  public init(_ problem: SlotProblem, policy: Policy, effort: SlotPlan.Effort = .init()) {
    let every = max(1, policy.every)
    var starts = problem.patients.map(\.committed)
    var today = (problem.patients.map(\.release).min() ?? 0) - max(0, policy.notice)
    let end = (problem.patients.map(\.release).max() ?? 0) + problem.window + every
    var plans = 0
    var moved = 0
    while today <= end {
      let known = problem.patients.indices.filter {
        problem.patients[$0].release - policy.notice <= today || starts[$0] != nil
      }
      let open = known.filter { (starts[$0] ?? Int.max) >= today + policy.frozen }
      if !open.isEmpty {
        var now = problem
        now.earliest = max(problem.earliest, today)
        now.patients = known.map { index in
          var patient = problem.patients[index]
          patient.told = starts[index]
          if let start = starts[index], start < today + policy.frozen {
            patient.committed = start
          }
          return patient
        }
        let plan = SlotPlan.best(of: now, effort: effort)
        plans += 1
        for (index, start) in zip(known, plan.starts) {
          if let old = starts[index], let start, old != start { moved += 1 }
          starts[index] = start
        }
      }
      today += every
    }
    plan = SlotPlan(starts, of: problem, origin: .search)
    self.plans = plans
    self.moved = moved
  }

  /// The problem of a day, given what an earlier plan told: starts less than `frozen` days after
  /// `today` are committed, others may move, and none that moves goes before `today`.
  public static func replan(
    _ problem: SlotProblem, told starts: [Int?], today: Int, frozen: Int
  ) -> SlotProblem {
    var now = problem
    now.earliest = max(problem.earliest, today)
    for index in now.patients.indices where index < starts.count {
      guard let start = starts[index] else { continue }
      now.patients[index].told = start
      if start < today + max(0, frozen) { now.patients[index].committed = start }
    }
    return now
  }
}
