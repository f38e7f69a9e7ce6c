import Quantities

/// A measured share of one population in another, with everything that tells what it is.
public struct Percentage: Hashable, Sendable {
  /// How the number stood on the certificate.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// `23.7 %`.
    case percent
    /// A bare `0.237`; held, since percentages are usual.
    case share
  }

  /// The population that was counted.
  public var child: CellPopulation?
  /// The population that it is a share of; its parent gate.
  public var parent: CellPopulation?
  /// The share.
  public var value: Fraction?
  /// Written in per cent or as a bare share.
  public var form: Form?
  /// Method and instrument in words, such as `flow cytometry, protein L`.
  public var method: String?
  /// Where the sample was taken.
  public var sample: SamplePoint?
  /// When the sample was taken.
  public var taken: CivilTime?

  /// A percentage of which nothing is given yet.
  public init() {}

  /// A percentage from its parts.
  public init(
    _ child: CellPopulation, of parent: CellPopulation, _ value: Fraction, form: Form,
    method: String, sample: SamplePoint, taken: CivilTime
  ) {
    self.child = child
    self.parent = parent
    self.value = value
    self.form = form
    self.method = method
    self.sample = sample
    self.taken = taken
  }
}

/// What a batch certificate states of the product in one bag or vial. Nothing has a default.
public struct Certificate: Hashable, Sendable {
  /// Number of the certificate or batch, as printed; needed.
  public var number: String?
  /// The population that the certificate counts; it must be the product's own.
  public var counted: CountedPopulation?
  /// Viable cells/mL; viability is inside.
  public var viableDensity: ViableDensity?
  /// All cells/mL; needs a percentage from a population to its viable cells when viable are counted.
  public var totalDensity: TotalDensity?
  /// Method and instrument of the density, in words.
  public var densityMethod: String?
  /// Where the density's sample was taken.
  public var densitySample: SamplePoint?
  /// When the density's sample was taken.
  public var densityTaken: CivilTime?
  /// The percentages from the density's population to the counted one, in any order.
  public var percentages: [Percentage]?
  /// Volume of product that there is.
  public var volume: Volume?
  /// Cells in that volume as the certificate states them, of the density's population; nil where it
  /// states none, and then the product's concentration range must vouch for the density.
  public var statedCells: CellCount?

  /// A certificate of which nothing is given yet.
  public init() {}
}
