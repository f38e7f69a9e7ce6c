import Harvest
import Quantities
import RunRecords

/// Readings that were not foretold, or that nobody has taken back.
extension DecisionWords {
  /// `viability of 30 % on day 6, where ... let expect 85 - 94 % (90 %; p < 0.001, below 0.01)`.
  func contradiction(_ check: LatestReadingCheck) -> String {
    func shown(_ value: Double) -> String { DecisionWords.reading(value, check.quantity) }
    let what = check.words
    return
      "\(what) of \(shown(check.reading)) on day \(Shown.day(check.hour)), where earlier readings "
      + "let expect \(DecisionWords.readings(check.expected, check.quantity)) "
      + "(\(NumberText.percent(check.level)) interval; p \(probability(check.p)), below "
      + "\(Shown.number(thresholds.contradiction)))"
  }

  /// A reading with its unit, `2.56E6 cells/mL`.
  static func reading(_ base: Double, _ quantity: String) -> String {
    let unit = MeasuredQuantity.named(quantity)?.unit ?? ""
    if unit == "1e6 cells/mL" { return "\(Shown.cells(base)) cells/mL" }
    return "\(Shown.measured(base, quantity)) \(unit)"
  }

  /// A range of readings with its unit, `2.1 - 3.92 1e6 cells/mL` as `2.1E6 - 3.9E6 cells/mL`.
  static func readings(_ range: ClosedRange<Double>, _ quantity: String) -> String {
    let unit = MeasuredQuantity.named(quantity)?.unit ?? ""
    if unit == "1e6 cells/mL" {
      return "\(Shown.cells(range.lowerBound)) - \(Shown.cells(range.upperBound)) cells/mL"
    }
    return "\(Shown.measured(range.lowerBound, quantity)) - "
      + "\(Shown.measured(range.upperBound, quantity)) \(unit)"
  }

  /// Names of what was read and is contradicted, `viability and CAR+ share`.
  var contradictedNames: String {
    decision.contradicted.map(\.words).joined(separator: " and ")
  }

  /// Why the page gives no probabilities; nil while it does.
  var unanswered: String? {
    guard !decision.isAnswered else { return nil }
    let isModel = decision.contradicted.contains { !$0.isOfFlow }
    let cells =
      !decision.givesCells
      ? "No cells are given either, as they depend on it."
      : decision.support.pathCounts != nil
        ? "The cells below are those of the growth path, from the counts alone."
        : "The cells below are those of a model that these readings do not fit: do not rely on them."
    return "The probabilities of a harvest depend on the \(contradictedNames), and "
      + (isModel
        ? "no model here foretells what was read: they are not given, and there is no answer that "
          + "leaves the alarm out. "
        : "the readings do not agree: they are not given, and there is no answer that leaves the "
          + "alarm out. ") + cells
  }

  /// Earlier readings that may be wrong in place of the latest; empty without any.
  var suspected: String {
    let level = thresholds.contradiction
    let list = decision.doubts.suspects.map { check in
      "\(named(check)) (\(DecisionWords.reading(check.reading, check.quantity))"
        + (check.p < level ? ", itself contradicted by those before it" : "") + ")"
    }
    guard !list.isEmpty else { return "" }
    return
      " Without the \(list.joined(separator: " and the ")) it would agree: either this reading or "
      + "the earlier one is wrong."
  }

  /// What should be looked at before anything else, in sentences: earlier readings that nobody has taken
  /// back, a missing or old count, a reading that is too good, and warnings of the reading.
  var checkFirst: [String] {
    var found: [String] = []
    let doubted = decision.doubts.unresolved.map { check in
      "\(named(check)) (\(DecisionWords.reading(check.reading, check.quantity)), where those before let "
        + "expect \(DecisionWords.readings(check.expected, check.quantity)); p \(probability(check.p)))"
    }
    if !doubted.isEmpty {
      found.append(
        "Contradicted when it was read, and still in the data: \(doubted.joined(separator: "; ")). If "
          + "it was a mistake take it out; if it was true, say why the culture recovered.")
    }
    if !decision.recovered.isEmpty {
      found.append(
        "A criterion was broken before and is met by the latest reading: "
          + decision.recovered.map(violation).joined(separator: "; ")
          + ". Check that reading before a harvest.")
    }
    if decision.newestCount == nil {
      found.append(
        "No viable count was used: the cells are foretold from the seed"
          + (decision.support.teachers.isEmpty ? "" : " and the earlier donors")
          + " alone. Count first.")
    } else if let newest = decision.newestCount,
      decision.question.now - newest > thresholds.newestCount,
      decision.verdict.ground != .countIsOld
    {
      found.append(
        "The newest viable count is of day \(Shown.day(newest)), "
          + "\(NumberText.fixed((decision.question.now - newest) / 24, decimals: 1)) days before now: count "
          + "before anything is decided.")
    }
    found += decision.welcome.map { check in
      "The \(named(check)) is above what was foretold (\(DecisionWords.reading(check.reading, check.quantity)), "
        + "expected \(DecisionWords.readings(check.expected, check.quantity)); p \(probability(check.p))): "
        + "a criterion with a lower limit only gains by it, so it is no alarm; read it again all the same."
    }
    return found + decision.question.warnings
  }

  /// `vcd of day 6`.
  private func named(_ check: LatestReadingCheck) -> String {
    "\(check.words) of day \(Shown.day(check.hour))"
  }
}
