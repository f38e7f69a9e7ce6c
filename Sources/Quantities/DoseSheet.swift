/// The plain numbers of one dose request, for a second calculation that shares no rule code.
///
/// It carries what was asked, never what was computed. Amounts say whether they are per kg.
public struct DoseSheet: Hashable, Sendable {
  /// A number of cells, or of cells per kg of body weight.
  public struct Amount: Hashable, Sendable {
    /// Cells or cells/kg.
    public var value: Rational
    /// True for cells/kg.
    public var perKilogram: Bool

    /// An amount from its parts.
    public init(_ value: Rational, perKilogram: Bool) {
      self.value = value
      self.perKilogram = perKilogram
    }
  }

  /// The end of a weight band, in kg.
  public struct Edge: Hashable, Sendable {
    /// The weight at the edge, in kg.
    public var kilograms: Rational
    /// True when that very weight belongs to the band.
    public var inclusive: Bool

    /// An edge from its parts.
    public init(kilograms: Rational, inclusive: Bool) {
      self.kilograms = kilograms
      self.inclusive = inclusive
    }
  }

  /// The dose for one range of weights; nil means that the source states none.
  public struct Band: Hashable, Sendable {
    /// The lower end; nil is open.
    public var lower: Edge?
    /// The upper end; nil is open.
    public var upper: Edge?
    /// Least dose.
    public var minimum: Amount?
    /// Target dose.
    public var target: Amount?
    /// Greatest dose.
    public var maximum: Amount?
    /// Cells not to be exceeded at any weight of the band.
    public var cap: CellCount?

    /// A band; everything defaults to "not stated".
    public init(
      lower: Edge? = nil, upper: Edge? = nil, minimum: Amount? = nil, target: Amount? = nil,
      maximum: Amount? = nil, cap: CellCount? = nil
    ) {
      self.lower = lower
      self.upper = upper
      self.minimum = minimum
      self.target = target
      self.maximum = maximum
      self.cap = cap
    }
  }

  /// Which dose of the window is planned for.
  public enum Choice: Hashable, Sendable {
    /// The target of the rule.
    case target
    /// The least dose.
    case minimum
    /// The greatest dose.
    case maximum
    /// A number of cells inside the window.
    case amount(CellCount)
  }

  /// What a harvest must also cover.
  public struct Harvest: Hashable, Sendable {
    /// Recoveries of the steps from harvest to dose, each 0 ... 1.
    public var recoveries: [Fraction]
    /// Cells kept back.
    public var retains: [CellCount]
    /// Share of the harvest taken for quality control.
    public var qcFraction: Fraction

    /// A harvest from its parts.
    public init(recoveries: [Fraction], retains: [CellCount], qcFraction: Fraction) {
      self.recoveries = recoveries
      self.retains = retains
      self.qcFraction = qcFraction
    }
  }

  /// What was measured in the product, and how finely it can be drawn up.
  public struct Bag: Hashable, Sendable {
    /// Viable cells/mL, or nil when the total was measured.
    public var viableDensity: Rational?
    /// All cells/mL, or nil when the viable were measured.
    public var totalDensity: Rational?
    /// Shares that lead from that density to the counted population.
    public var shares: [Fraction]
    /// Step of the syringe or pump, mL.
    public var resolution: Rational
    /// Volume that can be drawn, mL.
    public var available: Rational

    /// A bag from its parts.
    public init(
      viableDensity: Rational?, totalDensity: Rational?, shares: [Fraction],
      resolution: Rational, available: Rational
    ) {
      self.viableDensity = viableDensity
      self.totalDensity = totalDensity
      self.shares = shares
      self.resolution = resolution
      self.available = available
    }
  }

  /// The bands of the rule, in order of weight.
  public var bands: [Band]
  /// Body weight in kg; nil when it was not given.
  public var kilograms: Rational?
  /// Which dose is planned.
  public var choice: Choice?
  /// Harvest figures, when a harvest is asked for.
  public var harvest: Harvest?
  /// Bag figures, when a volume is asked for.
  public var bag: Bag?

  /// A sheet from its parts.
  public init(
    bands: [Band], kilograms: Rational?, choice: Choice? = nil, harvest: Harvest? = nil,
    bag: Bag? = nil
  ) {
    self.bands = bands
    self.kilograms = kilograms
    self.choice = choice
    self.harvest = harvest
    self.bag = bag
  }
}

/// The numbers a dose calculation arrives at, as plain values for comparison.
public struct DoseFigures: Hashable, Sendable {
  /// Least dose, cells; nil when the source states none.
  public var minimum: Int?
  /// Target, cells; nil when the source states none.
  public var target: Int?
  /// Greatest dose, cells.
  public var maximum: Int
  /// The dose planned for, cells; nil when none was chosen.
  public var planned: Int?
  /// Cells to harvest; nil when not asked for.
  public var harvest: Int?
  /// Volume to infuse, mL; nil when not asked for.
  public var volume: Rational?
  /// Dose in that volume, cells; nil when not asked for.
  public var dose: Int?

  /// Figures from their parts.
  public init(
    minimum: Int?, target: Int?, maximum: Int, planned: Int? = nil, harvest: Int? = nil,
    volume: Rational? = nil, dose: Int? = nil
  ) {
    self.minimum = minimum
    self.target = target
    self.maximum = maximum
    self.planned = planned
    self.harvest = harvest
    self.volume = volume
    self.dose = dose
  }
}
