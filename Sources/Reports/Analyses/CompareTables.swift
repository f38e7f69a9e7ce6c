import Inference
import Quantities

/// The tables of a model comparison.
enum CompareTables {
  /// Models on the same measurements, then those that are not ranked.
  static func models(_ study: ModelStudy) -> [Page.Block] {
    ranked(study) + unranked(study)
  }

  /// The columns that this study has something for.
  private struct Shape {
    let byBIC: Bool
    let scores: Bool
    let criterionWeights: Bool
    let futureWeights: Bool

    init(_ study: ModelStudy) {
      byBIC = study.comparison.criterion == "BIC"
      scores = study.candidates.contains { $0.score != nil }
      let contenders = study.candidates.filter(\.isContender)
      criterionWeights = contenders.count > 1
      futureWeights = contenders.filter { $0.futureWeight != nil }.count > 1
    }
  }

  private static func ranked(_ study: ModelStudy) -> [Page.Block] {
    let own = study.candidates.filter(\.isRanked)
    guard !own.isEmpty else { return [] }
    let shape = Shape(study)
    let criterion = study.comparison.criterion
    var columns = [
      Table.Column("Model"), Table.Column("n", .numbers), Table.Column("k", .numbers),
      Table.Column(criterion, .numbers), Table.Column("Delta", .numbers),
    ]
    if shape.criterionWeights { columns.append(Table.Column("\(criterion) weight", .numbers)) }
    if shape.scores {
      columns += [Table.Column("LFO (MC)", .numbers), Table.Column("Behind (se)", .numbers)]
    }
    if shape.futureWeights { columns.append(Table.Column("LFO weight", .numbers)) }
    columns.append(Table.Column("Residuals"))
    let rows = own.map { candidate -> [String] in
      let fit = candidate.entry.fit
      var row = [
        fit.model, "\(fit.measurements)", "\(fit.estimated)",
        (shape.byBIC ? fit.bic : fit.aicc).map { NumberText.fixed($0, decimals: 1) } ?? "-",
        candidate.entry.delta.map { NumberText.fixed($0, decimals: 1) } ?? "-",
      ]
      if shape.criterionWeights { row.append(weight(candidate.criterionWeight)) }
      if shape.scores { row += [score(candidate), difference(candidate)] }
      if shape.futureWeights { row.append(weight(candidate.futureWeight)) }
      return row + [ResidualSection.word(candidate.checks)]
    }
    return Shown.table(
      own.count == 1
        ? "The model on all of these measurements."
        : "Models on the same measurements, by \(criterion) (lower is better).", columns, rows,
      footnotes: footnotes(study, shape, alone: own.count == 1))
  }

  private static func footnotes(_ study: ModelStudy, _ shape: Shape, alone: Bool) -> [String] {
    let criterion = study.comparison.criterion
    var notes = ["n measurements, k estimated parameters with noise."]
    if !alone { notes[0] += " Delta: \(criterion) less the lowest one." }
    if shape.scores {
      let days = study.scoredTimes.map(Shown.day).joined(separator: ", ")
      let part =
        study.scoredTimes.count == study.laterSamples
        ? "all \(study.laterSamples) later samples"
        : "those \(study.scoredTimes.count) of \(study.laterSamples) later samples that every "
          + "scored model could forecast"
      notes.append(
        "LFO: forecast score (leave-future-out), higher is better: the sum of the log predictive "
          + "densities of \(part) (day \(days)), each forecast from the samples before it. "
          + "MC: its Monte-Carlo standard error.")
      if !alone {
        notes.append(
          "Behind: the score of the best model with a weight less this one, with the standard error "
            + "of the difference over the samples; minus is ahead. =: within the errors (95 %), "
            + "so not told apart.")
      }
    }
    if shape.criterionWeights || shape.futureWeights {
      var kinds: [String] = []
      if shape.criterionWeights {
        kinds.append(
          shape.byBIC
            ? "BIC weights, exp(-Delta / 2)" : "AICc (Akaike) weights, exp(-Delta / 2)")
      }
      if shape.futureWeights { kinds.append("LFO weights by pseudo-BMA+ on the scores") }
      notes.append(
        "Weights: \(kinds.joined(separator: "; ")); each sums to 1 over the models that their "
          + "residuals do not contradict."
          + (study.forecast == nil || !shape.criterionWeights
            ? ""
            : " The weighted forecast uses the "
              + "\(study.usesFutureWeights ? "LFO" : criterion) weight."))
    }
    return notes
  }

  /// Models whose numbers cannot be held against those of the others.
  private static func unranked(_ study: ModelStudy) -> [Page.Block] {
    let others = study.candidates.filter { !$0.isRanked }
    guard !others.isEmpty else { return [] }
    let rows = others.sorted { $0.model < $1.model }.map { candidate in
      [
        candidate.model, "\(candidate.entry.fit.measurements)",
        "\(candidate.entry.fit.estimated)",
        candidate.entry.fit.isUsable ? ResidualSection.word(candidate.checks) : "-",
        candidate.entry.fit.isUsable ? "other measurements" : "fit not usable",
      ]
    }
    return Shown.table(
      "Not ranked.",
      [
        Table.Column("Model"), Table.Column("n", .numbers), Table.Column("k", .numbers),
        Table.Column("Residuals"), Table.Column("Why"),
      ], rows)
  }

  static func weight(_ value: Double?) -> String {
    guard let value else { return "-" }
    if value < 0.005 { return "< 0.01" }
    return value > 0.995 && value < 1 ? "> 0.99" : NumberText.fixed(value, decimals: 2)
  }

  private static func score(_ candidate: ModelStudy.Candidate) -> String {
    candidate.score.map {
      "\(NumberText.fixed($0.sum, decimals: 2)) (\(NumberText.fixed($0.monteCarloError, decimals: 2)))"
    } ?? "-"
  }

  private static func difference(_ candidate: ModelStudy.Candidate) -> String {
    guard let gap = candidate.scoreDifference else { return "-" }
    if gap.sum == 0 { return "best" }
    let error =
      gap.samplingError.map { " (\(NumberText.fixed($0, decimals: 2)))" } ?? ""
    return NumberText.fixed(gap.sum, decimals: 2) + error + (gap.isClear ? "" : " =")
  }
}
