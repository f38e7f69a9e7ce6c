import Integration
import Lanes
import ModelLanguage

/// The balance on jets, for Jacobians; its memory is allocated when the first one is asked for.
final class JetBalance<Number: Lane> {
  private let program: Program
  private let dimension: Int
  private let clockCount: Int
  private var evaluator: Evaluator<Jet<Number>>?
  private var sweep: JacobianSweep<Number>?
  private var origins: [Jet<Number>] = []
  private var parameters: [Number] = []
  private var constants: [Double] = []
  private var branches: [Bool]
  private var isSettled = false

  init(_ program: Program, dimension: Int) {
    self.program = program
    self.dimension = dimension
    clockCount = program.inputs.clockCount
    branches = [Bool](repeating: false, count: program.inputs.branchCount)
  }

  /// The parameters and run constants of a run.
  func set(_ parameters: [Number], constants: [Double]) {
    self.parameters = parameters
    self.constants = constants
    isSettled = false
  }

  func setBranch(_ index: Int, _ isTrue: Bool) {
    branches[index] = isTrue
    evaluator?.setBranch(index, isTrue)
  }

  func jacobian(
    _ system: VesselSystem<Number>, at time: Double, state: UnsafePointer<Number>,
    into matrix: UnsafeMutablePointer<Number>, timeSlopes: UnsafeMutablePointer<Number>
  ) {
    let evaluator = self.evaluator ?? Evaluator<Jet<Number>>(program)
    let sweep = self.sweep ?? JacobianSweep(dimension: dimension)
    if self.evaluator == nil {
      for (index, isTrue) in branches.enumerated() { evaluator.setBranch(index, isTrue) }
      origins = [Jet<Number>](repeating: Jet(0), count: max(clockCount, 1))
      self.evaluator = evaluator
      self.sweep = sweep
    }
    if !isSettled {
      evaluator.setParameters(parameters.map { Jet(still: $0) })
      for (index, constant) in constants.enumerated() {
        evaluator.setConstant(index, Jet(constant))
      }
      evaluator.settle()
      isSettled = true
    }
    for k in 0..<clockCount { origins[k] = Jet(still: system.origins[k]) }
    let here = system.setting.pointee
    let setting = Setting<Jet<Number>>(
      reference: Jet(still: here.reference), since: Jet(still: here.since),
      kept: Jet(still: here.kept), flow: here.flow)
    origins.withUnsafeBufferPointer { origins in
      guard let origins = origins.baseAddress else { return }
      sweep.fill(at: time, state: state, into: matrix, timeSlopes: timeSlopes) {
        now, state, rates in
        system.loadAll(evaluator, setting, time: now, origins: origins, state: state)
        evaluator.runRates()
        system.flowRates(evaluator, setting, time: now, state: state, into: rates)
      }
    }
  }
}
