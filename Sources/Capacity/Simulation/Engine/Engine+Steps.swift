extension Engine {
  /// A patient carries out its operations until it has to wait or ends.
  mutating func proceed(_ index: Int) {
    patients[index].waiting = .nowhere
    patients[index].ticket = 0
    var pc = Int(patients[index].pc)
    var carriedOut = 0
    while true {
      carriedOut += 1
      if carriedOut > 100_000 {
        fault = .endless(place: program.place(pc), day: now)
        return
      }
      let op = plan.ops[pc]
      if op.isLimited, let exit = exceeded(index, pc, op) {
        pc = exit
        continue
      }
      switch op.code {
      case .jump: pc = Int(op.a)
      case .claim:
        let pool = Int(op.a)
        let units = Int(op.b)
        if pools[pool].free >= units, pools[pool].waiting == 0, !patients[index].isGathered {
          observe(plan.poolMeasures[pool], 0, index)
          take(pool, units)
          if isTraced { note(.taken(pool), index) }
          pc += 1
        } else if op.c >= 0 {
          pc = Int(op.c)
        } else {
          join(pool, index, pc)
          return
        }
      case .release:
        if isTraced { note(.left(Int(op.a), freeAt: now + op.x), index) }
        if op.x > 0 {
          schedule(now + op.x, .giveBack, pc)
        } else {
          release(Int(op.a), Int(op.b))
        }
        pc += 1
      case .ask:
        patients[index].asked = now
        patients[index].duration = draw(index, plan.tasks[Int(op.a)].draw)
        pc += 1
      case .gather, .recheck, .work:
        guard let next = carryOut(op, index, pc) else { return }
        pc = next
      case .delay:
        let time = draw(index, Int(op.a))
        pc += 1
        guard time == 0 else {
          resume(index, at: now + time, pc)
          return
        }
      default:
        guard let next = rest(op, index, pc) else { return }
        pc = next
      }
    }
  }

  /// The patient goes on at a time.
  @inline(__always)
  mutating func resume(_ index: Int, at time: Double, _ pc: Int) {
    patients[index].pc = Int32(truncatingIfNeeded: pc)
    patients[index].ticket = schedule(time, .resume, index)
  }

  /// The patient waits for a time at its operation, which it then carries out again.
  @inline(__always)
  mutating func wait(_ index: Int, until time: Double, _ pc: Int) {
    resume(index, at: time, pc)
    patients[index].waiting = .time
  }

  /// The less frequent operations; the next one, or nil when the patient waits or has ended.
  private mutating func rest(_ op: Op, _ index: Int, _ pc: Int) -> Int? {
    switch op.code {
    case .awaitOpening:
      let opening = plan.windows[Int(op.a)].opening(from: now)
      guard opening > now else { return pc + 1 }
      wait(index, until: opening, pc)
      return nil
    case .chance:
      let chance = Int(op.a)
      let segment = plan.origins[Int(patients[index].stream)].segment
      let drawn = uniform(index, plan.chancePurposes[chance])
      return drawn < plan.chances[chance * plan.segments + segment] ? Int(op.b) : pc + 1
    case .startLimit:
      startLimit(index, Int(op.a))
      return pc + 1
    case .endLimit:
      deadlines[index * slots + program.limits[Int(op.a)].slot] = .infinity
      return pc + 1
    case .consume: return consume(op, index, pc)
    case .mark:
      clocks[index * clockCount + Int(op.a)] = now
      return pc + 1
    case .record:
      let since = op.b < 0 ? patients[index].arrival : clocks[index * clockCount + Int(op.b)]
      if !since.isNaN { observe(Int(op.a), now - since, index) }
      return pc + 1
    case .tally:
      if patients[index].isMeasured { tallies[Int(op.a)] += 1 }
      return pc + 1
    case .book:
      patients[index].booked = bookable(op)
      return pc + 1
    case .awaitBooking:
      if patients[index].booked < now {
        if patients[index].isMeasured { tallies[Int(op.b)] += 1 }
        patients[index].booked = bookable(op)
      } else if patients[index].booked.isNaN {
        patients[index].booked = bookable(op)
      }
      guard patients[index].booked > now else { return pc + 1 }
      wait(index, until: patients[index].booked, pc)
      return nil
    case .spawn:
      spawn(index, entry: op.a)
      return pc + 1
    case .finish:
      finish(index, outcome: Int(op.a), route: Int(op.b))
      return nil
    default: return pc + 1
    }
  }

  private func bookable(_ op: Op) -> Double {
    op.a < 0 ? now + op.x : plan.windows[Int(op.a)].opening(from: now + op.x)
  }

  /// Waits for windows and works; the next operation, or nil when time passes.
  @inline(__always)
  private mutating func carryOut(_ op: Op, _ index: Int, _ pc: Int) -> Int? {
    let task = Int(op.a)
    let table = plan.tasks[task].timetable
    let fit = plan.tasks[task].fit
    let duration = patients[index].duration
    var start = now
    if table >= 0 {
      start = plan.windows[table].start(from: now, duration: duration, fit: fit)
    }
    switch op.code {
    case .gather:
      guard start > now else { return pc + 1 }
      patients[index].isGathered = true
      wait(index, until: start, pc)
      return nil
    case .recheck: return start > now ? Int(op.b) : pc + 1
    default:
      if start > now, op.isLimited {
        wait(index, until: start, pc)
        return nil
      }
      var end = start + duration
      if start <= horizon {
        observe(plan.tasks[task].measure, start - patients[index].asked, index)
        if table >= 0, fit == .paused {
          end = plan.windows[table].pausedEnd(start: start, duration: duration)
        } else if table >= 0, fit == .whole, start >= warmUp,
          duration > plan.windows[table].longest + Timetable.slack
        {
          overruns += 1
        }
        let first = plan.tasks[task].firstClaim
        for place in first..<(first + plan.tasks[task].claimCount) {
          let claim = plan.claims[place]
          work(claim.pool, Double(claim.units), from: start, to: min(end, horizon))
        }
      }
      guard end > now else { return pc + 1 }
      resume(index, at: end, pc + 1)
      return nil
    }
  }
}
