import Quantities

/// How a label or protocol states its dose: one of eight kinds, kept as bands of weight, and the
/// course in which the dose is given.
///
/// A rule that exists is consistent: its bands cover every weight once, no minimum is above its
/// maximum, shares sum to exactly 1 and regimens hold every share of blasts once. Whether a cap
/// empties the range at some weight is judged for that weight; `emptyWeights` tells where.
public struct DoseRule: Hashable, Sendable {
  /// The kinds; the raw values are the words of a product file.
  public enum Kind: String, Sendable, CaseIterable {
    /// A target per kg, perhaps inside a range, perhaps capped (Yescarta US).
    case perKilogramTarget = "per kg target"
    /// A range per kg, perhaps capped (Carvykti US).
    case perKilogramRange = "per kg range"
    /// One dose per kg, perhaps with a tolerance to both sides (inaticabtagene).
    case perKilogramFixed = "per kg fixed"
    /// A least dose per kg and no greatest (tali-cel).
    case perKilogramMinimum = "per kg minimum"
    /// Another statement in each band of weight (Kymriah ALL, Carvykti EU).
    case bandedByWeight = "banded by weight"
    /// One range of cells for everybody (Kymriah adult).
    case flatRange = "flat range"
    /// One number of cells for everybody, perhaps with a tolerance (relmacabtagene).
    case flatFixed = "flat fixed"
    /// Named levels, of which one is chosen for each patient (3+3 trials).
    case doseLevels = "dose levels"
  }

  /// One level of a trial.
  public struct Level: Hashable, Sendable {
    /// Its name, such as `A` or `1`.
    public let name: String
    /// Its dose, in bands of weight.
    public let bands: [WeightBand]

    /// A level from its parts.
    public init(name: String, bands: [WeightBand]) {
      self.name = name
      self.bands = bands
    }
  }

  /// Which kind.
  public let kind: Kind
  /// The bands in ascending order of weight; one for the kinds without bands, none for dose levels.
  public let bands: [WeightBand]
  /// The levels; empty for every other kind than dose levels.
  public let levels: [Level]
  /// How the dose is given.
  public let course: DoseCourse
  /// What looks like a slip of the file; a request under such a rule is held for each.
  public private(set) var notes: [Note] = []

  /// A rule from its bands or levels and its course.
  ///
  /// Throws `RuleFault` for bands that overlap or leave a gap, a minimum above its maximum, a
  /// target outside, cells mixed with cells/kg, amounts that the kind does not have, shares that do
  /// not sum to 1, and regimens that do not hold each share of blasts once or miss the target.
  public init(
    _ kind: Kind, bands: [WeightBand], levels: [Level] = [], course: DoseCourse = .single
  ) throws(RuleFault) {
    self.kind = kind
    self.bands = bands
    self.levels = levels
    self.course = course
    try checkBands()
    try checkCourse()
    notes = findNotes()
  }

  /// True when the dose cannot be told without the weight.
  public var needsWeight: Bool {
    (bands + levels.flatMap(\.bands)).contains(where: \.needsWeight)
  }

  /// The bands that hold for a level; refuses a level that is missing, unknown or not asked for.
  public func bands(level: String?) throws(Refusal) -> [WeightBand] {
    guard kind == .doseLevels else {
      if level == nil { return bands }
      throw Refusal(
        .badValue, "level", "The rule has no dose levels.", remedy: "Take the level away.")
    }
    let names = levels.map(\.name)
    guard let level else {
      throw Refusal(
        .missing, "level", "The dose level is missing.",
        remedy: "Name one of: \(names.joined(separator: ", ")).")
    }
    guard let chosen = levels.first(where: { $0.name == level }) else {
      throw Refusal(
        .badValue, "level",
        "The rule has no such level."
          + Suggestion.phrase(for: level, among: names),
        remedy: "Name one of: \(names.joined(separator: ", ")).")
    }
    return chosen.bands
  }
}
