import Quantities

/// Molar masses for the remedy when a solute comes as mass per volume; nothing is converted with
/// them, because only the author of a file knows what the analyser reported.
enum MolarMass {
  /// Grams per mole: D-glucose, lactate ion, L-glutamine, glutamate ion, ammonia as NH3.
  static let byName: [String: Double] = [
    "glucose": 180.156, "lactate": 89.07, "glutamine": 146.145, "glutamate": 146.12,
    "ammonia": 17.031,
  ]

  /// How to convert a column from a mass unit by hand; nil when it does not apply.
  static func remedy(name: String, given unit: Unit) -> String? {
    guard let mass = byName[name], unit.dimension == Dimension(volume: -1, mass: 1) else {
      return nil
    }
    // One mmol/L is mass mg/L, and mg/mL is the base unit of mass per volume.
    let perUnit = NumberText.significant(unit.fromBase(mass / 1000), 5)
    let form = name == "lactate" || name == "glutamate" ? " (as the ion)" : ""
    return "Divide by \(perUnit) (1 mmol/L of \(name)\(form) = \(perUnit) \(unit);"
      + " \(NumberText.significant(mass, 6)) g/mol) and write '\(name) [mmol/L]'."
  }
}
