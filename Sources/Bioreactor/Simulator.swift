import Integration
import Lanes
import ModelLanguage
import RunRecords

/// Carries one culture from its start through all moments, on one lane.
///
/// The integrator stops at every moment and starts afresh after it; nothing is interpolated
/// across a jump. One simulator belongs to one task.
final class Simulator<Number: Lane> {
  private let culture: Culture
  private let legs: [Leg]
  private let evaluator: Evaluator<Number>
  private var stepper: Integrator<VesselSystem<Number>>
  private let state: UnsafeMutablePointer<Number>
  private let initial: UnsafeMutablePointer<Number>
  private let scales: UnsafeMutablePointer<Double>
  private let origins: UnsafeMutablePointer<Number>
  private(set) var counters = SolverCounters()

  /// One stretch between moments, with the instants that fall into it.
  private struct Leg {
    let from: Double
    let to: Double
    /// Times inside (from, to] at which the culture is looked at, and which instants they serve.
    var times: [Double] = []
    var instants: [[Int]] = []
    /// Instants at `from`, before and after the moment there.
    var before: [Int] = []
    var after: [Int] = []
    var moment: Int?
  }

  /// `exactly`: steps land on the instants; otherwise they are interpolated.
  private let lands: Bool

  init(_ culture: Culture, instants: [Instant], exactly: Bool, options: StepOptions) {
    self.culture = culture
    lands = exactly
    legs = Simulator.legs(culture.timeline, instants)
    let n = culture.model.states.count
    evaluator = Evaluator(culture.model.program)
    stepper = Integrator(dimension: n, method: .explicit(culture.tableau), options: options)
    state = .allocate(capacity: n)
    state.initialize(repeating: Number(0), count: n)
    initial = .allocate(capacity: n)
    initial.initialize(repeating: Number(0), count: n)
    scales = .allocate(capacity: 2 * n)
    scales.initialize(repeating: 1, count: 2 * n)
    origins = .allocate(capacity: max(1, culture.model.clocks.count))
    origins.initialize(repeating: Number(0), count: max(1, culture.model.clocks.count))
  }

  deinit {
    state.deallocate()
    initial.deallocate()
    scales.deallocate()
    origins.deallocate()
  }

  private static func legs(_ timeline: Timeline, _ instants: [Instant]) -> [Leg] {
    let boundaries =
      [timeline.start] + timeline.moments.map(\.time).filter { $0 > timeline.start }
    let last = max(boundaries.last ?? 0, instants.map(\.time).max() ?? 0)
    var legs = boundaries.enumerated().map { index, from in
      var leg = Leg(from: from, to: index + 1 < boundaries.count ? boundaries[index + 1] : last)
      leg.moment = timeline.moments.firstIndex { $0.time == from }
      return leg
    }
    for (index, instant) in instants.enumerated().sorted(by: { $0.element.time < $1.element.time })
    {
      guard let leg = legs.lastIndex(where: { $0.from <= instant.time }) else { continue }
      if legs[leg].from < instant.time {
        if legs[leg].times.last == instant.time {
          legs[leg].instants[legs[leg].instants.count - 1].append(index)
        } else {
          legs[leg].times.append(instant.time)
          legs[leg].instants.append([index])
        }
      } else if instant.phase == .before {
        legs[leg].before.append(index)
      } else {
        legs[leg].after.append(index)
      }
    }
    // Nothing is integrated beyond the last look.
    if let end = legs.lastIndex(where: {
      !$0.before.isEmpty || !$0.after.isEmpty || !$0.times.isEmpty
    }) {
      legs.removeSubrange((end + 1)...)
      if let latest = legs[end].times.last {
        legs[end] = Leg(
          from: legs[end].from, to: latest, times: legs[end].times, instants: legs[end].instants,
          before: legs[end].before, after: legs[end].after, moment: legs[end].moment)
      }
    }
    return legs
  }

  /// Runs the culture at natural parameters and hands every instant over.
  ///
  /// `look` reads the evaluator (means, noise) and the amounts while they stand.
  func run(
    _ parameters: [Number],
    look: (Int, Evaluator<Number>, UnsafePointer<Number>, _ volume: Double, _ kept: Double) -> Void
  ) -> Termination {
    let timeline = culture.timeline
    var volume = timeline.startVolume
    var kept = 1.0
    for (index, origin) in culture.clockStarts.enumerated() { origins[index] = Number(origin) }
    evaluator.setParameters(parameters)
    evaluator.settle()
    setVolume(volume)
    evaluator.setTime(Number(timeline.start), origins: origins)
    evaluator.runTimed()
    evaluator.runStart()
    let n = culture.model.states.count
    for i in 0..<n {
      state[i] = Number.scaled(evaluator.start(i), by: scales[i])
      initial[i] = state[i]
      guard state[i].isFinite else { return .notFinite(at: timeline.start) }
    }
    func show(_ instants: [Int], _ time: Double, _ at: UnsafePointer<Number>) {
      if instants.isEmpty { return }
      observe(time, at, kept: kept)
      for instant in instants { look(instant, evaluator, at, volume, kept) }
    }
    for leg in legs {
      show(leg.before, leg.from, state)
      if let index = leg.moment {
        let moment = timeline.moments[index]
        apply(moment, at: index)
        volume = moment.volumeAfter
        kept = moment.keptAfter
        setVolume(volume)
      }
      show(leg.after, leg.from, state)
      guard leg.to > leg.from else { continue }
      let advance = stepper.advance(
        system, from: leg.from, to: leg.to, state: state, stops: lands ? leg.times : [],
        denseTimes: lands ? [] : leg.times
      ) { _, index, at in
        // An instant at the end of the leg belongs to the next leg's `before`, except at the last.
        show(leg.instants[index], leg.times[index], at)
      }
      counters += advance.counters
      if advance.termination != .completed { return advance.termination }
    }
    return .completed
  }

  private var system: VesselSystem<Number> {
    let n = culture.model.states.count
    return VesselSystem(
      evaluator: evaluator, dimension: n, volumes: UnsafePointer(scales),
      inverses: UnsafePointer(scales + n), origins: UnsafePointer(origins))
  }

  private func setVolume(_ volume: Double) {
    evaluator.setVolume(Number(volume))
    let n = culture.model.states.count
    for (i, state) in culture.model.states.enumerated() {
      scales[i] = state.kind == .perCell ? 1 : volume
      scales[n + i] = state.kind == .perCell ? 1 : 1 / volume
    }
  }

  private func apply(_ moment: Timeline.Moment, at index: Int) {
    for (i, modelState) in culture.model.states.enumerated() {
      switch modelState.kind {
      case .cells: state[i] = Number.scaled(state[i], by: moment.cellFactor)
      case .solute:
        state[i] = Number.axpy(
          moment.soluteFactor, state[i], Number(culture.additions[index][i]))
      case .perCell: break
      }
    }
    for (clock, kind) in culture.clockKinds.enumerated() where moment.kinds.contains(kind) {
      origins[clock] = Number(moment.time)
    }
  }

  private func observe(_ time: Double, _ at: UnsafePointer<Number>, kept: Double) {
    system.load(time, at)
    for (slot, index) in culture.model.foldStates.enumerated() {
      evaluator.setFold(slot, Number.scaled(at[index] / initial[index], by: 1 / kept))
    }
    evaluator.runObserve()
  }
}
