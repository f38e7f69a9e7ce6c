import ModelLanguage
import Quantities
import RunRecords

extension LearnedPrior {
  /// How far beyond the values learned from, in their span, a value is taken with a note.
  public static let notedReach = 0.1
  /// Beyond this it is refused.
  public static let largestReach = 2.0

  /// The prior for one run: without covariates, at the run's own values of them.
  ///
  /// With x the values (number less centre; 1 or 0 for a word), the mean becomes mean + effect x and
  /// the covariance Sigma + X E X^T + C X^T + X C^T, E and C those of the effects among themselves
  /// and with the means; for one effect sd^2 + x^2 Var(effect) + 2 x Cov(mean, effect). The notes say
  /// what moved, and what is extrapolated. `platform` is the vessel in which the run is computed,
  /// where that is not the run's own. Throws `InputRefused` for a value that is not known, a word
  /// never learned, and a number beyond the learned ones by more than twice their span.
  public func resolved(
    for run: Run, platform: String? = nil
  ) throws(InputRefused) -> (prior: LearnedPrior, notes: [String]) {
    if covariates.isEmpty { return (self, []) }
    var findings: [Finding] = []
    var notes: [String] = []
    var x = [Double](repeating: 0, count: covariates.count)
    for (k, covariate) in covariates.enumerated() {
      do throws(InputRefused) {
        let (value, words) = try self.value(of: covariate, run, platform)
        x[k] = value
        for note in words where !notes.contains(note) { notes.append(note) }
      } catch {
        findings += error.findings.filter { !findings.contains($0) }
      }
    }
    if !findings.isEmpty { throw InputRefused(findings) }
    return (try moved(by: x, run), notes)
  }

  /// The values of a run's covariates that the prior depends on, as `age 61 a`; those not known are
  /// left out.
  public func described(_ run: Run, platform: String? = nil) -> [String] {
    var texts: [String] = []
    for name in covariates.map(\.name) {
      guard let value = run.attribute(name, platform: platform) else { continue }
      let text = "\(name) \(value.text)"
      if !texts.contains(text) { texts.append(text) }
    }
    return texts
  }

  /// The covariate's x for a run, with what there is to say of it.
  private func value(
    of covariate: Covariate, _ run: Run, _ platform: String?
  ) throws(InputRefused) -> (Double, [String]) {
    let name = covariate.name
    guard let attribute = run.attribute(name, platform: platform) else {
      throw LearnedPrior.refusal(
        run,
        "\(name) of run \(run.name) is not known, and the prior depends on it "
          + "(\(covariate.parameter) ~ \(covariate.label)).", CovariateCoding.remedy(name))
    }
    let scale = parameters.first { $0.name == covariate.parameter }?.scale ?? "log"
    let numbers = scale == "log" ? "ln" : scale == "logit" ? "the logit" : "the parameter"
    func note(_ x: Double) -> String {
      let move = covariate.effect * x
      return "\(covariate.parameter) for \(name) \(attribute.text): \(move < 0 ? "-" : "+")"
        + "\(NumberText.fixed(abs(move), decimals: 2)) on \(numbers) (learned from "
        + "\(NumberText.counted(covariate.donors, "donor")))."
    }
    switch (covariate.values, attribute) {
    case (.word(let learned, let reference), .word(let word)):
      if word == learned { return (1, [note(1)]) }
      let known = words(of: covariate)
      guard known.contains(word) else {
        throw LearnedPrior.refusal(
          run,
          "\(name) of run \(run.name) is \(word), which no earlier donor had."
            + Suggestion.phrase(for: word, among: known),
          "The prior knows \(NumberText.list(known)): correct the word, or learn from runs of that "
            + "kind too.")
      }
      return (
        0,
        word == reference
          ? ["\(covariate.parameter) for \(name) \(word): the mean as learned, the reference."] : []
      )
    case (
      .number(let transform, let symbol, let centre, let low, let high), .number(let base, let own)
    ):
      guard let unit = try? Unit(parsing: symbol), unit.dimension == own.dimension else {
        throw LearnedPrior.refusal(
          run, "\(name) of run \(run.name) is in \(own), and the prior has it in \(symbol).",
          "Write it in a unit such as \(symbol).")
      }
      let value = unit.fromBase(base)
      guard transform == .none || value > 0 else {
        throw LearnedPrior.refusal(
          run, "\(name) of run \(run.name) is \(attribute.text), which has no logarithm.",
          "Give a number above 0.")
      }
      let placed = transform == .ln ? Double.log(value) : value
      func shown(_ end: Double) -> String {
        NumberText.significant(transform == .ln ? Double.exp(end) : end)
      }
      let learned = "\(shown(low)) to \(shown(high))\(symbol == "1" ? "" : " " + symbol)"
      let beyond = max(low - placed, placed - high) / (high - low)
      guard beyond <= LearnedPrior.largestReach else {
        throw LearnedPrior.refusal(
          run,
          "\(name) of run \(run.name) is \(attribute.text), and the earlier donors had "
            + "\(learned): too far to extrapolate.", "Check the number and its unit.")
      }
      let told = note(placed - centre)
      return (
        placed - centre,
        beyond > LearnedPrior.notedReach
          ? [
            told,
            "\(name) \(attribute.text) is extrapolated: the earlier donors had \(learned). That "
              + "the effect goes on like that is not known.",
          ] : [told]
      )
    case (.word, .number), (.number, .word):
      throw LearnedPrior.refusal(
        run,
        "\(name) of run \(run.name) is \(attribute.text), and the prior has "
          + (words(of: covariate).isEmpty
            ? "numbers." : "the words \(NumberText.list(words(of: covariate)))."),
        CovariateCoding.remedy(name))
    }
  }

