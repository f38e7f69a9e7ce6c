extension Process {
  /// Checks each step by itself; how they hang together is checked by `Program`.
  func checkSteps(_ route: Route) throws(ProcessRefused) {
    for (index, step) in route.steps.enumerated() {
      try checkStep(step, "route \"\(route.name)\", step \(index)")
    }
  }

  private func checkStep(_ step: Step, _ subject: String) throws(ProcessRefused) {
    switch step {
    case .label, .goto, .endLimit, .mark, .tally, .finish: return
    case .seize(let claims, _): try checkClaims(claims, subject)
    case .release(let claims, let after):
      try checkClaims(claims, subject)
      try checkNumber(after, subject, "the time after which units are given back")
    case .operation(let operation): try checkOperation(operation, subject)
    case .delay(let law, _): try Process.checkLaw(law, subject, "delay")
    case .awaitOpening(let calendar): try checkCalendar(calendar, subject)
    case .chance(let probabilities, _, _):
      guard probabilities.count == 1 || probabilities.count == segments.count else {
        throw ProcessRefused(
          .badNumber, subject,
          "has \(probabilities.count) probabilities; give 1 or \(segments.count), one a segment")
      }
      guard probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
        throw ProcessRefused(.badNumber, subject, "a probability is not in 0 ... 1")
      }
    case .startLimit(_, let law, _, _): try Process.checkLaw(law, subject, "limit")
    case .consume(let stock, let units):
      guard stocks.indices.contains(stock) else {
        throw ProcessRefused(.unknownReference, subject, "there is no stock \(stock)")
      }
      guard units > 0, units <= stocks[stock].lotSize else {
        throw ProcessRefused(
          .badNumber, subject, "takes \(units) of lots of \(stocks[stock].lotSize) units")
      }
    case .record(_, _, let within):
      if let within { try checkNumber(within, subject, "the bound of the measure") }
    case .book(let after, let calendar):
      try checkNumber(after, subject, "the time to the booked day")
      if let calendar { try checkCalendar(calendar, subject) }
    case .awaitBooking(let after, let calendar, _):
      try checkNumber(after, subject, "the time to the next booked day")
      if let calendar { try checkCalendar(calendar, subject) }
    case .spawn(let route):
      guard routes.indices.contains(route) else {
        throw ProcessRefused(.unknownReference, subject, "there is no route \(route)")
      }
    }
  }

  private func checkOperation(_ operation: Operation, _ subject: String) throws(ProcessRefused) {
    try checkClaims(operation.claims, subject)
    try Process.checkLaw(operation.duration, subject, "duration of \"\(operation.name)\"")
    if let calendar = operation.calendar { try checkCalendar(calendar, subject) }
  }

  private func checkClaims(_ claims: [Claim], _ subject: String) throws(ProcessRefused) {
    for (index, claim) in claims.enumerated() {
      guard pools.indices.contains(claim.pool) else {
        throw ProcessRefused(.unknownReference, subject, "there is no pool \(claim.pool)")
      }
      let pool = pools[claim.pool]
      guard claim.units >= 1, claim.units <= pool.count else {
        throw ProcessRefused(
          .tooManyUnits, subject,
          "claims \(claim.units) units of \"\(pool.name)\", which has \(pool.count)")
      }
      guard !claims[..<index].contains(where: { $0.pool == claim.pool }) else {
        throw ProcessRefused(
          .duplicateName, subject, "claims \"\(pool.name)\" twice; claim the sum once")
      }
    }
  }

  private func checkCalendar(_ calendar: Int, _ subject: String) throws(ProcessRefused) {
    guard calendars.indices.contains(calendar) else {
      throw ProcessRefused(.unknownReference, subject, "there is no calendar \(calendar)")
    }
  }

  private func checkNumber(
    _ value: Double, _ subject: String, _ what: String
  ) throws(ProcessRefused) {
    guard value >= 0, value.isFinite else {
      throw ProcessRefused(.badNumber, subject, "\(what) is \(value), not a number of at least 0")
    }
  }
}
