import Quantities

/// A length of time with the unit in which its source states it.
public struct TimeSpan: Hashable, Sendable, CustomStringConvertible {
  /// The units of a product file.
  public enum Unit: String, Sendable, CaseIterable {
    /// Minutes.
    case minutes = "min"
    /// Hours.
    case hours = "h"
    /// Days of 24 h.
    case days = "d"
  }

  /// How many of the unit, above zero.
  public let number: Rational
  /// The unit.
  public let unit: Unit

  /// A span from its parts; throws `notPositive` at or below zero.
  public init(_ number: Rational, _ unit: Unit) throws(QuantityError) {
    guard number > .zero else {
      throw QuantityError(
        .notPositive, "A length of time is not above zero.", remedy: "Check the time.")
    }
    self.number = number
    self.unit = unit
  }

  /// In hours, exact; throws on overflow of 128 bits.
  public var hours: Rational {
    get throws(Rational.ArithmeticError) {
      switch unit {
      case .minutes: try number.divided(by: Rational(60))
      case .hours: number
      case .days: try number.times(Rational(24))
      }
    }
  }

  /// `24 h`.
  public var description: String { "\(ExactText.decimal(number)) \(unit.rawValue)" }
}
