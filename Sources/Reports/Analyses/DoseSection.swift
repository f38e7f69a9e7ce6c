import Dosing
import Quantities

/// The dose: window, planned dose, required harvest, volume, and the calculation by hand.
public enum DoseSection {
  /// The section of one agreed calculation.
  public static func section(_ dose: DoseCalculation) -> Page.Section {
    let product = dose.request.product
    let figures = dose.figures
    var rows: [[String]] = []
    func row(_ what: String, _ cells: Int?) {
      if let cells { rows.append([what, NumberText.cells(cells)]) }
    }
    row("Least dose", figures.minimum)
    row("Target dose", figures.target)
    row("Largest dose", figures.maximum)
    row("Planned dose", figures.planned)
    row("Required at harvest", figures.harvest)
    if let infusion = dose.infusion {
      rows.append(["Volume to infuse", infusion.volume.description])
      row("Dose in that volume", infusion.dose.cells)
      row("Cells available", infusion.availableCells.cells)
    }
    let weight = dose.request.bodyMass?.description ?? "weight not used"
    let authority: String
    switch product.origin {
    case .label: authority = "the approved label"
    case .trial(let name): authority = "the protocol of \(name); this is no approved label"
    }
    var blocks: [Page.Block] = []
    if dose.infusion?.isShort == true {
      blocks.append(
        .verdict(
          Page.Verdict(
            .caution, label: "Less than planned",
            text: "The volume at hand holds fewer cells than the planned dose; what it holds is "
              + "shown. Decide before anything is prepared.")))
    }
    if dose.infusion?.isShort != true, let off = offPlan(dose) {
      blocks.append(
        .verdict(
          Page.Verdict(
            .caution, label: "Off the planned dose",
            text: "The dose in the rounded volume differs from the planned dose by "
              + "\(NumberText.percent(off, decimals: 1)). Use a finer step of the syringe or pump.")
        ))
    }
    blocks.append(
      .verdict(
        Page.Verdict(
          .neutral, label: "Computed twice, in agreement",
          text: "\(product.name) (\(product.inn)), \(product.jurisdiction), \(weight). "
            + "Two independent calculations agree. Verify against \(authority).")))
    blocks += Shown.table(
      "Dose of \(product.counted.description).",
      [Table.Column("Quantity"), Table.Column("Value", .numbers)], rows)
    blocks.append(.heading("By hand"))
    blocks.append(.calculation(dose.handCalculation.joined(separator: "\n")))
    blocks.append(
      .definitions(
        [
          Page.Definition("product", "\(product.id): \(product.indication)"),
          Page.Definition("rule of", product.origin.description),
          Page.Definition("label version", product.labelVersion ?? "not given"),
          Page.Definition(
            "weight", product.weightReference ?? "no reference date in the source"),
        ] + dose.sources.map { Page.Definition("source", $0) }))
    blocks.append(.notes([DoseCalculation.statement]))
    return Page.Section("Dose", blocks)
  }

  /// How far the rounded dose is from the planned one, when that is more than 5 %.
  static func offPlan(_ dose: DoseCalculation) -> Double? {
    guard let planned = dose.planned?.cells, planned > 0, let got = dose.infusion?.dose.cells else {
      return nil
    }
    let off = abs(Double(got - planned)) / Double(planned)
    return off > 0.05 ? off : nil
  }
}
