import Lanes

extension StageBuffers {
  /// The first step of a segment, from the sizes of y, y' and an estimate of y''.
  ///
  /// The first stage's rates must be ready; one evaluation of the rates is spent. `span` is the
  /// segment's length, which the step never exceeds. Where both derivatives vanish the step is a
  /// thousandth of the segment.
  /// Reference: Hairer, Norsett and Wanner (1993), Solving ODE I, section II.4, "starting step
  /// size".
  @inlinable
  func initialStep<System: DifferentialSystem>(
    _ system: System, at time: Double, span: Double, order: Int, state: UnsafePointer<Number>,
    relative: Double
  ) -> Double where System.Number == Number {
    let size = norm(state, scale: state, relative: relative)
    let slope = norm(rates, scale: state, relative: relative)
    guard slope.isFinite, size.isFinite else { return 1e-6 * span }
    let trial = min(size < 1e-5 || slope < 1e-5 ? 1e-3 * span : 0.01 * size / slope, span)
    let moved = output
    for i in 0..<dimension { stageState[i] = Number.axpy(trial, rates[i], state[i]) }
    system.rates(at: time + trial, state: stageState, into: moved)
    for i in 0..<dimension { moved[i] = moved[i] - rates[i] }
    let bend = norm(moved, scale: state, relative: relative) / trial
    guard bend.isFinite else { return 0.01 * trial }
    let steepest = max(slope, bend)
    guard steepest > 1e-15 else { return 1e-3 * span }
    let step = Double.exp(Double.log(0.01 / steepest) / Double(order + 1))
    return min(step, 100 * trial, span)
  }

  /// Root of the sum of (number / tolerance)^2, divided by the number of states.
  @inlinable
  func norm(
    _ numbers: UnsafePointer<Number>, scale: UnsafePointer<Number>, relative: Double
  ) -> Double {
    var total = 0.0
    for i in 0..<dimension {
      total += Number.scaledErrorSquared(
        numbers[i], scale[i], scale[i], absolute: tolerances[i], relative: relative)
    }
    return (total / Double(max(dimension, 1))).squareRoot()
  }
}
