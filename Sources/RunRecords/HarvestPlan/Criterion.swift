import Quantities

/// A condition on the culture at the hour of harvest: a range that a quantity has to lie in.
public struct Criterion: Sendable, Hashable {
  /// What is held against limits. The reader, the decision and the manual use this list.
  public enum Kind: String, Sendable, CaseIterable {
    case viability
    case carPositive = "car_positive"
    case tCells = "t_cells"
    case cd4, cd8, memory, exhausted
    case days = "days_in_culture"
    case doublings = "population_doublings"
    case glucose, lactate
    case density = "vcd"
    case vesselCells = "vessel_cells"

    /// In words, for tables and sentences.
    public var words: String {
      switch self {
      case .viability: "viability"
      case .carPositive: "CAR+ share"
      case .tCells: "T cells"
      case .cd4: "CD4+ T cells"
      case .cd8: "CD8+ T cells"
      case .memory: "naive and central memory"
      case .exhausted: "exhausted T cells"
      case .days: "days in culture"
      case .doublings: "population doublings"
      case .glucose: "glucose"
      case .lactate: "lactate"
      case .density: "viable cell density"
      case .vesselCells: "viable cells in the vessel"
      }
    }

    /// True for shares that flow cytometry reads and no model follows; their column has the kind's name.
    public var isPhenotype: Bool {
      switch self {
      case .tCells, .cd4, .cd8, .memory, .exhausted: true
      default: false
      }
    }

    /// The model's observable that it is computed from; nil for the clock alone, and for phenotypes,
    /// which their own readings tell. CAR+ has another source where the model does not observe it.
    public var observable: String? {
      switch self {
      case .days, .carPositive, .tCells, .cd4, .cd8, .memory, .exhausted: nil
      case .doublings: "fold"
      case .density, .vesselCells: "vcd"
      case .viability, .glucose, .lactate: rawValue
      }
    }

    /// The unit in which limits are written and printed.
    public var unit: String {
      switch self {
      case .viability, .carPositive, .tCells, .cd4, .cd8, .memory, .exhausted: "%"
      case .days: "d"
      case .doublings: "doublings"
      case .glucose, .lactate: "mmol/L"
      case .density: "cells/mL"
      case .vesselCells: "cells"
      }
    }

    /// Base units in one of `unit`: fractions, h, 1e6 cells.
    public var scale: Double {
      switch self {
      case .viability, .carPositive, .tCells, .cd4, .cd8, .memory, .exhausted: 0.01
      case .days: 24
      case .doublings, .glucose, .lactate: 1
      case .density, .vesselCells: 1e-6
      }
    }
  }

  /// What is held against the limits.
  public let kind: Kind
  /// The least value that holds, base units (fractions, h, 1e6 cells); nil for no lower limit.
  public let least: Double?
  /// The greatest value that holds; nil for no upper limit.
  public let most: Double?

  /// A criterion from its parts.
  public init(_ kind: Kind, least: Double? = nil, most: Double? = nil) {
    (self.kind, self.least, self.most) = (kind, least, most)
  }

  /// True when a value lies inside the limits, which belong to it; false for NaN.
  public func holds(_ value: Double) -> Bool {
    if value.isNaN { return false }
    if let least, !(value >= least) { return false }
    if let most, !(value <= most) { return false }
    return true
  }

  /// `viability at least 80 %`.
  public var description: String {
    func shown(_ base: Double) -> String {
      NumberText.significant(base / kind.scale, 4) + " " + kind.unit
    }
    let limits = [least.map { "at least \(shown($0))" }, most.map { "at most \(shown($0))" }]
    return "\(kind.words) " + limits.compactMap(\.self).joined(separator: " and ")
  }
}
