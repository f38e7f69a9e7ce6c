import Bioreactor
import Quantities
import RunRecords

/// How a number becomes a covariate.
public enum CovariateTransform: String, Sendable, Hashable, CaseIterable {
  /// As it is.
  case none
  /// Its natural logarithm; positive numbers only.
  case ln

  /// The covariate's name with the transform: `age`, `ln(il2_level)`.
  public func label(_ name: String) -> String { self == .ln ? "ln(\(name))" : name }
}

/// How the values of an attribute become columns of a design: learned once, used for every later run.
public struct CovariateCoding: Sendable, Hashable {
  /// What the values are.
  public enum Kind: Sendable, Hashable {
    /// Numbers: (value - centre)/deviation, of the values in `unit`, transformed. `low` and `high`
    /// are the least and the greatest one.
    case number(unit: Unit, centre: Double, deviation: Double, low: Double, high: Double)
    /// Words: 1 for the column's word, else 0; none for the reference, the most frequent word.
    case words(reference: String, others: [String])
  }

  /// One column of the design.
  public struct Column: Sendable, Hashable {
    /// The word; nil for a number.
    public let word: String?
    /// Its mean over the runs.
    public let mean: Double
    /// Donors with the word, or all donors for a number.
    public let donors: Int
  }

  /// The attribute's name.
  public let name: String
  /// What is done to its numbers.
  public let transform: CovariateTransform
  /// What its values are.
  public let kind: Kind
  /// The columns.
  public let columns: [Column]

  /// The columns' names, such as `platform xuri` or `ln(il2_level)`.
  public var labels: [String] {
    columns.map { column in column.word.map { "\(name) \($0)" } ?? transform.label(name) }
  }

