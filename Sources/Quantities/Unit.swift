/// A unit of measurement: a dimension and an exact scale to the engine's base units.
///
/// Base units keep the numbers of a culture near one: 1e6 cells, umol, mL, h, mg, IU, cm2. So
/// 1e6 cells/mL, mmol/L, g/L and IU/mL all have scale 1.
public struct Unit: Hashable, Sendable, CustomStringConvertible {
  /// The unit as its author wrote it.
  public let symbol: String
  /// What it measures.
  public let dimension: Dimension
  /// Base units in one of this unit, exactly.
  public let scale: Rational

  /// A unit from its parts; most callers use `init(parsing:)`.
  public init(symbol: String, dimension: Dimension, scale: Rational) {
    self.symbol = symbol
    self.dimension = dimension
    self.scale = scale
  }

  /// A value in this unit, in base units.
  public func toBase(_ value: Double) -> Double {
    value * Unit.double(scale.numerator) / Unit.double(scale.denominator)
  }

  /// A value in base units, in this unit.
  public func fromBase(_ value: Double) -> Double {
    value * Unit.double(scale.denominator) / Unit.double(scale.numerator)
  }

  /// The nearest Double; nearly every scale fits 64 bits, where the conversion is one instruction.
  private static func double(_ whole: Int128) -> Double {
    let short = Int64(truncatingIfNeeded: whole)
    return Int128(short) == whole ? Double(short) : Double(whole)
  }

  /// Plain number.
  public static let one = Unit(symbol: "1", dimension: .none, scale: .one)

  /// The unit's symbol.
  public var description: String { symbol }

  /// Units are equal when they mean the same, however they are written.
  public static func == (a: Unit, b: Unit) -> Bool {
    a.dimension == b.dimension && a.scale == b.scale
  }

  /// Hashes the meaning, not the spelling.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(dimension)
    hasher.combine(scale)
  }
}
