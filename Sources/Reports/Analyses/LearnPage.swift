import Harvest
import Inference
import ModelLanguage
import Population
import Quantities

/// The page of `thymus learn`: what earlier donors teach of a new one.
public enum LearnPage {
  /// What was learned, and where it lies.
  public struct Answer: Sendable {
    let lesson: DonorLesson
    let model: Model
    let file: String
    let sha256: String
    let findings: [String]
    let provenance: Provenance

    /// What was learned, the file that holds it and its digest.
    public init(
      lesson: DonorLesson, model: Model, file: String, sha256: String, findings: [String],
      provenance: Provenance
    ) {
      self.lesson = lesson
      self.model = model
      self.file = file
      self.sha256 = sha256
      self.findings = findings
      self.provenance = provenance
    }
  }

  /// Shrinkage above which donors hardly tell a parameter's spread.
  static let largeShrinkage = 0.5

  /// The page.
  public static func page(_ answer: Answer) -> Page {
    let prior = answer.lesson.prior
    var blocks: [Page.Block] = [.verdict(verdict(answer))]
    blocks += table(answer)
    blocks += LearnCovariates.blocks(prior)
    blocks.append(
      .paragraph(
        "Widening: the spread of what varies between donors is at least "
          + "\(NumberText.fixed(prior.widening, decimals: 2)) times as wide as estimated. "
          + prior.wideningReason))
    let untold = LearnPage.untold(answer)
    if !untold.isEmpty { blocks += [.heading("What could not be learned"), .bullets(untold)] }
    blocks += [.heading("How well the runs are described"), .bullets(quality(answer))]
    blocks += correlations(answer)
    var sections = [Page.Section("What a new donor may do", blocks)]
    sections.append(Page.Section("The donors", donors(answer)))
    if !answer.findings.isEmpty {
      sections.append(Page.Section("What was noticed while reading", [.notes(answer.findings)]))
    }
    sections.append(answer.provenance.section)
    return Page(
      title: "Learned from earlier donors", subtitle: "\(answer.model.name): \(answer.file)",
      sections: sections, footer: LimitsOfUse.lines)
  }

  static func verdict(_ answer: Answer) -> Page.Verdict {
    let (prior, untold) = (answer.lesson.prior, LearnPage.untold(answer))
    let base =
      "\(prior.model) from \(NumberText.counted(prior.donors, "donor")), "
      + "\(NumberText.counted(prior.runs, "run")), "
      + "\(NumberText.counted(prior.measurements, "measurement"))."
    if prior.donors < 5 {
      return Page.Verdict(
        .caution, label: "Few donors",
        text: base + " So few donors tell little of how far the next may differ: the prior is "
          + "\(NumberText.fixed(prior.widening, decimals: 1)) times as wide as their own spread.")
    }
    return untold.isEmpty
      ? Page.Verdict(.good, label: "Learned", text: base)
      : Page.Verdict(
        .caution, label: "Learned in part",
        text: base + " Read below what these runs could not tell.")
  }

  private static func table(_ answer: Answer) -> [Page.Block] {
    let prior = answer.lesson.prior
    let rows = prior.parameters.enumerated().map { k, parameter -> [String] in
      let own = entry(answer, k)
      let isVarying = parameter.spread > 0
      return [
        parameter.name, mean(answer, k), isVarying ? spread(parameter, parameter.spread) : "shared",
        spread(parameter, parameter.sd), NumberText.fixed(parameter.widening, decimals: 2),
        own.flatMap(\.shrinkage).map { NumberText.percent($0, decimals: 0) } ?? "-",
      ]
    }
    return Shown.table(
      "Parameters of a new donor.",
      [
        Table.Column("Parameter"), Table.Column("Mean", .numbers),
        Table.Column("Spread between donors", .numbers), Table.Column("For a new donor", .numbers),
        Table.Column("Widened by", .numbers), Table.Column("Shrinkage", .numbers),
      ], rows,
      footnotes: (LearnCovariates.footnote(prior).map { [$0] } ?? []) + [
        "Spread: coefficient of variation of parameters on the ln scale, standard deviation on the "
          + "scale named for others. For a new donor it holds the spread, the error of the mean and "
          + "the widening. Shrinkage: the part of the spread that single donors' own counts do not "
          + "tell; near 100 % the spread itself is hardly known."
      ])
  }

  /// The random effect of a parameter, between donors or else between runs.
  private static func entry(_ answer: Answer, _ k: Int) -> (shrinkage: Double?, deviation: Double)?
  {
    let name = answer.lesson.prior.parameters[k].name
    for effects in [answer.lesson.result.donorEffects, answer.lesson.result.runEffects] {
      if let i = effects.names.firstIndex(of: name) {
        return (
          effects.shrinkage.indices.contains(i) ? effects.shrinkage[i] : nil, effects.deviations[i]
        )
      }
    }
    return nil
  }

  /// The mean, natural and with its unit.
  private static func mean(_ answer: Answer, _ k: Int) -> String {
    let parameter = answer.lesson.prior.parameters[k]
    guard let index = answer.lesson.free[k].index else {
      return Shown.number(Double.exp(parameter.mean))
    }
    let own = answer.model.parameters[index]
    if parameter.isRelative {
      let what: String
      switch own.prior {
      case .seed?: what = "the seeded"
      default: what = "the platform's"
      }
      return "\(Shown.number(Double.exp(parameter.mean))) x \(what)"
    }
    let value = own.unit.fromBase(own.scale.toNatural(parameter.mean))
    return Shown.number(value) + (own.unit.symbol == "1" ? "" : " \(own.unit.symbol)")
  }

