import Capacity
import Quantities

/// Who was on which instrument in the first weeks of one simulated plan.
public struct PlanGantt: Sendable {
  /// Weeks that are shown.
  public static let weeks = 8
  /// Rows at most.
  static let mostRows = 40

  /// The instruments of the first replication.
  public let traces: [SimulationTrace]
  /// The first day of the plan.
  public let start: CivilDate

  /// The first weeks after the warm-up of the first replication of a simulation; nil where nothing can
  /// be shown. Throws what the simulation throws.
  public init?(_ simulation: Capacity.Simulation, start: CivilDate, seed: UInt64) throws {
    guard
      let traces = try simulation.trace(
        poolsNamed: ResourceLoad.Kind.pool(.instruments, ""), days: Double(7 * Self.weeks),
        seed: seed),
      !traces.isEmpty
    else { return nil }
    (self.traces, self.start) = (traces, start)
  }

  /// The section: a figure and how it is read.
  var section: Page.Section {
    let all = traces.reduce(0) { $0 + $1.count }
    let days = traces.map(\.days).max() ?? 0
    var notes = [
      "The first \(NumberText.significant(days, 3)) d after the warm-up of the first replication, for a "
        + "look at how batches follow each other; the numbers of this page rest on all replications.",
      "Instruments of a kind are alike: a patient takes the first row that is free. A break-down of an "
        + "instrument in use is shown when its batch is off.",
    ]
    if all > Self.mostRows {
      notes.insert("The first \(Self.mostRows) of \(all) instruments are shown.", at: 0)
    }
    return Page.Section("Instruments by day", [.figure(figure), .notes(notes)])
  }

  private var figure: Figure {
    var layers: [Layer] = []
    var points: [DataPoint] = []
    var base = 0
    for trace in traces {
      let shown = min(trace.count, Self.mostRows - base)
      guard shown > 0 else { break }
      for down in trace.downs where down.row < shown {
        let row = Double(base + down.row + 1)
        layers.append(
          .line(
            x: [down.from, down.until], y: [row, row], style: Style(.vermillion, lineWidth: 5),
            label: "down"))
      }
      for stay in trace.stays where stay.row < shown {
        let row = Double(base + stay.row + 1)
        if stay.freeAt > stay.until, stay.freeAt > 0 {
          layers.append(
            .line(
              x: [max(0, stay.until), stay.freeAt], y: [row, row],
              style: Style(.orange, lineWidth: 4), label: "clean-down"))
        }
        guard stay.until > 0 else { continue }
        layers.append(
          .line(
            x: [max(0, stay.from), stay.until], y: [row, row], style: Style(.blue, lineWidth: 7),
            label: "a patient's batch"))
        points.append(point(stay, trace, row))
      }
      base += trace.count
    }
    layers.append(.points(points, style: Style(.black, marker: .triangle), label: "taken"))
    let rows = min(Self.mostRows, traces.reduce(0) { $0 + $1.count })
    var figure = Figure(
      title: "Patients on the instruments",
      description:
        "One row an instrument (\(names)); each bar is a patient from the day on which the instrument "
        + "is taken to the end of the harvest, followed by its clean-down; down times between.",
      x: Axis("Day of the plan; 0 is \(start)", unit: "d", from: 0, to: traces.map(\.days).max()),
      y: Axis("Instrument", from: 0, to: Double(rows) + 1), layers: layers)
    figure.plotHeight = min(1200, max(160, 14 * Double(rows)))
    return figure
  }

  private var names: String {
    traces.map { "\($0.count) of \(PlanRunSection.shortened($0.pool))" }.joined(separator: ", ")
  }

  private func point(_ stay: SimulationTrace.Stay, _ trace: SimulationTrace, _ row: Double)
    -> DataPoint
  {
    func words(_ day: Double) -> String {
      CivilDate(dayNumber: start.dayNumber + Int(day.rounded(.down)))?.description
        ?? NumberText.fixed(day, decimals: 1)
    }
    let end = stay.until < trace.days ? "left \(words(stay.until))" : "still there at the end"
    return DataPoint(
      x: max(0, stay.from), y: row,
      tooltip: "\(stay.patient): taken \(words(stay.from)), \(end)")
  }
}
