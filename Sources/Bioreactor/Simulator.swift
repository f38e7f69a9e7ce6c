import Integration
import Lanes
import ModelLanguage
import RunRecords

/// What a culture is when it is looked at.
struct Sight<Number: Lane> {
  /// Amounts in units of the volume at the last jump, `reference` mL.
  let state: UnsafePointer<Number>
  let reference: Number
  let volume: Number
  let kept: Number
}

/// Carries one culture from its start through all jumps, on one lane.
///
/// The integrator stops at every scheduled moment and at every change of a condition and starts
/// afresh after it; nothing is interpolated across a jump. One simulator belongs to one task.
final class Simulator<Number: Lane> {
  let culture: Culture
  let evaluator: Evaluator<Number>
  let system: VesselSystem<Number>
  let state: UnsafeMutablePointer<Number>
  let rates: UnsafeMutablePointer<Number>
  let setting: UnsafeMutablePointer<Setting<Number>>
  let origins: UnsafeMutablePointer<Number>
  let settled: UnsafeMutablePointer<Double>
  let sides: UnsafeMutablePointer<Int8>
  let isActive: UnsafeMutablePointer<Bool>
  let guardValues: UnsafeMutablePointer<Double>
  /// Slopes of guards, on lanes with derivatives only.
  let slopes: GuardSlope<Number>?
  private let legs: [Leg]
  private var integrator: Integrator<VesselSystem<Number>>
  private let seats: UnsafeMutablePointer<Seat>
  let leastStates: UnsafeMutablePointer<Double>
  private let inflow: UnsafeMutablePointer<Double>
  private let initial: UnsafeMutablePointer<Number>
  private let folds: UnsafeMutableBufferPointer<Int>
  private let constants: [Double]
  private let lands: Bool
  private static var mostLandings: Int { 64 }

  /// A share of the whole time, so that a quiet culture is still looked at often: a pulse of a rate
  /// or a condition that holds for a while is not stepped over. More often where there are
  /// conditions.
  private static func longestStep(_ legs: [Leg], _ model: Model) -> Double? {
    guard let first = legs.first?.from, let last = legs.last?.to, last > first else { return nil }
    return (last - first) / (model.guardCount > 0 ? 400 : 30)
  }
  private(set) var counters = SolverCounters()
  /// Rules that fired, in order: hour and index of the operation.
  var firings: [Firing] = []
  var firingCount = 0

  /// Steps land on the instants when these are few, as in a fit: what is read there is then as
  /// accurate as the steps. Many, as in a picture, are read from the method's dense output and cost
  /// no step.
  ///
  /// Tolerances are those of amounts at the start's volume: the states are amounts in units of a
  /// volume. `method` is the culture's choice unless it is given.
  init(
    _ culture: Culture, instants: [Instant], options: StepOptions, method: Method? = nil
  ) {
    lands = Set(instants.map(\.time)).count <= Self.mostLandings
    func memory<T>(_ count: Int, _ value: T) -> UnsafeMutablePointer<T> {
      let memory = UnsafeMutablePointer<T>.allocate(capacity: max(count, 1))
      memory.initialize(repeating: value, count: max(count, 1))
      return memory
    }
    let model = culture.model
    let n = model.states.count
    self.culture = culture
    legs = Leg.legs(culture.timeline, instants)
    constants = culture.constants
    evaluator = Evaluator(model.program)
    var options = options
    if options.maximumStep == nil { options.maximumStep = Self.longestStep(legs, model) }
    options.absoluteTolerances = model.states.enumerated().map { i, state in
      let given = options.absoluteTolerances ?? []
      let tolerance = i < given.count ? given[i] : options.absoluteTolerance
      return Seat(state).isDiluted ? tolerance / culture.timeline.startVolume : tolerance
    }
    integrator = Integrator(
      dimension: n, method: method ?? culture.method(for: options), options: options)
    state = memory(n, Number(0))
    rates = memory(n, Number(0))
    setting = memory(
      1, Setting(reference: Number(1), since: Number(0), kept: Number(1), flow: .none))
    origins = memory(model.clocks.count, Number(0))
    settled = memory(1, Double.nan)
    sides = memory(model.guardCount, Int8(-1))
    isActive = memory(model.guardCount, true)
    guardValues = memory(model.guardCount, 0)
    seats = memory(n, Seat.cells)
    leastStates = memory(n, 0)
    for (i, state) in model.states.enumerated() {
      seats[i] = Seat(state)
      if seats[i] == .perCell { leastStates[i] = -.infinity }
    }
    inflow = memory(n, 0)
    initial = memory(model.foldStates.count, Number(0))
    folds = .allocate(capacity: model.foldStates.count)
    _ = folds.initialize(from: model.foldStates)
    slopes =
      model.guardCount > 0 && Number.componentCount > 1
      ? GuardSlope(model.program, dimension: n) : nil
    system = VesselSystem(
      evaluator: evaluator, dimension: n, guardCount: model.guardCount, seats: seats,
      inflow: inflow, outerVolume: culture.outerVolume, setting: setting, origins: origins,
      settled: settled, initial: initial, folds: UnsafeBufferPointer(folds), isActive: isActive,
      jets: JetBalance(model.program, dimension: n),
      lowerBounds: UnsafePointer(leastStates))
  }

