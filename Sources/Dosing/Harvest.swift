import Quantities

/// A step between harvest and dose, and the share of cells that comes through it.
public struct Recovery: Hashable, Sendable {
  /// The step, such as `thaw`.
  public let name: String
  /// Share recovered, above 0.
  public let fraction: Fraction

  /// A recovery from its parts.
  public init(_ name: String, _ fraction: Fraction) {
    self.name = name
    self.fraction = fraction
  }
}

/// Cells kept back from the harvest, counted as the dose is counted.
public struct Retain: Hashable, Sendable {
  /// What for, such as `sentinel vial`.
  public let name: String
  /// How many.
  public let cells: CellCount

  /// A retain from its parts.
  public init(_ name: String, _ cells: CellCount) {
    self.name = name
    self.cells = cells
  }
}

/// Cells to harvest for a dose: (D + retains) / (product of recoveries x (1 - f_QC)), rounded up.
///
/// All counts are of the population that the dose counts. *Refuses* a recovery of 0 and a
/// `qcFraction` of 1, which leave no dose. *Edge case:* empty lists mean "no such step"; they must
/// be given all the same.
public func requiredHarvest(
  _ dose: CellCount, recoveries: [Recovery], retains: [Retain], qcFraction: Fraction
) throws(Refusal) -> CellCount {
  if let dead = recoveries.first(where: { $0.fraction == .zero }) {
    throw Refusal(
      .badValue, "recoveries", "The recovery of '\(dead.name)' is 0 %.",
      remedy: "Give the share of cells that comes through the step.")
  }
  if qcFraction == .one {
    throw Refusal(
      .badValue, "qcFraction", "Quality control takes the whole harvest.",
      remedy: "Give the share of the harvest that is sampled, below 100 %.")
  }
  let cells = try exact("harvest") {
    var wanted = dose.rational
    for retain in retains { wanted = try wanted.plus(retain.cells.rational) }
    var share = try qcFraction.complement()
    for recovery in recoveries { share = try share.times(recovery.fraction.value) }
    return try wanted.divided(by: share).ceiling
  }
  return try count(cells, "harvest")
}
