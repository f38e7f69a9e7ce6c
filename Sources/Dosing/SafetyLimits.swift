import Quantities

/// Limits of what a patient may be given with a dose. Unlike a product's limits they come from a
/// pharmacopoeia or from the institution; without one the outcome is `not set`.
public struct SafetyLimits: Hashable, Sendable {
  /// A greatest value and who set it.
  public struct Limit: Hashable, Sendable {
    /// The greatest value that is inside.
    public var value: Rational
    /// Who set it.
    public var source: String

    /// A limit from its parts.
    public init(_ value: Rational, source: String) {
      self.value = value
      self.source = source
    }
  }

  /// Endotoxin in one hour, EU/kg; shipped as K = 5 EU/kg of USP chapter 85.
  public var endotoxin: Limit?
  /// DMSO on one day, g/kg; the institution's. 1 mL of DMSO weighs 1.1 g.
  public var dmso: Limit?
  /// Volume on one day, mL/kg; the institution's.
  public var volume: Limit?

  /// K = 5 EU/kg in one hour; DMSO and volume not set.
  public init() {
    endotoxin = Limit(Rational(5), source: "USP <85>, K = 5 USP-EU/kg in a single hour")
  }
}
