import Harvest
import Inference
import Quantities

/// Sentences of a donor's forecast.
enum OutlookWords {
  /// The day that the headline speaks of: the last one asked for, else the planned harvest, else the
  /// last.
  static func chosen(_ outlook: DonorOutlook) -> DonorOutlook.Day? {
    let asked = outlook.question.times.max()
    return outlook.days.first { $0.time == asked } ?? outlook.days.last
  }

  static func verdict(_ outlook: DonorOutlook) -> Page.Verdict {
    let contradicted = !outlook.contradicted.isEmpty
    guard let day = chosen(outlook) else {
      return Page.Verdict(.neutral, label: "Forecast", text: "There is no later day to forecast.")
    }
    var text =
      "Day \(Shown.day(day.time)): \(amount(day, outlook)) before the operations of that time."
    var (kind, label) = (Page.Verdict.Kind.neutral, "Forecast")
    if outlook.question.need != nil {
      if let safe = outlook.safeDay {
        (kind, label) = (.good, "Cells in reach")
        text +=
          " The cells needed are there on day \(Shown.day(safe.time)) with P = "
          + "\(Shown.probability(safe.probability?.value ?? 0)), the first day above 90 %."
      } else {
        (kind, label) = (.caution, "Not yet safe")
        text +=
          " No day up to \(Shown.day(outlook.days.last?.time ?? 0)) has the cells needed with "
          + "90 %."
      }
    }
    if case .path = outlook.basis {
      return Page.Verdict(.caution, label: "Growth path, without a model", text: text)
    }
    return contradicted
      ? Page.Verdict(.caution, label: "Not to be relied on", text: text)
      : Page.Verdict(kind, label: label, text: text)
  }

  /// What is done about counts that contradict the models.
  static func warning(_ latest: DonorOutlook.Latest, _ outlook: DonorOutlook) -> String {
    let first = OutlookWords.latest(latest) + " Recount the sample. "
    switch outlook.basis {
    case .path(let counts):
      return first
        + "If it stands, this culture does what the model and the earlier donors do not. "
        + path(counts)
    case .contradictedModels(let reason):
      return first
        + "If it stands, this culture does what the model and the earlier donors do not: do not rely "
        + "on the intervals below. No forecast without the model could take over. \(reason)"
    case .models:
      return first
        + "If it stands, this culture does what the model and the earlier donors do not: do not rely "
        + "on the intervals below."
    }
  }

  /// What the growth path is, and what it does not know.
  static func path(_ counts: Int) -> String {
    "From here on the growth path stands in for the model: the culture's own \(counts) counts (a "
      + "known seeding density is one), corrected for what was taken out, carried forward with growth "
      + "rates that may change as in any culture. It takes the latest count for true, knows nothing of "
      + "lag, capacity, medium, viability or earlier donors, and is wide on purpose: beyond two or "
      + "three days it says little."
  }

  static func quoted(_ outlook: DonorOutlook, _ backtest: BacktestQuote?) -> String {
    if case .path = outlook.basis {
      return "No back-test of this run's process stands behind the growth path; how its intervals "
        + "covered other cultures is in docs/theory/harvest-decision.md."
    }
    guard let backtest else {
      return "No back-test is quoted: how good such forecasts were is not known. Make one with "
        + "'thymus backtest' and name it under --backtest."
    }
    return backtest.sentence(now: outlook.now)
  }

  static func amount(_ day: DonorOutlook.Day, _ outlook: DonorOutlook) -> String {
    if let cells = day.cells {
      return "\(Shown.cells(cells.median)) viable cells (90 %: "
        + "\(Shown.cells(cells.ninety.lowerBound)) - \(Shown.cells(cells.ninety.upperBound)))"
    }
    let q = outlook.quantity
    let symbol = Shown.unit(q)?.symbol ?? ""
    return "\(q) \(Shown.measured(day.value.median, q)) \(symbol) (90 %: "
      + "\(Shown.measured(day.value.ninety.lowerBound, q)) - "
      + "\(Shown.measured(day.value.ninety.upperBound, q)))"
  }

  static func premises(_ outlook: DonorOutlook) -> String {
    let names = outlook.components.map(\.source.label).joined(separator: ", ")
    var isPath = false
    if case .path = outlook.basis { isPath = true }
    var text =
      "From \(NumberText.counted(outlook.counts, "measurement")) up to day "
      + "\(Shown.day(outlook.now))"
      + (isPath ? ", without a model and without the prior" : " and the prior of \(names)")
      + ", through the operations in the run's file. Intervals are of the culture itself, without the "
      + "counter's noise."
    if isPath {
      if let need = outlook.question.need { text += " Needed: \(Shown.cells(need)) viable cells." }
      return text
    }
    var covariates: [String] = []
    for component in outlook.components {
      covariates += component.forecast.covariates.filter { !covariates.contains($0) }
    }
    if !covariates.isEmpty {
      text += " The prior is that for \(NumberText.list(covariates))."
    }
    if outlook.question.widening != 1 {
      text +=
        " The spread between donors was widened \(Shown.number(outlook.question.widening)) times."
    }
    if outlook.question.isRobust {
      text += " The prior was mixed with one twice as wide (share 20 % before the counts)."
    }
    if let need = outlook.question.need {
      text += " Needed: \(Shown.cells(need)) viable cells."
    }
    if let latest = outlook.latest { text += " " + OutlookWords.latest(latest) }
    let sources = Set(outlook.components.compactMap(\.source.prior.source)).sorted()
    if !sources.isEmpty {
      text += " The earlier donors: \(sources.joined(separator: "; "))."
    }
    let unused = Set(
      outlook.run.observations.filter { $0.time <= outlook.now }.map(\.quantity)
    ).filter { name in
      outlook.components.allSatisfy { component in
        !component.source.model.observables.contains { $0.name == name }
      }
    }.sorted()
    if !unused.isEmpty {
      text += " Measured, but not followed by these models: \(unused.joined(separator: ", "))."
    }
    return text
  }

  static func latest(_ latest: DonorOutlook.Latest) -> String {
    let quantity = latest.observation.quantity
    func shown(_ value: Double) -> String { DecisionWords.reading(value, quantity) }
    let p = latest.pValue < 0.001 ? "< 0.001" : "= \(Shown.number(latest.pValue, 2))"
    return "The \(quantity) of day \(Shown.day(latest.observation.time)), "
      + "\(shown(latest.observation.value.number)), against "
      + "what the readings before it foretold, "
      + "\(DecisionWords.readings(latest.foretold.ninety, quantity)) (90 %): predictive p \(p)."
  }
}
