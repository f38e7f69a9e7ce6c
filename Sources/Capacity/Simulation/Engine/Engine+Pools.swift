extension Engine {
  /// Brings the integrals of a pool up to now.
  @inline(__always)
  mutating func touch(_ pool: Int) {
    let from = max(pools[pool].last, warmUp)
    if now > from {
      let time = now - from
      let inUse = pools[pool].inUse
      let there = Double(max(pools[pool].count - pools[pool].away, inUse))
      pools[pool].queue += Double(pools[pool].waiting) * time
      pools[pool].busy += Double(inUse) * time
      let table = plan.poolTables[pool]
      if table >= 0 {
        pools[pool].present += there * plan.windows[table].open(from: from, to: now)
      } else {
        pools[pool].present += there * time
        pools[pool].used += Double(inUse) * time
        if inUse > 0 { hours.add(Double(inUse), pool: pool, from: from, to: now) }
      }
    }
    pools[pool].last = now
  }

  /// Work of some units from one time to another: counted in the open hours of a pool that has them.
  @inline(__always)
  mutating func work(_ pool: Int, _ units: Double, from: Double, to: Double) {
    pools[pool].atWork += units * overlap(from, to)
    let table = plan.poolTables[pool]
    guard table >= 0 else { return }
    let windows = plan.windows[table]
    let first = max(from, warmUp)
    var index = windows.window(after: first)
    while index < windows.count, windows.opens[index] < to {
      let start = max(first, windows.opens[index])
      let end = min(to, windows.closes[index])
      if end > start {
        pools[pool].used += units * (end - start)
        hours.add(units, pool: pool, from: start, to: end)
      }
      index += 1
    }
  }

  @inline(__always)
  mutating func take(_ pool: Int, _ units: Int) {
    touch(pool)
    pools[pool].free -= units
    pools[pool].inUse += units
  }

  /// Units come back and are given to those who wait.
  @inline(__always)
  mutating func release(_ pool: Int, _ units: Int) {
    touch(pool)
    pools[pool].free += units
    pools[pool].inUse -= units
    if pools[pool].waiting > 0 { dispatch(pool) }
  }

  /// A patient joins the queue of a pool at its claim.
  mutating func join(_ pool: Int, _ index: Int, _ pc: Int) {
    touch(pool)
    let stream = Int(patients[index].stream)
    let key: Double
    switch pools[pool].order {
    case .fifo: key = patients[index].isGathered ? patients[index].asked : now
    case .priority: key = -plan.origins[stream].weight
    case .dueDate: key = patients[index].arrival + plan.origins[stream].dueAfter
    }
    sequence &+= 1
    queues[pool].push(Event(key, sequence, .resume, index))
    pools[pool].waiting += 1
    patients[index].pc = Int32(truncatingIfNeeded: pc)
    patients[index].ticket = sequence
    patients[index].waiting = .pool
    patients[index].joined = now
    if patients[index].isGathered {
      // Others may come at the same time and go before: the pool serves them when all are there.
      patients[index].isGathered = false
      if !pools[pool].dispatchPending {
        pools[pool].dispatchPending = true
        schedule(now, .dispatch, pool)
      }
    }
  }

  /// Gives free units to the first in the queue, as long as they suffice.
  mutating func dispatch(_ pool: Int) {
    while let first = queues[pool].first {
      let index = first.subject
      guard patients[index].ticket == first.sequence else {
        _ = queues[pool].pop()
        continue
      }
      let units = Int(plan.ops[Int(patients[index].pc)].b)
      guard pools[pool].free >= units else { return }
      _ = queues[pool].pop()
      take(pool, units)
      if isTraced { note(.taken(pool), index) }
      leaveQueue(pool, index)
      let wait = now - patients[index].joined
      observe(plan.poolMeasures[pool], wait, index)
      waits[index * pools.count + pool] += wait
      patients[index].pc += 1
      ready.append(Int32(truncatingIfNeeded: index))
    }
  }

  /// A patient is no longer in the queue of a pool.
  @inline(__always)
  mutating func leaveQueue(_ pool: Int, _ index: Int) {
    touch(pool)
    pools[pool].waiting -= 1
    pools[pool].waited += overlap(patients[index].joined, now)
    patients[index].ticket = 0
  }

  /// More units (> 0) are away, or fewer.
  mutating func changeAway(_ pool: Int, _ units: Int) {
    touch(pool)
    pools[pool].away += units
    pools[pool].free -= units
    if units < 0 { dispatch(pool) }
  }

  /// A unit breaks or is repaired; a busy one finishes what it does.
  mutating func change(unit: Int, isRepaired: Bool) {
    if isTraced { note(isRepaired ? .up(units[unit].pool) : .down(units[unit].pool), nil) }
    changeAway(units[unit].pool, isRepaired ? -1 : 1)
    scheduleUnit(unit, isRepair: !isRepaired)
  }

  /// The end of the repair of a unit, or its next break-down.
  mutating func scheduleUnit(_ unit: Int, isRepair: Bool) {
    let (pool, number) = units[unit]
    guard let down = program.process.pools[pool].downTime else { return }
    let uniform = streams.uniform(
      program.process.arrivals.count + pool, number: UInt32(number), purpose: isRepair ? 1 : 0,
      pass: unitPasses[unit], companion: 0)
    unitPasses[unit] += 1
    let time = (isRepair ? down.repair : down.between).quantile(uniform)
    schedule(now + time, isRepair ? .repaired : .breakDown, unit)
  }
}
