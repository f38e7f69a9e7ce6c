import Quantities

/// What one kind of rule must and may state.
private struct KindForm {
  enum Amount: String, CaseIterable { case minimum, target, maximum, cap, tolerance }

  /// True for cells/kg, false for cells, nil when both may occur.
  let perKilogram: Bool?
  /// One of each group must be there.
  let needs: [[Amount]]
  /// What may be there beside it.
  let allows: [Amount]

  static func of(_ kind: DoseRule.Kind) -> KindForm {
    switch kind {
    case .perKilogramTarget:
      KindForm(perKilogram: true, needs: [[.target]], allows: [.minimum, .maximum, .cap])
    case .perKilogramRange:
      KindForm(
        perKilogram: true, needs: [[.minimum], [.maximum, .cap]], allows: [.target, .cap])
    case .perKilogramFixed:
      KindForm(perKilogram: true, needs: [[.target]], allows: [.cap, .tolerance])
    case .perKilogramMinimum: KindForm(perKilogram: true, needs: [[.minimum]], allows: [])
    case .flatRange:
      KindForm(perKilogram: false, needs: [[.minimum], [.maximum]], allows: [.target])
    case .flatFixed: KindForm(perKilogram: false, needs: [[.target]], allows: [.tolerance])
    case .bandedByWeight, .doseLevels:
      KindForm(
        perKilogram: nil, needs: [[.minimum, .target, .maximum, .cap]], allows: Amount.allCases)
    }
  }
}

extension WeightBand {
  private func states(_ amount: KindForm.Amount) -> Bool {
    switch amount {
    case .minimum: minimum != nil
    case .target: target != nil
    case .maximum: maximum != nil
    case .cap: cap != nil
    case .tolerance: tolerance != nil
    }
  }

  /// Proves that the band states what its kind must and may state.
  func checkForm(_ kind: DoseRule.Kind, _ part: RuleFault.Part) throws(RuleFault) {
    let form = KindForm.of(kind)
    for group in form.needs where !group.contains(where: states) {
      throw RuleFault(
        "E_RULE_AMOUNT", part,
        "A rule '\(kind.rawValue)' has no \(group.map(\.rawValue).joined(separator: " or ")).",
        "State what the source states, or choose the kind that fits it.")
    }
    let known = form.needs.flatMap(\.self) + form.allows
    if let extra = KindForm.Amount.allCases.first(where: { states($0) && !known.contains($0) }) {
      throw RuleFault(
        "E_RULE_AMOUNT", part, "A rule '\(kind.rawValue)' has no \(extra.rawValue).",
        "Choose the kind that fits the source.")
    }
    if let perKilogram = form.perKilogram,
      [minimum, target, maximum].contains(where: {
        $0.map { $0.isPerKilogram != perKilogram } ?? false
      })
    {
      throw RuleFault(
        "E_RULE_UNIT", part,
        "A rule '\(kind.rawValue)' is stated in \(perKilogram ? "cells/kg" : "cells").",
        "Copy the unit from the source; nothing is converted.")
    }
  }

  /// Proves that the amounts of the band do not contradict each other.
  func checkAmounts(_ part: RuleFault.Part) throws(RuleFault) {
    if tolerance != nil, target == nil || minimum != nil || maximum != nil {
      throw RuleFault(
        "E_RULE_TOLERANCE", part, "A tolerance stands without a target, or beside a range.",
        "A tolerance widens a target that stands alone; otherwise state the range.")
    }
    if let minimum, let maximum, minimum.isPerKilogram != maximum.isPerKilogram {
      throw RuleFault(
        "E_RULE_UNIT", part, "The minimum and the maximum have different units.",
        "State both in cells or both in cells/kg, as the source does.")
    }
    if let minimum, let maximum, minimum.number > maximum.number {
      throw RuleFault(
        "E_RULE_MIN_ABOVE_MAX", part, "The minimum is above the maximum.",
        "Check both numbers against the source.")
    }
    if let minimum, let cap, !minimum.isPerKilogram, minimum.number > cap.rational {
      throw RuleFault(
        "E_RULE_MIN_ABOVE_MAX", part, "The minimum is above the cap.",
        "Check both numbers against the source.")
    }
    for (bound, isLow) in [(minimum, true), (maximum, false)] {
      if let bound { try checkTarget(against: bound, isLow: isLow, part) }
    }
  }

  private func checkTarget(
    against bound: DoseAmount, isLow: Bool, _ part: RuleFault.Part
  ) throws(RuleFault) {
    guard let target else { return }
    if bound.isPerKilogram == target.isPerKilogram {
      if isLow ? target.number < bound.number : target.number > bound.number {
        throw RuleFault(
          "E_RULE_TARGET_OUTSIDE", part, "The target is outside its own range.",
          "Check the numbers against the source.")
      }
    } else if bound.isPerKilogram || cap.map({ !isLow && $0.rational > bound.number }) ?? true {
      // A target per kg inside flat limits is what Carvykti EU states above 100 kg, capped.
      throw RuleFault(
        "E_RULE_UNIT", part, "The target and the range have different units.",
        "A target in cells/kg may stand in a range of cells only together with a cap in cells that "
          + "is not above the maximum.")
    }
  }
}

extension DoseRule {
  func checkBands() throws(RuleFault) {
    if kind == .doseLevels {
      guard bands.isEmpty, !levels.isEmpty else {
        throw RuleFault(
          "E_RULE_LEVELS", .band(0),
          "A rule '\(kind.rawValue)' has levels and no bands of its own.",
          "Write 'levels' with a name and amounts for each.")
      }
      for (index, level) in levels.enumerated() {
        if levels[..<index].contains(where: { $0.name == level.name }) {
          throw RuleFault(
            "E_RULE_LEVELS", .level(index, band: 0), "The level '\(level.name)' occurs twice.",
            "Give each level its own name.")
        }
        try check(level.bands) { .level(index, band: $0) }
      }
      return
    }
    if !levels.isEmpty {
      throw RuleFault(
        "E_RULE_LEVELS", .level(0, band: 0), "Only a rule 'dose levels' has levels.",
        "Write 'kind: \(Kind.doseLevels.rawValue)'.")
    }
    try check(bands) { .band($0) }
  }

  private func check(
    _ bands: [WeightBand], part: (Int) -> RuleFault.Part
  ) throws(RuleFault) {
    if bands.isEmpty {
      throw RuleFault("E_RULE_EMPTY", part(0), "The rule has no dose.", "State the dose.")
    }
    let isBanded = bands.count > 1 || bands[0].lower != nil || bands[0].upper != nil
    if isBanded, kind != .bandedByWeight, kind != .doseLevels {
      throw RuleFault(
        "E_RULE_KIND", part(0), "A rule '\(kind.rawValue)' has no weight bands.",
        "Write 'kind: \(Kind.bandedByWeight.rawValue)'.")
    }
    for (index, band) in bands.enumerated() {
      try band.checkForm(kind, part(index))
      try band.checkAmounts(part(index))
    }
    try Cover.check(
      bands.map { band in
        Cover(
          lower: band.lower.map { ($0.mass.kilograms, $0.inclusive) },
          upper: band.upper.map { ($0.mass.kilograms, $0.inclusive) })
      }, "band", name: { "the weight \(ExactText.decimal($0)) kg" }, part: part)
  }
}
