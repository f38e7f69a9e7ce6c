import Quantities

/// A pool on a calendar with its answer and the load that it gives.
struct ShiftPool: Sendable {
  var queue: ShiftQueue
  var answer: ShiftQueue.Answer
  var load: ResourceLoad
}

extension PlanArithmetic {
  /// Open stretches of a calendar over the plan, in whole weeks up to five years.
  func windows(_ name: String?) -> OpenWindows {
    let weeks = (facility.horizon / 7).rounded(.up).clamped(to: 4...260)
    return OpenWindows(
      of: facility.calendars.first { $0.name == name }, from: facility.start,
      days: 7 * Int(weeks))
  }

  func team(_ team: Facility.Team) -> ShiftPool? {
    var works: [ShiftQueue.Work] = []
    for product in facility.products {
      func add(_ name: String, _ operation: Facility.Operation?, _ rate: Double) {
        guard let operation, team.skills.contains(operation.skill), rate > 0 else { return }
        works.append(
          .init(
            rate: rate, takes: operation.takes, tail: .fixed(0), name: "\(name) \(product.name)"))
      }
      add("start", product.start, sum(product, \.starts))
      add("harvest", product.harvest, sum(product, \.harvests))
      add("review", product.review, sum(product, \.released))
    }
    var queue = ShiftQueue(works: works, windows: windows(team.calendar))
    queue.absence = team.absence
    queue.weekend = team.weekend
    queue.firstDay = facility.start.weekday.rawValue - 1
    return pool(.teams, team.name, team.count, queue)
  }

  func suite(_ suite: Facility.Suite) -> ShiftPool? {
    let inside = facility.instruments.filter { $0.suite == suite.name }.map(\.name)
    var works: [ShiftQueue.Work] = []
    var calendar: String?
    for product in facility.products where inside.contains(product.instrument) {
      for (operation, rate) in [
        (product.start, sum(product, \.starts)), (product.harvest, sum(product, \.harvests)),
      ] where rate > 0 {
        calendar = facility.teams.first { $0.skills.contains(operation.skill) }?.calendar
        works.append(
          .init(rate: rate, takes: operation.takes, tail: .fixed(suite.clearance), name: ""))
      }
    }
    return pool(
      .suites, suite.name, suite.count, ShiftQueue(works: works, windows: windows(calendar)))
  }

  /// The rooms of a suite with the teams that work in them.
  func rooms(_ suite: Facility.Suite) -> RoomQueue {
    let inside = facility.instruments.filter { $0.suite == suite.name }.map(\.name)
    let teams = facility.teams.compactMap { one in team(one).map { (one, $0.queue) } }
    var works: [RoomQueue.Work] = []
    for product in facility.products {
      for (operation, rate, isDone) in [
        (product.start, sum(product, \.starts), inside.contains(product.instrument)),
        (product.harvest, sum(product, \.harvests), inside.contains(product.instrument)),
        (product.review, sum(product, \.released), false),
      ] {
        guard let operation, rate > 0 else { continue }
        let team = teams.firstIndex { $0.0.skills.contains(operation.skill) }
        guard isDone || team != nil else { continue }
        works.append(.init(rate: rate, takes: operation.takes, team: team, isInside: isDone))
      }
    }
    return RoomQueue(
      works: works, teams: teams.map { ($0.1, $0.0.count) }, rooms: suite.count,
      clearance: suite.clearance)
  }

  func laboratory(_ laboratory: Facility.Laboratory) -> ShiftPool? {
    let works = facility.products.compactMap { product -> ShiftQueue.Work? in
      guard let quality = product.quality, quality.laboratory == laboratory.name else { return nil }
      let rate = sum(product, \.tests)
      return rate > 0
        ? .init(
          rate: rate, takes: quality.work,
          tail: quality.lineHeld ? quality.incubation : .fixed(0), name: "test \(product.name)")
        : nil
    }
    return pool(
      .laboratories, laboratory.name, laboratory.lines,
      ShiftQueue(works: works, windows: windows(laboratory.calendar)))
  }

  func courier(_ courier: Facility.Courier) -> ShiftPool? {
    guard let count = courier.count else { return nil }
    var rate = 0.0
    for flow in flows {
      let centre = facility.centres.first { $0.name == flow.arrivals.centre }
      guard centre?.courier == courier.name,
        let product = facility.products.first(where: { $0.name == flow.arrivals.product })
      else { continue }
      rate += product.inbound == nil ? 0 : flow.collections
      rate += product.outbound == nil ? 0 : flow.infused
    }
    guard rate > 0 else { return nil }
    let work = ShiftQueue.Work(
      rate: rate, takes: .fixed(0), tail: courier.takes, name: "courier \(courier.name)")
    return pool(
      .couriers, courier.name, count,
      ShiftQueue(works: [work], windows: windows(courier.calendar)))
  }

