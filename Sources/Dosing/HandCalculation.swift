import Quantities

extension DoseCalculation {
  /// The working, one step a line, for redoing it by hand.
  public var handCalculation: [String] {
    ruleLines + steps.map(\.description) + [DoseCalculation.statement]
  }

  /// The working as steps, in the order in which they are computed.
  public var steps: [HandStep] {
    weightSteps + windowSteps + planSteps + harvestSteps + densitySteps + portionSteps
      + safetySteps + chanceSteps
  }

  private var ruleLines: [String] {
    let product = request.product
    return [
      "Rule: \(product.name) (\(product.inn)), \(product.indication), \(product.jurisdiction)"
        + (product.labelVersion.map { ", version \($0)" } ?? "") + "; dose from \(product.origin).",
      "Counted: \(product.wording).",
    ] + product.sources.map { "Source: \($0)." }
  }

  private var weightSteps: [HandStep] {
    guard let weight = request.weight, let mass = weight.mass else { return [] }
    var steps: [HandStep] = []
    var source = [
      weight.isMeasured == true ? "measured" : "not measured",
      weight.date.map { "on \($0)" } ?? "",
      weight.reference.map { "reference \($0)" } ?? "",
      weight.referenceDate.map { "of \($0)" } ?? "",
    ].filter { !$0.isEmpty }.joined(separator: " ")
    if let wording = request.product.weightWording { source += "; rule: \(wording)" }
    if let pounds = weight.converted {
      steps.append(
        HandStep(
          "Weight converted", "lb x 0.45359237 kg", "\(pounds) x 0.45359237 kg", "\(mass)",
          source: "1 lb = 0.45359237 kg exactly"))
    }
    steps.append(HandStep("Weight W", "\(mass)", source: source))
    if let earlier = weight.earlier {
      steps.append(
        HandStep(
          "Earlier weight", "\(earlier)", source: weight.earlierDate.map { "on \($0)" }))
    }
    let level = request.level.map { "level \($0), " } ?? ""
    steps.append(HandStep("Band of the rule", level + "\(window.band)"))
    return steps
  }

  private var windowSteps: [HandStep] {
    let band = window.band
    var steps: [HandStep] = []
    if let minimum = window.minimum {
      if let amount = band.minimum {
        steps.append(bound("Minimum", "least dose", amount, minimum, up: true))
      } else if let amount = band.target, let tolerance = band.tolerance {
        steps.append(
          bound("Minimum", "target x (100 % - \(tolerance))", amount, minimum, up: true))
      }
    } else {
      steps.append(HandStep("Minimum", "the source states none"))
    }
    if let target = window.target, let amount = band.target {
      steps.append(bound("Target", "target", amount, target, up: false))
    } else {
      steps.append(HandStep("Target", "the source states none"))
    }
    guard let maximum = window.maximum else {
      return steps + [HandStep("Maximum", "the source states none")]
    }
    if let amount = band.maximum {
      steps.append(bound("Maximum", "greatest dose", amount, maximum, up: false))
    } else if let amount = band.target {
      let factor =
        band.tolerance.map { "target x (100 % + \($0))" } ?? "target, the only dose stated"
      steps.append(bound("Maximum", factor, amount, maximum, up: false))
    } else {
      steps.append(HandStep("Maximum", "cap", nil, "\(maximum)"))
    }
    return steps
  }

  /// The product of W, an amount per kg and the tolerance that the formula names; then the cap.
  private func bound(
    _ name: String, _ words: String, _ amount: DoseAmount, _ result: CellCount, up: Bool
  ) -> HandStep {
    var formula = words
    var working: [String] = []
    if amount.isPerKilogram, let mass = request.weight?.mass {
      formula += " per kg x W"
      working.append("\(mass)")
    }
    working.append("\(amount)")
    var exactCells = amount.number
    if amount.isPerKilogram, let mass = request.weight?.mass?.kilograms {
      exactCells = (try? exactCells.times(mass)) ?? exactCells
    }
    if words.hasPrefix("target x ("), let tolerance = window.band.tolerance {
      let sign = up ? tolerance.value.negated : tolerance.value
      if let factor = try? Rational.one.plus(sign) {
        working.append(ExactText.decimal(factor))
        exactCells = (try? exactCells.times(factor)) ?? exactCells
      }
    }
    if !exactCells.isInteger { formula += up ? ", rounded up" : ", rounded down" }
    let rounded = up ? exactCells.ceiling : exactCells.floor
    var text = "\(result)"
    if Rational(rounded) != result.rational {
      let why = window.band.cap == result ? "not above the cap" : "inside the window"
      text = "\(NumberText.cells(rounded)); \(why), so \(result)"
    } else if !exactCells.isInteger {
      text = "\(ExactText.decimal(exactCells)) cells, so \(result)"
    }
    let hasProduct = working.count > 1
    return HandStep(
      name, formula, hasProduct ? working.joined(separator: " x ") : nil, text, source: "rule")
  }

  private var planSteps: [HandStep] {
    guard let planned else { return [] }
    var steps = [HandStep("Planned dose D", "\(planned)", source: planSource)]
    guard portions.count > 1 else { return steps }
    for (index, filled) in portions.enumerated() {
      let share = filled.portion.share
      steps.append(
        HandStep(
          "Portion \(index + 1), \(filled.portion.name)",
          share.map {
            "D x shares up to here less D x shares before, each rounded down; share "
              + ExactText.decimal($0)
          },
          nil, "\(filled.portion.cells)",
          source: share == nil ? request.blasts.map { "rule, blasts \($0)" } : nil))
    }
    return steps
  }

  private var planSource: String {
    switch request.planned {
    case .target: "the target of the rule"
    case .minimum: "the minimum of the rule"
    case .maximum: "the maximum of the rule"
    case .amount: "chosen"
    case nil: ""
    }
  }

  private var harvestSteps: [HandStep] {
    guard let harvest, let planned, let losses = request.losses else { return [] }
    var steps: [HandStep] = []
    for index in losses.indices.reversed() {
      let step = losses[index]
      guard let before = try? Array(losses[index...]).exactCellsNeeded(for: planned),
        let after = try? Array(losses[(index + 1)...]).exactCellsNeeded(for: planned)
      else { continue }
      let cells = ExactText.decimal(after, decimals: 3) + " cells"
      let (formula, working) =
        switch step.kind {
        case .recovery(let share): ("N / recovery", "\(cells) / \(share)")
        case .share(let share): ("N / (100 % - share)", "\(cells) / (100 % - \(share))")
        case .cells(let kept): ("N + kept", "\(cells) + \(kept)")
        }
      steps.append(
        HandStep(
          "Before \(step.name)", formula, working, ExactText.decimal(before, decimals: 3) + " cells"
        ))
    }
    return steps + [HandStep("Harvest", "rounded up", nil, "\(harvest)")]
  }
}
