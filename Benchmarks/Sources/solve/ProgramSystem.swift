import Integration
import Lanes
import ModelLanguage

/// A text model's rates as a system of equations, with its Jacobian from nested dual numbers.
///
/// What the vessel does is left out: volume 1, no clocks, no conditionals.
struct ProgramSystem<Number: Lane>: DifferentialSystem {
  let dimension: Int
  private let plain: Evaluator<Number>
  private let nested: Evaluator<Jet<Number>>
  private let sweep: JacobianSweep<Number>
  private let noClocks: UnsafeMutablePointer<Number>
  private let noNestedClocks: UnsafeMutablePointer<Jet<Number>>

  /// Holds memory for the life of the process.
  init(_ model: Model) {
    dimension = model.states.count
    plain = Evaluator(model.program)
    nested = Evaluator(model.program)
    sweep = JacobianSweep(dimension: dimension)
    noClocks = .allocate(capacity: 1)
    noNestedClocks = .allocate(capacity: 1)
    plain.setVolume(Number(1))
    nested.setVolume(Jet(1))
  }

  /// Sets the parameters, for the plain rates and for the Jacobian.
  func set(_ parameters: [Number]) {
    plain.setParameters(parameters)
    plain.settle()
    nested.setParameters(parameters.map { Jet(still: $0) })
    nested.settle()
  }

  /// The state at the start.
  func start() -> [Number] {
    plain.setTime(Number(0), origins: noClocks)
    plain.runTimed()
    plain.runStart()
    return (0..<dimension).map { plain.start($0) }
  }

  @inline(__always)
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    plain.setTime(Number(time), origins: noClocks)
    plain.runTimed()
    for i in 0..<dimension { plain.setState(i, state[i]) }
    plain.runRates()
    for i in 0..<dimension { rates[i] = plain.rate(i) }
  }

  func jacobian(
    at time: Double, state: UnsafePointer<Number>, into matrix: UnsafeMutablePointer<Number>,
    timeSlopes: UnsafeMutablePointer<Number>
  ) {
    sweep.fill(at: time, state: state, into: matrix, timeSlopes: timeSlopes) { now, state, rates in
      nested.setTime(now, origins: noNestedClocks)
      nested.runTimed()
      for i in 0..<dimension { nested.setState(i, state[i]) }
      nested.runRates()
      for i in 0..<dimension { rates[i] = nested.rate(i) }
    }
  }
}
