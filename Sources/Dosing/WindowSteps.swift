import Quantities

extension DoseWindow {
  /// The working of the least, target and greatest dose at a weight.
  func steps(at mass: BodyMass?) -> [HandStep] {
    var steps: [HandStep] = []
    if let minimum {
      if let amount = band.minimum {
        steps.append(bound("Minimum", "least dose", amount, minimum, mass, up: true))
      } else if let amount = band.target, let tolerance = band.tolerance {
        steps.append(
          bound("Minimum", "target x (100 % - \(tolerance))", amount, minimum, mass, up: true))
      }
    } else {
      steps.append(HandStep("Minimum", "the source states none"))
    }
    if let target, let amount = band.target {
      steps.append(bound("Target", "target", amount, target, mass, up: false))
    } else {
      steps.append(HandStep("Target", "the source states none"))
    }
    guard let maximum else {
      return steps + [HandStep("Maximum", "the source states none")]
    }
    if let amount = band.maximum {
      steps.append(bound("Maximum", "greatest dose", amount, maximum, mass, up: false))
    } else if let amount = band.target {
      let factor =
        band.tolerance.map { "target x (100 % + \($0))" } ?? "target, the only dose stated"
      steps.append(bound("Maximum", factor, amount, maximum, mass, up: false))
    } else {
      steps.append(HandStep("Maximum", "cap", nil, "\(maximum)"))
    }
    return steps
  }

  /// The product of W, an amount per kg and the tolerance that the formula names; then the cap.
  private func bound(
    _ name: String, _ words: String, _ amount: DoseAmount, _ result: CellCount, _ mass: BodyMass?,
    up: Bool
  ) -> HandStep {
    var formula = words
    var working: [String] = []
    if amount.isPerKilogram, let mass {
      formula += " per kg x W"
      working.append("\(mass)")
    }
    working.append("\(amount)")
    var exactCells = amount.number
    if amount.isPerKilogram, let mass {
      exactCells = (try? exactCells.times(mass.kilograms)) ?? exactCells
    }
    if words.hasPrefix("target x ("), let tolerance = band.tolerance {
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
      let why = band.cap == result ? "not above the cap" : "inside the window"
      text = "\(NumberText.cells(rounded)); \(why), so \(result)"
    } else if !exactCells.isInteger {
      text = "\(ExactText.decimal(exactCells, rounding: up ? .up : .down)) cells, so \(result)"
    }
    let hasProduct = working.count > 1
    return HandStep(
      name, formula, hasProduct ? working.joined(separator: " x ") : nil, text, source: "rule")
  }
}

extension [LossStep] {
  /// The working of the cells to harvest for a planned dose, from the last step back to the first.
  func steps(for planned: CellCount) -> [HandStep] {
    guard let harvest = try? cellsNeeded(for: planned) else { return [] }
    var steps: [HandStep] = []
    for index in indices.reversed() {
      let step = self[index]
      guard let before = try? Array(self[index...]).exactCellsNeeded(for: planned),
        let after = try? Array(self[(index + 1)...]).exactCellsNeeded(for: planned)
      else { continue }
      // Cells that are needed are never told as fewer.
      let cells = ExactText.decimal(after, decimals: 3, rounding: .up) + " cells"
      let (formula, working) =
        switch step.kind {
        case .recovery(let share): ("N / recovery", "\(cells) / \(share)")
        case .share(let share): ("N / (100 % - share)", "\(cells) / (100 % - \(share))")
        case .cells(let kept): ("N + kept", "\(cells) + \(kept)")
        }
      steps.append(
        HandStep(
          "Before \(step.name)", formula, working,
          ExactText.decimal(before, decimals: 3, rounding: .up) + " cells"))
    }
    return steps + [HandStep("Harvest", "rounded up", nil, "\(harvest)")]
  }
}