  /// A standard deviation as a coefficient of variation on the ln scale.
  private static func spread(_ parameter: LearnedPrior.Parameter, _ sd: Double) -> String {
    parameter.scale == "log"
      ? NumberText.percent((Double.exp(sd * sd) - 1).squareRoot(), decimals: 1)
      : "\(Shown.number(sd)) (\(parameter.scale))"
  }

  /// What these runs could not tell, in sentences.
  static func untold(_ answer: Answer) -> [String] {
    let (prior, result) = (answer.lesson.prior, answer.lesson.result)
    var notes = prior.notes
    for effects in [result.donorEffects, result.runEffects] {
      for (name, shrinkage) in zip(effects.names, effects.shrinkage) {
        if let shrinkage, shrinkage > largeShrinkage {
          notes.append(
            "\(name): the donors' own counts hardly tell it one by one (shrinkage "
              + "\(NumberText.percent(shrinkage, decimals: 0))); its spread rests on few of them or "
              + "on how the runs look together.")
        }
      }
    }
    var seen: Set<String> = []
    return notes.filter { seen.insert($0).inserted }
  }

  private static func quality(_ answer: Answer) -> [String] {
    let result = answer.lesson.result
    let residuals = result.donors.flatMap { $0.residuals.flatMap { $0.compactMap(\.self) } }
    var lines = [
      "\(result.methodWords); log-likelihood \(NumberText.fixed(result.logLikelihood, decimals: 2))"
        + (result.importance.map {
          ", by \(answer.lesson.result.donors.count) x importance sampling "
            + "\(NumberText.fixed($0.value, decimals: 2)) +- "
            + "\(NumberText.fixed($0.error, decimals: 2))"
        } ?? "") + "."
    ]
    if residuals.count > 2 {
      let n = Double(residuals.count)
      let mean = residuals.reduce(0, +) / n
      let sd = (residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
      let far = Double(residuals.count { abs($0) > 2.576 }) / n
      lines.append(
        "Residuals about each donor's own curve: mean \(NumberText.fixed(mean, decimals: 2)), "
          + "standard deviation \(NumberText.fixed(sd, decimals: 2)) (below 1 where donors have few "
          + "counts), \(NumberText.percent(far, decimals: 1)) beyond 2.58 (1 % expected).")
      if far > 0.04 {
        lines.append(
          "More counts lie far off than the noise allows: recount them, or learn with another model."
        )
      }
    }
    return lines
  }

  private static func correlations(_ answer: Answer) -> [Page.Block] {
    let prior = answer.lesson.prior
    let varying = prior.parameters.indices.filter { prior.parameters[$0].spread > 0 }
    let pairs = varying.flatMap { i in varying.filter { $0 < i }.map { (i, $0) } }
      .filter { abs(prior.correlations[$0.0][$0.1]) >= 0.3 }
    guard !pairs.isEmpty else { return [] }
    return [
      .bullets(
        pairs.map { i, j in
          "\(prior.parameters[j].name) and \(prior.parameters[i].name) go together: correlation "
            + NumberText.fixed(prior.correlations[i][j], decimals: 2) + "."
        })
    ]
  }

  private static func donors(_ answer: Answer) -> [Page.Block] {
    let result = answer.lesson.result
    let effects = result.donorEffects
    let varying = effects.names.indices.filter { effects.deviations[$0] > 0 }
    let rows = result.donors.map { donor in
      [
        donor.name, "\(donor.runs.count)",
        "\(donor.residuals.reduce(0) { $0 + $1.count })",
      ]
        + varying.map { NumberText.fixed(donor.mode[$0] / effects.deviations[$0], decimals: 1) }
    }
    return Shown.table(
      "Where each donor lies, in standard deviations of the donors.",
      [
        Table.Column("Donor"), Table.Column("Runs", .numbers),
        Table.Column("Measurements", .numbers),
      ] + varying.map { Table.Column(effects.names[$0], .numbers) }, rows)
  }

  /// The machine-readable record.
  public static func record(_ answer: Answer) -> JSONValue {
    let (prior, result) = (answer.lesson.prior, answer.lesson.result)
    return .object([
      "schema": .string("thymus.learn/1"), "prior": .string(answer.file),
      "prior_sha256": .string(answer.sha256), "model": .string(prior.model),
      "donors": .int(prior.donors), "runs": .int(prior.runs),
      "measurements": .int(prior.measurements), "method": .string(prior.method),
      "log_likelihood": Record.number(prior.logLikelihood),
      "log_likelihood_sampled": Record.number(result.importance?.value),
      "log_likelihood_sampled_error": Record.number(result.importance?.error),
      "widening": Record.number(prior.widening),
      "widening_reason": .string(prior.wideningReason),
      "parameters": .array(
        prior.parameters.enumerated().map { k, parameter in
          .object([
            "name": .string(parameter.name), "scale": .string(parameter.scale),
            "relative_to_run": .bool(parameter.isRelative), "mean": Record.number(parameter.mean),
            "mean_error": Record.number(parameter.meanError),
            "spread": Record.number(parameter.spread), "sd": Record.number(parameter.sd),
            "widening": Record.number(parameter.widening),
            "shrinkage": Record.number(entry(answer, k)?.shrinkage),
          ])
        }),
      "covariates": .array(prior.covariates.map { LearnCovariates.record($0, prior) }),
      "not_told": .array(untold(answer).map { .string($0) }),
      "quality": .array(quality(answer).map { .string($0) }),
      "evaluations": .int(result.evaluations), "provenance": answer.provenance.json,
    ])
  }
}
