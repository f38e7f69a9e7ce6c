import Quantities

extension Checker {
  /// Checks a parameter's unit, bounds, scale and prior.
  mutating func parameter(_ syntax: ParameterSyntax) -> ModelParameter? {
    guard let unit = read(syntax.unit) else { return nil }
    let place = syntax.spot
    func parameter(
      _ bounds: ClosedRange<Double>, _ scale: EstimationScale, _ prior: Prior?, fixed: Bool
    ) -> ModelParameter {
      ModelParameter(
        name: syntax.name, unit: unit, text: syntax.text, value: unit.toBase(syntax.value),
        bounds: bounds, scale: scale, prior: prior, isFixed: fixed, isUnverified: syntax.unverified)
    }
    let value = unit.toBase(syntax.value)
    let ends = [syntax.bounds?.low, syntax.bounds?.high].map { unit.toBase($0 ?? 0) }
    guard value.isFinite, ends.allSatisfy(\.isFinite) else {
      report(
        "E_MODEL_NUMBER", place, "The value or a bound of \(syntax.name) is too large.",
        "Use a smaller number or another unit.")
      return nil
    }
    if syntax.fixed {
      if syntax.prior != nil || syntax.scale != nil || syntax.bounds != nil {
        report(
          "E_MODEL_FIXED", place, "\(syntax.name) is fixed but has bounds, a scale or a prior.",
          "Remove `fixed` to estimate it, or remove the rest.")
      }
      return parameter(value...value, .linear, nil, fixed: true)
    }
    guard let bounds = syntax.bounds else {
      report(
        "E_MODEL_BOUNDS", place, "\(syntax.name) has no bounds.",
        "Write `in LOW ... HIGH`, or `fixed`.")
      return parameter(value...value, .linear, nil, fixed: true)
    }
    guard bounds.low < bounds.high, bounds.low <= syntax.value, syntax.value <= bounds.high else {
      report(
        "E_MODEL_BOUNDS", place,
        "The value of \(syntax.name) does not lie between its bounds.",
        "Put the lower bound first and the value between them.")
      return parameter(value...value, .linear, nil, fixed: true)
    }
    guard let scale = syntax.scale else {
      report(
        "E_MODEL_SCALE", place, "\(syntax.name) has no estimation scale.",
        "Write log (positive), logit (fraction) or linear after the bounds.")
      return parameter(value...value, .linear, nil, fixed: true)
    }
    if scale == .log && bounds.low <= 0
      || scale == .logit && (bounds.low <= 0 || unit.toBase(bounds.high) >= 1)
    {
      report(
        "E_MODEL_SCALE", place,
        "The bounds of \(syntax.name) do not suit the scale \(scale.rawValue).",
        scale == .log ? "Use a lower bound above 0." : "Use bounds inside 0 and 1.")
    }
    return parameter(
      unit.toBase(bounds.low)...unit.toBase(bounds.high), scale,
      prior(syntax, unit: unit, scale: scale), fixed: false)
  }

  private mutating func prior(
    _ syntax: ParameterSyntax, unit: Unit, scale: EstimationScale
  ) -> Prior? {
    switch syntax.prior {
    case .platform(_, let place)? where scale != .log, .seed(_, _, let place)? where scale != .log:
      report(
        "E_MODEL_PRIOR", place, "A prior from the seed or the platform is one of a logarithm.",
        "Estimate \(syntax.name) on the scale log.")
      return nil
    case nil: return nil
    case .located(let center, let value, let spread, let sd, let place):
      let wanted: [EstimationScale: (PriorWord, SpreadWord)] = [
        .log: (.median, .sdLn), .logit: (.median, .sdLogit), .linear: (.mean, .sd),
      ]
      if let (word, spreadWord) = wanted[scale], word != center || spreadWord != spread {
        report(
          "E_MODEL_PRIOR", place,
          "A prior on the scale \(scale.rawValue) is written \(word.rawValue) ... \(spreadWord.rawValue) ....",
          "Write: prior \(word.rawValue) M \(spreadWord.rawValue) S.")
      }
      if sd <= 0 || scale != .linear && value <= 0 {
        report(
          "E_MODEL_PRIOR", place, "The prior's centre or spread is not positive.", "Correct it.")
        return nil
      }
      return .normal(
        center: unit.toBase(value), sd: scale == .linear ? unit.toBase(sd) : sd)
    case .platform(let sd?, let place) where sd <= 0, .seed(_, let sd, let place) where sd <= 0:
      report("E_MODEL_PRIOR", place, "The prior's spread is not positive.", "Correct it.")
      return nil
    case .platform(let sd, let place):
      if unit.dimension != Dimension(cells: 1) {
        report(
          "E_MODEL_PRIOR", place, "A platform prior is a capacity in cells.",
          "Give \(syntax.name) the unit [cells].")
      }
      return .platform(sd: sd)
    case .seed(let quantity, let sd, let place):
      guard let match = SeedWord(rawValue: quantity) else {
        report(
          "E_MODEL_PRIOR", place,
          "A seed operation does not tell '\(quantity)'."
            + Suggestion.phrase(for: quantity, among: SeedWord.words),
          "Use one of: \(SeedWord.words.joined(separator: ", ")).")
        return nil
      }
      if match.dimension != unit.dimension {
        report(
          "E_MODEL_PRIOR", place,
          "\(syntax.name) is \(unit.dimension.words) but seed(\(quantity)) is "
            + "\(match.dimension.words).",
          "Correct the unit or the quantity.")
      }
      return .seed(quantity: quantity, sd: sd)
    }
  }
}
