import Dosing
import Quantities

/// The working of a dose, line by line, each with its formula, value, unit and source, so that a
/// second person can redo it with pencil and paper. A number in brackets is an earlier line.
struct DoseSteps {
  /// One line.
  struct Line: Hashable {
    let what: String
    let formula: String
    let value: String
    let source: String
  }

  private(set) var lines: [Line] = []
  /// Lines that later formulas name.
  var minimumLine: String?
  var maximumLine: String?
  var plannedLine = ""

  /// Adds a line and gives its number in brackets.
  @discardableResult
  mutating func add(
    _ what: String, _ formula: String, _ value: String, _ source: String = ""
  ) -> String {
    lines.append(Line(what: what, formula: formula, value: value, source: source))
    return "(\(lines.count))"
  }

  /// An exact number of the working, cut after six places where it goes on.
  static func number(_ value: Rational) -> String { ExactText.decimal(value, decimals: 6) }

  // MARK: Window

  /// The doses that the rule allows, and the planned one.
  mutating func window(
    _ window: DoseWindow, mass: BodyMass?, choice: PlannedDose?, planned: CellCount?
  ) {
    let band = window.band
    minimumLine = bound(
      "Least dose", window.minimum, stated: band.minimum, band: band, mass: mass, up: true)
    if let target = window.target, let amount = band.target {
      add("Target dose", product(amount, mass, result: target), target.description, "rule")
    } else {
      add("Target dose", "not stated", "-", "rule")
    }
    maximumLine = bound(
      "Greatest dose", window.maximum, stated: band.maximum, band: band, mass: mass, up: false)
    if let planned, let choice {
      plannedLine = add("Planned dose", words(choice), planned.description, "request")
    }
  }

  private mutating func bound(
    _ name: String, _ result: CellCount?, stated: DoseAmount?, band: WeightBand, mass: BodyMass?,
    up: Bool
  ) -> String? {
    guard let result else {
      add(name, "not stated", "-", "rule")
      return nil
    }
    let formula: String
    if let stated {
      formula = product(stated, mass, result: result)
    } else if let target = band.target, let tolerance = band.tolerance {
      formula = product(target, mass, result: nil) + " x (100 % \(up ? "-" : "+") \(tolerance))"
    } else if let target = band.target {
      formula = "target alone is stated: " + product(target, mass, result: result)
    } else {
      formula = "cap"
    }
    let isCapped = !up && band.cap == result && formula != "cap"
    return add(
      name, formula + (isCapped ? ", not above the cap" : ", rounded " + (up ? "up" : "down")),
      result.description, "rule")
  }

  /// `18 kg x 300,000 cells/kg`, or the amount as stated.
  private func product(_ amount: DoseAmount, _ mass: BodyMass?, result: CellCount?) -> String {
    guard case .perKilogram(let dose) = amount, let mass else {
      return "stated: \(ExactText.decimal(amount.number)) cells"
    }
    return "\(mass) x \(dose)"
  }

  private func words(_ choice: PlannedDose) -> String {
    switch choice {
    case .target: "the target"
    case .minimum: "the least dose"
    case .maximum: "the greatest dose"
    case .amount: "as asked for"
    }
  }

  // MARK: Harvest

  /// The cells to harvest, from the last step back to the first.
  mutating func harvest(_ cells: CellCount?, _ losses: [LossStep]?) {
    guard let cells, let losses else { return }
    var formula = plannedLine
    for step in losses.reversed() {
      switch step.kind {
      case .recovery(let share): formula += " / \(share) [\(step.name)]"
      case .share(let share): formula += " / (100 % - \(share)) [\(step.name)]"
      case .cells(let kept):
        formula = "(\(formula) + \(NumberText.grouped(kept.cells)) cells [\(step.name)])"
      }
    }
    add("Cells to harvest", formula + ", rounded up", cells.description, "losses of the request")
  }
}
