import Harvest
import Quantities

/// When to harvest: the decision, the probabilities by day, the table.
enum ForecastSection {
  static func section(_ analysis: RunAnalysis) -> Page.Section? {
    if let refusal = analysis.forecastRefusal {
      return Page.Section(
        "Harvest of \(analysis.run.name)",
        [.verdict(Page.Verdict(.stop, label: "No forecast", text: refusal))])
    }
    guard let forecast = analysis.forecast else { return nil }
    var blocks: [Page.Block] = [.verdict(verdict(forecast, analysis.verdict))]
    let doubts = analysis.doubts?.sentences ?? []
    if !doubts.isEmpty { blocks.append(.bullets(doubts)) }
    let priors = (analysis.best?.fit.parameters ?? []).filter { $0.verdict == .priorOnly }
    if !priors.isEmpty {
      blocks.append(
        .paragraph(
          "It rests on priors for \(priors.map(\.name).joined(separator: ", ")): the data so far do "
            + "not tell them."))
    }
    blocks.append(.paragraph(premises(forecast)))
    blocks.append(.figure(figure(forecast)))
    blocks += table(forecast)
    blocks.append(
      .notes(
        forecast.notes + close(forecast) + [
          "No back-test stands behind this forecast yet: how often such forecasts came true on "
            + "earlier runs of this process has not been measured.",
          "The model, the planned operations and the CAR+ fraction are taken as they stand; the "
            + "CAR+ fraction is taken as constant until harvest.",
        ]))
    return Page.Section("Harvest of \(analysis.run.name)", blocks)
  }

  /// Days whose probability cannot be told from the limit with these draws.
  private static func close(_ forecast: HarvestForecast) -> [String] {
    let limit = forecast.question.confidence
    let last = forecast.firstSafeDay?.time ?? .infinity
    return forecast.days.filter {
      $0.time <= last && abs($0.probability - limit) <= 2 * $0.probabilityError
    }.map {
      "P of day \(Shown.day($0.time)) lies within its Monte-Carlo error of the limit: another seed "
        + "may move the first day. Use more --draws before relying on it."
    }
  }

  /// The verdict on a forecast; never better than in doubt where the fit behind it is.
  static func verdict(_ forecast: HarvestForecast, _ fit: FitVerdict?) -> Page.Verdict {
    let own = verdict(forecast)
    guard own.kind == .good, let doubt = fit?.forecastDoubt else { return own }
    return Page.Verdict(.caution, label: own.label + ", in doubt", text: doubt + " " + own.text)
  }

  private static func verdict(_ forecast: HarvestForecast) -> Page.Verdict {
    let wanted = NumberText.percent(forecast.question.confidence, decimals: 1)
    if let day = forecast.firstSafeDay {
      return Page.Verdict(
        .good, label: "Harvest day \(Shown.day(day.time))",
        text: "Day \(Shown.day(day.time)) is the first day on which the criteria are met with a "
          + "probability of at least \(wanted): P \(sign(day.probability)). Expected "
          + "then: \(Shown.cells(day.carPositive.median)) viable CAR+ cells (80 % interval "
          + "\(Shown.cells(day.carPositive.eighty.lowerBound)) - "
          + "\(Shown.cells(day.carPositive.eighty.upperBound))).")
    }
    guard let best = forecast.bestDay else {
      return Page.Verdict(.stop, label: "No day", text: "There is no possible harvest day.")
    }
    return Page.Verdict(
      .stop, label: "Not reachable",
      text: "No day up to day \(Shown.day(forecast.question.horizon)) reaches a probability of "
        + "\(wanted). The best is day \(Shown.day(best.time)) with P "
        + "\(sign(best.probability)).")
  }

  /// `= 93 %`, `> 99 %`.
  private static func sign(_ probability: Double) -> String {
    let text = Shown.probability(probability)
    return text.first == ">" || text.first == "<" ? text : "= " + text
  }

  private static func premises(_ forecast: HarvestForecast) -> String {
    let q = forecast.question
    var text =
      "With the data up to day \(Shown.day(q.now)) and model \(forecast.model). Needed at harvest: "
      + "at least \(Shown.cells(q.need)) viable CAR+ cells. CAR+ fraction "
      + "\(NumberText.percent(q.car.median, decimals: 1)) (\(q.car.origin); sd of logit "
      + "\(Shown.number(q.car.sdLogit, 2)))."
    if let limit = q.minimumViability {
      text += " Viability at least \(NumberText.percent(limit, decimals: 1))."
    }
    if let note = q.needNote { text += " " + note }
    return text
  }

  private static func figure(_ forecast: HarvestForecast) -> Figure {
    Figure(
      title: "Probability that the criteria are met, by harvest day",
      description: "Probability that a harvest on each day meets all criteria, with the level of "
        + "\(NumberText.percent(forecast.question.confidence, decimals: 1)) marked.",
      x: Axis("Harvest day", unit: "d", scale: .days),
      y: Axis("Probability", scale: .linear, from: 0, to: 1.0),
      layers: [
        .bars(
          x: forecast.days.map { $0.time / 24 }, heights: forecast.days.map(\.probability),
          width: 0.7, style: Style(.green, lineWidth: 1, fill: 0.5), label: "P(all criteria)",
          texts: forecast.days.map { Shown.probability($0.probability) }),
        .horizontal(
          y: forecast.question.confidence,
          label: NumberText.percent(forecast.question.confidence, decimals: 1)),
      ])
  }

  private static func table(_ forecast: HarvestForecast) -> [Page.Block] {
    let hasCriterion = forecast.question.minimumViability != nil
    let hasViability = forecast.days.first?.viability != nil
    let rows = forecast.days.map { day in
      [
        Shown.day(day.time), Shown.number(day.volume), Shown.cells(day.totalViable.median),
        "\(Shown.cells(day.carPositive.eighty.lowerBound)) - "
          + "\(Shown.cells(day.carPositive.eighty.upperBound))",
        Shown.cells(day.carPositive.median),
      ] + (hasViability ? [day.viability.map { NumberText.percent($0.median) } ?? "-"] : []) + [
        Shown.probability(day.probabilityOfDose)
      ] + (day.probabilityOfViability.map { [Shown.probability($0)] } ?? [])
        + (hasCriterion ? [Shown.probability(day.probability)] : [])
    }
    return Shown.table(
      "Possible harvest days.",
      [
        Table.Column("Day", unit: "d"), Table.Column("Volume", unit: "mL"),
        Table.Column("TVC, median", unit: "cells"),
        Table.Column("Viable CAR+, 80 %", unit: "cells"),
        Table.Column("Viable CAR+, median", unit: "cells"),
      ] + (hasViability ? [Table.Column("Viability, median", .numbers)] : []) + [
        Table.Column("P(cells)", .numbers)
      ]
        + (hasCriterion
          ? [Table.Column("P(viability)", .numbers), Table.Column("P(both)", .numbers)] : []),
      rows,
      footnotes: [
        "Before the operations of that day. Effective sample size "
          + "\(Shown.number(forecast.effectiveSampleSize)); Monte-Carlo error of P at most "
          + "\(Shown.number(100 * monteCarloError(forecast), 2)) points."
      ])
  }

  /// The largest standard error of a probability; with all draws on one side, one draw's worth.
  private static func monteCarloError(_ forecast: HarvestForecast) -> Double {
    max(
      forecast.days.map(\.probabilityError).max() ?? 0, 1 / max(1, forecast.effectiveSampleSize))
  }
}
