import Capacity

extension SlotReport {
  /// The record of a machine-readable result, schema `thymus.slots/1`.
  public var json: JSONValue {
    var rule: [String: JSONValue] = ["devices": .int(problem.devices)]
    if case .chance(let alpha) = problem.rule { rule["alpha"] = .double(alpha) }
    var record: [String: JSONValue] = [
      "schema": .string("thymus.slots/1"), "holds": .bool(holds), "cost": .int(plan.cost),
      "greedy_cost": .int(greedy.cost), "origin": .string(plan.origin.rawValue),
      "moves_tried": .int(plan.tried), "limit": .object(rule),
      "slots": .array(calendar.slots.map(slot)),
      "unplaced": .array(plan.unplaced.map { .string(problem.patients[$0].name) }),
      "days": .array(audit.days.map(day)),
      "breaches": .array(
        audit.breaches.map {
          .object(["day": .int($0.day), "what": .string($0.description)])
        }),
      "committed_over": .array(audit.committedOver.map { .int($0) }),
      "provenance": provenance.json,
    ]
    if period != nil { record["outside_of_plan"] = .array(outside.map { .string($0.patient) }) }
    if !basis.isEmpty { record["basis"] = .array(basis.map { .string($0) }) }
    if let warning { record["warning"] = .string(warning) }
    if let bound { record["bound"] = .int(bound.cost) }
    if let zero = calendar.dayZero { record["day_zero"] = .string(zero.description) }
    if let rolling {
      record["rolling"] = .object([
        "cost": .int(rolling.plan.cost), "plans": .int(rolling.plans),
        "moved": .int(rolling.moved), "unplaced": .int(rolling.plan.unplaced.count),
      ])
    }
    return .object(record)
  }

  private func slot(_ slot: SlotCalendar.Slot) -> JSONValue {
    var record: [String: JSONValue] = [
      "patient": .string(slot.patient), "start_day": .int(slot.start),
      "committed": .bool(slot.committed), "instrument": .int(slot.instrument),
      "p_instrument_free": .double(slot.free), "harvest_p10": .int(slot.harvest.p10),
      "harvest_p50": .int(slot.harvest.p50), "harvest_p90": .int(slot.harvest.p90),
      "infusion_day": .int(slot.booking.day), "p_by_booked_day": .double(slot.booking.inTime),
      "p_by_due_day": .double(slot.byDue),
      "p_given_up": .double(slot.givenUp), "p_culture_fails": .double(slot.fails),
      "bed_idle_days": .double(slot.booking.bedIdle),
      "product_wait_days": .double(slot.booking.productWaits), "due_day": .int(slot.due),
      "mean_days_late": .double(slot.late),
    ]
    if let old = slot.booking.tooOld { record["p_too_old"] = .double(old) }
    if let date = calendar.date(slot.start) { record["start"] = .string(date.description) }
    if let date = calendar.date(slot.booking.day) { record["infusion"] = .string(date.description) }
    return .object(record)
  }

  private func day(_ day: SlotAudit.Day) -> JSONValue {
    .object([
      "day": .int(day.day), "starts": .int(day.starts), "in_use": .double(day.inUse),
      "p_over": .double(day.over), "hours": .double(day.hours),
      "hours_there": .double(day.hoursThere),
    ])
  }
}