  /// The words of a covariate that were learned, the reference first.
  private func words(of covariate: Covariate) -> [String] {
    var found: [String] = []
    for other in covariates where other.name == covariate.name {
      guard case .word(let word, let reference) = other.values else { continue }
      for word in [reference, word] where !found.contains(word) { found.append(word) }
    }
    return found
  }

  /// The prior with its means and its covariance at x.
  private func moved(by x: [Double], _ run: Run) throws(InputRefused) -> LearnedPrior {
    let m = parameters.count
    let rows = covariates.map { covariate in
      parameters.firstIndex { $0.name == covariate.parameter } ?? 0
    }
    var prior = self
    var covariance = (0..<m).map { i in
      (0..<m).map { correlations[i][$0] * parameters[i].sd * parameters[$0].sd }
    }
    var errors = parameters.map { $0.meanError * $0.meanError }
    for (e, effect) in covariates.enumerated() {
      let own = effect.effectCovariances[e]
      // Errors of means are not widened: the widening is told by those of the effect.
      let widening = effect.error > 0 ? own / (effect.error * effect.error) : 1
      prior.parameters[rows[e]].mean += x[e] * effect.effect
      for j in 0..<m {
        covariance[rows[e]][j] += x[e] * effect.meanCovariances[j]
        covariance[j][rows[e]] += x[e] * effect.meanCovariances[j]
      }
      errors[rows[e]] += 2 * x[e] * effect.meanCovariances[rows[e]] / widening
      for (f, other) in rows.enumerated() {
        covariance[rows[e]][other] += x[e] * x[f] * effect.effectCovariances[f]
        if other == rows[e] {
          errors[other] += x[e] * x[f] * effect.effectCovariances[f] / widening
        }
      }
    }
    for k in 0..<m {
      guard covariance[k][k] > 0, covariance[k][k].isFinite, prior.parameters[k].mean.isFinite
      else {
        throw LearnedPrior.refusal(
          run, "The prior has no spread of \(parameters[k].name) at this run's covariates.",
          "Learn again, or mend the file.")
      }
      let (spread, error) = (parameters[k].spread, max(0, errors[k]))
      prior.parameters[k].sd = covariance[k][k].squareRoot()
      prior.parameters[k].meanError = error.squareRoot()
      let plain = (spread * spread + error).squareRoot()
      prior.parameters[k].widening = plain > 0 ? prior.parameters[k].sd / plain : 1
    }
    prior.correlations = (0..<m).map { i in
      (0..<m).map { j in
        if i == j { return 1 }
        let value = covariance[i][j] / (covariance[i][i] * covariance[j][j]).squareRoot()
        return min(1, max(-1, value))
      }
    }
    prior.covariates = []
    prior.form = 1
    return prior
  }

  private static func refusal(_ run: Run, _ cause: String, _ remedy: String) -> InputRefused {
    InputRefused([
      Finding(.error, "E_COVARIATE", at: PopulationPlan.place(run), cause, remedy: remedy)
    ])
  }
}
