import Quantities

/// One measured value of one quantity at one time.
public struct Observation: Sendable, Hashable {
  /// Hours from the run's zero.
  public var time: Double
  /// The quantity's canonical name, from `MeasuredQuantity`.
  public var quantity: String
  /// The value in base units, or the limit that it lies beyond.
  public var value: Reading
  /// The cells that were counted, when they are known.
  public var count: Count?
  /// The instrument or person that counted, when it is given; runs with several get a bias for each.
  public var counter: String?
  /// The sample's name, when several rows are counts of one sample.
  public var sample: String?
  /// Whether it was taken before (default) or after an operation at the same time.
  public var phase: Phase
  /// Where it stands in its file.
  public var place: Place

  /// An observation from its parts.
  public init(
    time: Double, quantity: String, value: Reading, count: Count? = nil, counter: String? = nil,
    sample: String? = nil, phase: Phase = .before, place: Place
  ) {
    self.time = time
    self.quantity = quantity
    self.value = value
    self.count = count
    self.counter = counter
    self.sample = sample
    self.phase = phase
    self.place = place
  }

  /// A reading: a number, or a limit of the instrument.
  public enum Reading: Sendable, Hashable {
    /// A measured number.
    case exact(Double)
    /// Below a limit (`<0.5`): left-censored.
    case below(Double)
    /// Above a limit (`>60`): right-censored.
    case above(Double)
    /// Between two limits (`0.2..0.5`), the lower one first: interval-censored.
    case between(Double, Double)

    /// The number, the limit, or the middle of two limits.
    public var number: Double {
      switch self {
      case .exact(let v), .below(let v), .above(let v): v
      case .between(let low, let high): 0.5 * (low + high)
      }
    }

    /// True for a measured number, false for limits.
    public var isExact: Bool {
      if case .exact = self { return true }
      return false
    }
  }

  /// Counted cells: a whole number with the exposure under which it was found.
  ///
  /// The expected count is exposure * quantity.
  public struct Count: Sendable, Hashable {
    /// Cells counted, not scaled; limits when there were too many or too few to count.
    ///
    /// Limits are whole numbers: `below(5)` is at most 4, `above(300)` at least 301, and
    /// `between(10, 20)` holds both its ends.
    public var cells: Reading
    /// Expected cells for one unit of the quantity. A density in 1e6 cells/mL counted in v mL after
    /// a dilution d has 1e6 v / d; a viability has the number of cells that were looked at.
    public var exposure: Double

    /// A count with its exposure.
    public init(cells: Reading, exposure: Double) {
      self.cells = cells
      self.exposure = exposure
    }

    /// The least and the greatest number of cells that it can be; infinity without an upper limit.
    public var limits: (least: Double, most: Double) {
      switch cells {
      case .exact(let k): (k, k)
      case .below(let k): (0, k - 1)
      case .above(let k): (k + 1, .infinity)
      case .between(let low, let high): (low, high)
      }
    }

    /// The reading of a count that lies between two whole numbers, both included; the inverse of
    /// `limits`.
    public static func cells(from least: Double, to most: Double) -> Reading {
      if least == most { return .exact(least) }
      if !most.isFinite { return .above(least - 1) }
      return least == 0 ? .below(most + 1) : .between(least, most)
    }

    /// Variance of ln(count) that comes from counting alone, 1/k; one cell stands for none.
    public var variance: Double { 1 / max(cells.number, 1) }
  }

  /// Order against an operation at the same time.
  public enum Phase: String, Sendable, Hashable {
    /// Taken before the operation.
    case before
    /// Taken after the operation.
    case after
  }
}

/// The quantities that a run file can hold. The reader, the models and the manual use this table.
public struct MeasuredQuantity: Sendable, Hashable {
  /// The column's name.
  public let name: String
  /// What it is, in words.
  public let meaning: String
  /// The dimension that its unit must have.
  public let dimension: Dimension
  /// The unit in which it is printed.
  public let unit: String
  /// The values that it can take, in base units.
  public let range: ClosedRange<Double>
  /// True when the value 0 has a meaning (a count of none), false when it must be positive.
  public let allowsZero: Bool

  /// True when a cell counter gives it, so that the counter's bias is in it.
  public var isCounted: Bool { ["vcd", "dead", "tcd", "tvc", "viability", "fold"].contains(name) }

  /// True for shares of a whole, 0 to 1.
  public var isShare: Bool { dimension.isNone && range == 0...1 }

  /// True when measuring it takes cells out of the vessel.
  public var needsCells: Bool { dimension.moles == 0 && name != "volume" }

  /// All known quantities.
  public static let all: [MeasuredQuantity] = {
    let density = Dimension(cells: 1, volume: -1)
    let concentration = Dimension(moles: 1, volume: -1)
    func quantity(
      _ name: String, _ meaning: String, _ dimension: Dimension, _ unit: String,
      _ range: ClosedRange<Double>, zero: Bool = true
    ) -> MeasuredQuantity {
      MeasuredQuantity(
        name: name, meaning: meaning, dimension: dimension, unit: unit, range: range,
        allowsZero: zero)
    }
    return [
      quantity("vcd", "viable cell density", density, "1e6 cells/mL", 0...1000),
      quantity("dead", "dead cell density", density, "1e6 cells/mL", 0...1000),
      quantity("tcd", "total cell density", density, "1e6 cells/mL", 0...1000),
      quantity("tvc", "total viable cells", Dimension(cells: 1), "1e6 cells", 0...1e7),
      quantity("viability", "viable fraction of all cells", .none, "%", 0...1),
      quantity("fold", "corrected fold expansion", .none, "1", 0...1e8, zero: false),
      quantity("glucose", "glucose concentration", concentration, "mmol/L", 0...200),
      quantity("lactate", "lactate concentration", concentration, "mmol/L", 0...200),
      quantity("glutamine", "glutamine concentration", concentration, "mmol/L", 0...50),
      quantity("glutamate", "glutamate concentration", concentration, "mmol/L", 0...100),
      quantity("ammonia", "ammonia concentration", concentration, "mmol/L", 0...50),
      quantity("car_positive", "CAR+ fraction of viable cells", .none, "%", 0...1),
      quantity("t_cells", "CD3+ fraction of viable cells", .none, "%", 0...1),
      quantity("cd4", "CD4+ fraction of T cells", .none, "%", 0...1),
      quantity("cd8", "CD8+ fraction of T cells", .none, "%", 0...1),
      quantity(
        "memory", "naive and central memory fraction of T cells (CCR7+)", .none, "%", 0...1),
      quantity("exhausted", "fraction of T cells with markers of exhaustion", .none, "%", 0...1),
      quantity(
        "volume", "measured culture volume", Dimension(volume: 1), "mL", 0...1e6, zero: false),
    ]
  }()

  /// The quantity of a name; nil when it is not known.
  public static func named(_ name: String) -> MeasuredQuantity? { all.first { $0.name == name } }
}
