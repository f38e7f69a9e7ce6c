import Inference
import Statistics

/// The report, in Markdown.
struct CalibrationReport {
  static let goal = 0.935...0.965
  /// Verdicts that make no claim about a parameter.
  static let silent: Set = ["held", "no_influence", "prior_only", "not_identifiable", "at_bound"]

  private(set) var text: String
  private(set) var passes = true

  init(seed: UInt64) {
    text = """
      # Calibration

      Made by `make calibrate`; seed \(seed). The true parameters of each run are drawn from the
      model's own priors inside their bounds, its readings (days 0 to 9, once a day) from the model's
      own noise; it is fitted as `thymus fit` does, with \(Coverage.starts) starts in place of 12 and a
      relative tolerance of 1E-6 in place of 1E-8. Posterior intervals are weighted 2.5 % and 97.5 %
      bounds of `Posterior.sample` (R type 6) with \(Coverage.draws) draws a stage. *Identifiable* is any
      verdict but not identifiable, prior only, at bound, held or no influence. A share of 2,000 right
      intervals has a standard error of 0.5 %. From 1,000 answers on the bar is as it stands; fewer are
      called consistent when they lie within three of their own standard errors of it. Runs without an
      answer (the tool refuses) are counted at the head of each table.

      """
  }

  mutating func addCoverage(_ name: String, _ records: [Record], fixed: [Record]) {
    text += "\n## Coverage: \(name)\n\n\(statuses(records))\n\n"
    text += "| quantity | runs in which it is identifiable | posterior 95 % | Wald 95 % | "
    text += "posterior, all runs | bar 93.5-96.5 % |\n|---|---|---|---|---|---|\n"
    for quantity in names(records) {
      let all = records.compactMap { record in record.entries.first { $0.name == quantity } }
      let told = all.filter { !CalibrationReport.silent.contains($0.verdict) }
      let share = rate(told.map(\.posterior))
      var judged = "-"
      if let value = share.value, told.count >= 100 {
        // A few hundred answers cannot meet a bar made for thousands: their own error is allowed.
        let slack =
          share.count >= 1000
          ? 0 : 3 * (0.0475 / Double(share.count)).squareRoot() - 3 * (0.0475 / 2000).squareRoot()
        let isInside =
          value >= CalibrationReport.goal.lowerBound - max(0, slack)
          && value <= CalibrationReport.goal.upperBound + max(0, slack)
        judged = isInside ? (slack > 0 ? "consistent" : "met") : "**missed**"
        if !isInside { passes = false }
      }
      text += "| \(quantity) | \(told.count) | \(share.words) | \(rate(told.map(\.wald)).words) | "
      text += "\(rate(all.map(\.posterior)).words) | \(judged) |\n"
    }
    text += "\nFor information, one truth (prior medians) and no priors; \(statuses(fixed)):\n\n"
    text += "| quantity | runs in which it is identifiable | Wald 95 % |\n|---|---|---|\n"
    for quantity in names(fixed) {
      let told = fixed.compactMap { record in
        record.entries.first {
          $0.name == quantity && !CalibrationReport.silent.contains($0.verdict)
        }
      }
      text += "| \(quantity) | \(told.count) | \(rate(told.map(\.wald)).words) |\n"
    }
  }

  mutating func addRanks(_ records: [Record], wrong: [Record]) {
    let quantities = names(records).filter { !$0.hasSuffix("x 0.8") }
    let limit = 0.01 / Double(quantities.count)
    text += "\n## Simulation-based calibration of the no-U-turn sampler: \(RankStudy.model)\n\n"
    text += "\(statuses(records)). Ranks of the truth among \(RankStudy.draws) thinned draws of 2 "
    text += "chains (150 + 250 transitions), \(RankStudy.bins) bins, whatever the verdict on the "
    text += "draws. With K = \(quantities.count) quantities each needs p > \(fixed(limit, 5)).\n\n"
    text += "| quantity | chi-square, 19 df | p | bins |\n|---|---|---|---|\n"
    for quantity in quantities {
      let found = uniformity(records, quantity)
      if !((found?.probability ?? 0) > limit) { passes = false }
      text += row(quantity, found)
    }
    text += "\nWrong on purpose; each must fall below \(fixed(limit, 5)) in some quantity:\n\n"
    text += "| defect | quantity | chi-square | p |\n|---|---|---|---|\n"
    let shrunk = quantities.map { ($0, uniformity(records, "\($0) x 0.8")) }
    let heavy = quantities.map { ($0, uniformity(wrong, $0)) }
    for (defect, found) in [("sd x 0.8", shrunk), ("t(4) noise fitted as normal", heavy)] {
      var isSeen = false
      for case (let quantity, let result?) in found {
        text += "| \(defect) | \(quantity) | \(fixed(result.chiSquare, 1)) | "
        text += "\(fixed(result.probability, 5)) |\n"
        if result.probability < limit { isSeen = true }
      }
      text += isSeen ? "" : "| \(defect) | **not seen** | | |\n"
      if !isSeen { passes = false }
    }
  }

  private func row(_ quantity: String, _ found: RankUniformity?) -> String {
    guard let found else { return "| \(quantity) | too few runs | | |\n" }
    let counts = found.counts.map { "\($0)" }.joined(separator: " ")
    return "| \(quantity) | \(fixed(found.chiSquare, 1)) | \(fixed(found.probability, 5)) | "
      + "\(counts) |\n"
  }

  private func uniformity(_ records: [Record], _ quantity: String) -> RankUniformity? {
    let ranks = records.compactMap { record in
      record.entries.first { $0.name == quantity }?.rank
    }
    return RankUniformity(ranks: ranks, draws: RankStudy.draws, bins: RankStudy.bins)
  }

  private func names(_ records: [Record]) -> [String] {
    var names: [String] = []
    for record in records {
      for entry in record.entries where !names.contains(entry.name) { names.append(entry.name) }
    }
    return names
  }

  private func statuses(_ records: [Record]) -> String {
    var counts: [String: Int] = [:]
    for record in records { counts[record.status, default: 0] += 1 }
    let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return "\(records.count) runs: " + parts.joined(separator: "; ")
  }

  private func rate(_ flags: [Bool?]) -> (value: Double?, count: Int, words: String) {
    let known = flags.compactMap { $0 }
    guard !known.isEmpty else { return (nil, 0, "-") }
    let value = Double(known.filter { $0 }.count) / Double(known.count)
    return (value, known.count, "\(percent(value)) %")
  }

  private func percent(_ x: Double) -> String { fixed(100 * x, 2) }

  /// A number of at least 0 with the given decimals.
  private func fixed(_ x: Double, _ digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((x * Double(scale)).rounded())
    let rest = "\(whole % scale)"
    let zeros = String(repeating: "0", count: digits - rest.utf8.count)
    return "\(whole / scale).\(zeros)\(rest)"
  }
}
