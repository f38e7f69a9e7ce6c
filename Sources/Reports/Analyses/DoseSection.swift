import Dosing
import Quantities

/// A planned dose on a page: window, planned dose, cells to harvest, and the working.
public enum DoseSection {
  /// The section of one agreed plan.
  public static func section(_ plan: DosePlan) -> Page.Section {
    let product = plan.product
    let figures = plan.figures
    var rows: [[String]] = []
    func row(_ what: String, _ cells: Int?) {
      if let cells { rows.append([what, NumberText.cells(cells)]) }
    }
    row("Least dose", figures.minimum)
    row("Target dose", figures.target)
    row("Greatest dose", figures.maximum)
    row("Planned dose", figures.planned)
    if plan.portions.count > 1 {
      for portion in plan.portions { row("- " + portion.name, portion.cells.cells) }
    }
    row("Required at harvest", figures.harvest)
    let weight = plan.bodyMass?.description ?? "weight not used"
    var blocks: [Page.Block] = [
      .verdict(
        Page.Verdict(
          .neutral, label: "Computed twice, in agreement",
          text: "\(DoseWords.product(product)), \(weight). Two independent calculations agree. A "
            + "plan and no worksheet: how and when the patient was weighed is not part of it. "
            + "Verify against \(product.origin)."))
    ]
    blocks += Shown.table(
      "Dose of \(product.counted.description).",
      [Table.Column("Quantity"), Table.Column("Value", .numbers)], rows)
    blocks += steps(plan.steps)
    blocks.append(
      .definitions(
        [
          Page.Definition("product", "\(product.id): \(product.indication)"),
          Page.Definition("rule", (product.dose?.words ?? []).joined(separator: "; ")),
          Page.Definition("rule of", product.origin.description),
          Page.Definition("label version", product.labelVersion ?? "not given"),
          Page.Definition("band", plan.window.band.description),
          Page.Definition(
            "weight meant", product.weightWording ?? "no reference date in the source"),
        ] + product.sources.map { Page.Definition("source", $0.description) }))
    blocks.append(.notes([DoseCalculation.statement]))
    return Page.Section("Dose", blocks)
  }

  /// The working as a table, one line a step: what, with which numbers or from where; the result.
  static func steps(_ steps: [HandStep]) -> [Page.Block] {
    Shown.table(
      "By hand, line by line.",
      [
        Table.Column("No", .numbers), Table.Column("What, how, from where"),
        Table.Column("Result", .numbers),
      ],
      steps.enumerated().map { index, step in
        var how = [step.formula, step.working].compactMap(\.self).joined(separator: ": ")
        var result = step.result
        if let source = step.source, !source.isEmpty {
          how += how.isEmpty ? source : " [\(source)]"
        } else if how.isEmpty, result.count > 36 {
          (how, result) = (result, "")
        }
        let sign = how.isEmpty ? "" : step.formula == nil ? ": " : " = "
        return ["\(index + 1)", step.name + sign + how, result]
      })
  }
}
