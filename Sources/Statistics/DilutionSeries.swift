/// A dilution-series experiment: one stock, diluted to several fractions in independently prepared
/// replicates, each counted once or more.
///
/// It tells the repeatability of a counter and how closely its answers are proportional to the
/// fraction. It does not tell accuracy: a counter that reads 20 % low at every fraction passes.
/// Reference: the design of ISO 20391-2:2019 as its scope describes it; Sarkar et al. (2017),
/// Cytotherapy 19, 1509-1521.
public struct DilutionSeries: Sendable {
  /// One count or one ready-made density.
  public struct Reading: Sendable, Hashable {
    /// Target dilution fraction, above 0 and at most 1 (the stock).
    public var fraction: Double
    /// The independently prepared dilution of this fraction.
    public var replicate: String
    /// The density found, in any unit.
    public var density: Double
    /// Counted cells; nil when only a density is known.
    public var cells: Double?
    /// Expected cells for one unit of density.
    public var exposure: Double?

    /// A ready-made density.
    public init(fraction: Double, replicate: String, density: Double) {
      self.fraction = fraction
      self.replicate = replicate
      self.density = density
    }

    /// A count with its exposure; the density is cells / exposure.
    public init(fraction: Double, replicate: String, cells: Double, exposure: Double) {
      self.init(fraction: fraction, replicate: replicate, density: cells / exposure)
      self.cells = cells
      self.exposure = exposure
    }
  }

  /// The readings of one independently prepared dilution.
  public struct Preparation: Sendable, Hashable {
    /// Target dilution fraction.
    public let fraction: Double
    /// Its name.
    public let replicate: String
    /// Its readings, in their order.
    public fileprivate(set) var readings: [Reading]

    /// Number of readings.
    var n: Double { Double(readings.count) }
    /// Cells of all its counts.
    var cells: Double { readings.reduce(0) { $0 + ($1.cells ?? 0) } }
    /// Weight of its mean: the exposure of all its counts, or the number of its densities.
    var exposure: Double { readings.reduce(0) { $0 + ($1.exposure ?? 1) } }
    /// Its mean density: all cells over all exposure, or the arithmetic mean.
    public var density: Double {
      readings.reduce(0) { $0 + $1.density * ($1.exposure ?? 1) } / exposure
    }
  }

  /// Why a series cannot be evaluated.
  public enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reading at an index has a fraction outside 0 ... 1, a density or count that is negative or
    /// not finite, or an exposure that is not above 0.
    case invalidReading(index: Int)
    /// Some readings are counts and some are not.
    case mixed
    /// Fewer than three fractions.
    case fractions(Int)
    /// Fewer than five independently prepared dilutions.
    case preparations(Int)
    /// No cell was counted at all.
    case nothingCounted

    /// The refusal in words.
    public var description: String {
      switch self {
      case .invalidReading(let index):
        "reading \(index) is no number that a counter can give at a fraction of a stock"
      case .mixed: "some readings are raw counts and some are densities; give one kind"
      case .fractions(let n): "a series needs at least 3 dilution fractions, this one has \(n)"
      case .preparations(let n):
        "a series needs at least 5 independently prepared dilutions, this one has \(n)"
      case .nothingCounted: "no cell was counted in the whole series"
      }
    }
  }

  /// The preparations, by fraction, then in the order of their first reading.
  public let preparations: [Preparation]
  /// True when every reading is a raw count.
  public let isCounted: Bool

  /// A series of readings; those of one fraction and replicate are of one preparation.
  ///
  /// Throws `Refusal`.
  public init(_ readings: [Reading]) throws(Refusal) {
    for (index, reading) in readings.enumerated() {
      let isSound =
        reading.fraction > 0 && reading.fraction <= 1 && reading.density >= 0
        && reading.density.isFinite && (reading.cells ?? 0) >= 0
        && (reading.cells ?? 0).isFinite && (reading.exposure ?? 1) > 0
        && (reading.exposure ?? 1).isFinite
      if !isSound { throw .invalidReading(index: index) }
    }
    let counted = readings.filter { $0.cells != nil && $0.exposure != nil }.count
    if counted != 0, counted != readings.count { throw .mixed }
    struct Key: Hashable {
      let fraction: Double
      let replicate: String
    }
    var made: [Preparation] = []
    var indexOf: [Key: Int] = [:]
    for reading in readings {
      let key = Key(fraction: reading.fraction, replicate: reading.replicate)
      if let index = indexOf[key] {
        made[index].readings.append(reading)
      } else {
        indexOf[key] = made.count
        made.append(
          Preparation(
            fraction: reading.fraction, replicate: reading.replicate, readings: [reading]))
      }
    }
    let fractions = Set(made.map(\.fraction)).count
    if fractions < 3 { throw .fractions(fractions) }
    if made.count < 5 { throw .preparations(made.count) }
    if !made.contains(where: { $0.density > 0 }) { throw .nothingCounted }
    isCounted = counted > 0
    preparations = made.enumerated().sorted {
      ($0.element.fraction, $0.offset) < ($1.element.fraction, $1.offset)
    }.map(\.element)
  }

  /// The preparations fraction by fraction, from the lowest up.
  var levels: [ArraySlice<Preparation>] {
    var out: [ArraySlice<Preparation>] = []
    var start = 0
    for index in 1...preparations.count
    where index == preparations.count
      || preparations[index].fraction != preparations[start].fraction
    {
      out.append(preparations[start..<index])
      start = index
    }
    return out
  }

  /// The density of the undiluted stock by the fit through the origin: sum(w f y) / sum(w f^2) with
  /// weights w = exposure / f, which is all cells over all exposure * fraction.
  public var stock: Double {
    preparations.reduce(0) { $0 + $1.exposure * $1.density }
      / preparations.reduce(0) { $0 + $1.exposure * $1.fraction }
  }
}
