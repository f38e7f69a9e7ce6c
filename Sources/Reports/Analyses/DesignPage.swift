import Inference
import Quantities
import RunRecords

/// A run with the answer to which sample comes next.
public struct DesignAnalysis: Sendable {
  /// The run.
  public let run: Run
  /// The fit on which the answer rests.
  public let fit: FitResult?
  /// The answer.
  public var answer: NextSample?
  /// Why there is none.
  public var refusal: String?
  /// Where the day of the forecast comes from, when it was not asked for.
  public var targetWords: String?
  /// What has to be settled before any sample; nil when the fit can choose one.
  public let doubt: String?

  /// A run before it is asked.
  public init(_ analysis: RunAnalysis) {
    run = analysis.run
    fit = analysis.best?.fit
    doubt = analysis.verdict.flatMap(NextSection.doubt)
  }
}

/// The report of the next best sample.
public enum DesignPage {
  /// The page.
  public static func page(_ designs: [DesignAnalysis], provenance: Provenance) -> Page {
    Page(
      title: "Next best sample", subtitle: designs.map(\.run.name).joined(separator: ", "),
      sections: designs.map(section) + [provenance.section], footer: LimitsOfUse.lines)
  }

  private static func section(_ design: DesignAnalysis) -> Page.Section {
    let heading = "Next sample of \(design.run.name)"
    guard let answer = design.answer else {
      return Page.Section(
        heading,
        [.verdict(Page.Verdict(.stop, label: "No answer", text: design.refusal ?? ""))])
    }
    let verdict = Page.Verdict(
      answer.helps ? .good : .caution, label: label(answer), text: answer.words)
    var blocks: [Page.Block] = [
      .verdict(
        design.doubt.map {
          Page.Verdict(
            .caution, label: "Not yet",
            text: "\($0) 'thymus fit' has the verdict. What follows holds "
              + "only when it is settled. \(answer.words)")
        } ?? verdict),
      .paragraph(state(answer) + (design.targetWords.map { " " + $0 } ?? "")),
    ]
    blocks += together(answer)
    blocks.append(.figure(figure(answer)))
    blocks += candidates(answer)
    blocks.append(.notes(notes(answer, design.fit)))
    return Page.Section(heading, blocks)
  }

  private static func label(_ answer: NextSample) -> String {
    if case .over = answer.stage { return "The run is over" }
    guard answer.helps, let first = answer.best.first else { return "No sample helps much" }
    return "\(first.assay) on \(NextSample.day(first.time))"
  }

  private static func factor(_ sd: Double) -> String {
    NumberText.significant(NextSample.factor(sd), 3)
  }

  private static func state(_ answer: NextSample) -> String {
    var text =
      "As it stands, viable cells on \(NextSample.day(answer.question.target)) are forecast to "
      + "within a factor of \(factor(answer.sd)) either way (95 %; model \(answer.model))."
    if let limiting = answer.limiting {
      text +=
        " Most of that comes from \(limiting.name)"
        + limiting.priorWords
        + ": if it were known, the variance would fall by "
        + "\(NumberText.percent(limiting.share, decimals: 0))."
    }
    return text
  }

  private static func cost(_ candidate: NextSample.Candidate) -> [String] {
    [
      candidate.cells.map(Shown.cells) ?? "-",
      candidate.share.map { NumberText.significant($0 * 100, 2) } ?? "-",
    ]
  }

  private static func together(_ answer: NextSample) -> [Page.Block] {
    guard !answer.best.isEmpty else { return [] }
    return Shown.table(
      "The best \(NumberText.counted(answer.best.count, "sample")) together, each the best one after "
        + "those above it.",
      [
        Table.Column("Order", .numbers), Table.Column("Day", .numbers), Table.Column("Assay"),
        Table.Column("Forecast within a factor of", .numbers),
        Table.Column("Cells taken", .numbers), Table.Column("Share of the culture", unit: "%"),
      ],
      answer.best.enumerated().map { k, candidate in
        ["\(k + 1)", Shown.day(candidate.time), candidate.assay, factor(candidate.sd)]
          + cost(candidate)
      })
  }

