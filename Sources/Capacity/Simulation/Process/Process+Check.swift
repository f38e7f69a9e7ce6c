extension Process {
  /// Checks the whole table: references, numbers, laws, calendars, and every way through the routes.
  ///
  /// Throws `ProcessRefused` for the first fault found, in the order times, calendars, pools,
  /// stocks, routes, arrivals.
  public func check() throws(ProcessRefused) {
    try checkTimes()
    try Process.checkNames(calendars.map(\.name), "calendar")
    for (index, calendar) in calendars.enumerated() {
      try calendar.check(Process.title("calendar", index, calendar.name))
    }
    try Process.checkNames(pools.map(\.name), "pool")
    for index in pools.indices { try checkPool(index) }
    try Process.checkNames(stocks.map(\.name), "stock")
    for index in stocks.indices { try checkStock(index) }
    try Process.checkNames(routes.map(\.name), "route")
    for route in routes { try checkSteps(route) }
    try Process.checkNames(arrivals.map(\.name), "arrival stream")
    for index in arrivals.indices { try checkArrivals(index) }
    _ = try Program(self)
  }

  private func checkTimes() throws(ProcessRefused) {
    let subject = "process \"\(name)\""
    guard warmUp.isFinite, horizon.isFinite, followUp.isFinite, warmUp >= 0, followUp >= 0,
      horizon > 0, horizon <= 366_000
    else {
      throw ProcessRefused(
        .badNumber, subject,
        "warm-up \(warmUp), horizon \(horizon) and follow-up \(followUp) must be at least 0 days, "
          + "the horizon above 0 and at most 1000 years")
    }
    guard warmUp + followUp < horizon else {
      throw ProcessRefused(
        .nothingMeasured, subject,
        "warm-up \(warmUp) d and follow-up \(followUp) d leave nothing of \(horizon) d to measure; "
          + "make the horizon longer")
    }
    guard !segments.isEmpty else {
      throw ProcessRefused(.unknownReference, subject, "there is no patient segment; give one")
    }
    guard !routes.isEmpty, !arrivals.isEmpty else {
      throw ProcessRefused(.badRoute, subject, "there is no route or no arrival stream")
    }
  }

  private func checkPool(_ index: Int) throws(ProcessRefused) {
    let pool = pools[index]
    let subject = Process.title("pool", index, pool.name)
    guard pool.count >= 1, pool.count <= 1_000_000 else {
      throw ProcessRefused(.badNumber, subject, "has \(pool.count) units; give at least 1")
    }
    if let calendar = pool.calendar, !calendars.indices.contains(calendar) {
      throw ProcessRefused(.unknownReference, subject, "there is no calendar \(calendar)")
    }
    if let down = pool.downTime {
      try Process.checkLaw(down.between, subject, "time between break-downs")
      try Process.checkLaw(down.repair, subject, "repair time")
      guard down.between.mean > 0 else {
        throw ProcessRefused(.badNumber, subject, "breaks down all the time; give a longer time")
      }
    }
    for absence in pool.absences {
      guard absence.units >= 1, absence.from.isFinite, absence.until.isFinite, absence.from >= 0,
        absence.until > absence.from
      else {
        throw ProcessRefused(
          .badNumber, subject,
          "an absence of \(absence.units) units from day \(absence.from) until \(absence.until) "
            + "needs at least 1 unit, a day from 0 on and an end after it")
      }
    }
  }

  private func checkStock(_ index: Int) throws(ProcessRefused) {
    let stock = stocks[index]
    let subject = Process.title("stock", index, stock.name)
    guard stock.lotSize > 0, stock.lotSize.isFinite, stock.lots >= 0, stock.shelfLife > 0,
      stock.changeover >= 0, stock.changeover.isFinite
    else {
      throw ProcessRefused(
        .badNumber, subject,
        "lot size and shelf life must be above 0, lots and changeover at least 0")
    }
    if let reorder = stock.reorderAt, !(reorder >= 0 && reorder <= 10_000 * stock.lotSize) {
      throw ProcessRefused(
        .badNumber, subject,
        "the reorder level \(reorder) must be at least 0 and at most 10,000 lots of \(stock.lotSize)"
      )
    }
    try Process.checkLaw(stock.leadTime, subject, "lead time")
  }

  private func checkArrivals(_ index: Int) throws(ProcessRefused) {
    let stream = arrivals[index]
    let subject = Process.title("arrival stream", index, stream.name)
    guard routes.indices.contains(stream.route) else {
      throw ProcessRefused(.unknownReference, subject, "there is no route \(stream.route)")
    }
    guard segments.indices.contains(stream.segment) else {
      throw ProcessRefused(.unknownReference, subject, "there is no segment \(stream.segment)")
    }
    guard stream.weight.isFinite, stream.dueAfter.isFinite else {
      throw ProcessRefused(.badNumber, subject, "weight and due day must be finite")
    }
    switch stream.pattern {
    case .poisson(let perDay, let monthly):
      guard perDay >= 0, perDay * horizon <= 1e8 else {
        throw ProcessRefused(
          .badNumber, subject,
          "the rate \(perDay) per day must be at least 0 and give at most 1E8 patients")
      }
      guard monthly.isEmpty || monthly.count == 12,
        monthly.allSatisfy({ $0 >= 0 && $0.isFinite })
      else {
        throw ProcessRefused(.badNumber, subject, "needs 12 monthly factors of at least 0, or none")
      }
    case .renewal(let law):
      try Process.checkLaw(law, subject, "time between patients")
      guard law.mean > 0 else {
        throw ProcessRefused(.badNumber, subject, "patients come without any time between them")
      }
    case .dated(let days):
      guard days.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw ProcessRefused(.badNumber, subject, "an arrival day is negative or not finite")
      }
      guard zip(days, days.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw ProcessRefused(.badNumber, subject, "arrival days must ascend")
      }
    }
  }
}

extension Process {
  static func title(_ kind: String, _ index: Int, _ name: String) -> String {
    "\(kind) \(index) \"\(name)\""
  }

  static func checkNames(_ names: [String], _ kind: String) throws(ProcessRefused) {
    for (index, name) in names.enumerated() {
      if name.isEmpty {
        throw ProcessRefused(.duplicateName, "\(kind) \(index)", "has no name")
      }
      if let first = names.firstIndex(of: name), first != index {
        throw ProcessRefused(
          .duplicateName, title(kind, index, name), "has the name of \(kind) \(first)")
      }
    }
  }

  static func checkLaw(_ law: Law, _ subject: String, _ what: String) throws(ProcessRefused) {
    if let fault = law.fault { throw ProcessRefused(.badLaw, subject, "\(what): \(fault)") }
  }
}
