/// Steps that take and give back units.
extension RouteCompiler {
  mutating func seize(_ claims: [Process.Claim], _ orElse: String?) {
    guard let orElse else {
      for claim in claims { emit(Op(code: .claim, a: Int32(claim.pool), b: Int32(claim.units))) }
      return
    }
    // Each claim fails to a stub that gives the earlier ones back; the stubs stand behind a jump.
    let first = ops.count
    for claim in claims { emit(Op(code: .claim, a: Int32(claim.pool), b: Int32(claim.units))) }
    let over = ops.count
    emit(Op(code: .jump))
    for index in claims.indices {
      ops[first + index].c = Int32(base + ops.count)
      release(Array(claims[..<index].reversed()), after: 0)
      emit(Op(code: .jump), to: orElse, in: \.a)
    }
    ops[over].a = Int32(base + ops.count)
  }

  mutating func release(_ claims: [Process.Claim], after: Double) {
    for claim in claims {
      emit(Op(code: .release, a: Int32(claim.pool), b: Int32(claim.units), x: after))
    }
  }

  mutating func compile(
    _ operation: Process.Operation, _ program: inout Program
  ) throws(ProcessRefused) {
    let pools = program.process.pools
    let calendars =
      (operation.calendar.map { [$0] } ?? [])
      + operation.claims.compactMap { pools[$0.pool].calendar }
    let table = try program.timetable(calendars, here)
    if table >= 0, operation.fit == .whole,
      operation.duration.least > program.timetables[table].longest + Timetable.slack
    {
      throw ProcessRefused(
        .neverFits, here,
        "\"\(operation.name)\" takes at least \(24 * operation.duration.least) h, and no window is "
          + "longer than \(24 * program.timetables[table].longest) h")
    }
    program.tasks.append(
      Task(
        draw: program.draw(operation.duration, operation.purpose ?? operation.name),
        timetable: table, fit: operation.fit, measure: program.measure(.delay(operation.name)),
        claims: operation.claims))
    let task = Int32(program.tasks.count - 1)
    emit(Op(code: .ask, a: task))
    let gathers = table >= 0 && !operation.holdsWhileWaiting && !operation.claims.isEmpty
    let gather = ops.count
    if gathers { emit(Op(code: .gather, a: task)) }
    seize(operation.claims, nil)
    if gathers {
      emit(Op(code: .recheck, a: task, b: Int32(base + ops.count + 2)))
      let over = ops.count
      emit(Op(code: .jump))
      release(operation.claims.reversed(), after: 0)
      emit(Op(code: .jump, a: Int32(base + gather)))
      ops[over].a = Int32(base + ops.count)
    }
    emit(Op(code: .work, a: task))
    release(operation.claims.reversed(), after: 0)
  }
}
