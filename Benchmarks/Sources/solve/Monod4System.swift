import Integration
import Lanes
import ModelLanguage

/// The reference problem's equations from either source, ready for one parameter set after another.
protocol Monod4System: DifferentialSystem {
  /// The equations at parameters in the order of the reference problem.
  func at(_ parameters: [Number]) -> Self
  func start() -> [Number]
}

extension HandSystem: Monod4System {
  func at(_ parameters: [Number]) -> HandSystem { HandSystem(parameters) }
}

/// The text model's program with the estimated parameters put in their places.
struct TextSystem<Number: Lane>: Monod4System {
  private let program: ProgramSystem<Number>
  private let values: [Number]
  private let seeds: [Int]

  init(_ model: Model) throws {
    program = ProgramSystem(model)
    values = model.parameters.map { Number($0.value) }
    seeds = try Reference.seeds(model)
  }

  var dimension: Int { program.dimension }

  func at(_ parameters: [Number]) -> TextSystem {
    var all = values
    for (seed, value) in zip(seeds, parameters) { all[seed] = value }
    program.set(all)
    return self
  }

  func start() -> [Number] { program.start() }

  @inline(__always)
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    program.rates(at: time, state: state, into: rates)
  }

  func jacobian(
    at time: Double, state: UnsafePointer<Number>, into matrix: UnsafeMutablePointer<Number>,
    timeSlopes: UnsafeMutablePointer<Number>
  ) {
    program.jacobian(at: time, state: state, into: matrix, timeSlopes: timeSlopes)
  }
}
