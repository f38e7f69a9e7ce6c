import Quantities

/// How a planned dose is given: at once, again, in parts, as components, or by blasts.
public enum DoseCourse: Hashable, Sendable {
  /// Once, as a whole.
  case single
  /// As a whole, up to a number of times.
  case repeated(DoseRepeats)
  /// In fractions, each at its own time; their shares sum to 1.
  case fractions([DoseFraction])
  /// As components on one day, in this order and each from its own container; shares sum to 1.
  case components([DoseComponent])
  /// In stated numbers of cells, each from its own bag, that depend on the blasts in the bone marrow.
  case split(BlastSplit)

  /// True when only the target of the rule may be planned: a split states its portions in cells.
  public var requiresTarget: Bool {
    if case .split = self { return true }
    return false
  }
}

/// A whole dose that may be given more than once.
public struct DoseRepeats: Hashable, Sendable {
  /// Most doses, the first included.
  public let most: Int
  /// Least time from one dose to the next; nil when not stated.
  public let after: TimeSpan?

  /// Repeats from their parts.
  public init(most: Int, after: TimeSpan? = nil) {
    self.most = most
    self.after = after
  }
}

/// One fraction of a dose.
public struct DoseFraction: Hashable, Sendable {
  /// Share of the planned dose, exact.
  public let share: Rational
  /// What must hold before it is given, in words; nil when nothing is stated.
  public let gate: String?
  /// Least time after the fraction before; nil when not stated.
  public let after: TimeSpan?
  /// Last day on which it may be given, the first dose being on day 1; nil when not stated.
  public let latestDay: Int?

  /// A fraction from its parts.
  public init(
    share: Rational, gate: String? = nil, after: TimeSpan? = nil, latestDay: Int? = nil
  ) {
    self.share = share
    self.gate = gate
    self.after = after
    self.latestDay = latestDay
  }
}

/// One of several components that make up a dose, such as CD8+ and CD4+ cells.
public struct DoseComponent: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Share of the planned dose, exact.
  public let share: Rational
  /// Shares of the given dose that its source allows; nil when it states none.
  public let allowed: ClosedRange<Rational>?

  /// A component from its parts.
  public init(name: String, share: Rational, allowed: ClosedRange<Rational>? = nil) {
    self.name = name
    self.share = share
    self.allowed = allowed
  }
}

/// Portions that depend on the share of blasts in the bone marrow.
public struct BlastSplit: Hashable, Sendable {
  /// One end of an interval of blast shares.
  public struct Edge: Hashable, Sendable {
    /// The share at the edge.
    public let share: Fraction
    /// True when exactly that share is inside.
    public let inclusive: Bool

    /// An edge from its parts.
    public init(_ share: Fraction, inclusive: Bool) {
      self.share = share
      self.inclusive = inclusive
    }
  }

  /// What one bag gives to the portion of a day.
  public struct Bag: Hashable, Sendable {
    /// How many cells.
    public let cells: CellCount
    /// The container's name or code; nil when the source has none.
    public let name: String?

    /// A bag's part from its parts.
    public init(cells: CellCount, name: String? = nil) {
      self.cells = cells
      self.name = name
    }
  }

  /// Cells for one day.
  public struct Portion: Hashable, Sendable {
    /// How many.
    public let cells: CellCount
    /// Where a day mixes bags, what each gives, in the order of infusion; they sum to `cells`. Each
    /// has a certificate of its own. Empty for one bag.
    public let bags: [Bag]
    /// The day, the first dose being on day 1.
    public let day: Int
    /// Days by which it may be earlier or later; nil when not stated.
    public let tolerance: Int?
    /// What must hold before it is given, in words; nil when nothing is stated.
    public let gate: String?
    /// Last day on which it may be given when it was put off; nil when not stated.
    public let latestDay: Int?

    /// A portion from its parts.
    public init(
      cells: CellCount, bags: [Bag] = [], day: Int, tolerance: Int? = nil, gate: String? = nil,
      latestDay: Int? = nil
    ) {
      self.cells = cells
      self.bags = bags
      self.day = day
      self.tolerance = tolerance
      self.gate = gate
      self.latestDay = latestDay
    }
  }

  /// The portions for one interval of blasts.
  public struct Regimen: Hashable, Sendable, CustomStringConvertible {
    /// Lower end; nil is 0 %, included.
    public let lower: Edge?
    /// Upper end; nil is 100 %, included.
    public let upper: Edge?
    /// In order; may be empty only where the regimen is unverified.
    public let portions: [Portion]
    /// Whether it was read. From an unverified regimen no dose is computed.
    public let state: Product.FactState

    /// A regimen from its parts.
    public init(
      lower: Edge? = nil, upper: Edge? = nil, portions: [Portion], state: Product.FactState
    ) {
      self.lower = lower
      self.upper = upper
      self.portions = portions
      self.state = state
    }

    /// True when the share is inside, each edge by its own flag.
    public func contains(_ share: Fraction) -> Bool {
      if let lower, lower.inclusive ? share < lower.share : share <= lower.share { return false }
      if let upper, upper.inclusive ? share > upper.share : share >= upper.share { return false }
      return true
    }

    /// `blasts above 20 %, up to and including 50 %`.
    public var description: String {
      var parts: [String] = []
      if let lower {
        parts.append(lower.inclusive ? "\(lower.share) and above" : "above \(lower.share)")
      }
      if let upper {
        parts.append(
          upper.inclusive ? "up to and including \(upper.share)" : "below \(upper.share)")
      }
      return "blasts " + (parts.isEmpty ? "of any share" : parts.joined(separator: ", "))
    }
  }

  /// When and how the share of blasts is taken, in words.
  public let sample: String
  /// The regimens in ascending order of blasts; they hold every share from 0 to 100 % once.
  public let regimens: [Regimen]

  /// A split from its parts.
  public init(sample: String, regimens: [Regimen]) {
    self.sample = sample
    self.regimens = regimens
  }
}
