import Dosing
import Quantities

/// Words that the pages of a dose share.
enum DoseWords {
  /// A chance in per cent; certainty is never printed.
  static func probability(_ value: Double) -> String {
    if value > 0.999 { return "above 99.9 %" }
    if value < 0.001 { return "below 0.1 %" }
    return NumberText.percent(value, decimals: 2)
  }

  /// `Kymriah (tisagenlecleucel), US, version 6/2025`.
  static func product(_ product: Product) -> String {
    "\(product.name) (\(product.inn)), \(product.jurisdiction)"
      + (product.labelVersion.map { ", version \($0)" } ?? "")
  }

  /// A result in the unit of its limit; one that is rounded never looks better than it is.
  static func result(_ outcome: LimitOutcome) -> String {
    guard let value = outcome.value else { return "-" }
    if outcome.unit == "%", let percent = try? value.times(Rational(100)) {
      return ExactText.decimal(percent, decimals: 3, rounding: outcome.rounding) + " %"
    }
    return ExactText.decimal(value, decimals: 4, rounding: outcome.rounding)
      + (outcome.unit.isEmpty ? "" : " \(outcome.unit)")
  }

  /// A volume in mL without its unit.
  static func milliliters(_ value: Rational) -> String { ExactText.decimal(value, decimals: 4) }

  /// What is limited.
  static func item(_ item: LimitOutcome.Item) -> String {
    switch item {
    case .viability: "Viability"
    case .carPositive: "CAR+ share"
    case .tCells: "CD3+ share"
    case .copies: "Vector copies"
    case .beads: "Residual beads"
    case .endotoxin: "Endotoxin of the product"
    case .doseDeviation: "Dose off the planned one"
    case .endotoxinPerKilogram: "Endotoxin in one hour"
    case .dmso: "DMSO on one day"
    case .volumePerKilogram: "Volume on one day"
    case .infusedVolume: "Volume infused"
    }
  }

  /// How long records are kept.
  static func retention(_ product: Product) -> String {
    if let stated = product.retention {
      return "\(stated); never shortened by a program."
    }
    return "suggested: the longer of 30 years after the expiry date (EU labels, Hong Kong) and 15 "
      + "years after the last dose; none is stated in the rule's file."
  }
}
