extension Engine {
  /// A limit starts, or starts anew.
  mutating func startLimit(_ index: Int, _ limit: Int) {
    let slot = index * slots + program.limits[limit].slot
    let deadline = now + draw(index, program.limits[limit].draw)
    deadlines[slot] = deadline
    exits[slot] = Int32(truncatingIfNeeded: program.limits[limit].target)
    schedule(deadline, .limit, slot)
  }

  /// Where the first limit leads that has passed at an operation that waits or ends a limit.
  mutating func exceeded(_ index: Int, _ pc: Int, _ op: Op) -> Int? {
    switch op.code {
    case .claim, .gather, .work, .delay, .awaitOpening, .awaitBooking, .consume: break
    case .endLimit:
      // A limit holds up to and including its last moment.
      let slot = index * slots + program.limits[Int(op.a)].slot
      return deadlines[slot] < now ? exit(index, pc, slot) : nil
    default: return nil
    }
    guard let slot = passed(index) else { return nil }
    return exit(index, pc, slot)
  }

  /// The limit of a patient that passed first; nil when none has.
  private func passed(_ index: Int) -> Int? {
    var first: Int?
    for slot in (index * slots)..<((index + 1) * slots) where deadlines[slot] <= now {
      if first.map({ deadlines[slot] < deadlines[$0] }) ?? true { first = slot }
    }
    return first
  }

  /// Gives back what was taken since the limit started; where the limit leads.
  private mutating func exit(_ index: Int, _ pc: Int, _ slot: Int) -> Int {
    let target = Int(exits[slot])
    deadlines[slot] = .infinity
    patients[index].isGathered = false
    if let held = program.holdings[pc], let kept = program.holdings[target] {
      for pool in held.indices where held[pool] > kept[pool] {
        release(pool, held[pool] - kept[pool])
      }
    }
    return target
  }

  /// A limit passes while the patient waits.
  mutating func leave(_ index: Int) {
    let pc = Int(patients[index].pc)
    let op = plan.ops[pc]
    switch patients[index].waiting {
    case .nowhere: return
    case .pool:
      let pool = Int(op.a)
      leaveQueue(pool, index)
      // The next in line may need fewer units.
      dispatch(pool)
    case .stock:
      stocks[Int(op.a)].waiting -= 1
      patients[index].ticket = 0
    case .time: patients[index].ticket = 0
    }
    // The limit has passed, so the operation leads to its exit.
    proceed(index)
  }
}
