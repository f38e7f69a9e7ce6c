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
    let isAkaike: Bool
    /// Some model has a score, and several have.
    let scores: Bool
    let compares: Bool
    let criterionWeights: Bool
    let futureWeights: Bool

    init(_ study: ModelStudy) {
      isAkaike = study.comparison.criterion == "AICc"
      scores = study.candidates.contains { $0.score != nil }
      compares = study.candidates.filter { $0.score != nil }.count > 1
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
      Table.Column("Model"), Table.Column("k", .numbers), Table.Column(criterion, .numbers),
    ]
    if own.count > 1 { columns.append(Table.Column("Delta", .numbers)) }
    if shape.criterionWeights { columns.append(Table.Column("Weight", unit: criterion)) }
    if shape.scores { columns.append(Table.Column("LFO", unit: "MC error")) }
    if shape.compares { columns.append(Table.Column("Behind", unit: "error")) }
    if shape.futureWeights { columns.append(Table.Column("Weight", unit: "LFO")) }
    columns.append(Table.Column("Residuals"))
    let rows = own.map { candidate -> [String] in
      let fit = candidate.entry.fit
      var row = [
        fit.model, "\(fit.estimated)",
        study.comparison.value(fit).map { NumberText.fixed($0, decimals: 1) } ?? "-",
      ]
      if own.count > 1 {
        row.append(candidate.entry.delta.map { NumberText.fixed($0, decimals: 1) } ?? "-")
      }
      if shape.criterionWeights { row.append(weight(candidate.criterionWeight)) }
      if shape.scores { row.append(score(candidate)) }
      if shape.compares { row.append(difference(candidate)) }
      if shape.futureWeights { row.append(weight(candidate.futureWeight)) }
      return row + [ResidualSection.word(candidate.checks)]
    }
    return Shown.table(
      own.count == 1
        ? "The model of \(words(study))."
        : "Models of \(words(study)), by \(criterion) (lower is better).", columns, rows,
      footnotes: footnotes(study, shape, alone: own.count == 1))
  }

  private static func words(_ study: ModelStudy) -> String {
    let n = study.candidates.first(where: \.isRanked)?.entry.fit.measurements ?? 0
    return study.comparison.compared.joined(separator: ", ")
      + " (\(NumberText.counted(n, "measurement")))"
  }

  private static func footnotes(_ study: ModelStudy, _ shape: Shape, alone: Bool) -> [String] {
    let criterion = study.comparison.criterion
    var notes = ["k estimated parameters with noise."]
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
          + "In brackets its Monte-Carlo standard error.")
      if shape.compares {
        notes.append(
          "Behind: the score of the best model with a weight less this one; minus is ahead. In "
            + "brackets the standard error of the difference over the samples. =: within the "
            + "errors (95 %, Monte Carlo included), so not told apart.")
      }
    }
    if shape.criterionWeights || shape.futureWeights {
      var kinds: [String] = []
      if shape.criterionWeights {
        kinds.append(
          "\(study.comparison.criterion)\(shape.isAkaike ? " (Akaike)" : "") weights, exp(-Delta / 2)"
        )
      }
      if shape.futureWeights { kinds.append("LFO weights by pseudo-BMA+ on the scores") }
      notes.append(
        "Weights: \(kinds.joined(separator: "; ")); each sums to 1 over the models that "
          + "nothing contradicts."
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
        why(candidate, study),
      ]
    }
    return Shown.table(
      "Not ranked.",
      [
        Table.Column("Model"), Table.Column("n", .numbers), Table.Column("k", .numbers),
        Table.Column("Residuals"), Table.Column("Why"),
      ], rows,
      footnotes: ["What their residuals say in full stands in the record (--json)."])
  }

  private static func why(_ candidate: ModelStudy.Candidate, _ study: ModelStudy) -> String {
    switch candidate.entry.standing {
    case .sameAs(let other): "the same as \(other) on these data"
    case .tooFew: "too few measurements for its parameters"
    case .notUsable: "fit not usable"
    default: candidate.entry.fit.isUsable ? reads(candidate, study) : "fit not usable"
    }
  }

  /// What a model reads, where the ranked ones read something else.
  private static func reads(_ candidate: ModelStudy.Candidate, _ study: ModelStudy) -> String {
    let own = Set(candidate.entry.culture.targets.map(\.observation.quantity)).sorted()
    return own == study.comparison.compared
      ? "another likelihood of the counts" : "reads \(own.joined(separator: ", ")) only"
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
