import Inference
import ModelLanguage
import Quantities
import RunFiles
import RunRecords

/// What the fit found: a verdict, the figure, the parameters, the other models.
enum FitSection {
  static func section(_ analysis: RunAnalysis) -> Page.Section {
    guard let fit = analysis.best?.fit, let verdict = analysis.verdict else {
      return Page.Section("Fit", [])
    }
    var blocks: [Page.Block] = [.verdict(verdict.page)]
    let notes =
      verdict.unitDoubts + MissingRecords.words(analysis) + platform(analysis)
      + (verdict.readingDoubts.isEmpty
        ? doubts(analysis.doubts) + fit.notes + outliers(fit, analysis.checks)
          + (analysis.comparison.leadWords.map { ["Why this model: \($0)"] } ?? [])
          + untried(analysis)
        : settledLater(analysis, verdict))
    if !notes.isEmpty { blocks.append(.bullets(notes)) }
    blocks += TrustSection.blocks(verdict)
    blocks += NextSection.blocks(
      analysis.next, verdict: verdict, isDrawn: analysis.drawnBy != nil)
    for band in quantities(analysis) {
      blocks.append(.figure(RunFigure.figure(analysis, quantity: band)))
    }
    if let refusal = analysis.bandRefusal {
      blocks.append(.notes(["No bands are drawn: \(refusal)"]))
    }
    blocks += parameters(fit)
    blocks += DepthSection.intervals(analysis.intervals, analysis.profiles)
    if let checks = analysis.checks {
      blocks.append(.heading("Residuals"))
      if let isUsed = verdict.usesDoubted {
        blocks.append(
          .paragraph(
            "The \(verdict.countDoubts.isEmpty ? "reading" : "count") that cannot be right is "
              + (isUsed
                ? "among these readings: others may look wrong because of it."
                : "not among these readings: \(fit.model) does not read it.")))
      }
      blocks += ResidualSection.blocks(
        checks, of: fit, outliers: fit.residuals.filter(\.isOutlier))
    }
    blocks += comparison(analysis.comparison)
    blocks.append(.notes([facts(fit)] + (analysis.posteriorWords.map { [$0] } ?? [])))
    return Page.Section("Fit of \(analysis.run.name): \(fit.model)", blocks)
  }

  /// The notes that do not follow from a wrong reading: neither far residuals nor bounds, and no choice of a
  /// model.
  private static func settledLater(_ analysis: RunAnalysis, _ verdict: FitVerdict) -> [String] {
    let fit = verdict.fit
    let what = verdict.countDoubts.isEmpty ? "reading" : "count"
    let far = fit.residuals.filter(\.isOutlier).map(\.outlierWords)
    let kept = fit.notes.filter { note in
      !far.contains { note.contains($0) }
        && !fit.parameters.contains {
          $0.verdict.isAtBound && note.hasPrefix("\($0.name) lies at")
        }
    }
    return kept
      + (analysis.isNamed || analysis.comparison.entries.count < 2
        ? []
        : [
          "No model is chosen while a \(what) cannot be right; \(fit.model) is shown because it "
            + (verdict.usesDoubted == true ? "bears that \(what) best." : "leads without it.")
        ])
  }

  /// What the verdict leaves out: all but the first doubt, what the model is for, and later readings.
  private static func doubts(_ doubts: ModelDoubts?) -> [String] {
    guard let doubts else { return [] }
    return Array(doubts.sentences.dropFirst())
      + [
        doubts.later.flatMap { $0.isOff ? nil : $0.sentence }, doubts.purpose,
      ].compactMap { $0 }
  }

  /// Models that could have been tried, or that read what this one leaves.
  private static func untried(_ analysis: RunAnalysis) -> [String] {
    if analysis.isNamed {
      return [
        "No other model was tried: without --model those that suit the run are ranked."
      ]
    }
    guard analysis.best?.fit.unused["viability"] != nil else { return [] }
    // The one that its data speak for most, of those that read it.
    let readers = analysis.comparison.entries.filter { entry in
      entry.fit.isUsable && entry.checks?.isMisfit == false
        && entry.culture.targets.contains { $0.observation.quantity == "viability" }
    }.map(\.fit).sorted { a, b in
      if a.measurements != b.measurements { return a.measurements > b.measurements }
      let (first, second) = (a.logEvidence ?? -.infinity, b.logEvidence ?? -.infinity)
      return first == second ? a.model < b.model : first > second
    }
    return readers.first.map {
      ["Viability was measured and this model does not read it: try --model \($0.model)."]
    } ?? []
  }

  /// A platform that no file describes.
  private static func platform(_ analysis: RunAnalysis) -> [String] {
    analysis.findings.filter { $0.code == PlatformFile.unknownCode }.map(\.description)
  }

  /// Outliers that only the residual checks see: the notes name them too.
  private static func outliers(_ fit: FitResult, _ checks: ResidualChecks?) -> [String] {
    (checks?.flags ?? []).filter { flag in
      guard flag.kind == .outlier, let place = flag.place?.description else { return false }
      return !fit.notes.contains { $0.contains(place) }
    }.map(\.sentence)
  }

  private static func quantities(_ analysis: RunAnalysis) -> [String] {
    guard let entry = analysis.best else { return [] }
    let measured = Set(entry.culture.targets.map(\.observation.quantity))
    return entry.culture.model.observables.map(\.name).filter { measured.contains($0) }
  }

