import Quantities

/// Which dose of the window is planned for. A rule without a target needs an explicit choice.
public enum PlannedDose: Hashable, Sendable {
  /// The target that the rule states.
  case target
  /// The least dose that the rule states.
  case minimum
  /// The greatest dose.
  case maximum
  /// A number of cells inside the window.
  case amount(CellCount)
}

/// What the release of a product out of specification needs; blanks where nil, and never approval.
///
/// Source: EU GMP for ATMPs, 11.53 and 11.54.
public struct ExceptionalUse: Hashable, Sendable {
  /// The physician who asks for it.
  public var requestor: String?
  /// The manufacturer's risk evaluation, by its reference.
  public var riskEvaluation: String?
  /// The physician's confirmation, by its reference.
  public var physicianConfirmation: String?
  /// Identifiers of notifications to sponsor, holder and authority.
  public var notifications: [String]

  /// All blank.
  public init() { notifications = [] }
}

/// One question to the dose room: the window, and on demand the harvest, the volumes, what comes
/// with them and how sure they are. What is nil or empty is not asked for; nothing is assumed.
public struct DoseRequest: Hashable, Sendable {
  /// The rule to apply.
  public var product: Product {
    get { record.product }
    set { record = ProductRecord(newValue) }
  }
  /// Held by reference: a batch copies its request for every patient.
  private var record: ProductRecord
  /// The patient's weight; needed where the rule or a safety figure uses it.
  public var weight: WeightRecord?
  /// The patient's age in years; compared with the source's ages where both are given.
  public var age: Rational?
  /// The dose level of a trial that has levels.
  public var level: String?
  /// Which dose is planned for; nil asks for the window alone.
  public var planned: PlannedDose?
  /// Share of blasts in the bone marrow, for a product that is split by it.
  public var blasts: Fraction?
  /// The steps from harvest to dose, in order; nil when no harvest is asked for.
  public var losses: [LossStep]?
  /// The product: one supply for all portions, or one for each; empty when no volume is asked for.
  public var supplies: [ProductSupply] = []
  /// Given when it is asked what comes with the volume, and how it stands to the limits.
  public var results: ReleaseResults?
  /// Limits of what the patient is given with the dose.
  public var safetyLimits = SafetyLimits()
  /// Relative errors of what was measured; empty when no probability is asked for.
  public var errors: [RelativeError] = []
  /// Thresholds of the weight.
  public var weightPolicy = WeightPolicy()
  /// Thresholds of the samples.
  public var samplePolicy = SamplePolicy()
  /// What named persons have confirmed.
  public var confirmations: [Confirmation] = []
  /// Filled in where the product is out of specification.
  public var exceptionalUse: ExceptionalUse?
  /// The start of the first thaw; clock times are given from it.
  public var thawed: CivilTime?
  /// The planned start of the infusion; needed where the product limits the time after the sample.
  public var infusion: CivilTime?
  /// When the sheet is made; a confirmation that is dated later settles nothing. nil looks at none.
  public var asOf: CivilTime?
  /// Where the same certificate, batch or donation stands for another patient, in words.
  public var shared: String?

  /// A request for the window of a product, and for the planned dose when it is not nil.
  public init(product: Product, weight: WeightRecord?, planned: PlannedDose?) {
    record = ProductRecord(product)
    self.weight = weight
    self.planned = planned
  }
}

/// A product that is shared and never changed.
private final class ProductRecord: Hashable, Sendable {
  let product: Product

  init(_ product: Product) { self.product = product }

  static func == (a: ProductRecord, b: ProductRecord) -> Bool {
    a === b || a.product == b.product
  }

  func hash(into hasher: inout Hasher) { hasher.combine(product) }
}
