import Integration

/// One problem solved again and again; outputs are interpolated, except the end.
final class Solution {
  private let system: ProgramSystem<Double>
  private var integrator: Integrator<ProgramSystem<Double>>
  private let times: [Double]
  private let start: [Double]
  private let state: UnsafeMutablePointer<Double>
  /// States at the times of the last solution, time by time.
  private(set) var states: [Double]

  init(_ system: ProgramSystem<Double>, method: Method, options: StepOptions, times: [Double]) {
    self.system = system
    self.times = times
    start = system.start()
    integrator = Integrator(dimension: system.dimension, method: method, options: options)
    state = .allocate(capacity: system.dimension)
    state.initialize(repeating: 0, count: system.dimension)
    states = Array(repeating: .nan, count: times.count * system.dimension)
  }

  deinit { state.deallocate() }

  func solve() -> Advance {
    let n = system.dimension
    for i in 0..<n { state[i] = start[i] }
    return integrator.advance(
      system, from: 0, to: times.last ?? 0, state: state, denseTimes: times
    ) { _, index, at in
      for i in 0..<n { states[index * n + i] = at[i] }
    }
  }
}
