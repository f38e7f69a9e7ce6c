import Integration
import Lanes
import ModelLanguage

/// The balance between two moments: amounts are the state, the model gives rates of
/// concentrations, and the volume is constant. dN/dt = V r(N/V, t).
struct VesselSystem<Number: Lane>: DifferentialSystem {
  let evaluator: Evaluator<Number>
  let dimension: Int
  /// Volume for diluted states, 1 for per-cell states, and the inverses.
  let volumes: UnsafePointer<Double>
  let inverses: UnsafePointer<Double>
  let origins: UnsafePointer<Number>

  @inline(__always)
  func load(_ time: Double, _ state: UnsafePointer<Number>) {
    evaluator.setTime(Number(time), origins: origins)
    evaluator.runTimed()
    for i in 0..<dimension { evaluator.setState(i, Number.scaled(state[i], by: inverses[i])) }
  }

  @inline(__always)
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    load(time, state)
    evaluator.runRates()
    for i in 0..<dimension { rates[i] = Number.scaled(evaluator.rate(i), by: volumes[i]) }
  }
}
