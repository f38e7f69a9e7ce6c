import Quantities

extension DoseSheet {
  /// The part of a sheet that a rule fills: its bands and its course, with what selects among them.
  ///
  /// *level:* names a dose level; an unknown one leaves no bands, which no calculation accepts.
  /// Regimens that are unverified are left out, so that no calculation finds a portion for them.
  public init(
    _ rule: DoseRule?, level: String? = nil, bodyMass: BodyMass?, choice: Choice? = nil,
    blasts: Fraction? = nil
  ) {
    let bands = rule.flatMap { try? $0.bands(level: level) } ?? []
    self.init(
      bands: bands.map(\.sheet), kilograms: bodyMass?.kilograms, choice: choice)
    course = rule?.course.sheet ?? .single
    self.blasts = blasts
  }
}

extension DoseCourse {
  fileprivate var sheet: DoseSheet.Course {
    switch self {
    case .single, .repeated: .single
    case .fractions(let fractions): .fractions(fractions.map(\.share))
    case .components(let components): .components(components.map(\.share))
    case .split(let split):
      .split(split.regimens.filter { $0.state != .unverified }.map(\.sheet))
    }
  }
}

extension BlastSplit.Regimen {
  fileprivate var sheet: DoseSheet.Regimen {
    let byBag = portions.flatMap(\.byBag)
    return DoseSheet.Regimen(
      lower: lower.map { DoseSheet.Edge($0.share.value, inclusive: $0.inclusive) },
      upper: upper.map { DoseSheet.Edge($0.share.value, inclusive: $0.inclusive) },
      portions: byBag.map(\.cells), days: byBag.map { $0.day ?? 1 })
  }
}

extension WeightBand {
  fileprivate var sheet: DoseSheet.Band {
    var band = DoseSheet.Band()
    band.lower = lower.map { DoseSheet.Edge($0.mass.kilograms, inclusive: $0.inclusive) }
    band.upper = upper.map { DoseSheet.Edge($0.mass.kilograms, inclusive: $0.inclusive) }
    band.minimum = minimum?.sheet
    band.target = target?.sheet
    band.maximum = maximum?.sheet
    band.cap = cap
    band.tolerance = tolerance
    return band
  }
}

extension DoseAmount {
  fileprivate var sheet: DoseSheet.Amount {
    DoseSheet.Amount(number, perKilogram: isPerKilogram)
  }
}
