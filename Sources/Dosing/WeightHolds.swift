import Quantities

extension WeightRecord {
  /// What is missing, in order; only the other weight may be unknown.
  var missing: [Refusal] {
    var missing: [Refusal] = []
    func need(_ isThere: Bool, _ field: String, _ what: String) {
      if !isThere { missing.append(.missing(field, what)) }
    }
    need(mass != nil, "bodyMass", "The body weight")
    need(isMeasured != nil, "weight.measured", "Whether the weight was measured")
    need(date != nil, "weight.date", "The day of weighing")
    need(reference != nil, "weight.reference", "What the weight stands for")
    need(
      referenceDate != nil, "weight.referenceDate",
      "The day of leukapheresis or of the planned infusion")
    need(
      earlier == nil || earlierDate != nil, "weight.earlierDate", "The day of the other weight")
    return missing
  }

  /// Refuses a record with a part missing or contradictory.
  func check() throws(Refusal) {
    if let first = missing.first { throw first }
    if let converted, let exact = try? converted.converted(), exact != mass {
      throw Refusal(
        .ambiguous, "weight.converted", "The pounds and the kilograms are not the same weight.",
        remedy: "Give the reading in pounds alone; it is converted exactly.")
    }
  }

  /// What is doubtful about a complete record for a product. *age:* years; nil when not given.
  func holds(_ product: Product, _ policy: WeightPolicy, age: Rational?) -> [Hold] {
    var holds: [Hold] = []
    func value() -> String { mass?.description ?? "" }
    if isMeasured == false {
      holds.append(
        Hold(
          .weightNotMeasured, "weight.measured", "The weight was stated or guessed, not measured.",
          value: value(), action: "Weigh the patient on a scale in kg.", role: .nurse))
    }
    if let reference, product.weightReference != .notStated, reference != product.weightReference {
      holds.append(
        Hold(
          .weightReference, "weight.reference",
          "The dose is stated for the weight at \(product.weightReference); "
            + "this one stands for: \(reference).",
          value: "\(value()); \(reference)",
          action: "Give the weight at \(product.weightReference).", role: .physician))
    }
    if let hold = stale(product, policy) { holds.append(hold) }
    if let hold = compared(policy) { holds.append(hold) }
    if let hold = vouched(policy, age: age) { holds.append(hold) }
    if let mass, let age, let hold = WeightForAge.hold(mass, age: age) { holds.append(hold) }
    return holds
  }

  private func stale(_ product: Product, _ policy: WeightPolicy) -> Hold? {
    guard let mass, let date, let referenceDate, let reference else { return nil }
    let days = referenceDate.dayNumber - date.dayNumber
    // What the source says of the day of weighing goes before our thresholds.
    let stated = reference == product.weightReference ? product.weightWithin : nil
    let isOfLeukapheresis = reference == .leukapheresis
    let most = stated ?? (isOfLeukapheresis ? policy.daysToLeukapheresis : policy.daysToInfusion)
    let isStale = isOfLeukapheresis ? abs(days) > most : days > most || days < 0
    guard isStale else { return nil }
    let span = NumberText.counted(most, "day")
    let words =
      (stated == nil ? "more than \(span)" : "more than the \(span) that the source allows")
      + (isOfLeukapheresis ? " from the leukapheresis" : " before the infusion, or after it")
    return Hold(
      .weightStale, "weight.date", "The day of weighing is \(words).",
      value: "\(mass); \(date); \(referenceDate)",
      action: "Weigh the patient again, or confirm the weight.", role: .physician)
  }

  private func compared(_ policy: WeightPolicy) -> Hold? {
    guard let mass, let earlier else { return nil }
    let (now, before) = (mass.kilograms, earlier.kilograms)
    if isPounds(now, to: before, policy) || isPounds(before, to: now, policy) {
      return Hold(
        .weightPounds, "bodyMass",
        "The ratio of the two weights is that of pounds to kilograms.",
        value: "\(mass); \(earlier)",
        action: "Weigh the patient again in kg and check the unit of both weights.",
        role: .physician)
    }
    // |a - b| > drift x the first of the two in time, exactly, so that it does not matter which of
    // them the dose is for; a number too long to compare is doubtful too.
    let isLater = date.flatMap { day in earlierDate.map { $0 > day } } ?? false
    let change = try? now.minus(before)
    let most = try? (isLater ? now : before).times(policy.drift.value)
    guard let change, let most, max(change, change.negated) <= most else {
      return Hold(
        .weightDrift, "bodyMass",
        "The two weighings differ by more than \(policy.drift).",
        value: "\(mass); \(earlier)",
        action: "Weigh the patient again, and confirm which weight the dose is for.",
        role: .physician)
    }
    return nil
  }

  /// A weight that nothing vouches for: there is no other one, or it is too far off for a child.
  private func vouched(_ policy: WeightPolicy, age: Rational?) -> Hold? {
    guard let mass else { return nil }
    let doubt: String
    var value = "\(mass)"
    if let earlier {
      let isChild = age.map { $0 < policy.adultAge } ?? (mass.kilograms < policy.adultMass)
      guard isChild, let date, let earlierDate,
        abs(date.dayNumber - earlierDate.dayNumber) > policy.daysToVouch
      else { return nil }
      doubt =
        "The other weight is more than \(NumberText.counted(policy.daysToVouch, "day")) away; a "
        + "child grows, and it does not vouch for this one."
      value += "; \(earlier); \(earlierDate)"
    } else {
      doubt = "There is no other weight to compare with."
    }
    return Hold(
      .weightAlone, "weight.earlier", doubt, value: value,
      action: "Have a second person read the scale, or find another weight.", role: .nurse)
  }

  /// True when a / b is within the tolerance of 2.2046 lb/kg.
  private func isPounds(_ a: Rational, to b: Rational, _ policy: WeightPolicy) -> Bool {
    // Most pairs are far from it; the exact comparison is for those that are near.
    let rough = a.double / b.double / 2.2046
    if rough.isFinite, abs(rough - 1) > 2 * policy.poundTolerance.value.double + 0.01 {
      return false
    }
    guard let ratio = try? a.divided(by: b), let pounds = try? Rational(22046, over: 10000),
      let margin = try? pounds.times(policy.poundTolerance.value),
      let low = try? pounds.minus(margin), let high = try? pounds.plus(margin)
    else { return true }
    return ratio >= low && ratio <= high
  }
}
