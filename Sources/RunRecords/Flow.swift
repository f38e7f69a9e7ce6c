import Quantities

/// Steady flows into and out of a vessel, from an instant until the next flow.
public struct Flow: Sendable, Hashable {
  /// Medium in, mL/h.
  public var inflow: Double
  /// Medium out through the cell filter, mL/h; `retention` of its cells stays in the vessel.
  public var permeate: Double
  /// Well-mixed culture out, cells and all, mL/h.
  public var bleed: Double
  /// Water that evaporates, mL/h; solutes and cells stay.
  public var evaporation: Double
  /// Share of the permeate's cells that stays, 0...1; nil leaves it to the platform, then 1.
  public var retention: Double?
  /// Solutes of the inflow, mmol/L (IU/mL for activities).
  public var solutes: [String: Double]

  /// Flows from their parts; nothing flows by default.
  public init(
    inflow: Double = 0, permeate: Double = 0, bleed: Double = 0, evaporation: Double = 0,
    retention: Double? = nil, solutes: [String: Double] = [:]
  ) {
    self.inflow = inflow
    self.permeate = permeate
    self.bleed = bleed
    self.evaporation = evaporation
    self.retention = retention
    self.solutes = solutes
  }

  /// Nothing flows.
  public static let none = Flow()

  /// True when nothing flows.
  public var isNone: Bool { inflow == 0 && permeate == 0 && bleed == 0 && evaporation == 0 }

  /// dV/dt = inflow - permeate - bleed - evaporation, mL/h.
  public var net: Double { inflow - permeate - bleed - evaporation }
}

/// A condition that turns an operation into a rule: done each time the condition comes true.
///
/// The rule is armed from its operation's time until `until`. It fires at once when the condition
/// already holds then; after firing it is armed again when the condition no longer holds.
public struct Trigger: Sendable, Hashable {
  /// A condition of the model language, such as `glucose < 4 [mmol/L]`.
  public var text: String
  /// Hours from the run's zero at which the rule ends; nil for the end of the run.
  public var until: Double?
  /// Where the condition stands in its file.
  public var place: Place

  /// A trigger from its parts.
  public init(text: String, until: Double? = nil, place: Place) {
    self.text = text
    self.until = until
    self.place = place
  }
}
