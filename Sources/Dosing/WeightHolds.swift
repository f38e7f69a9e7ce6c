import Quantities

extension WeightRecord {
  /// Refuses a record with a part missing; only the earlier weight may be unknown.
  func check() throws(Refusal) {
    if mass == nil { throw .missing("bodyMass", "The body weight") }
    if isMeasured == nil { throw .missing("weight.measured", "Whether the weight was measured") }
    if date == nil { throw .missing("weight.date", "The day of weighing") }
    if reference == nil { throw .missing("weight.reference", "What the weight stands for") }
    if referenceDate == nil {
      throw .missing("weight.referenceDate", "The day of leukapheresis or of the planned infusion")
    }
    if earlier != nil, earlierDate == nil {
      throw .missing("weight.earlierDate", "The day of the earlier weight")
    }
    if let converted, let exact = try? converted.converted(), exact != mass {
      throw Refusal(
        .ambiguous, "weight.converted", "The pounds and the kilograms are not the same weight.",
        remedy: "Give the reading in pounds alone; it is converted exactly.")
    }
    if let date, let earlierDate, earlierDate > date {
      throw Refusal(
        .badValue, "weight.earlierDate", "The earlier weight is later than the weight.",
        remedy: "Check both days.")
    }
  }

  /// What is doubtful about a complete record for a product.
  func holds(_ product: Product, _ policy: WeightPolicy) -> [Hold] {
    var holds: [Hold] = []
    if isMeasured == false {
      holds.append(
        Hold(
          .weightNotMeasured, "weight.measured", "The weight was stated or guessed, not measured.",
          action: "Weigh the patient on a scale in kg.", role: .nurse))
    }
    if let reference, product.weightReference != .notStated, reference != product.weightReference {
      holds.append(
        Hold(
          .weightReference, "weight.reference",
          "The dose is stated for the weight at \(product.weightReference); "
            + "this one stands for: \(reference).",
          action: "Give the weight at \(product.weightReference).", role: .physician))
    }
    if let hold = stale(policy) { holds.append(hold) }
    if let hold = compared(policy) { holds.append(hold) }
    return holds
  }

  private func stale(_ policy: WeightPolicy) -> Hold? {
    guard let date, let referenceDate, let reference else { return nil }
    let days = referenceDate.dayNumber - date.dayNumber
    let isStale: Bool
    let words: String
    if reference == .leukapheresis {
      isStale = abs(days) > policy.daysToLeukapheresis
      words = "more than \(policy.daysToLeukapheresis) days from the leukapheresis"
    } else {
      isStale = days > policy.daysToInfusion || days < 0
      words = "more than \(policy.daysToInfusion) days before the infusion, or after it"
    }
    guard isStale else { return nil }
    return Hold(
      .weightStale, "weight.date", "The day of weighing is \(words).",
      action: "Weigh the patient again, or confirm the weight.", role: .physician)
  }

  private func compared(_ policy: WeightPolicy) -> Hold? {
    guard let mass else { return nil }
    guard let earlier else {
      return Hold(
        .weightAlone, "weight.earlier", "There is no earlier weight to compare with.",
        action: "Have a second person read the scale, or find an earlier weight.", role: .nurse)
    }
    let (now, before) = (mass.kilograms, earlier.kilograms)
    if isPounds(now, to: before, policy) || isPounds(before, to: now, policy) {
      return Hold(
        .weightPounds, "bodyMass",
        "The ratio of the two weights is that of pounds to kilograms.",
        action: "Weigh the patient again in kg and check the unit of both weights.",
        role: .physician)
    }
    // |now - before| > drift x before, exactly; a number too long to compare is doubtful too.
    let change = try? now.minus(before)
    let most = try? before.times(policy.drift.value)
    guard let change, let most, max(change, change.negated) <= most else {
      return Hold(
        .weightDrift, "bodyMass",
        "The weight differs from the earlier one by more than \(policy.drift).",
        action: "Weigh the patient again, and confirm which weight the dose is for.",
        role: .physician)
    }
    return nil
  }

  /// True when a / b is within the tolerance of 2.2046 lb/kg.
  private func isPounds(_ a: Rational, to b: Rational, _ policy: WeightPolicy) -> Bool {
    guard let ratio = try? a.divided(by: b), let pounds = try? Rational(22046, over: 10000),
      let margin = try? pounds.times(policy.poundTolerance.value),
      let low = try? pounds.minus(margin), let high = try? pounds.plus(margin)
    else { return true }
    return ratio >= low && ratio <= high
  }
}
