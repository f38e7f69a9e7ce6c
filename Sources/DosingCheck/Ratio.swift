import Quantities

/// A fraction that is never cancelled: two whole numbers of any size.
struct Ratio {
  var over: BigNatural
  var under: BigNatural

  init(_ over: BigNatural, _ under: BigNatural = .one) {
    self.over = over
    self.under = under
  }

  /// Takes the two integers of a fraction; a negative one is a fault.
  init(_ value: Rational) throws(CheckFault) {
    guard value.numerator >= 0 else { throw CheckFault("a negative number") }
    self.init(BigNatural(value.numerator.magnitude), BigNatural(value.denominator.magnitude))
  }

  init(_ share: Fraction) throws(CheckFault) { try self.init(share.value) }

  init(_ count: CellCount) { self.init(BigNatural(count)) }

  init(steps: Int) { self.init(BigNatural(steps.magnitude)) }

  static let zero = Ratio(BigNatural.zero)
  static let one = Ratio(BigNatural.one)

  static func * (a: Ratio, b: Ratio) -> Ratio { Ratio(a.over * b.over, a.under * b.under) }
  static func / (a: Ratio, b: Ratio) -> Ratio { Ratio(a.over * b.under, a.under * b.over) }
  static func + (a: Ratio, b: Ratio) -> Ratio {
    if a.under == b.under { return Ratio(a.over + b.over, a.under) }
    return Ratio(a.over * b.under + b.over * a.under, a.under * b.under)
  }

  /// a - b, or nil when b is larger.
  static func difference(_ a: Ratio, _ b: Ratio) -> Ratio? {
    if a < b { return nil }
    return Ratio(a.over * b.under - b.over * a.under, a.under * b.under)
  }

  static func < (a: Ratio, b: Ratio) -> Bool { a.over * b.under < b.over * a.under }
  static func == (a: Ratio, b: Ratio) -> Bool { a.over * b.under == b.over * a.under }

  /// Whole parts: rounded down, up, and to the nearest with ties down.
  enum Rounding { case down, up, nearest }

  func rounded(_ rounding: Rounding) throws(CheckFault) -> BigNatural {
    guard let (quotient, rest) = BigNatural.divide(over, by: under) else {
      throw CheckFault("a division by zero")
    }
    let isUp =
      switch rounding {
      case .down: false
      case .up: !rest.isZero
      case .nearest: under < rest + rest
      }
    return isUp ? quotient + .one : quotient
  }

  /// The fraction for display, in lowest terms: the one place where anything is cancelled.
  func rational() throws(CheckFault) -> Rational {
    var (a, b) = (over, under)
    while let (_, rest) = BigNatural.divide(a, by: b) { (a, b) = (b, rest) }
    guard let top = BigNatural.divide(over, by: a)?.quotient,
      let bottom = BigNatural.divide(under, by: a)?.quotient,
      case .word(let x) = top, case .word(let y) = bottom,
      let numerator = Int128(exactly: x), let denominator = Int128(exactly: y),
      let value = try? Rational(numerator, over: denominator)
    else { throw CheckFault("a number of too many digits") }
    return value
  }
}

extension BigNatural {
  init(_ count: CellCount) { self.init(count.cells.magnitude) }

  func asInt() throws(CheckFault) -> Int {
    guard let int else { throw CheckFault("a number above 9.2E18") }
    return int
  }

  func clipped(from least: BigNatural?, to most: BigNatural?) -> BigNatural {
    let raised = least.map { self < $0 ? $0 : self } ?? self
    return most.map { $0 < raised ? $0 : raised } ?? raised
  }
}
