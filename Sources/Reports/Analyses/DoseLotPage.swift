import Dosing
import Quantities

/// What a lot gives to its patients, and whom a number of cells can serve.
public enum DoseLotPage {
  /// The shares of a lot in the order of the patients.
  public static func page(
    _ shares: [LotShare], _ table: DoseBatchTable, _ product: Product, file: String
  ) -> Page {
    var page = table.page(product, file: file)
    page.title = "Lot shared out"
    let rows = shares.map { share -> [String] in
      let taken = DoseWords.milliliters(share.takenMilliliters)
      let left = DoseWords.milliliters(share.leftMilliliters)
      switch share.outcome {
      case .success(let dose):
        return [
          share.id, dose.dose?.description ?? "-", taken, left,
          dose.portions.contains { $0.drawn?.isShort == true } ? "less than planned" : "planned",
        ]
      case .failure(let refusal):
        return [share.id, "-", taken, left, "nothing: \(refusal.cause)"]
      }
    }
    let blocks = Shown.table(
      "Shares in order; what is taken includes dead volume and overfill.",
      [
        Table.Column("Patient"), Table.Column("Dose", .numbers), Table.Column("Taken", unit: "mL"),
        Table.Column("Left", unit: "mL"), Table.Column("What"),
      ], rows)
    page.sections.append(Page.Section("Shares", blocks))
    return page
  }

  /// The weights that a number of cells can serve.
  public static func largest(
    _ served: [WeightInterval], _ product: Product, cells: CellCount, plan: String
  ) -> Page {
    let verdict: Page.Verdict
    if let last = served.last {
      verdict = Page.Verdict(
        .neutral, label: "Largest patient",
        text: "\(cells) give the \(plan) dose of \(DoseWords.product(product)) to patients "
          + NumberText.list(served.map(\.description)) + ". The largest weighs "
          + "\(last.upperInclusive ? "" : "just below ")\(ExactText.decimal(last.upper, rounding: .down)) kg."
      )
    } else {
      verdict = Page.Verdict(
        .stop, label: "Nobody",
        text: "\(cells) give the \(plan) dose of \(DoseWords.product(product)) to no patient of "
          + "plausible weight.")
    }
    return Page(
      title: "Whom the cells can serve",
      sections: [
        Page.Section(
          "Weights",
          [.verdict(verdict), .bullets(product.dose?.words ?? [])])
      ], footer: [LimitsOfUse.lines[0]])
  }

  /// The same as a record.
  public static func record(
    _ served: [WeightInterval], _ product: Product, cells: CellCount, plan: String
  ) -> JSONValue {
    .object([
      "schema": .string("thymus.dose-largest/1"), "product": .string(product.id),
      "cells": .int(cells.cells), "plan": .string(plan),
      "weights": .array(
        served.map {
          .object([
            "lower_kg": .string($0.lower.description), "lower_inclusive": .bool($0.lowerInclusive),
            "upper_kg": .string($0.upper.description), "upper_inclusive": .bool($0.upperInclusive),
          ])
        }),
    ])
  }
}
