/// Why a unit could not be read.
public struct UnitError: Error, Equatable, CustomStringConvertible {
  /// The cause, and the remedy when one is likely.
  public let description: String
}

/// The table of known unit symbols. The manual and the parser read this one table.
public enum UnitTable {
  /// One known symbol with its meaning in base units.
  public struct Entry: Sendable {
    /// What a user writes.
    public let symbol: String
    /// What it means, in words.
    public let meaning: String
    /// Its dimension.
    public let dimension: Dimension
    /// Base units (1e6 cells, umol, mL, h, mg, IU, cm2) in one unit.
    public let scale: Rational
  }

  /// All known symbols, by dimension.
  public static let entries: [Entry] = {
    func entry(
      _ symbol: String, _ meaning: String, _ dimension: Dimension, _ top: Int128,
      _ bottom: Int128 = 1
    ) -> Entry {
      let scale = (try? Rational(top, over: bottom)) ?? .one
      return Entry(symbol: symbol, meaning: meaning, dimension: dimension, scale: scale)
    }
    let cells = Dimension(cells: 1)
    let moles = Dimension(moles: 1)
    let volume = Dimension(volume: 1)
    let time = Dimension(time: 1)
    let mass = Dimension(mass: 1)
    let activity = Dimension(activity: 1)
    let area = Dimension(area: 1)
    return [
      entry("1", "plain number", .none, 1), entry("%", "per cent", .none, 1, 100),
      entry("copies", "vector copies, a plain number", .none, 1),
      entry("cells", "cells", cells, 1, 1_000_000), entry("cell", "cell", cells, 1, 1_000_000),
      entry("mol", "mole", moles, 1_000_000), entry("mmol", "millimole", moles, 1000),
      entry("umol", "micromole", moles, 1), entry("nmol", "nanomole", moles, 1, 1000),
      entry("pmol", "picomole", moles, 1, 1_000_000),
      entry("fmol", "femtomole", moles, 1, 1_000_000_000),
      entry("mM", "mmol/L", moles / volume, 1), entry("uM", "umol/L", moles / volume, 1, 1000),
      entry("L", "litre", volume, 1000), entry("dL", "decilitre", volume, 100),
      entry("mL", "millilitre", volume, 1), entry("uL", "microlitre", volume, 1, 1000),
      entry("h", "hour", time, 1), entry("d", "day", time, 24), entry("min", "minute", time, 1, 60),
      entry("s", "second", time, 1, 3600), entry("a", "year of 365.25 days", time, 8766),
      entry("kg", "kilogram", mass, 1_000_000), entry("g", "gram", mass, 1000),
      entry("mg", "milligram", mass, 1), entry("ug", "microgram", mass, 1, 1000),
      entry("ng", "nanogram", mass, 1, 1_000_000),
      entry("pg", "picogram", mass, 1, 1_000_000_000),
      entry("IU", "international unit", activity, 1),
      entry("kIU", "1000 international units", activity, 1000),
      entry("MIU", "1e6 international units", activity, 1_000_000),
      entry("cm2", "square centimetre", area, 1),
      entry("m2", "square metre", area, 10_000),
    ]
  }()

  static let bySymbol: [String: Entry] = Dictionary(
    entries.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
}

extension Unit {
  /// Reads a unit such as `1e6 cells/mL`, `mmol/L`, `1/h`, `IU/mL/h`, `cells/kg`, `%`.
  ///
  /// Grammar: an optional leading number (a scale), then symbols joined by `*`, `/` or a space
  /// for a product, each with an optional `^n`. Every `/` divides by the one symbol after it.
  /// Throws `UnitError` naming the part that is not known, with a suggestion.
  public init(parsing text: String) throws(UnitError) {
    var dimension = Dimension.none
    var scale = Rational.one
    let trimmed = text.trimmingSpaces()
    if trimmed.isEmpty { throw UnitError(description: "the unit is empty") }
    var divide = false
    var first = true
    for token in Unit.tokens(of: trimmed) {
      if token == "/" || token == "*" {
        divide = token == "/"
        continue
      }
      let (base, power) = try Unit.splitPower(token)
      var factor: Rational
      var kind: Dimension
      if let entry = UnitTable.bySymbol[base] {
        (factor, kind) = (entry.scale, entry.dimension)
      } else if first, let number = StrictNumber.rational(base), number > .zero {
        (factor, kind) = (number, .none)
      } else {
        throw Unit.unknown(base, in: trimmed)
      }
      do {
        for _ in 0..<abs(power) {
          scale = (power > 0) != divide ? try scale.times(factor) : try scale.divided(by: factor)
        }
      } catch {
        throw UnitError(description: "the unit '\(trimmed)' has a scale out of range")
      }
      kind = kind.raised(to: power)
      dimension = divide ? dimension / kind : dimension * kind
      divide = false
      first = false
    }
    if divide { throw UnitError(description: "the unit '\(trimmed)' ends with '/'") }
    self.init(symbol: trimmed, dimension: dimension, scale: scale)
  }

  private static func tokens(of text: String) -> [String] {
    var tokens: [String] = []
    var word = ""
    for character in text {
      if character == "/" || character == "*" || character == " " {
        if !word.isEmpty { tokens.append(word) }
        word = ""
        if character != " " { tokens.append(String(character)) }
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { tokens.append(word) }
    return tokens
  }

  private static func splitPower(_ token: String) throws(UnitError) -> (String, Int) {
    guard let caret = token.firstIndex(of: "^") else { return (token, 1) }
    guard let power = Int(token[token.index(after: caret)...]), power != 0, abs(power) <= 6 else {
      throw UnitError(
        description: "the power in '\(token)' is not a whole number from -6 to 6 other than 0")
    }
    return (String(token[..<caret]), power)
  }

  private static func unknown(_ symbol: String, in text: String) -> UnitError {
    let known = UnitTable.entries.map(\.symbol)
    let look = [
      "ml": "mL", "l": "L", "hr": "h", "hrs": "h", "hours": "h", "hour": "h", "day": "d",
      "days": "d", "M": "mol/L", "U": "IU", "percent": "%",
      "\u{00B5}L": "uL", "\u{03BC}L": "uL", "\u{00B5}g": "ug", "\u{03BC}g": "ug", "Cells": "cells",
      "\u{00B5}M": "uM", "\u{03BC}M": "uM", "cm": "cm2", "m": "m2", "cm\u{00B2}": "cm2",
    ]
    let isPound = ["lb", "lbs", "pound", "pounds"].contains(symbol)
    let hint =
      isPound
      ? " Pounds are not accepted: weigh or convert to kilograms, and record the conversion."
      : look[symbol].map { " Write '\($0)'." } ?? Suggestion.phrase(for: symbol, among: known)
    let place = symbol == text ? "" : " in '\(text)'"
    return UnitError(description: "unknown unit '\(symbol)'\(place).\(hint)")
  }
}

extension StringProtocol {
  /// The text without leading and trailing spaces and tabs.
  public func trimmingSpaces() -> String {
    func isBlank(_ c: Character) -> Bool { c == " " || c == "\t" }
    let head = drop(while: isBlank)
    guard let last = head.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(head[...last])
  }
}
