import Lanes

/// Operations seen.
final class Tally: @unchecked Sendable {
  var sums = 0
  var products = 0
  var quotients = 0
  var exponentials = 0
  /// The tally of the driver's only thread.
  static let current = Tally()
}

/// A number that counts the operations made with it; those between constants are not counted.
struct Counted: Lane {
  let value: Double
  let tally: Tally?

  init(_ constant: Double) { self.init(constant, tally: nil) }
  init(_ value: Double, tally: Tally?) { (self.value, self.tally) = (value, tally) }

  private static func made(_ value: Double, _ a: Counted, _ b: Counted? = nil) -> Counted {
    Counted(value, tally: a.tally ?? b?.tally)
  }

  static func + (a: Counted, b: Counted) -> Counted {
    let result = made(a.value + b.value, a, b)
    result.tally?.sums += 1
    return result
  }
  static func - (a: Counted, b: Counted) -> Counted {
    let result = made(a.value - b.value, a, b)
    result.tally?.sums += 1
    return result
  }
  static func * (a: Counted, b: Counted) -> Counted {
    let result = made(a.value * b.value, a, b)
    result.tally?.products += 1
    return result
  }
  static func / (a: Counted, b: Counted) -> Counted {
    let result = made(a.value / b.value, a, b)
    result.tally?.quotients += 1
    return result
  }
  static prefix func - (a: Counted) -> Counted { made(-a.value, a) }

  static func scaled(_ a: Counted, by factor: Double) -> Counted {
    a.tally?.products += 1
    return made(a.value * factor, a)
  }
  static func axpy(_ factor: Double, _ a: Counted, _ b: Counted) -> Counted {
    let result = made(factor * a.value + b.value, a, b)
    result.tally?.products += 1
    result.tally?.sums += 1
    return result
  }
  static func exp(_ a: Counted) -> Counted {
    a.tally?.exponentials += 1
    return made(Double.exp(a.value), a)
  }
  static func log(_ a: Counted) -> Counted { made(Double.log(a.value), a) }
  static func sqrt(_ a: Counted) -> Counted { made(a.value.squareRoot(), a) }
  static func pow(_ a: Counted, _ b: Counted) -> Counted {
    made(Double.pow(a.value, b.value), a, b)
  }

  static var componentCount: Int { 1 }

  static func scaledErrorSquared(
    _ error: Counted, _ a: Counted, _ b: Counted, absolute: Double, relative: Double
  ) -> Double {
    let tally = error.tally ?? a.tally
    tally?.sums += 3
    tally?.products += 3
    tally?.quotients += 1
    return Double.scaledErrorSquared(
      error.value, a.value, b.value, absolute: absolute, relative: relative)
  }

  var isFinite: Bool { value.isFinite }
}
