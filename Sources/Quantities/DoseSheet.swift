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

  /// The end of an interval: of weights in kg, or of shares.
  public struct Edge: Hashable, Sendable {
    /// Where it lies.
    public var at: Rational
    /// True when that very value belongs to the interval.
    public var inclusive: Bool

    /// An edge from its parts.
    public init(_ at: Rational, inclusive: Bool) {
      self.at = at
      self.inclusive = inclusive
    }
  }

  /// The dose for one range of weights; nil means that the source states none.
  public struct Band: Hashable, Sendable {
    /// The lower end, kg; nil is open.
    public var lower: Edge?
    /// The upper end, kg; nil is open.
    public var upper: Edge?
    /// Least dose.
    public var minimum: Amount?
    /// Target dose.
    public var target: Amount?
    /// Greatest dose.
    public var maximum: Amount?
    /// Cells not to be exceeded at any weight of the band.
    public var cap: CellCount?
    /// Share by which a dose may lie off a target that stands alone.
    public var tolerance: Fraction?

    /// A band of which nothing is stated yet.
    public init() {}
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

  /// How the planned dose is given.
  public enum Course: Hashable, Sendable {
    /// At once, or again as a whole.
    case single
    /// In fractions of these shares, which sum to 1, each at its own time.
    case fractions([Rational])
    /// As components of these shares, which sum to 1, on one day and each from its own bag.
    case components([Rational])
    /// In stated numbers of cells, by the share of blasts in the bone marrow, each from its own bag
    /// and on its own day or with others of that day.
    case split([Regimen])
  }

  /// The portions for one interval of blasts.
  public struct Regimen: Hashable, Sendable {
    /// The lower end, a share; nil is open.
    public var lower: Edge?
    /// The upper end, a share; nil is open.
    public var upper: Edge?
    /// Cells of each portion, in order; what is drawn from one bag is one portion.
    public var portions: [CellCount]
    /// Day of each portion, never falling; those of equal days are infused on one day.
    public var days: [Int]

    /// A regimen from its parts; without days each portion has one of its own.
    public init(lower: Edge?, upper: Edge?, portions: [CellCount], days: [Int]? = nil) {
      self.lower = lower
      self.upper = upper
      self.portions = portions
      self.days = days ?? Array(portions.indices)
    }
  }

  /// What happens to cells between harvest and dose.
  public enum Step: Hashable, Sendable {
    /// This share comes through.
    case recovery(Fraction)
    /// This share is taken out.
    case share(Fraction)
    /// So many cells are kept back.
    case cells(CellCount)
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
    /// Volume of product that there is, mL.
    public var available: Rational
    /// What a container and its line keep back, mL.
    public var dead = Rational.zero
    /// What is filled beyond the dose and the dead volume, mL a container.
    public var overfill = Rational.zero
    /// Fill volumes that the containers take, mL; empty when no container is chosen.
    public var sizes: [ClosedRange<Rational>] = []
    /// Most containers.
    public var mostContainers = 1

    /// A bag without dead volume, overfill or choice of containers.
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

  /// What the infusion brings with it.
  public struct Safety: Hashable, Sendable {
    /// DMSO, mg/mL.
    public var dmso: Rational?
    /// Endotoxin, EU/mL.
    public var endotoxin: Rational?
    /// Containers infused in one hour; nil for all of one day.
    public var containersPerHour: Int?
    /// Vector copies per cell, of all cells in which they were measured.
    public var copies: Rational?
    /// CAR+ share of those cells.
    public var copiesCarShare: Fraction?

    /// Nothing asked for.
    public init() {}
  }

  /// The bands of the rule, in order of weight.
  public var bands: [Band]
  /// Body weight in kg; nil when it was not given.
  public var kilograms: Rational?
  /// Which dose is planned.
  public var choice: Choice?
  /// How it is given.
  public var course = Course.single
  /// Share of blasts in the bone marrow.
  public var blasts: Fraction?
  /// The steps from harvest to dose, in order; nil when no harvest is asked for.
  public var harvest: [Step]?
  /// The product: one bag for all portions, or one for each.
  public var bags: [Bag] = []
  /// Given when it is asked what comes with the volume.
  public var safety: Safety?
  /// Relative standard errors of what was measured.
  public var errors: [Fraction] = []

  /// A sheet of a rule and a weight.
  public init(bands: [Band], kilograms: Rational?, choice: Choice? = nil) {
    self.bands = bands
    self.kilograms = kilograms
    self.choice = choice
  }
}
