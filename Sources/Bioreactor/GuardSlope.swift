import Lanes
import ModelLanguage

/// d guard / d time along the solution, exact: one pass of the guard program on dual numbers whose
/// one direction is the flow of the system.
final class GuardSlope<Number: Lane> {
  private typealias Along = Dual<SIMD2<Double>>

  private let evaluator: Evaluator<Along>
  private var state: [Along]
  private var origins: [Along]
  private var initial: [Along]

  init(_ program: Program, dimension: Int) {
    evaluator = Evaluator(program)
    state = [Along](repeating: Along(0), count: max(dimension, 1))
    origins = [Along](repeating: Along(0), count: max(program.inputs.clockCount, 1))
    initial = [Along](repeating: Along(0), count: max(program.inputs.foldCount, 1))
  }

  /// The parameters and run constants of a run.
  func set(_ parameters: [Number], constants: [Double]) {
    evaluator.setParameters(parameters.map { Along($0.value) })
    for (index, constant) in constants.enumerated() {
      evaluator.setConstant(index, Along(constant))
    }
    evaluator.settle()
  }

  func setBranch(_ index: Int, _ isTrue: Bool) { evaluator.setBranch(index, isTrue) }

  /// The slope of a guard where the system stands, with its rates there.
  func slope(
    of index: Int, _ system: VesselSystem<Number>, at time: Double, state: UnsafePointer<Number>,
    rates: UnsafePointer<Number>
  ) -> Double {
    func along(_ value: Double, _ slope: Double) -> Along {
      Along(value, partials: SIMD2(slope, 0))
    }
    for i in 0..<system.dimension { self.state[i] = along(state[i].value, rates[i].value) }
    for k in 0..<evaluator.program.inputs.clockCount {
      origins[k] = Along(system.origins[k].value)
    }
    for k in 0..<system.folds.count { initial[k] = Along(system.initial[k].value) }
    let here = system.setting.pointee
    let setting = Setting<Along>(
      reference: Along(here.reference.value), since: Along(here.since.value),
      kept: Along(here.kept.value), flow: here.flow)
    let now = along(time, 1)
    return origins.withUnsafeBufferPointer { origins in
      self.state.withUnsafeBufferPointer { state in
        initial.withUnsafeBufferPointer { initial in
          guard let origins = origins.baseAddress, let state = state.baseAddress,
            let initial = initial.baseAddress
          else { return .nan }
          system.loadAll(evaluator, setting, time: now, origins: origins, state: state)
          system.loadFolds(evaluator, setting, time: now, state: state, initial: initial)
          evaluator.runGuards()
          return evaluator.guardValue(index).partials[0]
        }
      }
    }
  }
}
