import Quantities

/// A vessel or instrument: its size, what can be done with it, and how many cells it ends with.
///
/// Every number carries its standing: `read` in a source, or `unverified`.
public struct Platform: Sendable, Hashable {
  /// Whether a number was read in one of the sources or is remembered or judged.
  public enum Standing: String, Sendable, CaseIterable {
    case read, unverified
  }

  /// A number in base units with its standing.
  public struct Quantity: Sendable, Hashable {
    /// Base units.
    public let value: Double
    /// How it came to stand in the file.
    public let standing: Standing

    /// A quantity from its parts.
    public init(_ value: Double, _ standing: Standing) {
      self.value = value
      self.standing = standing
    }
  }

  /// How the carrying capacity is told.
  public enum Capacity: Sendable, Hashable {
    /// Viable cells of the whole vessel, 1e6 cells.
    case cells(Double)
    /// Viable cells per cm2 of its area, 1e6 cells/cm2.
    case perArea(Double)
    /// Viable cells per mL of culture, 1e6 cells/mL.
    case density(Double)
  }

  /// Which compartment the flows and exchanges of a run reach.
  public enum Perfused: String, Sendable, CaseIterable {
    /// The one with the cells.
    case vessel
    /// The space outside the fibres; its volume is constant and no cell leaves with its medium.
    case extracapillary
  }

  /// A quantity of the vessel that a model can ask for by its name.
  public enum Geometry: String, Sendable, CaseIterable {
    case area, lumen, extracapillary
    case oxygenTransfer = "oxygen_transfer"

    /// The unit of its value, both in files and in base units.
    public var unit: String {
      switch self {
      case .area: "cm2"
      case .lumen, .extracapillary: "mL"
      case .oxygenTransfer: "1/h"
      }
    }
  }

  /// Its name, such as `prodigy`.
  public var name: String
  /// Its name in words.
  public var title: String
  /// How many viable cells it ends with; nil when nothing is known.
  public var capacity: Capacity?
  /// Spread of the capacity's logarithm.
  public var capacitySDLn: Double
  /// Standing of the capacity.
  public var capacityStanding: Standing
  /// What models can ask for.
  public var geometry: [Geometry: Quantity]
  /// Least working volume, mL.
  public var leastVolume: Quantity?
  /// Largest working volume, mL.
  public var mostVolume: Quantity?
  /// What can be done with it.
  public var operations: Set<Operation.Kind>
  /// Whether cells can be taken out between seeding and harvest.
  public var allowsCellSampling: Bool
  /// Share of the cells in the permeate that stays in the vessel when a flow does not say.
  public var retention: Quantity?
  /// Where the flows go.
  public var perfused: Perfused
  /// Where the numbers were read.
  public var sources: [String]

  /// A platform from its parts; by default an open vessel without limits.
  public init(
    name: String, title: String = "", capacity: Capacity? = nil, capacitySDLn: Double = 0.4,
    capacityStanding: Standing = .unverified, geometry: [Geometry: Quantity] = [:],
    leastVolume: Quantity? = nil, mostVolume: Quantity? = nil,
    operations: Set<Operation.Kind> = Set(Operation.Kind.allCases),
    allowsCellSampling: Bool = true, retention: Quantity? = nil, perfused: Perfused = .vessel,
    sources: [String] = []
  ) {
    self.name = name
    self.title = title
    self.capacity = capacity
    self.capacitySDLn = capacitySDLn
    self.capacityStanding = capacityStanding
    self.geometry = geometry
    self.leastVolume = leastVolume
    self.mostVolume = mostVolume
    self.operations = operations
    self.allowsCellSampling = allowsCellSampling
    self.retention = retention
    self.perfused = perfused
    self.sources = sources
  }

  /// A quantity that a model asks for, base units; nil when the platform does not tell it.
  public func quantity(_ name: String) -> Quantity? {
    Geometry(rawValue: name).flatMap { geometry[$0] }
  }
}

extension Platform {
  /// What is known of the carrying capacity of one run.
  public struct CapacityPrior: Sendable, Hashable {
    /// The platform's name.
    public let platform: String
    /// Median capacity, 1e6 cells.
    public let median: Double
    /// Spread of its logarithm.
    public let sdLn: Double
    /// True when a number behind it was not read in a source.
    public let isUnverified: Bool
  }

  /// The capacity at a culture volume in mL: cells as they are, cells/cm2 times the area, or
  /// cells/mL times the volume.
  ///
  /// nil when the platform tells none, or the area or the volume that its rule needs is not known.
  public func capacityPrior(volume: Double?) -> CapacityPrior? {
    func prior(_ median: Double, _ also: Standing? = nil) -> CapacityPrior {
      CapacityPrior(
        platform: name, median: median, sdLn: capacitySDLn,
        isUnverified: capacityStanding == .unverified || also == .unverified)
    }
    switch capacity {
    case nil: return nil
    case .cells(let cells)?: return prior(cells)
    case .perArea(let density)?:
      return geometry[.area].map { prior(density * $0.value, $0.standing) }
    case .density(let density)?: return volume.map { prior(density * $0) }
    }
  }
}
