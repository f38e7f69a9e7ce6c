import Quantities

/// The cells that a dose counts, as its source words it. One is never converted into another.
public enum CountedPopulation: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Most labels.
  case carPositiveViableT = "CAR-positive viable T cells"
  /// Some labels and trials do not say "viable".
  case carPositiveT = "CAR-positive T cells"
  /// The source says CAR-T cells and no more.
  case carTAsStated = "CAR-T cells, not further stated"

  /// The words.
  public var description: String { rawValue }
}

/// A dosing rule of one product, for one indication, in one jurisdiction, at one label version.
///
/// Nothing is inherited from another jurisdiction: labels of one product disagree.
public struct Product: Hashable, Sendable {
  /// Where the facts stand.
  public enum Status: String, Sendable, CaseIterable {
    /// Marketing authorisation.
    case approved
    /// Clinical trial.
    case trial
  }

  /// What the numbers of the dose were taken from.
  public enum DoseOrigin: Hashable, Sendable, CustomStringConvertible {
    /// The approved label.
    case label
    /// A trial, by its name or register number.
    case trial(String)

    /// In words.
    public var description: String {
      switch self {
      case .label: "the approved label"
      case .trial(let name): "the trial \(name), not an approved label"
      }
    }
  }

  /// How a fact came to stand in the record.
  public enum FactState: String, Sendable, CaseIterable {
    /// Read in the cited source.
    case read
    /// Computed or concluded from what was read.
    case derived
    /// Not checked; a dose is not computed from it.
    case unverified
  }

  /// One field and how it came to stand here.
  public struct Fact: Hashable, Sendable {
    /// The field, such as `dose.minimum`.
    public let field: String
    /// How it came to stand here.
    public let state: FactState

    /// A fact from its parts.
    public init(_ field: String, _ state: FactState) {
      self.field = field
      self.state = state
    }
  }

  /// Where a fact was read.
  public struct Source: Hashable, Sendable, CustomStringConvertible {
    /// The citation.
    public let cite: String
    /// The date of the source, as it states it.
    public let dated: String?
    /// The day it was read, YYYY-MM-DD.
    public let read: String

    /// A source from its parts.
    public init(cite: String, dated: String?, read: String) {
      self.cite = cite
      self.dated = dated
      self.read = read
    }

    /// Citation, date and day of reading.
    public var description: String {
      cite + (dated.map { ", dated \($0)" } ?? "") + ", read \(read)"
    }
  }

  /// Unique name, such as `kymriah-us-ball`.
  public var id: String
  /// Brand name.
  public var name: String
  /// International non-proprietary name.
  public var inn: String
  /// Indication in words.
  public var indication: String
  /// Country or region whose label this is.
  public var jurisdiction: String
  /// Version of the label; nil when none is known.
  public var labelVersion: String?
  /// Approved or in trial.
  public var status: Status
  /// The cells that the dose counts.
  public var counted: CountedPopulation
  /// The source's own words for them.
  public var wording: String
  /// The weight that the source means; nil when it does not say.
  public var weightReference: String?
  /// What the dose was taken from.
  public var origin: DoseOrigin
  /// The rule; nil when the dose is not known, and then every request is refused.
  public var dose: DoseRule?
  /// The source's own words for the dose.
  public var verbatim: String?
  /// What must be read before a dose can be computed; set when `dose` is nil.
  public var missing: String?
  /// At least one source.
  public var sources: [Source]
  /// The state of each field that carries a number, in the order of the record.
  public var facts: [Fact]

  /// A product from its parts.
  public init(
    id: String, name: String, inn: String, indication: String, jurisdiction: String,
    labelVersion: String?, status: Status, counted: CountedPopulation, wording: String,
    weightReference: String?, origin: DoseOrigin, dose: DoseRule?, verbatim: String? = nil,
    missing: String? = nil, sources: [Source], facts: [Fact] = []
  ) {
    self.id = id
    self.name = name
    self.inn = inn
    self.indication = indication
    self.jurisdiction = jurisdiction
    self.labelVersion = labelVersion
    self.status = status
    self.counted = counted
    self.wording = wording
    self.weightReference = weightReference
    self.origin = origin
    self.dose = dose
    self.verbatim = verbatim
    self.missing = missing
    self.sources = sources
    self.facts = facts
  }
}
