import Inference
import ModelLanguage
import Quantities
import RunFiles
import RunRecords

/// What the fit found: a verdict, the figure, the parameters, the other models.
enum FitSection {
  static func section(_ analysis: RunAnalysis) -> Page.Section {
    guard let entry = analysis.best else { return Page.Section("Fit", []) }
    let fit = entry.fit
    let doubts = doubts(analysis.findings)
    var blocks: [Page.Block] = [
      .verdict(doubted(verdict(fit, analysis.checks), isDoubted: !doubts.isEmpty))
    ]
    let notes =
      doubts + fit.notes + outliers(fit, analysis.checks)
      + (analysis.comparison.leadWords.map { ["Why this model: \($0)"] } ?? [])
    if !notes.isEmpty { blocks.append(.bullets(notes)) }
    blocks += TrustSection.blocks(fit, analysis.profiles, analysis.checks)
    blocks += NextSection.blocks(analysis.next)
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
      blocks += ResidualSection.blocks(checks, outliers: fit.residuals.filter(\.isOutlier))
    }
    blocks += comparison(analysis.comparison)
    blocks.append(.notes([facts(fit)] + (analysis.posteriorWords.map { [$0] } ?? [])))
    return Page.Section("Fit of \(analysis.run.name): \(fit.model)", blocks)
  }

  /// What was noticed while reading and may be a wrong unit: nothing below holds if it is.
  private static func doubts(_ findings: [Finding]) -> [String] {
    findings.filter { UnitDoubts.codes.contains($0.code) }.map(\.description)
  }

  /// The verdict of a fit to readings whose unit is doubted: never better than "with care".
  private static func doubted(_ verdict: Page.Verdict, isDoubted: Bool) -> Page.Verdict {
    guard isDoubted, verdict.kind != .stop else { return verdict }
    return Page.Verdict(
      .caution, label: verdict.kind == .good ? "Usable with care" : verdict.label,
      text: "A unit may be wrong: read the first note. " + verdict.text)
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

  static func verdict(_ fit: FitResult, _ checks: ResidualChecks? = nil) -> Page.Verdict {
    guard fit.isUsable else {
      return Page.Verdict(
        .stop, label: "Not usable",
        text: fit.termination.isConverged || fit.termination == .notRun
          ? fit.notes.first ?? "Read the notes below."
          : "\(fit.termination.advice) Read the notes below.")
    }
    let weak = fit.parameters.filter {
      switch $0.verdict {
      case .notIdentifiable, .priorOnly, .priorOf: return true
      // The noise of an assay that was not used is missed by nobody.
      case .noInfluence: return !fit.plan.noiseNames.contains($0.name)
      default: return false
      }
    }.map(\.name)
    let bounded = fit.parameters.filter {
      if case .atBound = $0.verdict { return true }
      return false
    }.map(\.name)
    let growth = growthSentence(fit)
    if let checks, checks.isMisfit || checks.flags.contains(where: { $0.kind == .outlier }) {
      let first = checks.flags.first { checks.isMisfit ? $0.isMisfit : $0.kind == .outlier }
      var sentences = first.map { [$0.sentence] } ?? []
      if !growth.isEmpty { sentences.append(String(growth.dropLast())) }
      if !weak.isEmpty {
        sentences.append("These data do not tell \(weak.joined(separator: ", ")).")
      }
      if checks.isMisfit {
        sentences.append(
          "Recount or leave out a reading that is wrong, or choose another model, before any of this "
            + "is used.")
      }
      return Page.Verdict(
        .caution, label: checks.isMisfit ? "Doubtful" : "Usable with care",
        text: sentences.joined(separator: " "))
    }
    if weak.isEmpty, bounded.isEmpty, fit.measurements <= fit.estimated {
      return Page.Verdict(
        .caution, label: "Usable with care",
        text: growth
          + "\(NumberText.counted(fit.measurements, "measurement")) for "
          + "\(NumberText.counted(fit.estimated, "estimated parameter")): priors decide much of this."
      )
    }
    if weak.isEmpty, bounded.isEmpty {
      return Page.Verdict(
        .good, label: "Usable",
        text: growth + "The data tell something of every estimated parameter.")
    }
    return Page.Verdict(
      .caution, label: "Usable with care",
      text: growth
        + [
          weak.isEmpty ? nil : "These data do not tell \(weak.joined(separator: ", ")).",
          bounded.isEmpty
            ? nil : "At a bound: \(bounded.joined(separator: ", ")); read the notes on it.",
        ].compactMap { $0 }.joined(separator: " "))
  }

  /// `38.4 (34.4 - 43)` in hours; nil when the model has no growth rate of that form.
  static func doublingTime(_ fit: FitResult) -> String? {
    // A rate that is the prior's is no finding.
    guard let mu = fit.parameter("mu"), mu.unitSymbol == "1/h", mu.verdict != .noInfluence,
      mu.verdict != .priorOnly, fit.showsGrowth != false
    else { return nil }
    let ln2 = Double.log(2)
    let interval = mu.interval.flatMap { interval in
      interval.lowerBound > 0 ? ln2 / interval.upperBound...ln2 / interval.lowerBound : nil
    }
    return Shown.number(ln2 / mu.estimate)
      + (interval.map { " (\(Shown.interval($0)))" } ?? "")
  }

  /// `1.75 (0.89 - 3.4)` in days; nil when the model has no lag.
  static func lag(_ fit: FitResult) -> String? {
    guard let lag = fit.parameter("lag"), lag.unitSymbol == "h", lag.verdict != .noInfluence,
      fit.showsGrowth != false
    else { return nil }
    if case .atBound("lower") = lag.verdict { return "none seen" }
    let interval = lag.interval.map { $0.lowerBound / 24...$0.upperBound / 24 }
    return Shown.number(lag.estimate / 24) + (interval.map { " (\(Shown.interval($0)))" } ?? "")
  }

  /// The growth in a sentence, with 95 % intervals in parentheses.
  static func growthSentence(_ fit: FitResult) -> String {
    if fit.showsGrowth == false { return "No growth seen. " }
    guard let doubling = doublingTime(fit) else { return "" }
    let start = "Growing cells double in \(doubling) h"
    guard let lag = lag(fit) else { return start + ". " }
    return start + (lag == "none seen" ? "; no lag can be seen. " : ", after a lag of \(lag) d. ")
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
          parameter.verdict.words + prior(parameter) + bounds(parameter),
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
              + "own experience in its place before you rely on it."
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
        Table.Column("Difference", .numbers), Table.Column("Weight", .numbers),
      ], rows,
      footnotes: [
        "n measurements, k estimated parameters with noise. AICc is not defined for n <= k + 1. "
          + "Models on other measurements cannot be compared and carry no weight, nor do those that "
          + "their residuals contradict. 'thymus compare' ranks by the same rule, and also lets each "
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
