import Quantities

/// One culture: what was measured and what was done to the vessel.
///
/// Times are hours from the run's own zero; every value is in base units (1e6 cells, umol, mL, h,
/// mg, IU), so densities read as 1e6 cells/mL and solutes as mmol/L.
public struct Run: Sendable, Hashable {
  /// The run's name, unique in its batch.
  public var name: String
  /// The donor, when known.
  public var donor: Donor
  /// The platform's name, such as `prodigy`; nil when not given.
  public var platform: String?
  /// The condition under which it ran, such as a medium; joint fits can have parameters a group.
  public var group: String?
  /// What else is known of it, by name; the built-in ones of `RunAttribute.builtIn` are not here.
  public var attributes: [String: RunAttribute]
  /// Measurements, sorted by time, then by place in the file.
  public var observations: [Observation]
  /// What was done and what is planned, sorted by time, then by place in the file.
  public var operations: [Operation]

  /// A run from its parts; observations and operations are sorted here.
  public init(
    name: String, donor: Donor = .unknown, platform: String? = nil, group: String? = nil,
    attributes: [String: RunAttribute] = [:], observations: [Observation],
    operations: [Operation] = []
  ) {
    self.name = name
    self.donor = donor
    self.platform = platform
    self.group = group
    self.attributes = attributes
    self.observations = observations.sorted { ($0.time, $0.place) < ($1.time, $1.place) }
    self.operations = operations.sorted { ($0.time, $0.place) < ($1.time, $1.place) }
  }
}

extension Run {
  /// The donor by name; a run without one counts as a donor of its own.
  public var donorName: String {
    switch donor {
    case .one(let name): name
    case .unknown, .pooled: "run \(name)"
    }
  }
}

/// Whose cells are in a run.
public enum Donor: Sendable, Hashable {
  /// Not given.
  case unknown
  /// One person or unit.
  case one(String)
  /// Several donors pooled without labels: the scatter is between donors, not of the counter.
  case pooled

  /// The word that a file uses for pooled donors.
  public static let pooledWord = "pooled"
}
