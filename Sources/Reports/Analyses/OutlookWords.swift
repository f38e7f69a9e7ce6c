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
    let contradicted = outlook.latest?.contradicts == true
    guard let day = chosen(outlook) else {
      return Page.Verdict(.neutral, label: "Forecast", text: "There is no later day to forecast.")
    }
    var text =
      "Day \(Shown.day(day.time)): \(amount(day, outlook)) before the operations of that time."
    var (kind, label) = (Page.Verdict.Kind.neutral, "Forecast")
    if outlook.question.need != nil {
      if let safe = outlook.days.first(where: { ($0.probability?.value ?? 0) >= 0.9 }) {
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
    return contradicted
      ? Page.Verdict(.caution, label: "Not to be relied on", text: text)
      : Page.Verdict(kind, label: label, text: text)
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
    var text =
      "From \(NumberText.counted(outlook.counts, "measurement")) up to day "
      + "\(Shown.day(outlook.now)) and the prior of \(names), through the operations in the run's "
      + "file. Intervals are of the culture itself, without the counter's noise."
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
    if let latest = outlook.latest { text += " " + OutlookWords.latest(latest, outlook.quantity) }
    return text
  }

  static func latest(_ latest: DonorOutlook.Latest, _ quantity: String) -> String {
    func shown(_ value: Double) -> String { Shown.measured(value, quantity) }
    let p = latest.pValue < 0.001 ? "< 0.001" : "= \(Shown.number(latest.pValue, 2))"
    return "The count of day \(Shown.day(latest.observation.time)), "
      + "\(shown(latest.observation.value.number)) \(Shown.unit(quantity)?.symbol ?? ""), against "
      + "what the counts before it foretold, \(shown(latest.foretold.ninety.lowerBound)) - "
      + "\(shown(latest.foretold.ninety.upperBound)) (90 %): predictive p \(p)."
  }
}
