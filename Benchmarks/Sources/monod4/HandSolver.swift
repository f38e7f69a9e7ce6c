import Integration
import Lanes
import Timing

/// The equations by hand on Thymus's integrator, restarted at exchanges.
final class HandSolver<Number: Lane>: Solver {
  private var integrator: Integrator<HandSystem<Number>>
  private let isDense: Bool
  private let lift: (Double, Int) -> Number
  private let parts: (Number) -> [Double]
  private let state = UnsafeMutablePointer<Number>.allocate(capacity: 4)
  private let seen = UnsafeMutablePointer<Number>.allocate(capacity: 44)
  private var counters = SolverCounters()

  /// `lift` makes parameter k a number of the lane; `parts` reads a number's value and slopes.
  /// `isDense` interpolates the samples; otherwise steps land on them.
  init(
    method: Method, isDense: Bool, options: StepOptions, lift: @escaping (Double, Int) -> Number,
    parts: @escaping (Number) -> [Double]
  ) {
    integrator = Integrator(dimension: 4, method: method, options: options)
    self.isDense = isDense
    self.lift = lift
    self.parts = parts
    state.initialize(repeating: Number(0), count: 4)
    seen.initialize(repeating: Number(0), count: 44)
  }

  deinit {
    state.deallocate()
    seen.deallocate()
  }

  var work: (steps: Int, evaluations: Int) {
    (counters.accepted + counters.rejected, counters.evaluations)
  }

  func solve(_ parameters: [Double]) throws {
    let p = parameters
    let system = HandSystem<Number>(
      mumax: lift(p[0], 0), lag: lift(p[1], 1), kd: lift(p[2], 2), yxg: lift(p[3], 3),
      ylg: lift(p[4], 4))
    for (i, value) in HandSystem<Number>.start.enumerated() { state[i] = Number(value) }
    seen.update(from: state, count: 4)
    for leg in legs {
      let advance = integrator.advance(
        system, from: leg.from, to: leg.to, state: state, stops: isDense ? [] : leg.samples,
        denseTimes: isDense ? leg.samples : []
      ) { [seen] _, index, at in
        (seen + 4 * (leg.first + index)).update(from: at, count: 4)
      }
      counters += advance.counters
      guard advance.termination == .completed else { throw Unanswerable("\(advance.termination)") }
      state[2] = Number.axpy(0.5, state[2], Number(12.5))
      state[3] = Number.scaled(state[3], by: 0.5)
    }
  }

  func answers(_ parameters: [Double]) throws -> [Double] {
    try solve(parameters)
    return (0..<44).flatMap { parts(seen[$0]) }
  }

  /// Stretches between exchanges, their samples, and the number of the first of them.
  private let legs: [(from: Double, to: Double, samples: [Double], first: Int)] = {
    let edges = [0] + Schedule.exchanges + [Schedule.samples.last ?? 0]
    return zip(edges, edges.dropFirst()).map { from, to in
      let inside = Schedule.samples.indices.filter {
        Schedule.samples[$0] > from && Schedule.samples[$0] <= to
      }
      return (from, to, inside.map { Schedule.samples[$0] }, inside.first ?? 0)
    }
  }()
}
