/// True when no element is NaN or infinite.
///
/// x * 0 is 0 for a finite x and NaN otherwise, so one sum decides.
public func allFinite(_ values: [Double]) -> Bool {
  var sum = 0.0
  for value in values { sum += value * 0 }
  return sum == 0
}

/// Throws `LinearAlgebraError.notFinite(place)` unless every element is finite.
func requireFinite(_ values: [Double], _ place: @autoclosure () -> String) throws {
  guard allFinite(values) else { throw LinearAlgebraError.notFinite(place()) }
}

/// Throws `LinearAlgebraError.dimension` unless the condition holds.
func requireShape(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  guard condition else { throw LinearAlgebraError.dimension(what()) }
}

/// The length as LAPACK's 32-bit integer; throws `dimension` when it does not fit.
func lapackInteger(_ n: Int) throws -> Int32 {
  guard let small = Int32(exactly: n) else {
    throw LinearAlgebraError.dimension("\(n) exceeds the library's 32-bit integers")
  }
  return small
}
