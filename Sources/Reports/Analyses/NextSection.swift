import Inference
import Quantities

/// Which sample to take next, as part of the section of a fit.
enum NextSection {
  typealias Answer = Result<NextSample, NextSample.Refusal>

  /// Blocks for one run; nothing when it was not asked. `isDrawn` tells that the posterior could be
  /// drawn.
  static func blocks(_ answer: Answer?, verdict: FitVerdict, isDrawn: Bool) -> [Page.Block] {
    switch answer {
    case nil: return []
    case .success(let next) where doubt(verdict) != nil:
      return [
        .heading("What to measure next"),
        .paragraph(
          [doubt(verdict) ?? "", plain(next, verdict)].filter { !$0.isEmpty }
            .joined(separator: " ")),
      ]
    case .success(let next):
      let notes = next.notes + rough(isDrawn)
      // One reading far off does not condemn the rest, but comes first.
      let first = verdict.recount.map { "Recount \($0) first, where cells or pictures are left." }
      return [.heading("What to measure next")] + (first.map { [.paragraph($0)] } ?? [])
        + advice(next, verdict) + (notes.isEmpty ? [] : [.notes(notes)])
    case .failure(let refusal):
      return [
        .heading("What to measure next"), .paragraph(doubt(verdict) ?? refusal.description),
      ]
    }
  }

  /// One answer for this run and one for the next. Where models are in dispute what chooses between them
  /// comes first, and what the first one would have holds within it alone.
  private static func advice(_ next: NextSample, _ verdict: FitVerdict) -> [Page.Block] {
    guard let choice = verdict.doubts?.choice else { return [.paragraph(next.words)] }
    if case .over = next.stage {
      return [.paragraph("The run is over. In the next run: " + (choice.next ?? next.words))]
    }
    let now = [choice.now, "Within \(verdict.fit.model) alone: \(next.words)"].compactMap { $0 }
    return [.paragraph("In this run: " + now.joined(separator: " "))]
      + (choice.next.map { [.paragraph("In the next run: \($0)")] } ?? [])
  }

  /// Blocks for several runs together.
  static func blocks(
    _ answers: [(run: String, answer: Answer)], verdict: FitVerdict, isDrawn: Bool
  ) -> [Page.Block] {
    guard !answers.isEmpty else { return [] }
    if let doubt = doubt(verdict) { return [.heading("What to measure next"), .paragraph(doubt)] }
    var notes = rough(isDrawn)
    let lines = answers.map { run, answer -> String in
      switch answer {
      case .success(let next):
        for note in next.notes where !notes.contains(note) { notes.append(note) }
        return "\(run): \(next.words)"
      case .failure(let refusal): return "\(run): \(refusal.description)"
      }
    }
    return [.heading("What to measure next"), .bullets(lines)]
      + (notes.isEmpty ? [] : [.notes(notes)])
  }

  /// What comes before any sample; nil when the fit can choose one. The one place that decides it: a
  /// reading is spoken of when the verdict names it, another model when there is one.
  static func doubt(_ verdict: FitVerdict) -> String? {
    if let first = verdict.readingDoubts.first {
      return
        (verdict.countDoubts.isEmpty
        ? "Correct first what the verdict names; with a wrong reading"
        : "Recount first what the verdict names; with a wrong count")
        + ", what this fit would choose means nothing. \(first)"
    }
    if !verdict.unitDoubts.isEmpty {
      return
        "Settle the doubted unit first: with a wrong one, what this fit would choose means nothing."
    }
    let isFlat = verdict.fit.showsGrowth == false
    if isFlat || verdict.isMisfit, let recount = verdict.recount {
      return
        "Recount \(recount) first, where cells or pictures are left: until then what this fit would "
        + "choose is worth little."
    }
    if isFlat { return "No growth is seen, so no model chooses a sample." }
    if verdict.isMisfit {
      return
        "The residuals contradict this model, so what it would choose is worth little. "
        + verdict.instead
        + (verdict.conflicts.isEmpty ? "" : " Settle the prior too: the note on it says how.")
    }
    return verdict.conflicts.isEmpty
      ? nil
      : "Data and prior contradict each other, so what this fit would choose is worth little. "
        + (verdict.fit.priorConflicts.filter(\.isGrave).allSatisfy(\.isOfSeed)
          ? settleSeed : settle)
  }

  private static let settleSeed =
    "No single sample repairs that: take another model (--model), or mend the seeding density where it "
    + "was measured badly; the note on it says how."

  private static let settle =
    "No single sample repairs that: mend the unit or the prior that is wrong (those of the shipped models "
    + "are for T cells), or fit with --no-priors; the note on it says how."

  /// A sample that helps whatever the model; empty when there is none.
  private static func plain(_ next: NextSample, _ verdict: FitVerdict) -> String {
    if !verdict.readingDoubts.isEmpty { return "" }
    let isFlat = verdict.fit.showsGrowth == false && verdict.recount == nil
    let now = next.question.now ?? 0
    let left: Double
    switch next.stage {
    case .over:
      return isFlat ? "In the next run count daily from day 1, with the viability." : ""
    case .running: left = next.question.target - now
    case .unplanned: left = .infinity
    }
    if isFlat {
      let when =
        left > 48
        ? "in one and in two days"
        : left > 24 ? "in one day and at the harvest" : "at the harvest"
      return
        "Count again \(when), with the viability: that tells a long lag from cells that do not grow."
    }
    guard verdict.recount != nil, left > 0 else { return "" }
    return
      "Then count once more \(left > 24 ? "within a day" : "before the harvest"), in duplicate: "
      + "it shows which side is right."
  }

  private static func rough(_ isDrawn: Bool) -> [String] {
    isDrawn
      ? []
      : [
        "The posterior could not be drawn, so these factors rest on the curvature at the estimate: they "
          + "are rough."
      ]
  }

  /// The record of the answer.
  static func record(_ answer: Answer) -> JSONValue {
    switch answer {
    case .failure(let refusal): return .object(["refused": .string(refusal.description)])
    case .success(let next):
      return .object([
        "text": .string(next.words), "target_h": Record.number(next.question.target),
        "sd_ln_now": Record.number(next.sd), "helps": .bool(next.helps),
        "time_h": Record.number(chosen(next)?.time),
        "assay": chosen(next).map { .string($0.assay) } ?? .null,
        "sd_ln_after": Record.number(chosen(next)?.sd),
        "tried": .array(next.question.assays.map { .string($0) }),
        "notes": .array(next.notes.map { .string($0) }),
      ])
    }
  }

  /// The sample of which the words speak.
  private static func chosen(_ next: NextSample) -> NextSample.Candidate? {
    if case .over = next.stage { return next.mostInformative }
    return next.best.first
  }
}