  private static func candidates(_ answer: NextSample) -> [Page.Block] {
    Shown.table(
      "Every sample that could be taken, one at a time.",
      [
        Table.Column("Day", .numbers), Table.Column("Assay"),
        Table.Column("sd of ln forecast", .numbers),
        Table.Column("Forecast within a factor of", .numbers),
        Table.Column("Information on all parameters", .numbers),
        Table.Column("Cells taken", .numbers), Table.Column("Share of the culture", unit: "%"),
      ],
      answer.candidates.map { candidate in
        [
          Shown.day(candidate.time), candidate.assay, Shown.number(candidate.sd),
          factor(candidate.sd), Shown.number(candidate.gain),
        ] + cost(candidate)
      },
      footnotes: [
        "A factor either way holds 95 %: exp(1.96 sd). Now: sd \(Shown.number(answer.sd)), factor "
          + "\(factor(answer.sd)).",
        "Information is the growth of ln det of the information matrix (D-optimal): it asks for all "
          + "parameters, the factor for the forecast alone (c-optimal).",
      ])
  }

  private static func figure(_ answer: NextSample) -> Figure {
    let assays = answer.question.assays.filter { assay in
      answer.candidates.contains { $0.assay == assay }
    }
    let layers = assays.enumerated().flatMap { k, assay -> [Layer] in
      let own = answer.candidates.filter { $0.assay == assay }
      let style = Style.series(k)
      return [
        .line(
          x: own.map { $0.time / 24 }, y: own.map { NextSample.factor($0.sd) }, style: style,
          label: assay),
        .points(
          own.map { DataPoint(x: $0.time / 24, y: NextSample.factor($0.sd)) }, style: style),
      ]
    }
    return Figure(
      title: "What one more sample does to the forecast of day "
        + "\(Shown.day(answer.question.target))",
      description: "The factor within which viable cells are forecast, after one more sample, by "
        + "its day and assay; the dashed line is the factor now.",
      x: Axis("Day of the sample", unit: "d", scale: .days),
      y: Axis("Forecast within a factor of", scale: .linear, from: 1),
      layers: layers + [.horizontal(y: NextSample.factor(answer.sd), label: "now")])
  }

  private static func notes(_ answer: NextSample, _ fit: FitResult?) -> [String] {
    var notes = answer.notes
    if let most = answer.mostInformative {
      notes.append(
        "For the parameters taken together, \(most.assay) on \(NextSample.day(most.time)) tells most."
      )
    }
    notes.append(
      "The later a sample, the more it tells and the less time it leaves: read the figure for the "
        + "earliest day that is good enough.")
    notes.append(
      "Each assay is taken to use "
        + "\(NumberText.significant(NextSample.Question.defaultVolume)) mL unless --volume says "
        + "otherwise; cells are viable cells at the forecast density. The sample's own loss is not "
        + "part of the forecast.")
    notes.append(
      "The answer holds for this model and the operations planned, and to first order about the "
        + (answer.points > 1
          ? "estimate and \(answer.points - 1) draws about it." : "estimate."))
    if fit?.parameters.contains(where: { $0.name == "s_donor" }) == true {
      notes.append("The donors are pooled: one more sample is taken to come from the same pool.")
    }
    return notes
  }

  /// The record for machines.
  public static func record(_ design: DesignAnalysis) -> JSONValue {
    var object: [String: JSONValue] = ["run": .string(design.run.name)]
    if let refusal = design.refusal { object["refused"] = .string(refusal) }
    if let doubt = design.doubt { object["doubt"] = .string(doubt) }
    guard let answer = design.answer else { return .object(object) }
    object["model"] = .string(answer.model)
    object["quantity"] = .string(answer.quantity)
    object["target_h"] = Record.number(answer.question.target)
    object["mean_base"] = Record.number(answer.mean)
    object["sd_ln"] = Record.number(answer.sd)
    object["helps"] = .bool(answer.helps)
    object["answer"] = .string(answer.words)
    object["points"] = .int(answer.points)
    object["best"] = .array(answer.best.map(candidate))
    object["candidates"] = .array(answer.candidates.map(candidate))
    object["notes"] = .array(answer.notes.map { .string($0) })
    if let limiting = answer.limiting {
      object["limiting"] = .object([
        "parameter": .string(limiting.name), "share": Record.number(limiting.share),
        "prior_only": .bool(limiting.isPrior),
      ])
    }
    return .object(object)
  }

  private static func candidate(_ candidate: NextSample.Candidate) -> JSONValue {
    .object([
      "time_h": Record.number(candidate.time), "assay": .string(candidate.assay),
      "sd_ln": Record.number(candidate.sd),
      "factor95": Record.number(NextSample.factor(candidate.sd)),
      "information_gain": Record.number(candidate.gain),
      "cells_1e6": Record.number(candidate.cells), "share": Record.number(candidate.share),
    ])
  }
}
