import Quantities

/// A rule that contradicts itself, or does not say one dose for each weight.
public struct RuleFault: Error, Hashable, Sendable {
  /// A stable code such as `E_RULE_GAP`.
  public let code: String
  /// The index of the band at fault.
  public let band: Int
  /// What is wrong.
  public let cause: String
  /// What to do.
  public let remedy: String

  init(_ code: String, band: Int, _ cause: String, _ remedy: String) {
    self.code = code
    self.band = band
    self.cause = cause
    self.remedy = remedy
  }
}

/// How a label or protocol states its dose: one of four kinds, kept as bands of weight.
///
/// A rule that exists is consistent: its bands cover every weight once, and no minimum is above
/// its maximum. Whether a cap empties the range at some weight is judged for that weight.
public struct DoseRule: Hashable, Sendable {
  /// The four kinds; the raw values are the words of a product file.
  public enum Kind: String, Sendable, CaseIterable {
    /// A target per kg, perhaps inside a range, perhaps capped (Yescarta EU).
    case perKilogramTarget = "per kg target"
    /// A range per kg, perhaps capped (Carvykti US).
    case perKilogramRange = "per kg range"
    /// Another statement in each band of weight (Kymriah ALL, Carvykti EU).
    case bandedByWeight = "banded by weight"
    /// One range of cells for everybody (Kymriah adult).
    case flatRange = "flat range"
  }

  /// Which kind.
  public let kind: Kind
  /// The bands in ascending order of weight; one for the kinds without bands.
  public let bands: [WeightBand]

  /// A rule from its bands.
  ///
  /// Throws `RuleFault` for bands that overlap or leave a gap, a minimum above its maximum, a
  /// target outside, cells mixed with cells/kg, or amounts that the kind does not have.
  public init(_ kind: Kind, bands: [WeightBand]) throws(RuleFault) {
    self.kind = kind
    self.bands = bands
    try checkShape()
    for index in bands.indices { try checkAmounts(bands[index], index) }
    try checkEdges()
  }

  /// True when the dose cannot be told without the weight.
  public var needsWeight: Bool { bands.contains(where: \.needsWeight) }

  private func checkShape() throws(RuleFault) {
    if bands.isEmpty {
      throw RuleFault("E_RULE_EMPTY", band: 0, "The rule has no dose.", "State the dose.")
    }
    guard kind != .bandedByWeight else { return }
    let band = bands[0]
    if bands.count > 1 || band.lower != nil || band.upper != nil {
      throw RuleFault(
        "E_RULE_KIND", band: 0, "A rule '\(kind.rawValue)' has no weight bands.",
        "Write 'kind: \(Kind.bandedByWeight.rawValue)'.")
    }
    let amounts = [band.minimum, band.target, band.maximum].compactMap(\.self)
    let wantsPerKilogram = kind != .flatRange
    if amounts.contains(where: { $0.isPerKilogram != wantsPerKilogram }) {
      throw RuleFault(
        "E_RULE_UNIT", band: 0,
        "A rule '\(kind.rawValue)' is stated in \(wantsPerKilogram ? "cells/kg" : "cells").",
        "Copy the unit from the source; nothing is converted.")
    }
    let needed = kind == .perKilogramTarget ? [band.target] : [band.minimum, band.maximum]
    if needed.contains(nil) {
      throw RuleFault(
        "E_RULE_AMOUNT", band: 0,
        kind == .perKilogramTarget
          ? "A rule '\(kind.rawValue)' has no target."
          : "A rule '\(kind.rawValue)' needs a minimum and a maximum.",
        "State what the source states, or choose the kind that fits it.")
    }
  }

  private func checkAmounts(_ band: WeightBand, _ index: Int) throws(RuleFault) {
    if band.target == nil && band.maximum == nil {
      throw RuleFault(
        "E_RULE_AMOUNT", band: index, "The dose has neither a target nor a maximum.",
        "State the target or the maximum.")
    }
    if let minimum = band.minimum, let maximum = band.maximum {
      if minimum.isPerKilogram != maximum.isPerKilogram {
        throw RuleFault(
          "E_RULE_UNIT", band: index, "The minimum and the maximum have different units.",
          "State both in cells or both in cells/kg, as the source does.")
      }
      if minimum.number > maximum.number {
        throw RuleFault(
          "E_RULE_MIN_ABOVE_MAX", band: index, "The minimum is above the maximum.",
          "Check both numbers against the source.")
      }
    }
    if let minimum = band.minimum, let cap = band.cap, !minimum.isPerKilogram,
      minimum.number > cap.rational
    {
      throw RuleFault(
        "E_RULE_MIN_ABOVE_MAX", band: index, "The minimum is above the cap.",
        "Check both numbers against the source.")
    }
    try checkTarget(band, index)
  }

  private func checkTarget(_ band: WeightBand, _ index: Int) throws(RuleFault) {
    guard let target = band.target else { return }
    for (bound, isLow) in [(band.minimum, true), (band.maximum, false)] {
      guard let bound else { continue }
      if bound.isPerKilogram == target.isPerKilogram {
        if isLow ? target.number < bound.number : target.number > bound.number {
          throw RuleFault(
            "E_RULE_TARGET_OUTSIDE", band: index, "The target is outside its own range.",
            "Check the numbers against the source.")
        }
      } else if bound.isPerKilogram || band.cap == nil {
        // A target per kg inside flat limits is what Carvykti EU states above 100 kg, capped.
        throw RuleFault(
          "E_RULE_UNIT", band: index, "The target and the range have different units.",
          "A target in cells/kg may stand in a range of cells only together with a cap in cells.")
      }
    }
  }

  private func checkEdges() throws(RuleFault) {
    if let edge = bands.first?.lower ?? bands.last?.upper {
      throw RuleFault(
        "E_RULE_GAP", band: bands.first?.lower == nil ? bands.count - 1 : 0,
        "The bands stop at \(edge.mass).",
        "Leave the first lower and the last upper edge open; a plausible weight is judged apart.")
    }
    for index in bands.indices.dropFirst() {
      guard let upper = bands[index - 1].upper, let lower = bands[index].lower else {
        throw RuleFault(
          "E_RULE_OVERLAP", band: index, "An edge between two bands is not stated.",
          "Write 'upper' of the band before and 'lower' of this band.")
      }
      let meets = upper.mass == lower.mass
      if lower.mass < upper.mass || (meets && upper.inclusive && lower.inclusive) {
        throw RuleFault(
          "E_RULE_OVERLAP", band: index, "Two bands overlap at \(lower.mass).",
          "Exactly one of two bands holds the weight at their edge.")
      }
      if lower.mass > upper.mass || (!upper.inclusive && !lower.inclusive) {
        throw RuleFault(
          "E_RULE_GAP", band: index, "No band holds the weight \(upper.mass).",
          "Exactly one of two bands holds the weight at their edge.")
      }
      if index + 1 < bands.count, let end = bands[index].upper, end.mass <= lower.mass {
        throw RuleFault(
          "E_RULE_OVERLAP", band: index, "The band ends where it begins, at \(end.mass).",
          "Write the bands in ascending order of weight.")
      }
    }
  }
}
