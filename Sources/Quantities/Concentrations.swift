/// A mass in a volume, exact, such as DMSO in a product.
public struct MilligramsPerMilliliter: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// mg/mL, zero or more.
  public let value: Rational

  /// A mass concentration in mg/mL; throws `notPositive` below zero.
  public init(_ value: Rational) throws(QuantityError) {
    self.value = try nonNegative(value, "A concentration")
  }

  /// Reads `82.5 mg/mL`; throws `wrongUnit` for anything but mg/mL, so also for `% v/v`.
  public init(parsing text: String) throws(QuantityError) {
    try self.init(ExactText.number(text, unit: "mg/mL", of: "The concentration"))
  }

  /// Orders by concentration.
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }

  /// `82.5 mg/mL`.
  public var description: String { ExactText.decimal(value) + " mg/mL" }
}

/// Bacterial endotoxin in a volume, exact.
public struct EndotoxinPerMilliliter: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// EU/mL, zero or more.
  public let value: Rational

  /// Endotoxin in EU/mL; throws `notPositive` below zero.
  public init(_ value: Rational) throws(QuantityError) {
    self.value = try nonNegative(value, "An endotoxin content")
  }

  /// Reads `0.5 EU/mL`; throws `wrongUnit` for anything but EU/mL.
  public init(parsing text: String) throws(QuantityError) {
    try self.init(ExactText.number(text, unit: "EU/mL", of: "The endotoxin content"))
  }

  /// Orders by content.
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }

  /// `0.5 EU/mL`.
  public var description: String { ExactText.decimal(value) + " EU/mL" }
}

private func nonNegative(_ value: Rational, _ what: String) throws(QuantityError) -> Rational {
  guard value >= .zero else {
    throw QuantityError(.notPositive, "\(what) is below zero.", remedy: "Check the number.")
  }
  return value
}
