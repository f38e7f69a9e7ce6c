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
          [doubt(verdict) ?? "", plain(next, verdict)].filter { !$0.isEmpty }.joined(separator: " ")
        ),
      ]
    case .success(let next):
      let notes = next.notes + rough(isDrawn)
      let choice = verdict.doubts?.choice
      return [.heading("What to measure next")]
        + (choice.map { [.paragraph($0)] } ?? [])
        + [.paragraph((choice == nil ? "" : "Within \(verdict.fit.model) alone: ") + next.words)]
        + (notes.isEmpty ? [] : [.notes(notes)])
    case .failure(let refusal):
      return [.heading("What to measure next"), .paragraph(refusal.description)]
    }
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

  /// What comes before any sample; nil when the fit can choose one.
  static func doubt(_ verdict: FitVerdict) -> String? {
    if let first = verdict.countDoubts.first {
      return
        "Recount first what the verdict names; with a wrong count, what this fit would choose means "
        + "nothing. \(first)"
    }
    if !verdict.unitDoubts.isEmpty {
      return
        "Settle the doubted unit first: with a wrong one, what this fit would choose means nothing."
    }
    if verdict.fit.showsGrowth == false {
      return "No growth is seen, so no model chooses a sample."
    }
    if verdict.isMisfit {
      return
        "The residuals contradict this model, so what it would choose is worth little."
        + (isReading(verdict)
          ? " Recount the reading named in the verdict first, where cells or pictures of it are left."
          : "")
    }
    return verdict.conflicts.isEmpty
      ? nil
      : "Data and prior contradict each other, so what this fit would choose is worth little: settle that "
        + "first."
  }

  /// A sample that helps whatever the model.
  private static func plain(_ next: NextSample, _ verdict: FitVerdict) -> String {
    if !verdict.countDoubts.isEmpty { return "" }
    let isFlat = verdict.fit.showsGrowth == false
    switch next.stage {
    case .over:
      if isFlat { return "In the next run count daily from day 1, with the viability." }
      return isReading(verdict) ? "" : settle
    case .running, .unplanned:
      if isFlat {
        return
          "Count again in one and in two days, with the viability: that tells a long lag from cells that "
          + "do not grow."
      }
      return isReading(verdict)
        ? "Then count once more within a day, in duplicate: it shows which side is right." : settle
    }
  }

  private static let settle =
    "No single sample repairs that: choose another model ('thymus compare' ranks them), or mend the prior "
    + "or the unit that is wrong."

  /// True where single readings are what does not fit.
  private static func isReading(_ verdict: FitVerdict) -> Bool {
    verdict.fit.residuals.contains(where: \.isOutlier)
      || verdict.checks?.flags.contains { $0.kind == .outlier || $0.kind == .latest } == true
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
