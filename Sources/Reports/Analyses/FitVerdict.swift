import Inference
import Quantities
import RunFiles

/// The verdict on a fit: a label, and a few sentences of which the gravest come first.
struct FitVerdict {
  let fit: FitResult
  var checks: ResidualChecks?
  var doubts: ModelDoubts?
  /// What was noticed while reading.
  var findings: [Finding] = []
  /// Profiles of the parameters; empty when they were not asked for.
  var profiles: [ParameterProfile] = []
  /// What there is in its place; nil for several runs fitted together.
  var others: OtherModels?

  /// What may be a wrong unit: nothing else holds if it is.
  var unitDoubts: [String] {
    findings.filter { UnitDoubts.codes.contains($0.code) }.map(\.description)
  }

  /// Counts that cannot be right, in the words of the warning and of the fit: recounting comes first.
  var countDoubts: [String] {
    findings.filter { UnitDoubts.countCodes.contains($0.code) }.map {
      $0.cause.prefix(1).uppercased() + $0.cause.dropFirst()
    } + (fit.contradiction.map { [$0] } ?? [])
  }

  /// Readings that cannot be right, counts first: with one of them in the data nothing else holds.
  var readingDoubts: [String] {
    countDoubts
      + columnFindings.map { $0.cause.prefix(1).uppercased() + $0.cause.dropFirst() }
  }

  /// Readings of other columns than counts, in the words of the warning.
  var columnFindings: [Finding] {
    findings.filter { UnitDoubts.columnCodes.contains($0.code) }
  }

  /// Whether the doubted readings are among those that the fit used; nil without any.
  var usesDoubted: Bool? {
    if !countDoubts.isEmpty { return true }
    guard !columnFindings.isEmpty else { return nil }
    let used = Set(fit.residuals.map(\.observation.place))
    let files = Set(used.map(\.file))
    // What the seed tells stands in another file: a fit may start from it.
    return columnFindings.contains { used.contains($0.place) || !files.contains($0.place.file) }
  }

  var isMisfit: Bool { checks?.isMisfit == true }

  /// True where residuals or a reading that cannot be right speak against every number.
  var isContradicted: Bool { isMisfit || !readingDoubts.isEmpty }

  /// The verdict on a page.
  var page: Page.Verdict {
    guard fit.isUsable else {
      return Page.Verdict(
        .stop, label: "Not usable",
        text: fit.termination.isConverged || fit.termination == .notRun
          ? fit.notes.first ?? "Read the notes below."
          : "\(fit.termination.advice) Read the notes below.")
    }
    let against = against
    // A number beside a contradicted curve would be taken for a finding.
    let growth = isContradicted && fit.showsGrowth != false ? "" : GrowthWords.sentence(self)
    if !readingDoubts.isEmpty {
      // All else may follow from the wrong reading.
      return Page.Verdict(.caution, label: "Doubtful", text: join(against + [growth]))
    }
    // Where nothing grows, how fast depends on nothing that could be told.
    let doubt = fit.showsGrowth == false ? nil : doubts?.sentences.first
    let reservations =
      (fit.showsGrowth == false
        ? ["No parameter of growth can be read from it: check the activation, and count again."]
        : [])
      + (doubt.map { [$0] } ?? []) + weakness + held + (isMisfit ? [remedy] : [])
    if against.isEmpty, reservations.isEmpty {
      return Page.Verdict(
        .good, label: "Usable",
        text: join([growth, "The data tell something of every estimated parameter."]))
    }
    return Page.Verdict(
      .caution, label: isMisfit ? "Doubtful" : "Usable with care",
      text: join(against + [growth] + reservations))
  }

