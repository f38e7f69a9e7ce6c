import Integration
import Lanes
import ModelLanguage

/// A text model's rates as a system of equations, with its Jacobian from nested dual numbers.
///
/// The problems have no volume, no clocks and no dependence on time.
struct ProgramSystem: DifferentialSystem {
  let dimension: Int
  private let plain: Evaluator<Double>
  private let nested: Evaluator<Jet<Double>>
  private let sweep: JacobianSweep<Double>

  init(_ model: Model) {
    dimension = model.states.count
    plain = Evaluator(model.program)
    nested = Evaluator(model.program)
    sweep = JacobianSweep(dimension: dimension)
    plain.setParameters(model.parameters.map(\.value))
    nested.setParameters(model.parameters.map { Jet($0.value) })
  }

  /// The state at the start.
  var start: [Double] {
    plain.runStart()
    return (0..<dimension).map { plain.start($0) }
  }

  @inline(__always)
  func rates(
    at time: Double, state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<dimension { plain.setState(i, state[i]) }
    plain.runRates()
    for i in 0..<dimension { rates[i] = plain.rate(i) }
  }

  func jacobian(
    at time: Double, state: UnsafePointer<Double>, into matrix: UnsafeMutablePointer<Double>,
    timeSlopes: UnsafeMutablePointer<Double>
  ) {
    sweep.fill(
      at: time, state: state, dependsOnTime: false, into: matrix, timeSlopes: timeSlopes
    ) { _, state, rates in
      for i in 0..<dimension { nested.setState(i, state[i]) }
      nested.runRates()
      for i in 0..<dimension { rates[i] = nested.rate(i) }
    }
  }
}