  /// The coding that runs give.
  ///
  /// Throws `InputRefused` when a run has no value, values are words here and numbers there, have
  /// different dimensions or do not vary, a number below or at 0 shall get a logarithm, or a word was
  /// met in fewer than two donors.
  public init(
    _ name: String, transform: CovariateTransform, of cultures: [Culture]
  ) throws(InputRefused) {
    self.name = name
    self.transform = transform
    let values = try CovariateCoding.values(name, cultures)
    let donors = cultures.map(\.run.donorName)
    switch values[0] {
    case .word:
      if let k = values.firstIndex(where: { if case .number = $0 { true } else { false } }) {
        throw CovariateCoding.refusal(
          [cultures[k]],
          "\(name) is the number \(values[k].text) here and a word in other runs.",
          "Give all runs numbers or all words.")
      }
      let words = values.map(\.text)
      let sorted = Set(words).sorted()
      guard sorted.count > 1 else {
        throw CovariateCoding.constant(name, values[0].text, cultures)
      }
      guard transform == .none else {
        throw CovariateCoding.refusal(
          cultures, "\(name) holds words, which have no logarithm.", "Write \(name) alone.")
      }
      let met = sorted.map { word in
        Set(zip(words, donors).filter { $0.0 == word }.map(\.1)).count
      }
      if met.contains(where: { $0 < 2 }) {
        throw CovariateCoding.refusal(
          cultures,
          "\(name) cannot be learned from: "
            + zip(sorted, met).map { "\($0) has \(NumberText.counted($1, "donor"))" }
            .joined(separator: ", ") + "; each word needs at least two.",
          "Add donors, leave the runs of that kind out with --run, or the covariate.")
      }
      let counts = sorted.map { word in words.count { $0 == word } }
      // The most frequent word; of equal ones the first in order.
      let first = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
      let others = sorted.filter { $0 != sorted[first] }
      kind = .words(reference: sorted[first], others: others)
      columns = sorted.indices.filter { $0 != first }.map { k in
        Column(
          word: sorted[k], mean: Double(counts[k]) / Double(words.count), donors: met[k])
      }
    case .number(_, let unit):
      var numbers: [Double] = []
      for (value, culture) in zip(values, cultures) {
        numbers.append(try CovariateCoding.number(value, name, transform, unit, culture))
      }
      let n = Double(numbers.count)
      let centre = numbers.reduce(0) { $0 + $1 / n }
      let deviation =
        (numbers.reduce(0) { $0 + ($1 - centre) * ($1 - centre) / n }).squareRoot()
      let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 0)
      guard high > low, deviation > 1e-12 * max(abs(low), abs(high)), deviation.isFinite else {
        throw CovariateCoding.constant(name, values[0].text, cultures)
      }
      kind = .number(unit: unit, centre: centre, deviation: deviation, low: low, high: high)
      columns = [Column(word: nil, mean: 0, donors: Set(donors).count)]
    }
  }

  /// The columns' values for a run that taught, by a coding of these or of more runs.
  ///
  /// Throws `InputRefused` as learning the coding does, and for a word that it does not know.
  func row(_ culture: Culture) throws(InputRefused) -> [Double] {
    let value = try CovariateCoding.values(name, [culture])[0]
    switch kind {
    case .number(let unit, let centre, let deviation, _, _):
      let x = try CovariateCoding.number(value, name, transform, unit, culture)
      return [(x - centre) / deviation]
    case .words(let reference, let others):
      guard case .word(let word) = value, word == reference || others.contains(word) else {
        throw CovariateCoding.refusal(
          [culture], "\(value.text) is none of the words of \(name) that were learned from.",
          "Learn again from all runs.")
      }
      return others.map { $0 == word ? 1 : 0 }
    }
  }

  private static func values(
    _ name: String, _ cultures: [Culture]
  ) throws(InputRefused) -> [RunAttribute] {
    let found = cultures.map { $0.run.attribute(name, platform: $0.platform?.name) }
    let missing = zip(cultures, found).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty, !found.isEmpty else {
      let known = Set(cultures.flatMap { $0.run.attributes.keys }).union(RunAttribute.builtIn)
      let names = missing.map(\.run.name)
      throw refusal(
        missing,
        "\(names.count == 1 ? "Run" : "\(names.count) runs,") \(names.prefix(5).joined(separator: ", "))"
          + "\(names.count > 5 ? " ..." : ""): \(name) is not known, which is a covariate here."
          + (known.contains(name) ? "" : Suggestion.phrase(for: name, among: known)),
        remedy(name))
    }
    return found.compactMap(\.self)
  }

  /// Where an attribute is to be written.
  static func remedy(_ name: String) -> String {
    switch name {
    case "platform", "group": "Fill the column \(name) of observations.csv."
    case "seed_density": "Give the density of the seed in operations.csv."
    default: "Give it in the run's row of runs.csv, in the column \(name)."
    }
  }

  /// A number in the unit of the coding, transformed.
  private static func number(
    _ value: RunAttribute, _ name: String, _ transform: CovariateTransform, _ unit: Unit,
    _ culture: Culture
  ) throws(InputRefused) -> Double {
    guard case .number(let base, let own) = value else {
      throw refusal(
        [culture], "\(name) is the word \(value.text) here and a number in other runs.",
        "Give all runs numbers or all words.")
    }
    guard own.dimension == unit.dimension else {
      throw refusal(
        [culture],
        "\(name) is \(own.dimension.words) here (\(own)) and \(unit.dimension.words) (\(unit)) in "
          + "other runs.", "Write the same quantity in all runs.")
    }
    let x = unit.fromBase(base)
    guard transform == .ln else { return x }
    guard x > 0 else {
      throw refusal(
        [culture], "\(name) is \(value.text), which has no logarithm.",
        "Take \(name) without ln, or leave the run out.")
    }
    return Double.log(x)
  }

  private static func constant(
    _ name: String, _ value: String, _ cultures: [Culture]
  ) -> InputRefused {
    refusal(
      cultures, "\(name) is \(value) in all runs, so its effect cannot be learned.",
      "Leave the covariate out, or add runs with another value.")
  }

  static func refusal(_ cultures: [Culture], _ cause: String, _ remedy: String) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_COVARIATE",
        at: cultures.first.map { PopulationPlan.place($0.run) } ?? Place(file: "the runs"),
        cause, remedy: remedy)
    ])
  }
}
