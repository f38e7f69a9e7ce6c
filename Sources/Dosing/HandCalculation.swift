import Quantities

extension DoseCalculation {
  /// The working, one step a line, for redoing it by hand.
  public var handCalculation: [String] {
    ruleLines + steps.map(\.description) + [DoseCalculation.statement]
  }

  /// The working as steps, in the order in which they are computed.
  public var steps: [HandStep] {
    weightSteps + window.steps(at: request.weight?.mass) + planSteps + harvestSteps + densitySteps
      + portionSteps
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
          weight.otherWord == "later" ? "Later weight" : "Earlier weight", "\(earlier)",
          source: weight.earlierDate.map { "on \($0)" }))
    }
    let level = request.level.map { "level \($0), " } ?? ""
    steps.append(HandStep("Band of the rule", level + "\(window.band)"))
    return steps
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
    guard let planned, let losses = request.losses else { return [] }
    return losses.steps(for: planned)
  }
}
