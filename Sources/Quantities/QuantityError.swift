/// Why a number cannot be the quantity it is offered as.
public struct QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of refusal.
  public enum Kind: String, Sendable, CaseIterable {
    /// The text is not a number in the strict grammar.
    case notANumber = "E_QUANTITY_NOT_A_NUMBER"
    /// No unit, or not the one unit that the quantity takes.
    case wrongUnit = "E_QUANTITY_UNIT"
    /// Below zero, or zero where that has no meaning.
    case notPositive = "E_QUANTITY_NOT_POSITIVE"
    /// A fraction above one; often a percentage without its sign.
    case fractionAboveOne = "E_FRACTION_ABOVE_ONE"
    /// Not exactly representable: a mass with endless decimals, or too large a number.
    case notExact = "E_QUANTITY_NOT_EXACT"
  }

  /// What kind of refusal.
  public let kind: Kind
  /// What is wrong, in words.
  public let cause: String
  /// What to do.
  public let remedy: String

  /// A refusal from its parts.
  public init(_ kind: Kind, _ cause: String, remedy: String) {
    self.kind = kind
    self.cause = cause
    self.remedy = remedy
  }

  /// Code, cause and remedy on one line.
  public var description: String { "\(kind.rawValue): \(cause) Remedy: \(remedy)" }
}