  private func join(_ sentences: [String]) -> String {
    sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// What speaks against the numbers themselves.
  private var against: [String] {
    var sentences: [String] = []
    if findings.contains(where: { Self.isUnit($0.code) }) {
      sentences.append("A unit may be wrong: read the first note.")
    }
    if let first = readingDoubts.first {
      return sentences + [
        first,
        countDoubts.isEmpty
          ? "Look at the sheet; correct or empty the cell before any of this is used: "
            + (usesDoubted == true
              ? "estimates, notes and residuals below follow from it."
              : "\(fit.model) does not read it, other models and the choice between them may.")
          : "Recount, or leave out what is wrong (empty its cell), before any of this is used: estimates, "
            + "notes and residuals below follow from it.",
      ]
    }
    // One wrong reading can bring about all that follows.
    let outlier =
      checks?.flags.first { $0.kind == .outlier }?.sentence
      ?? fit.residuals.first(where: \.isOutlier)?.outlierWords
    if let outlier { sentences.append(outlier) }
    if !conflicts.isEmpty {
      sentences.append(
        "The data and the prior\(conflicts.count == 1 ? "" : "s") of \(NumberText.list(conflicts)) "
          + "contradict each other: read the note on it.")
    }
    // The latest count off a compromise is not the count's fault.
    let flag = checks?.flags.first {
      isMisfit && $0.isMisfit && (conflicts.isEmpty || $0.kind != .latest)
    }
    return sentences + (outlier == nil ? flag.map { [$0.sentence] } ?? [] : [])
  }

  /// Parameters whose prior and data contradict each other and neither outweighs the other.
  var conflicts: [String] { fit.priorConflicts.filter(\.isGrave).map(\.name) }

  /// Why a forecast must not rest on this fit alone; nil when nothing speaks against that.
  var forecastDoubt: String? {
    if !readingDoubts.isEmpty {
      return
        "A \(countDoubts.isEmpty ? "reading" : "count") cannot be right: read the verdict of the fit first."
    }
    if !unitDoubts.isEmpty { return "A unit may be wrong: read the first note on the fit." }
    if isMisfit || !conflicts.isEmpty {
      return "The fit behind it is in doubt: read its verdict first."
    }
    return (doubts?.sentences.isEmpty ?? true)
      ? nil : "The fit behind it is not the only one that these data allow: read the first note."
  }

  /// `the vcd of day 3`: the readings that the verdict names, by time; nil when it names none.
  var recount: String? {
    let text = against.joined(separator: " ")
    let named = fit.residuals.map(\.observation).filter { text.contains("\($0.place))") }
      .sorted { ($0.time, $0.quantity) < ($1.time, $1.quantity) }
    return named.isEmpty
      ? nil
      : NumberText.list(
        named.map { "the \($0.quantity) of day \(Shown.day($0.time))" })
  }

  /// What to do where the model is contradicted and no reading is to blame.
  var instead: String {
    others?.remedy ?? "Choose another model, or look at how the readings were taken."
  }

  /// Whether a warning is about a unit or a volume, and not about a single count.
  private static func isUnit(_ code: String) -> Bool {
    UnitDoubts.codes.contains(code) && !UnitDoubts.readingCodes.contains(code)
  }

  private var remedy: String {
    if recount != nil {
      return
        "Recount or leave out what is wrong\(others?.orChoose ?? ", or choose another model"), "
        + "before any of this is used."
    }
    return conflicts.isEmpty ? instead : "Settle that before any of this is used."
  }

  /// What the user held: the rest holds only with it.
  private var held: [String] {
    let names = fit.plan.heldBecause.filter { $0.value == ParameterPlan.heldByUser }.keys.sorted()
    guard !names.isEmpty else { return [] }
    return [
      "You hold \(NumberText.list(names)): all intervals hold only if "
        + "\(names.count == 1 ? "that value is" : "those values are") right."
    ]
  }

  /// What the data leave open.
  private var weakness: [String] {
    let weak = fit.parameters.filter {
      switch $0.verdict {
      case .notIdentifiable, .priorOnly, .priorOf: return true
      // The noise of an assay that was not used is missed by nobody.
      case .noInfluence: return !fit.plan.noiseNames.contains($0.name)
      default: return false
      }
    }.map(\.name)
    let bounded = fit.parameters.filter(\.verdict.isAtBound).map(\.name)
    var sentences: [String] = []
    if !weak.isEmpty {
      sentences.append("These data do not tell \(weak.joined(separator: ", ")).")
    }
    if !bounded.isEmpty {
      sentences.append(
        "At a bound: \(bounded.joined(separator: ", ")); read the note\(bounded.count == 1 ? "" : "s") "
          + "on \(bounded.count == 1 ? "it" : "them").")
    }
    if fit.measurements <= fit.estimated {
      let shared = fit.parameters.filter {
        if case .dataAndPrior = $0.verdict { return true }
        return false
      }.map(\.name)
      sentences.append(
        "\(NumberText.counted(fit.measurements, "measurement")) for "
          + "\(NumberText.counted(fit.estimated, "estimated parameter")): "
          + (shared.isEmpty
            ? "the curve can follow almost any reading."
            : "priors tell part of \(NumberText.list(shared))."))
    }
    return sentences
  }
}

extension RunAnalysis {
  /// The verdict on the best fit; nil without one.
  var verdict: FitVerdict? {
    best.map {
      FitVerdict(
        fit: $0.fit, checks: checks, doubts: doubts, findings: findings, profiles: profiles,
        others: OtherModels(comparison, isNamed: isNamed))
    }
  }
}