  deinit {
    state.deallocate()
    rates.deallocate()
    setting.deallocate()
    origins.deallocate()
    settled.deallocate()
    sides.deallocate()
    isActive.deallocate()
    guardValues.deallocate()
    seats.deallocate()
    leastStates.deallocate()
    inflow.deallocate()
    initial.deallocate()
    folds.deallocate()
  }

  /// Runs the culture at natural parameters and hands every instant over.
  ///
  /// `look` reads the evaluator (means, noise) and the sight while they stand. nil when the end was
  /// reached.
  func run(
    _ parameters: [Number], look: (Int, Evaluator<Number>, Sight<Number>) -> Void
  ) -> SimulationFailure? {
    do throws(SimulationFailure) {
      try begin(parameters)
      var isFirst = true
      for leg in legs {
        show(leg.before, leg.from, state, look)
        try jump(leg)
        show(leg.after, leg.from, state, look)
        if leg.to > leg.from { try pass(leg, continues: !isFirst, look) }
        isFirst = isFirst && !(leg.to > leg.from)
      }
      return nil
    } catch { return error }
  }

  /// Parameters, start values and first sides.
  private func begin(_ parameters: [Number]) throws(SimulationFailure) {
    let model = culture.model
    let timeline = culture.timeline
    let start = Number(timeline.start)
    setting.pointee = Setting(
      reference: Number(timeline.startVolume), since: start, kept: Number(1), flow: .none)
    for (index, origin) in culture.clockStarts.enumerated() { origins[index] = Number(origin) }
    firings.removeAll(keepingCapacity: true)
    firingCount = 0
    settled.pointee = .nan
    evaluator.setParameters(parameters)
    for (index, constant) in constants.enumerated() {
      evaluator.setConstant(index, Number(constant))
    }
    evaluator.settle()
    system.jets.set(parameters, constants: constants)
    slopes?.set(parameters, constants: constants)
    evaluator.setVolume(setting.pointee.reference)
    evaluator.setTime(start, origins: origins)
    // Choices between parameters decide start values, choices between states are made after them.
    for i in 0..<model.states.count { evaluator.setState(i, Number(0)) }
    evaluator.settleBranches()
    evaluator.runStart()
    for i in 0..<model.states.count {
      state[i] = evaluator.start(i)
      guard state[i].isFinite else {
        throw SimulationFailure(.solver(.notFinite(at: timeline.start)))
      }
      evaluator.setState(i, state[i])
    }
    for (slot, index) in model.foldStates.enumerated() {
      initial[slot] = state[index] * setting.pointee.reference
    }
    guard model.guardCount > 0 else { return }
    system.loadFolds(
      evaluator, setting.pointee, time: start, state: state, initial: initial)
    evaluator.settleBranches()
    evaluator.runGuards()
    for k in 0..<model.guardCount {
      isActive[k] = k < culture.firstRuleGuard
      sides[k] = k < model.conditionCount && evaluator.guardValue(k).value > 0 ? 1 : -1
      if k < model.conditionCount {
        let holds = sides[k] == 1
        evaluator.setBranch(k, holds)
        system.jets.setBranch(k, holds)
        slopes?.setBranch(k, holds)
      }
    }
    settled.pointee = .nan
  }

  /// What the schedule does at the start of a leg.
  private func jump(_ leg: Leg) throws(SimulationFailure) {
    let hasRules = culture.model.guardCount > 0
    if !leg.ended.isEmpty || !leg.armed.isEmpty || !leg.operations.isEmpty {
      let now = Number(leg.from)
      gather(at: now)
      for rule in leg.ended { isActive[culture.firstRuleGuard + rule] = false }
      for operation in leg.operations {
        try perform(operation, at: now)
        try checkLimits(at: leg.from)
      }
      for rule in leg.armed {
        isActive[culture.firstRuleGuard + rule] = true
        sides[culture.firstRuleGuard + rule] = -1
      }
    }
    if hasRules { try settleGuards(at: Number(leg.from)) }
  }

