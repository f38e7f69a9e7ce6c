import Inference
import Quantities

/// The page of `thymus compare`: which model, how sure, and what follows for the forecast.
public enum ComparePage {
  /// The page of the studies of some runs.
  public static func page(
    _ studies: [ModelStudy], findings: [String] = [], provenance: Provenance
  ) -> Page {
    var sections = studies.flatMap { [answer($0), evidence($0)] }
    if !findings.isEmpty {
      sections.append(Page.Section("What was noticed while reading", [.notes(findings)]))
    }
    sections.append(provenance.section)
    return Page(
      title: "Model comparison", subtitle: studies.map(\.run.name).joined(separator: ", "),
      sections: sections, footer: LimitsOfUse.lines)
  }

  static func verdict(_ study: ModelStudy) -> Page.Verdict {
    let kind: Page.Verdict.Kind
    let label: String
    switch study.verdict {
    case .noneUsable: (kind, label) = (.stop, "No model")
    case .noneRanked: (kind, label) = (.neutral, "No ranking")
    case .allMisfit: (kind, label) = (.stop, "All misfit")
    case .only: (kind, label) = (.neutral, "One model")
    case .leader: (kind, label) = (.good, "One model leads")
    case .several: (kind, label) = (.caution, "Several models")
    }
    let isDoubted = study.best?.checks?.flags.isEmpty == false && kind == .good
    return Page.Verdict(isDoubted ? .caution : kind, label: label, text: study.sentence)
  }

  private static func answer(_ study: ModelStudy) -> Page.Section {
    var blocks: [Page.Block] = [.verdict(verdict(study))]
    blocks += CompareTables.models(study)
    blocks += forecast(study)
    if !study.notes.isEmpty { blocks.append(.bullets(study.notes)) }
    return Page.Section("Which model: \(study.run.name)", blocks)
  }

  private static func forecast(_ study: ModelStudy) -> [Page.Block] {
    if let refusal = study.forecastRefusal {
      return [.heading("Weighted forecast"), .paragraph("Refused: \(refusal)")]
    }
    guard let forecast = study.forecast else { return [] }
    func shown(_ value: Double) -> String {
      forecast.measure == .cells ? Shown.cells(value) : Shown.number(value)
    }
    func row(_ name: String, _ weight: String, _ q: Quantiles?) -> [String] {
      [
        name, weight, q.map { shown($0.median) } ?? "-",
        q.map { "\(shown($0.half.lowerBound)) - \(shown($0.half.upperBound))" } ?? "-",
        q.map { "\(shown($0.ninetyFive.lowerBound)) - \(shown($0.ninetyFive.upperBound))" } ?? "-",
      ]
    }
    let unit = forecast.measure == .cells ? "cells" : "1e6 cells/mL"
    let table = Shown.table(
      "Viable cells on day \(Shown.day(forecast.time)), before the operations of that time.",
      [
        Table.Column("Model"), Table.Column("Weight", .numbers),
        Table.Column("Median", unit: unit), Table.Column("50 %", unit: unit),
        Table.Column("95 %", unit: unit),
      ],
      [row("weighted", CompareTables.weight(forecast.covered), forecast.mixture)]
        + forecast.parts.sorted { (-$0.weight, $0.model) < (-$1.weight, $1.model) }.map { part in
          let own = study.candidates.first { $0.model == part.model }.flatMap { study.weight($0) }
          return row(part.model, CompareTables.weight(own), part.quantiles)
        },
      footnotes: [
        "The weighted forecast is the mixture of the models' posterior draws: where models disagree "
          + "it is wider than any of them. Curve only, without the counter's noise."
      ]
        + forecast.parts.compactMap { part in
          part.refusal.map { "\(part.model): no forecast. \($0)" }
        })
    return [.heading("Weighted forecast")] + table
  }

  /// Residuals of the leading models, and what every model's checks say.
  private static func evidence(_ study: ModelStudy) -> Page.Section {
    var blocks: [Page.Block] = []
    let ranked = study.candidates.filter(\.isRanked)
    let leading =
      study.best.map { [$0] } ?? Array(ranked.prefix(1))
    for candidate in leading {
      blocks.append(.heading("The residuals of \(candidate.model)"))
      blocks.append(
        .figure(ResidualSection.figure(candidate.entry.fit, checks: candidate.checks)))
      if let checks = candidate.checks {
        blocks += ResidualSection.blocks(checks, of: candidate.entry.fit)
      }
    }
    let others = ranked.filter { candidate in !leading.contains { $0.model == candidate.model } }
    let said = others.compactMap { candidate -> String? in
      guard let checks = candidate.checks, let first = checks.sentences.first else { return nil }
      let more = checks.sentences.count - 1
      return "\(candidate.model): \(first)"
        + (more > 0 ? " (\(NumberText.counted(more, "further sentence")) in the record)" : "")
    }
    if !said.isEmpty {
      blocks.append(.heading("The other models"))
      blocks.append(.bullets(said))
    }
    return Page.Section("Residuals of \(study.run.name)", blocks)
  }
}
