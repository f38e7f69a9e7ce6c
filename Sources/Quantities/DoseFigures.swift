/// The numbers a dose calculation arrives at, as plain values for comparison.
public struct DoseFigures: Hashable, Sendable {
  /// What is drawn up and infused at one time from one bag.
  public struct Portion: Hashable, Sendable {
    /// Cells planned for it.
    public var cells: Int
    /// Volume to infuse, mL; nil when no bag was given.
    public var volume: Rational?
    /// Cells in that volume; nil when no bag was given.
    public var dose: Int?
    /// Fill volume of each container, mL.
    public var containers: [Rational]

    /// A portion from its parts.
    public init(
      cells: Int, volume: Rational? = nil, dose: Int? = nil, containers: [Rational] = []
    ) {
      self.cells = cells
      self.volume = volume
      self.dose = dose
      self.containers = containers
    }
  }

  /// What the infusion brings with it; nil where it was not asked for.
  public struct Safety: Hashable, Sendable {
    /// Volume infused on one day, mL/kg.
    public var volumePerKilogram: Rational?
    /// DMSO on one day, g/kg.
    public var dmsoPerKilogram: Rational?
    /// Endotoxin in one hour, EU/kg.
    public var endotoxinPerKilogram: Rational?
    /// Vector copies per CAR+ cell.
    public var copiesPerCarPositive: Rational?

    /// Nothing asked for.
    public init() {}
  }

  /// Least dose, cells; nil when the source states none.
  public var minimum: Int?
  /// Target, cells; nil when the source states none.
  public var target: Int?
  /// Greatest dose, cells; nil when the source states only a least one.
  public var maximum: Int?
  /// The dose planned for, cells; nil when none was chosen.
  public var planned: Int?
  /// The planned dose as it is given, in order; empty when none was chosen.
  public var portions: [Portion] = []
  /// Cells to harvest; nil when not asked for.
  public var harvest: Int?
  /// Dose in all volumes together, cells; nil when no bag was given.
  public var dose: Int?
  /// What comes with the volume.
  public var safety = Safety()
  /// Probability that the true dose lies inside the window; nil without errors or a bag.
  public var within: Double?

  /// Figures of a window alone.
  public init(minimum: Int?, target: Int?, maximum: Int?) {
    self.minimum = minimum
    self.target = target
    self.maximum = maximum
  }
}
