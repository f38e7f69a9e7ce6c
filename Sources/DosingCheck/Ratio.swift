import Quantities

/// A fraction that is never cancelled: two whole numbers of any size.
struct Ratio {
  var over: BigNatural
  var under: BigNatural

  init(_ over: BigNatural, _ under: BigNatural = .one) {
    self.over = over
    self.under = under
  }

  /// Takes the two integers of a fraction; nil when it is negative.
  init?(_ value: Rational) {
    guard value.numerator >= 0 else { return nil }
    over = BigNatural(value.numerator.magnitude)
    under = BigNatural(value.denominator.magnitude)
  }

  init(cells: CellCount) { self.init(BigNatural(cells.cells.magnitude)) }

  static func * (a: Ratio, b: Ratio) -> Ratio { Ratio(a.over * b.over, a.under * b.under) }
  static func / (a: Ratio, b: Ratio) -> Ratio { Ratio(a.over * b.under, a.under * b.over) }
  static func + (a: Ratio, b: Ratio) -> Ratio {
    Ratio(a.over * b.under + b.over * a.under, a.under * b.under)
  }

  static func isLess(_ a: Ratio, _ b: Ratio) -> Bool { a.over * b.under < b.over * a.under }
  static func isEqual(_ a: Ratio, _ b: Ratio) -> Bool { a.over * b.under == b.over * a.under }

  /// The lesser of two.
  static func least(_ a: Ratio, _ b: Ratio) -> Ratio { isLess(b, a) ? b : a }

  /// Whole parts: rounded down, up, and to the nearest with ties down.
  func rounded(_ rule: FloatingPointRoundingRule) throws(CheckFault) -> BigNatural {
    guard let (quotient, rest) = BigNatural.divide(over, by: under) else {
      throw CheckFault("a division by zero")
    }
    switch rule {
    case .down: return quotient
    case .up: return rest.isZero ? quotient : quotient + .one
    default: return under < rest + rest ? quotient + .one : quotient
    }
  }
}

/// Why the second calculation has no result.
public struct CheckFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with the request, without its values.
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  /// `the second calculation stops at ...`.
  public var description: String { "The second calculation stops at \(reason)." }
}

extension BigNatural {
  func asInt() throws(CheckFault) -> Int {
    guard let int else { throw CheckFault("a number above 9.2E18") }
    return int
  }
}
