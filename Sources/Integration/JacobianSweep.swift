import Lanes

/// Computes exact Jacobians of rates that are written once for every lane.
///
/// The rates run on `Jet<Number>`, four columns at a time; the derivative with respect to time is
/// one more column. Memory is allocated at creation only. One sweep belongs to one task.
public final class JacobianSweep<Number: Lane> {
  @usableFromInline let dimension: Int
  @usableFromInline let state: UnsafeMutablePointer<Jet<Number>>
  @usableFromInline let rates: UnsafeMutablePointer<Jet<Number>>

  /// A sweep for systems of `dimension` states.
  @inlinable
  public init(dimension: Int) {
    self.dimension = dimension
    state = .allocate(capacity: max(dimension, 1))
    state.initialize(repeating: Jet(0), count: max(dimension, 1))
    rates = .allocate(capacity: max(dimension, 1))
    rates.initialize(repeating: Jet(0), count: max(dimension, 1))
  }

  @inlinable
  deinit {
    state.deinitialize(count: max(dimension, 1))
    state.deallocate()
    rates.deinitialize(count: max(dimension, 1))
    rates.deallocate()
  }

  /// Fills what `DifferentialSystem.jacobian` asks for.
  ///
  /// `evaluate` writes the rates at a time and a state on jets. With `dependsOnTime` false the
  /// derivative with respect to time is zero and not computed.
  @inlinable @inline(__always)
  public func fill(
    at time: Double, state point: UnsafePointer<Number>, dependsOnTime: Bool = true,
    into matrix: UnsafeMutablePointer<Number>, timeSlopes: UnsafeMutablePointer<Number>,
    evaluate: (
      Jet<Number>, UnsafePointer<Jet<Number>>, UnsafeMutablePointer<Jet<Number>>
    ) -> Void
  ) {
    let n = dimension
    let one = Number(1)
    let zero = Number(0)
    let columns = dependsOnTime ? n + 1 : n
    for i in 0..<n { state[i] = Jet(still: point[i]) }
    if !dependsOnTime { for i in 0..<n { timeSlopes[i] = zero } }
    var first = 0
    while first < columns {
      let end = min(first + Jet<Number>.width, columns)
      var now = Jet<Number>(still: Number(time))
      for column in first..<end {
        if column < n { state[column][tangent: column - first] = one }
        if column == n { now[tangent: column - first] = one }
      }
      evaluate(now, UnsafePointer(state), rates)
      for column in first..<end {
        let target = column < n ? matrix + column * n : timeSlopes
        for i in 0..<n { target[i] = rates[i][tangent: column - first] }
        if column < n { state[column][tangent: column - first] = zero }
      }
      first = end
    }
  }
}
