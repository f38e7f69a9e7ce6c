import Harvest
import Quantities

/// Sentences and numbers of a forecast without a model.
enum GrowthOutlookWords {
  /// A value as printed: cells as cells, densities in their unit.
  static func number(_ base: Double, _ quantity: String) -> String {
    quantity == "tvc" ? Shown.cells(base) : Shown.measured(base, quantity)
  }

  static func unit(_ quantity: String) -> String {
    quantity == "tvc" ? "cells" : Shown.unit(quantity)?.symbol ?? ""
  }

  private static func interval(_ range: ClosedRange<Double>, _ quantity: String) -> String {
    "\(number(range.lowerBound, quantity)) - \(number(range.upperBound, quantity))"
  }

  static func verdict(_ outlook: GrowthOutlook) -> Page.Verdict {
    guard let day = outlook.days.last else {
      return Page.Verdict(.neutral, label: "Forecast", text: "There is no later hour to forecast.")
    }
    let q = outlook.quantity
    var text =
      "Day \(Shown.day(day.time)): \(q) \(number(day.culture.median, q)) \(unit(q)) (80 %: "
      + "\(interval(day.culture.eighty, q)))."
    var (kind, label) = (Page.Verdict.Kind.neutral, "Forecast without a model")
    if outlook.question.need != nil {
      if let safe = outlook.safeDay {
        (kind, label) = (.good, "Cells in reach")
        text +=
          " The cells needed are there on day \(Shown.day(safe.time)) with P = "
          + "\(Shown.probability(safe.probability ?? 0)), the first hour shown above 90 %."
      } else {
        (kind, label) = (.caution, "Not yet safe")
        text += " No hour shown has the cells needed with 90 %."
      }
    }
    if outlook.latest?.contradicts == true { (kind, label) = (.caution, "Not to be relied on") }
    return Page.Verdict(kind, label: label, text: text)
  }

  static func premises(_ outlook: GrowthOutlook) -> String {
    var text =
      "From \(NumberText.counted(outlook.counts, "count")) "
      + "(\(NumberText.significant(outlook.wells, 6)) wells or samples) up to "
      + "\(NumberText.significant(outlook.now, 5)) h"
      + (outlook.kind.isEmpty ? "" : ", kind '\(outlook.kind)'")
      + ", and growth of earlier donors, "
    switch outlook.basis {
    case .surface:
      text +=
        "by the learned surface: how fast runs grew on that had the same last two growth rates and level "
        + "at this hour."
    case .path:
      text +=
        "by the learned path: the run's own counts and how growth rates change with time. Why not by a "
        + "surface is said in the notes below."
    }
    if let latest = outlook.latest { text += " " + GrowthOutlookWords.latest(latest, outlook) }
    return text
  }

  static func latest(_ latest: GrowthOutlook.Latest, _ outlook: GrowthOutlook) -> String {
    let q = outlook.quantity
    let p = latest.pValue < 0.001 ? "< 0.001" : "= \(Shown.number(latest.pValue, 2))"
    return "The count of \(NumberText.significant(latest.time, 5)) h, "
      + "\(number(latest.observed, q)) \(unit(q)), against what the counts before it foretold, "
      + "\(interval(latest.foretold.ninety, q)) (90 %): predictive p \(p)."
  }
}
