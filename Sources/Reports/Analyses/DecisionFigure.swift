import Harvest
import Quantities
import RunRecords

/// The figures of a harvest decision.
enum DecisionFigure {
  /// P(all) and each criterion over time; hours in which no harvest can start are shaded.
  static func probabilities(_ decision: HarvestDecision) -> Figure {
    let outcomes = decision.outcomes
    let x = outcomes.map { $0.hour / 24 }
    var layers = closed(decision)
    let count = outcomes.first?.conditions.count ?? 0
    var certain: [String] = []
    for k in 0..<count {
      let y = outcomes.map { $0.conditions[k].probability }
      let words = outcomes[0].conditions[k].words
      if y.allSatisfy({ $0 > 0.995 }) {
        certain.append(words)
        continue
      }
      layers.append(.line(x: x, y: y, style: style(k), label: words))
    }
    layers.append(
      .line(x: x, y: outcomes.map(\.met), style: Style(.black, lineWidth: 3), label: "all at once"))
    let confidence = decision.question.plan.thresholds.confidence
    layers.append(.horizontal(y: confidence, label: NumberText.percent(confidence, decimals: 1)))
    layers += reference(decision)
    return Figure(
      title: "Probability that a harvest meets everything",
      description:
        "Probability that the planned dose and all criteria hold for a harvest that starts "
        + "at each hour, and that of each condition alone"
        + (certain.isEmpty ? "" : "; always above 99.5 %: \(certain.joined(separator: ", "))")
        + ". " + shading(decision),
      x: Axis("Harvest starts", unit: "d", scale: .days),
      y: Axis("Probability", scale: .linear, from: 0, to: 1), layers: layers)
  }

  /// Viable CAR+ cells over time against what is needed.
  static func cells(_ decision: HarvestDecision) -> Figure {
    let outcomes = decision.outcomes
    let x = outcomes.map { $0.hour / 24 }
    func cells(_ value: (HarvestOutcome) -> Double) -> [Double] { outcomes.map { value($0) * 1e6 } }
    var layers = closed(decision)
    layers += [
      .band(
        x: x, lower: cells { $0.carPositive.ninetyFive.lowerBound },
        upper: cells { $0.carPositive.ninetyFive.upperBound }, style: .band(.sky, fill: 0.22),
        label: "95 %"),
      .band(
        x: x, lower: cells { $0.carPositive.eighty.lowerBound },
        upper: cells { $0.carPositive.eighty.upperBound }, style: .band(.blue, fill: 0.28),
        label: "80 %"),
      .line(x: x, y: cells { $0.carPositive.median }, style: Style(.blue), label: "median"),
      .horizontal(y: decision.need.median * 1e6, label: "planned"),
    ]
    if decision.question.least < decision.question.planned {
      layers.append(.horizontal(y: decision.leastNeed.median * 1e6, label: "least"))
    }
    return Figure(
      title: "Viable CAR+ cells at harvest",
      description:
        "Viable CAR+ cells in the vessel over time, and what the planned and the least dose "
        + "need after losses (medians). " + shading(decision),
      x: Axis("Harvest starts", unit: "d", scale: .days),
      y: Axis("viable CAR+ cells", unit: "cells", scale: .log10), layers: layers)
  }

  private static func shading(_ decision: HarvestDecision) -> String {
    decision.question.plan.calendar == nil
      ? "A harvest can start every sixth hour." : "Closed hours are shaded."
  }

  private static func reference(_ decision: HarvestDecision) -> [Layer] {
    decision.verdict.hour.map {
      [.vertical(x: $0 / 24, label: decision.verdict.kind == .wait ? "wait until" : "harvest")]
    } ?? []
  }

  /// The stretches between opening hours, from now to the horizon.
  private static func closed(_ decision: HarvestDecision) -> [Layer] {
    let q = decision.question
    guard let calendar = q.plan.calendar, let first = calendar.time(ofHour: q.now),
      let last = calendar.time(ofHour: q.horizon)
    else { return [] }
    var layers: [Layer] = []
    var at = q.now
    func shade(_ from: Double, _ to: Double) {
      if to > from { layers.append(.region(from: from / 24, to: to / 24, label: "closed")) }
    }
    for stretch in calendar.opening.stretches(from: first, to: last) {
      shade(at, min(q.horizon, stretch.lowerBound.hours(since: calendar.zero)))
      at = max(at, stretch.upperBound.hours(since: calendar.zero))
    }
    shade(at, q.horizon)
    return layers
  }

  private static func style(_ index: Int) -> Style {
    let colours: [Style.Colour] = [.blue, .vermillion, .green, .purple, .orange, .sky]
    let dashes: [Style.Dash] = [.solid, .dashed, .dotted, .dashDot]
    return Style(
      colours[index % colours.count], dash: dashes[index % dashes.count], lineWidth: 2)
  }
}
