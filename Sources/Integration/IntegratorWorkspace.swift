import Lanes

/// The coefficients and scratch memory of one integrator; freed with it.
@usableFromInline
final class IntegratorWorkspace<Number: Lane> {
  @usableFromInline let core: StageBuffers<Number>
  @usableFromInline let implicit: RosenbrockBuffers<Number>?
  /// Rows of guard values; grows when a system has more guards than any before.
  @usableFromInline var guardRows: UnsafeMutablePointer<Double>?
  @usableFromInline var guardRoom = 0

  @usableFromInline
  init(dimension: Int, method: Method) {
    core = StageBuffers(dimension: dimension, tableau: method.butcher)
    implicit = method.rosenbrock.map { RosenbrockBuffers(dimension: dimension, tableau: $0) }
  }

  deinit {
    core.deallocate()
    implicit?.deallocate()
    guardRows?.deallocate()
  }

  /// Memory for `rows` rows of `count` guard values.
  @usableFromInline
  func guardMemory(rows: Int, count: Int) -> UnsafeMutablePointer<Double> {
    if let guardRows, guardRoom >= rows * count { return guardRows }
    guardRows?.deallocate()
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: max(rows * count, 1))
    memory.initialize(repeating: 0, count: max(rows * count, 1))
    guardRows = memory
    guardRoom = rows * count
    return memory
  }

  /// Fills in the absolute tolerance of each state.
  @inlinable
  func setTolerances(_ options: StepOptions) {
    for i in 0..<core.dimension { core.tolerances[i] = options.absoluteTolerance }
    if let own = options.absoluteTolerances {
      for i in 0..<min(core.dimension, own.count) { core.tolerances[i] = own[i] }
    }
  }
}
