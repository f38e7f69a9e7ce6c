import Inference
import Quantities

/// Which sample to take next, as part of the section of a fit.
enum NextSection {
  typealias Answer = Result<NextSample, NextSample.Refusal>

  /// Blocks for one run; nothing when it was not asked.
  static func blocks(_ answer: Answer?) -> [Page.Block] {
    switch answer {
    case nil: return []
    case .success(let next):
      return [.heading("What to measure next"), .paragraph(next.words)]
        + (next.notes.isEmpty ? [] : [.notes(next.notes)])
    case .failure(let refusal):
      return [.heading("What to measure next"), .paragraph(refusal.description)]
    }
  }

  /// Blocks for several runs together.
  static func blocks(_ answers: [(run: String, answer: Answer)]) -> [Page.Block] {
    guard !answers.isEmpty else { return [] }
    var notes: [String] = []
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
