/// One unit more of a resource, named exactly.
public struct NextUnit: Sendable, Hashable {
  /// The path of the value in the facility file, as `--set` takes it.
  public let path: String
  /// The name of the pool or stock that gets it, as a simulation knows it.
  public let pool: String
  /// The value now.
  public let from: Int
  /// The value with the unit.
  public let to: Int
  /// What stays as it is and could be thought to change; empty for nothing.
  public let remark: String

  /// A unit from its parts.
  public init(path: String, pool: String, from: Int, to: Int, remark: String = "") {
    self.path = path
    self.pool = pool
    self.from = from
    self.to = to
    self.remark = remark
  }
}

extension Facility {
  /// Every single unit that could be added, with the facility that has it.
  ///
  /// A team more works on the days of its calendar from Monday to Friday; on Saturdays and Sundays too
  /// only where all teams do. One more on the weekend is a change of its own. A stock is ordered earlier:
  /// at the level that lasts through a year with `PlanArithmetic.safeYear`, or a tenth of a lot above the
  /// present one when that is safe already.
  public func nextUnits() -> [(unit: NextUnit, facility: Facility)] {
    var found: [(NextUnit, Facility)] = []
    func add(
      _ path: String, _ pool: String, _ from: Int, to: Int? = nil, _ remark: String = "",
      _ change: (inout Facility, Int) -> Void
    ) {
      var other = self
      change(&other, to ?? from + 1)
      found.append(
        (NextUnit(path: path, pool: pool, from: from, to: to ?? from + 1, remark: remark), other))
    }
    func name(_ kind: ResourceLoad.Kind, _ name: String) -> String {
      ResourceLoad.Kind.pool(kind, name)
    }
    for (at, one) in instruments.enumerated() {
      let pool = name(.instruments, one.name)
      let suite = suites.first { $0.name == one.suite }
      let inside = instruments.reduce(0) { $0 + ($1.suite == one.suite ? $1.count : 0) }
      let isFull = suite?.places.map { inside >= $0 * (suite?.count ?? 0) } ?? false
      add(pool + ".count", pool, one.count, isFull ? "needs a place more in its room" : "") {
        $0.instruments[at].count = $1
      }
    }
    for (at, team) in teams.enumerated() {
      let pool = name(.teams, team.name)
      add(
        pool + ".count", pool, team.count,
        team.weekend.map { "on weekends \($0) as before" } ?? "on every day that is worked"
      ) { $0.teams[at].count = $1 }
      if let weekend = team.weekend, weekend < team.count {
        add(pool + ".weekend", pool, weekend, "on other days \(team.count) as before") {
          $0.teams[at].weekend = $1
        }
      }
    }
    for (at, suite) in suites.enumerated() {
      let pool = name(.suites, suite.name)
      add(pool + ".count", pool, suite.count) { $0.suites[at].count = $1 }
    }
    for (at, one) in laboratories.enumerated() {
      let pool = name(.laboratories, one.name)
      add(pool + ".lines", pool, one.lines) { $0.laboratories[at].lines = $1 }
    }
    for (at, vector) in vectors.enumerated() {
      guard let cycle = cycle(of: vector, flows, busiest: true) else { continue }
      let safe = cycle.leastReorder(lastsYear: PlanArithmetic.safeYear) ?? 0
      let level = safe > vector.reorderAt ? safe : vector.reorderAt + max(1, vector.lot / 10)
      add(
        name(.vectors, vector.name) + ".reorder_at", vector.name, vector.reorderAt, to: level,
        "lots of \(vector.lot) doses as before, ordered earlier"
      ) { $0.vectors[at].reorderAt = $1 }
    }
    for (at, one) in couriers.enumerated() {
      guard let count = one.count else { continue }
      let pool = name(.couriers, one.name)
      add(pool + ".count", pool, count) { $0.couriers[at].count = $1 }
    }
    for (at, one) in centres.enumerated() {
      if let count = one.aphereses {
        let pool = name(.aphereses, one.name)
        add(pool, pool, count) { $0.centres[at].aphereses = $1 }
      }
      if let beds = one.beds {
        let pool = name(.beds, one.name)
        add(pool, pool, beds) { $0.centres[at].beds = $1 }
      }
    }
    return found
  }
}
