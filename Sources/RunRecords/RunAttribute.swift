import Quantities

/// What is known of a run besides its counts, such as the donor's age or how the cells were kept.
public enum RunAttribute: Sendable, Hashable {
  /// A number in base units, with the unit in which it was written.
  case number(Double, Unit)
  /// A word.
  case word(String)

  /// As a person reads it: the word, or the number in its unit.
  public var text: String {
    switch self {
    case .word(let word): return word
    case .number(let value, let unit):
      let number = NumberText.significant(unit.fromBase(value))
      return unit.symbol == "1" ? number : "\(number) \(unit.symbol)"
    }
  }

  /// Attributes that every run has without a file: words of its columns, and the viable density of
  /// its seed operation.
  public static let builtIn = ["platform", "group", "seed_density"]
  /// The unit of `seed_density`.
  private static let density = Unit(
    symbol: "1e6 cells/mL", dimension: Dimension(cells: 1, volume: -1), scale: .one)

  fileprivate static func seeded(_ operations: [Operation]) -> RunAttribute? {
    for operation in operations {
      if case .seed(_, let viable?, _, _) = operation.action { return .number(viable, density) }
    }
    return nil
  }
}

extension Run {
  /// An attribute by its name, built-in or of the run's own; nil when it is not known.
  ///
  /// `platform` is the vessel in which the run is computed, where that is not the run's own.
  public func attribute(_ name: String, platform: String? = nil) -> RunAttribute? {
    switch name {
    case "platform": (platform ?? self.platform).map { .word($0) }
    case "group": group.map { .word($0) }
    case "seed_density": RunAttribute.seeded(operations)
    default: attributes[name]
    }
  }
}
