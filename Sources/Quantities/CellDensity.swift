/// The viable cell density (VCD), exact; viability is already inside.
///
/// A type of its own, so that viability cannot be applied twice by taking a total for a viable
/// density.
public struct ViableDensity: Hashable, Sendable, CustomStringConvertible {
  /// Viable cells per mL, above zero.
  public let cellsPerMilliliter: Rational

  /// A viable density in cells/mL; throws `notPositive` at or below zero.
  public init(cellsPerMilliliter value: Rational) throws(QuantityError) {
    cellsPerMilliliter = try positiveDensity(value, "viable")
  }

  /// Reads `4e6 cells/mL`; throws `wrongUnit` for anything but cells/mL.
  public init(parsing text: String) throws(QuantityError) {
    try self.init(
      cellsPerMilliliter: ExactText.number(text, unit: "cells/mL", of: "The viable density"))
  }

  /// `4,000,000 viable cells/mL`.
  public var description: String { ExactText.decimal(cellsPerMilliliter) + " viable cells/mL" }
}

/// The density of all cells, living and dead, exact.
public struct TotalDensity: Hashable, Sendable, CustomStringConvertible {
  /// All cells per mL, above zero.
  public let cellsPerMilliliter: Rational

  /// A total density in cells/mL; throws `notPositive` at or below zero.
  public init(cellsPerMilliliter value: Rational) throws(QuantityError) {
    cellsPerMilliliter = try positiveDensity(value, "total")
  }

  /// Reads `4e6 cells/mL`; throws `wrongUnit` for anything but cells/mL.
  public init(parsing text: String) throws(QuantityError) {
    try self.init(
      cellsPerMilliliter: ExactText.number(text, unit: "cells/mL", of: "The total density"))
  }

  /// `4,000,000 total cells/mL`.
  public var description: String { ExactText.decimal(cellsPerMilliliter) + " total cells/mL" }
}

private func positiveDensity(_ value: Rational, _ kind: String) throws(QuantityError) -> Rational {
  guard value > .zero else {
    throw QuantityError(
      .notPositive, "A \(kind) cell density is not above zero.",
      remedy: "State the measured \(kind) density in cells/mL.")
  }
  return value
}