  /// Integrates a leg, through the changes of conditions on its way.
  private func pass(
    _ leg: Leg, continues: Bool, _ look: (Int, Evaluator<Number>, Sight<Number>) -> Void
  ) throws(SimulationFailure) {
    var from = leg.from
    var shown = 0
    var continues = continues
    var times = leg.times
    while from < leg.to {
      let wall = wall(from: from, to: leg.to)
      let to = wall?.time ?? leg.to
      if to < leg.to { times.removeAll { $0 > to } }
      var count = 0
      let advance = integrator.advance(
        system, from: from, to: to, state: state, stops: lands ? times : [],
        denseTimes: lands ? [] : times,
        sides: system.guardCount > 0 ? sides : nil,
        continues: continues
      ) { _, index, at in
        // An instant at the end of the leg belongs to the next leg's `before`, except at the last.
        show(leg.instants[shown + index], leg.times[shown + index], at, look)
        count += 1
      }
      counters += advance.counters
      if advance.termination != .completed {
        if case .belowBound(let state, let time) = advance.termination {
          throw SimulationFailure(.negative(state: culture.model.states[state].name, at: time))
        }
        throw SimulationFailure(.solver(advance.termination))
      }
      from = advance.time
      if let index = advance.guardIndex {
        try cross(index, at: from)
        shown += count
        times = Array(leg.times[shown...])
        continues = true
      } else if let wall {
        throw SimulationFailure(.vessel(at: wall.time, volume: wall.limit, limit: wall.limit))
      }
    }
  }

  private func show(
    _ instants: [Int], _ time: Double, _ at: UnsafePointer<Number>,
    _ look: (Int, Evaluator<Number>, Sight<Number>) -> Void
  ) {
    if instants.isEmpty { return }
    let now = Number(time)
    system.load(time, at)
    system.loadFolds(evaluator, setting.pointee, time: now, state: at, initial: initial)
    evaluator.runObserve()
    let sight = Sight(
      state: at, reference: setting.pointee.reference, volume: setting.pointee.volume(at: now),
      kept: setting.pointee.kept(at: now))
    for instant in instants { look(instant, evaluator, sight) }
  }

  /// Expresses the state as concentrations at an instant and makes its volume the new unit.
  func gather(at now: Number) {
    let volume = setting.pointee.volume(at: now)
    if setting.pointee.flow.net != 0 {
      let ratio = setting.pointee.reference / volume
      for i in 0..<system.dimension where seats[i].isDiluted { state[i] = state[i] * ratio }
    }
    setting.pointee.kept = setting.pointee.kept(at: now)
    setting.pointee.reference = volume
    setting.pointee.since = now
    evaluator.setVolume(volume)
    settled.pointee = .nan
  }

  /// Does one operation to a gathered state.
  func perform(_ index: Int, at now: Number) throws(SimulationFailure) {
    let action = culture.run.operations[index].action
    let volume = setting.pointee.reference
    let medium = culture.media[index]
    if case .flow(let flow) = action {
      setting.pointee.flow = SteadyFlow(flow, on: culture.platform)
      for i in 0..<medium.count { inflow[i] = medium[i] }
    } else {
      guard
        let change = VesselChange(action, volume: volume, perfused: culture.timeline.perfused)
      else {
        throw SimulationFailure(.vessel(at: now.value, volume: volume.value, limit: 0))
      }
      let diluted = volume / change.volume
      let cells = change.cells * diluted
      let solutes = change.solutes * diluted
      let entered = change.medium / change.volume
      for i in 0..<system.dimension {
        switch seats[i] {
        case .cells: state[i] = state[i] * cells
        case .solute:
          state[i] = state[i] * solutes
          if !medium.isEmpty { state[i] = Number.axpy(medium[i], entered, state[i]) }
        case .perCell: break
        case .outer:
          state[i] = Number.scaled(state[i], by: change.outer)
          if !medium.isEmpty { state[i] = state[i] + Number(medium[i] * change.outerMedium) }
        }
      }
      setting.pointee.reference = change.volume
      setting.pointee.kept = setting.pointee.kept * change.cells
      evaluator.setVolume(change.volume)
    }
    for (clock, kind) in culture.clockKinds.enumerated() where action.kind == kind {
      origins[clock] = now
    }
    settled.pointee = .nan
  }
}
