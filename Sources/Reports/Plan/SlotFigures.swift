import Capacity
import Quantities

/// The figures of a slot plan.
enum SlotFigures {
  /// Batches over the instruments: from the start to the median harvest, and on to the 90th
  /// percentile.
  static func instruments(_ report: SlotReport) -> Figure {
    var layers: [Layer] = []
    for slot in report.calendar.slots {
      let row = Double(slot.instrument)
      layers.append(
        .line(
          x: [Double(slot.harvest.p50) + 1, Double(slot.harvest.p90) + 1], y: [row, row],
          style: Style(.orange, lineWidth: 4), label: "to the 90th percentile"))
      layers.append(
        .line(
          x: [Double(slot.start), Double(slot.harvest.p50) + 1], y: [row, row],
          style: Style(slot.committed ? .grey : .blue, lineWidth: 7),
          label: slot.committed ? "committed, to the median harvest" : "to the median harvest"))
    }
    layers.append(.points(starts(report), style: Style(.black, marker: .triangle), label: "start"))
    var figure = Figure(
      title: "Batches on the instruments",
      description:
        "One row an instrument; each bar runs from the start of a batch to the end of the "
        + "day by which half of such batches are harvested, the thinner end to the day by which nine "
        + "of ten are.",
      x: axis(report),
      y: Axis("Instrument", from: 0, to: Double(report.problem.devices) + 1), layers: layers)
    figure.plotHeight = min(1200, max(160, 14 * Double(report.problem.devices)))
    return figure
  }

  /// A mark at each start that says which patient's it is.
  private static func starts(_ report: SlotReport) -> [DataPoint] {
    let calendar = report.calendar
    return calendar.slots.map { slot in
      DataPoint(
        x: Double(slot.start), y: Double(slot.instrument),
        tooltip: "\(slot.patient): start \(calendar.words(slot.start)), harvest "
          + "\(calendar.words(slot.harvest.p10)) to \(calendar.words(slot.harvest.p90)), infusion "
          + "\(calendar.words(slot.booking.day))")
    }
  }

  private static func axis(_ report: SlotReport) -> Axis {
    Axis(report.calendar.dayZero.map { "Day; 0 is \($0)" } ?? "Day", unit: "d")
  }

  /// The mean number in use against the number there are.
  static func load(_ report: SlotReport) -> Figure {
    let days = report.audit.days
    let x = days.map { Double($0.day) }
    return Figure(
      title: "Instruments in use",
      description: "Mean number of instruments in use by day, and the number there are.",
      x: axis(report), y: Axis("Instruments", from: 0),
      layers: [
        .steps(x: x, y: days.map(\.inUse), style: Style(.blue), label: "in use, mean"),
        .horizontal(y: Double(report.problem.devices), label: "there are"),
      ])
  }

  /// P(not enough) by day.
  static func over(_ report: SlotReport) -> Figure {
    let days = report.audit.days
    var layers: [Layer] = [
      .steps(
        x: days.map { Double($0.day) }, y: days.map { 100 * $0.over },
        style: Style(.vermillion), label: "P(more are needed)")
    ]
    if case .chance(let alpha) = report.problem.rule {
      layers.append(.horizontal(y: 100 * alpha, label: "limit"))
    }
    return Figure(
      title: "Risk of too few instruments",
      description: "Probability, by day, that more instruments are needed than there are.",
      x: axis(report), y: Axis("P(over)", unit: "%", from: 0), layers: layers)
  }
}