  static func parameters(_ fit: FitResult) -> [Page.Block] {
    Shown.table(
      "Parameters of \(fit.model).",
      [
        Table.Column("Parameter"), Table.Column("Unit"),
        Table.Column("Estimate", .numbers), Table.Column("95 % interval", .numbers),
        Table.Column("What is known"),
      ],
      fit.parameters.map { parameter in
        [
          parameter.name + (parameter.isUnverified ? " *" : "") + "\n" + parameter.text,
          parameter.unitSymbol, Shown.number(parameter.estimate),
          Shown.interval(parameter.interval),
          parameter.words + prior(parameter) + bounds(parameter),
        ]
      },
      footnotes: [
        fit.intervalKind == .posterior
          ? "Intervals are central 95 % of the posterior draws."
          : "Intervals are those of the curvature (Wald), on the estimation scale; with few counts they "
            + "are somewhat too narrow."
      ]
        + (fit.parameters.contains(where: \.isUnverified)
          ? [
            "An asterisk after a name: the source of this prior or value was not verified; put your "
              + "own experience in its place before you rely on what the prior tells."
          ] : []))
  }

  private static func prior(_ parameter: FittedParameter) -> String {
    guard let prior = parameter.prior else { return "" }
    let word = parameter.scale == .linear ? "sd" : parameter.scale == .log ? "sd ln" : "sd logit"
    let unit = parameter.unitSymbol.isEmpty ? nil : try? Unit(parsing: parameter.unitSymbol)
    let median = (unit ?? .one).fromBase(parameter.scale.toNatural(prior.mean))
    return "\nprior: median \(Shown.number(median)), \(word) \(Shown.number(prior.sd, 2)); "
      + prior.origin
  }

  /// The bounds within which a parameter was estimated.
  private static func bounds(_ parameter: FittedParameter) -> String {
    guard let bounds = parameter.bounds else { return "" }
    let unit = parameter.unitSymbol == "1" ? "" : " \(parameter.unitSymbol)"
    return "\nbounds: \(Shown.interval(bounds))\(unit)"
  }

  private static func comparison(_ comparison: ModelComparison) -> [Page.Block] {
    guard comparison.entries.count + comparison.unbound.count + comparison.silent.count > 1 else {
      return []
    }
    let rows = comparison.entries.map { entry in
      [
        entry.fit.model, standing(entry),
        "\(entry.fit.measurements)", "\(entry.fit.estimated)",
        entry.fit.logLikelihood.isFinite
          ? NumberText.fixed(entry.fit.logLikelihood, decimals: 2) : "-",
        entry.fit.aicc.map { NumberText.fixed($0, decimals: 1) } ?? "not defined",
        entry.fit.bic.map { NumberText.fixed($0, decimals: 1) } ?? "-",
        entry.fit.logEvidence.map { NumberText.fixed(-2 * $0, decimals: 1) } ?? "-",
        entry.delta.map { NumberText.fixed($0, decimals: 1) } ?? "-",
        entry.weight.map { NumberText.fixed($0, decimals: 2) } ?? "-",
      ]
    }
    return Shown.table(
      "Models, ranked by \(comparison.criterion) among those that use the same measurements.",
      [
        Table.Column("Model"), Table.Column("Standing"), Table.Column("n", .numbers),
        Table.Column("k", .numbers), Table.Column("ln L", .numbers),
        Table.Column("AICc", .numbers), Table.Column("BIC", .numbers),
        Table.Column(ModelComparison.evidence, .numbers),
        Table.Column("Difference", .numbers), Table.Column("Weight", .numbers),
      ], rows,
      footnotes: [
        "n measurements, k estimated parameters with noise. AICc is not defined for n <= k + 1. "
          + "Z: the probability of the data by model and priors together (Laplace). "
          + "Models on other measurements cannot be compared and carry no weight, nor do those that "
          + "their residuals contradict. Of several sets of measurements first come those with cell "
          + "counts, of those the ones with a model that its residuals do not contradict, of those the one "
          + "that most models read. 'thymus compare' ranks by the same rule, and also lets each "
          + "model forecast later samples from earlier ones."
      ]
        + comparison.unbound.map {
          "\($0.model): not fitted. \($0.refusal.findings.first?.cause ?? "")"
        }
        + comparison.silent.map {
          "\($0.model): not fitted. It observes \($0.observes.joined(separator: ", ")); the run "
            + "measured \(comparison.measured.joined(separator: ", "))."
        })
  }

  private static func standing(_ entry: ModelComparison.Entry) -> String {
    switch entry.standing {
    case .contender: "in the ranking"
    case .beyondCapacity: "outgrows the platform"
    case .contradicted: "residuals contradict"
    case .tooFew: "too few measurements"
    case .sameAs(let other): "the same as \(other)"
    case .notUsable: "not usable"
    case .otherMeasurements:
      !entry.fit.isUsable
        ? "not usable"
        : entry.checks?.isMisfit == true
          ? "other measurements; residuals contradict" : "other measurements"
    }
  }

  /// How many of the searches that were made ended at the best point. Searches that others send out
  /// count too, so there can be more than were asked for.
  private static func agreement(_ fit: FitResult) -> String {
    let made = fit.starts
    let all = fit.agreeing == made
    return
      (all
      ? "\(made == 1 ? "the one search made" : "all \(made) searches made") ended at this optimum"
      : "\(fit.agreeing) of the \(made) searches made ended at this optimum")
      + (made < fit.startsAllowed
        ? " (up to \(fit.startsAllowed) are made when the first ones disagree)" : "")
  }

  static func facts(_ fit: FitResult) -> String {
    guard fit.logLikelihood.isFinite else {
      return "No estimate: \(fit.simulations) simulations, \(fit.failures) of them ended early."
    }
    return "Log-likelihood \(NumberText.fixed(fit.logLikelihood, decimals: 3)); "
      + "\(agreement(fit)); reciprocal condition number "
      + "\(Shown.number(fit.rcond, 2)); \(fit.simulations) simulations, \(fit.failures) of them "
      + "ended early."
  }
}
