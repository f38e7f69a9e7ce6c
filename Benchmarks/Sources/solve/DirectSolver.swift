import Integration
import Lanes
import Timing

/// The equations on Thymus's integrator without a vessel: restarted at exchanges.
final class DirectSolver<System: Monod4System, Parts: LaneParts>: Solver
where Parts.Number == System.Number {
  private let system: System
  private var integrator: Integrator<System>
  private let isDense: Bool
  private let state = UnsafeMutablePointer<System.Number>.allocate(capacity: 4)
  private let seen = UnsafeMutablePointer<System.Number>.allocate(capacity: 44)
  private var counters = SolverCounters()

  /// `isDense` interpolates the samples; otherwise steps land on them.
  init(_ system: System, _: Parts.Type, method: Method, isDense: Bool, options: StepOptions) {
    self.system = system
    self.isDense = isDense
    integrator = Integrator(dimension: 4, method: method, options: options)
    state.initialize(repeating: System.Number(0), count: 4)
    seen.initialize(repeating: System.Number(0), count: 44)
  }

  deinit {
    state.deallocate()
    seen.deallocate()
  }

  var drawCount: Int { Parts.drawCount }

  var work: (steps: Int, evaluations: Int) {
    (counters.accepted + counters.rejected, counters.evaluations)
  }

  func solve(_ sets: ArraySlice<[Double]>) throws {
    let system = system.at((0..<5).map { Parts.parameter($0, sets) })
    for (i, value) in system.start().enumerated() { state[i] = value }
    seen.update(from: state, count: 4)
    for leg in Reference.legs {
      let advance = integrator.advance(
        system, from: leg.from, to: leg.to, state: state, stops: isDense ? [] : leg.samples,
        denseTimes: isDense ? leg.samples : []
      ) { [seen] _, index, at in
        (seen + 4 * (leg.first + index)).update(from: at, count: 4)
      }
      counters += advance.counters
      guard advance.termination == .completed else { throw Unanswerable("\(advance.termination)") }
      state[2] = System.Number.axpy(0.5, state[2], System.Number(12.5))
      state[3] = System.Number.scaled(state[3], by: 0.5)
    }
  }

  func answers(_ sets: ArraySlice<[Double]>) throws -> [Double] {
    try solve(sets)
    return (0..<drawCount).flatMap { draw in
      (0..<44).flatMap { Parts.parts(seen[$0], draw) }
    }
  }
}
