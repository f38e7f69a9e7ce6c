/// What a quantity is a quantity of, as integer exponents of seven base kinds.
///
/// Cells, moles, volume, time, mass, activity and area are separate: cells per volume is never moles per
/// volume, and a dose in cells is never a dose in cells per kilogram. A fraction has no dimension.
public struct Dimension: Hashable, Sendable {
  /// Exponent of cells.
  public var cells = 0
  /// Exponent of amount of substance.
  public var moles = 0
  /// Exponent of volume.
  public var volume = 0
  /// Exponent of time.
  public var time = 0
  /// Exponent of mass.
  public var mass = 0
  /// Exponent of biological activity in international units.
  public var activity = 0
  /// Exponent of area; kept apart from volume, so a surface never becomes a length squared.
  public var area = 0

  /// A dimension from its exponents; all default to zero.
  public init(
    cells: Int = 0, moles: Int = 0, volume: Int = 0, time: Int = 0, mass: Int = 0,
    activity: Int = 0, area: Int = 0
  ) {
    self.cells = cells
    self.moles = moles
    self.volume = volume
    self.time = time
    self.mass = mass
    self.activity = activity
    self.area = area
  }

  /// No dimension: fractions, ratios, plain numbers.
  public static let none = Dimension()

  /// True for a fraction or plain number.
  public var isNone: Bool { self == .none }

  /// The dimension of a product.
  public static func * (a: Dimension, b: Dimension) -> Dimension {
    Dimension(
      cells: a.cells + b.cells, moles: a.moles + b.moles, volume: a.volume + b.volume,
      time: a.time + b.time, mass: a.mass + b.mass, activity: a.activity + b.activity,
      area: a.area + b.area)
  }

  /// The dimension of a quotient.
  public static func / (a: Dimension, b: Dimension) -> Dimension { a * b.raised(to: -1) }

  /// The dimension of an integer power.
  public func raised(to power: Int) -> Dimension {
    Dimension(
      cells: cells * power, moles: moles * power, volume: volume * power, time: time * power,
      mass: mass * power, activity: activity * power, area: area * power)
  }

  /// The dimension in words, for messages: `cells/volume`, `1/time`, `no dimension`.
  public var words: String {
    let terms = [
      ("cells", cells), ("amount", moles), ("volume", volume), ("time", time), ("mass", mass),
      ("activity", activity), ("area", area),
    ]
    func list(_ sign: Int) -> String {
      terms.filter { $0.1 * sign > 0 }
        .map { abs($0.1) == 1 ? $0.0 : "\($0.0)^\(abs($0.1))" }.joined(separator: "*")
    }
    let (top, bottom) = (list(1), list(-1))
    if top.isEmpty && bottom.isEmpty { return "no dimension" }
    if bottom.isEmpty { return top }
    return (top.isEmpty ? "1" : top) + "/" + bottom
  }
}
