#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Quantities

/// Phi(x), the standard normal distribution function, as erfc(-x / sqrt 2) / 2.
func normalChance(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

/// The x with Phi(x) = p, by bisection to the last bit; *p:* above 0 and below 1.
func normalQuantile(_ p: Double) -> Double {
  var (low, high) = (-40.0, 40.0)
  while true {
    let middle = low + (high - low) / 2
    if middle <= low || middle >= high { return middle }
    if normalChance(middle) < p { low = middle } else { high = middle }
  }
}

extension [RelativeError] {
  /// u = square root of the sum of squares, for errors that are independent of each other.
  public var combined: Double {
    map { $0.value.value.double * $0.value.value.double }.reduce(0, +).squareRoot()
  }
}

/// P(within) = Phi((max - D) / (u D)) - Phi((min - D) / (u D)): the chance that the true dose lies
/// inside the window when `dose` was figured with the relative standard error `error`.
///
/// *minimum, maximum:* cells; nil leaves that side open. *Edge case:* error 0 gives 1 inside and 0
/// outside; a dose of 0 the same.
public func chanceWithin(
  dose: CellCount, minimum: CellCount?, maximum: CellCount?, error: Double
) -> Double {
  let spread = error * Double(dose.cells)
  guard spread > 0 else {
    let inside = dose >= minimum ?? .zero && maximum.map { dose <= $0 } ?? true
    return inside ? 1 : 0
  }
  func below(_ edge: CellCount) -> Double {
    normalChance((Double(edge.cells) - Double(dose.cells)) / spread)
  }
  return (maximum.map(below) ?? 1) - (minimum.map(below) ?? 0)
}