  func centre(_ centre: Facility.Centre) -> [ShiftPool] {
    let own = flows.filter { $0.arrivals.centre == centre.name }
    let collections = own.reduce(0) { $0 + $1.collections }
    let infused = own.reduce(0) { $0 + $1.infused }
    var pools: [ShiftPool?] = []
    if let count = centre.aphereses, collections > 0 {
      let work = ShiftQueue.Work(
        rate: collections, takes: centre.apheresis, tail: .fixed(0),
        name: "apheresis \(centre.name)")
      pools.append(
        pool(
          .aphereses, centre.name, count,
          ShiftQueue(works: [work], windows: windows(centre.collectionCalendar))))
    }
    if let beds = centre.beds, infused > 0 {
      let work = ShiftQueue.Work(
        rate: infused, takes: .fixed(0), tail: centre.stay, name: "bed \(centre.name)")
      pools.append(
        pool(
          .beds, centre.name, beds,
          ShiftQueue(works: [work], windows: windows(centre.infusionCalendar))))
    }
    return pools.compactMap { $0 }
  }

  /// The load of a pool; nil when nothing is asked of it.
  private func pool(
    _ kind: ResourceLoad.Kind, _ name: String, _ count: Int, _ queue: ShiftQueue
  ) -> ShiftPool? {
    let demand = queue.works.reduce(0) { $0 + $1.rate }
    guard demand > 0 else { return nil }
    let found = memory.recall(queue, servers: count)
    guard let answer = found.answer else { return nil }
    let means = queue.works.map { $0.takes.mean + $0.tail.mean }
    let hold = zip(queue.works, means).reduce(0) { $0 + $1.0.rate * $1.1 } / demand
    let square =
      zip(queue.works, means).reduce(0) {
        $0 + $1.0.rate * ($1.1 * $1.1 + $1.0.takes.variance + $1.0.tail.variance)
      } / demand
    func mean(_ waits: [Double]) -> Double {
      zip(queue.works, waits).reduce(0) { $0 + $1.0.rate * $1.1 } / demand
    }
    let load = ResourceLoad(
      kind: kind, name: name, count: count, demand: demand * Facility.daysPerYear,
      capacity: answer.throughput * Facility.daysPerYear, hold: hold,
      squaredVariation: hold > 0 ? max(0, square / (hold * hold) - 1) : 0,
      wait: mean(answer.waits), calendarWait: mean(answer.windowWaits),
      leastStable: found.least,
      used: queue.used(servers: count, isHeld: kind == .suites))
    return ShiftPool(queue: queue, answer: answer, load: load)
  }
}

extension ShiftQueue {
  /// Share of the servers' hours that the work takes: of the open hours in which they are there, or of
  /// all hours where they are held beyond the work or never close.
  func used(servers: Int, isHeld: Bool) -> Double {
    let isHeld = isHeld || works.contains { $0.tail.mean > 0 }
    let busy = works.reduce(0) { $0 + $1.rate * ($1.takes.mean + $1.tail.mean) }
    guard !isHeld, !windows.isAlways else { return busy / Double(max(1, servers)) }
    let open = windows.openShares(firstDay: firstDay)
    let there =
      (Double(servers) * open.weekdays + Double(min(servers, weekend ?? servers)) * open.weekends)
      * (1 - absence)
    return there > 0 ? busy / there : .infinity
  }

  /// Fewest servers that keep up; nil when none do near the number that the load asks for.
  func leastStable(from count: Int, throughput: Double) -> Int? {
    let demand = works.reduce(0) { $0 + $1.rate }
    guard throughput > 0, demand > 0 else { return nil }
    // Servers work side by side, so the throughput grows nearly in proportion.
    var servers = max(1, Int(min(1e6, (demand / throughput * Double(count)).rounded(.down))))
    func keepsUp(_ servers: Int) -> Bool {
      var other = self
      other.weekend = weekend.map { $0 * servers / max(1, count) }
      return (other.throughput(servers: servers) ?? 0) > demand
    }
    if keepsUp(servers) {
      while servers > 1, keepsUp(servers - 1) { servers -= 1 }
      return servers
    }
    for _ in 0..<100 {
      servers += 1
      if keepsUp(servers) { return servers }
    }
    return nil
  }

  /// Fewest servers whose queue adds at most some time [d] to what the calendar costs.
  func least(wait: Double, from stable: Int) -> Int? {
    func holds(_ servers: Int) -> Bool {
      guard let answer = answer(servers: servers) else { return false }
      let added = zip(works, zip(answer.waits, answer.windowWaits)).reduce(0) {
        $0 + $1.0.rate * ($1.1.0 - $1.1.1)
      }
      return added / answer.demand <= wait
    }
    var high = stable
    while !holds(high) {
      high = max(high + 1, high * 5 / 4)
      if high > 20 * stable + 20 { return nil }
    }
    var low = stable - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if middle > 0, holds(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
