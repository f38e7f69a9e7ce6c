/// Turns the steps of one route into operations.
struct RouteCompiler {
  private let route: Process.Route
  private let subject: String
  var ops: [Op] = []
  /// The step of each operation.
  private(set) var steps: [Int] = []
  private var step = 0
  var base = 0
  private var labels: [String: Int] = [:]
  /// Operations whose target (field) is a label.
  private var jumps: [(op: Int, field: WritableKeyPath<Op, Int32>, label: String, step: Int)] = []
  private var limitLabels: [(limit: Int, label: String, step: Int)] = []
  private var limitsByName: [String: Int] = [:]
  /// Limits of the route so far.
  var limitCount: Int { limitsByName.count }

  init(_ route: Process.Route, subject: String) {
    self.route = route
    self.subject = subject
  }

  /// Compiles the route to stand at `base` of the program.
  mutating func compile(into program: inout Program, base: Int) throws(ProcessRefused) {
    self.base = base
    guard !route.steps.isEmpty else {
      throw ProcessRefused(.badRoute, subject, "has no step; end it with finish")
    }
    for (index, each) in route.steps.enumerated() {
      if case .startLimit(let name, _, _, _) = each {
        guard limitsByName[name] == nil else {
          throw ProcessRefused(
            .duplicateName, "\(subject), step \(index)", "there are two limits \"\(name)\"")
        }
        limitsByName[name] = program.limits.count + limitsByName.count
      }
    }
    program.limits += [Limit](
      repeating: Limit(draw: 0, slot: 0, target: 0), count: limitsByName.count)
    for (index, each) in route.steps.enumerated() {
      step = index
      try compile(each, &program)
    }
    try resolve(&program)
  }

  var here: String { "\(subject), step \(step)" }

  mutating func emit(_ op: Op) {
    ops.append(op)
    steps.append(step)
  }

  mutating func emit(_ op: Op, to label: String, in field: WritableKeyPath<Op, Int32>) {
    jumps.append((ops.count, field, label, step))
    emit(op)
  }

  private mutating func compile(
    _ each: Process.Step, _ program: inout Program
  ) throws(ProcessRefused) {
    switch each {
    case .label(let name):
      guard labels[name] == nil else {
        throw ProcessRefused(.duplicateName, here, "there are two labels \"\(name)\"")
      }
      labels[name] = ops.count
    case .goto(let label): emit(Op(code: .jump), to: label, in: \.a)
    case .seize(let claims, let orElse): seize(claims, orElse)
    case .release(let claims, let after): release(claims, after: after)
    case .operation(let operation): try compile(operation, &program)
    case .delay(let law, let purpose):
      emit(Op(code: .delay, a: Int32(program.draw(law, purpose))))
    case .awaitOpening(let calendar):
      emit(Op(code: .awaitOpening, a: Int32(try program.timetable([calendar], here))))
    case .chance(let probabilities, let purpose, let label):
      let all =
        probabilities.count == 1
        ? [Double](repeating: probabilities[0], count: program.process.segments.count)
        : probabilities
      program.chances.append(
        Chance(probabilities: all, purpose: program.purposes.index(of: purpose)))
      emit(Op(code: .chance, a: Int32(program.chances.count - 1)), to: label, in: \.b)
    case .startLimit(let name, let law, let purpose, let label):
      let limit = limitsByName[name] ?? 0
      program.limits[limit].draw = program.draw(law, purpose)
      program.limits[limit].slot = limit - (limitsByName.values.min() ?? 0)
      limitLabels.append((limit, label, step))
      emit(Op(code: .startLimit, a: Int32(limit)))
    case .endLimit(let name):
      guard let limit = limitsByName[name] else {
        throw ProcessRefused(
          .unknownReference, here, "no limit \"\(name)\" is started in the route")
      }
      emit(Op(code: .endLimit, a: Int32(limit)))
    default: try compileRest(each, &program)
    }
  }

  private mutating func compileRest(
    _ each: Process.Step, _ program: inout Program
  ) throws(ProcessRefused) {
    switch each {
    case .consume(let stock, let units): emit(Op(code: .consume, a: Int32(stock), x: units))
    case .mark(let clock): emit(Op(code: .mark, a: Int32(program.clocks.index(of: clock))))
    case .record(let name, let since, let within):
      let measure = program.measure(.recorded(name))
      if let within {
        guard program.bounds[measure].isNaN || program.bounds[measure] == within else {
          throw ProcessRefused(.duplicateName, here, "measure \"\(name)\" has two bounds")
        }
        program.bounds[measure] = within
      }
      let clock = since.map { program.clocks.index(of: $0) } ?? -1
      emit(Op(code: .record, a: Int32(measure), b: Int32(clock)))
    case .tally(let name): emit(Op(code: .tally, a: Int32(program.tallies.index(of: name))))
    case .book(let after, let calendar):
      let table = try program.timetable(calendar.map { [$0] } ?? [], here)
      emit(Op(code: .book, a: Int32(table), x: after))
    case .awaitBooking(let after, let calendar, let rebooked):
      let table = try program.timetable(calendar.map { [$0] } ?? [], here)
      let tally = program.tallies.index(of: rebooked)
      emit(Op(code: .awaitBooking, a: Int32(table), b: Int32(tally), x: after))
    case .spawn(let route): emit(Op(code: .spawn, a: Int32(route)))
    case .finish(let outcome):
      emit(Op(code: .finish, a: Int32(program.outcomes.index(of: outcome))))
    default: return
    }
  }

  private mutating func resolve(_ program: inout Program) throws(ProcessRefused) {
    func place(_ label: String, _ step: Int) throws(ProcessRefused) -> Int {
      guard let index = labels[label] else {
        throw ProcessRefused(
          .unknownReference, "\(subject), step \(step)", "there is no label \"\(label)\"")
      }
      guard index < ops.count else {
        throw ProcessRefused(
          .badRoute, "\(subject), step \(step)", "nothing stands after label \"\(label)\"")
      }
      return base + index
    }
    for jump in jumps {
      ops[jump.op][keyPath: jump.field] = Int32(try place(jump.label, jump.step))
    }
    for each in limitLabels { program.limits[each.limit].target = try place(each.label, each.step) }
  }
}
