import Quantities

/// An amount of cells as a source states it: for the patient, or for each kilogram.
public enum DoseAmount: Hashable, Sendable, CustomStringConvertible {
  /// The same for every weight.
  case cells(CellCount)
  /// For each kg of body weight.
  case perKilogram(CellsPerKilogram)

  /// True when the amount grows with the weight.
  public var isPerKilogram: Bool {
    if case .perKilogram = self { return true }
    return false
  }

  /// The bare number, for comparing amounts of one unit.
  public var number: Rational {
    switch self {
    case .cells(let count): count.rational
    case .perKilogram(let dose): dose.value
    }
  }

  /// With its unit.
  public var description: String {
    switch self {
    case .cells(let count): count.description
    case .perKilogram(let dose): dose.description
    }
  }

  /// Cells for a weight, exact and not yet rounded; the weight is needed only for amounts per kg.
  func cells(at mass: BodyMass?, _ field: String) throws(Refusal) -> Rational {
    switch self {
    case .cells(let count): return count.rational
    case .perKilogram(let dose):
      guard let mass else { throw .missing("bodyMass", "The body weight") }
      return try exact(field) { try dose.times(mass) }
    }
  }
}

/// One end of a weight band, with its own statement whether that weight belongs to the band.
public struct WeightEdge: Hashable, Sendable {
  /// The weight at the edge.
  public let mass: BodyMass
  /// True when exactly that weight is inside.
  public let inclusive: Bool

  /// An edge from its parts.
  public init(_ mass: BodyMass, inclusive: Bool) {
    self.mass = mass
    self.inclusive = inclusive
  }
}

/// The dose for one range of weights; nil means that the source states none.
public struct WeightBand: Hashable, Sendable, CustomStringConvertible {
  /// Lower end; nil is open.
  public let lower: WeightEdge?
  /// Upper end; nil is open.
  public let upper: WeightEdge?
  /// Least dose.
  public let minimum: DoseAmount?
  /// Target dose.
  public let target: DoseAmount?
  /// Greatest dose.
  public let maximum: DoseAmount?
  /// Cells never to be exceeded in this band.
  public let cap: CellCount?
  /// Share by which a dose may lie off a target that stands alone.
  public let tolerance: Fraction?

  /// A band; everything defaults to "not stated".
  public init(
    lower: WeightEdge? = nil, upper: WeightEdge? = nil, minimum: DoseAmount? = nil,
    target: DoseAmount? = nil, maximum: DoseAmount? = nil, cap: CellCount? = nil,
    tolerance: Fraction? = nil
  ) {
    self.lower = lower
    self.upper = upper
    self.minimum = minimum
    self.target = target
    self.maximum = maximum
    self.cap = cap
    self.tolerance = tolerance
  }

  /// True when the weight is inside, each edge by its own flag.
  public func contains(_ mass: BodyMass) -> Bool {
    if let lower, lower.inclusive ? mass < lower.mass : mass <= lower.mass { return false }
    if let upper, upper.inclusive ? mass > upper.mass : mass >= upper.mass { return false }
    return true
  }

  /// True when the dose cannot be told without the weight.
  var needsWeight: Bool {
    lower != nil || upper != nil
      || [minimum, target, maximum].contains { $0?.isPerKilogram ?? false }
  }

  /// Least cells stated for a weight, exact: the minimum, or target x (1 - tolerance).
  func least(at mass: BodyMass?) throws(Refusal) -> Rational? {
    if let minimum { return try minimum.cells(at: mass, "minimum") }
    guard let target, let tolerance else { return nil }
    let aim = try target.cells(at: mass, "target")
    return try exact("tolerance") { try aim.times(tolerance.complement()) }
  }

  /// Most cells stated for a weight, exact and before the cap: the maximum, else
  /// target x (1 + tolerance), else the target.
  func most(at mass: BodyMass?) throws(Refusal) -> Rational? {
    if let maximum { return try maximum.cells(at: mass, "maximum") }
    guard let target else { return nil }
    let aim = try target.cells(at: mass, "target")
    guard let tolerance else { return aim }
    return try exact("tolerance") { try aim.times(Rational.one.plus(tolerance.value)) }
  }

  /// `above 50 kg, up to and including 100 kg`.
  public var description: String {
    var parts: [String] = []
    if let lower {
      parts.append(lower.inclusive ? "\(lower.mass) and above" : "above \(lower.mass)")
    }
    if let upper {
      parts.append(upper.inclusive ? "up to and including \(upper.mass)" : "below \(upper.mass)")
    }
    return parts.isEmpty ? "all weights" : parts.joined(separator: ", ")
  }
}
