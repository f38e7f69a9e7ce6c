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
    /// Made in a hospital under its exemption.
    case hospitalExemption = "hospital exemption"
    /// A site's own protocol.
    case siteProtocol = "site protocol"
  }

  /// Whose cells the product is made of.
  public enum CellSource: String, Sendable, CaseIterable {
    /// The patient's own.
    case patient
    /// Another person's.
    case donor
  }

  /// The moment at which the patient is weighed for the dose.
  public enum WeightReference: String, Sendable, CaseIterable, CustomStringConvertible {
    /// At leukapheresis.
    case leukapheresis
    /// At infusion.
    case infusion
    /// The source does not say.
    case notStated = "not stated"

    /// The word.
    public var description: String { rawValue }
  }

  /// The ages for which the source gives the dose, in years.
  public struct Ages: Hashable, Sendable, CustomStringConvertible {
    /// Least age; nil is open.
    public let low: ReleaseLimit.Edge?
    /// Greatest age; nil is open.
    public let high: ReleaseLimit.Edge?

    /// Ages from their ends.
    public init(low: ReleaseLimit.Edge?, high: ReleaseLimit.Edge?) {
      self.low = low
      self.high = high
    }

    /// True when an age in years is inside, each end by its own flag.
    public func contains(_ age: Rational) -> Bool {
      if let low, low.inclusive ? age < low.value : age <= low.value { return false }
      if let high, high.inclusive ? age > high.value : age >= high.value { return false }
      return true
    }

    /// In words.
    public var description: String {
      [
        low.map { ($0.inclusive ? "from " : "above ") + ExactText.decimal($0.value) },
        high.map {
          ($0.inclusive ? (low == nil ? "up to " : "to ") : "below ") + ExactText.decimal($0.value)
        },
      ].compactMap(\.self).joined(separator: " ") + " years"
    }
  }

  /// What the numbers of the dose were taken from.
  public enum DoseOrigin: Hashable, Sendable, CustomStringConvertible {
    /// The approved label.
    case label
    /// A trial, by its name or register number.
    case trial(String)
    /// A published series of patients, by its citation.
    case series(String)
    /// A site's own protocol, by its name and version.
    case siteProtocol(String)

    /// In words.
    public var description: String {
      switch self {
      case .label: "the approved label"
      case .trial(let name): "the trial \(name), not an approved label"
      case .series(let name): "the published series \(name), not an approved label"
      case .siteProtocol(let name): "the site's protocol \(name), not an approved label"
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
    /// The fields that were read there, such as `dose`; empty for all of them.
    public let fields: [String]

    /// A source from its parts.
    public init(cite: String, dated: String?, read: String, for fields: [String] = []) {
      self.cite = cite
      self.dated = dated
      self.read = read
      self.fields = fields
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
  /// The sample from which the dose is counted, such as post-thaw; nil when the source does not say.
  public var countedFrom: SamplePoint?
  /// When the patient is weighed.
  public var weightReference: WeightReference
  /// The source's own words for that; nil when it does not say.
  public var weightWording: String?
  /// Most days between weighing and that moment; nil when the source does not say.
  public var weightWithin: Int?
  /// What the dose was taken from.
  public var origin: DoseOrigin
  /// The rule; nil when the dose is not known, and then every request is refused.
  public var dose: DoseRule?
  /// The source's own words for the dose.
  public var verbatim: String?
  /// What was read, in our words, where the sentence of the source was not kept.
  public var asRead: String?
  /// What must be read before a dose can be computed; set when `dose` is nil.
  public var missing: String?
  /// At least one source.
  public var sources: [Source]
  /// The state of each field that carries a number, in the order of the record.
  public var facts: [Fact]
  /// Whose cells it is made of; nil, when the file does not say, is treated as the patient's own.
  public var cellSource: CellSource?
  /// Other names in print.
  public var aliases: [String] = []
  /// Ages; nil when none was read.
  public var ages: Ages?
  /// Who is treated beyond indication and age, in words, such as a test result.
  public var selector: String?
  /// How it is supplied.
  public var presentation = Presentation()
  /// When it is given.
  public var timing = ProductTiming()
  /// Limits of release; a quantity that is absent has no limit set.
  public var limits: [ReleaseLimit] = []
  /// What the source provides for a product outside its specification, in words.
  public var outOfSpecification: String?
  /// How long records are kept.
  public var retention: Retention?
  /// Remarks for readers.
  public var notes: [String] = []

  /// A product from its parts.
  public init(
    id: String, name: String, inn: String, indication: String, jurisdiction: String,
    labelVersion: String?, status: Status, counted: CountedPopulation, wording: String,
    weightReference: WeightReference = .notStated, weightWording: String? = nil,
    origin: DoseOrigin, dose: DoseRule?, verbatim: String? = nil, missing: String? = nil,
    sources: [Source], facts: [Fact] = []
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
    self.weightWording = weightWording
    self.origin = origin
    self.dose = dose
    self.verbatim = verbatim
    self.missing = missing
    self.sources = sources
    self.facts = facts
  }
}
