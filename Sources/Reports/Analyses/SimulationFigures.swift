import Bioreactor
import Inference
import ModelLanguage
import Quantities
import RunRecords

/// The pictures of a simulation: one figure a kind of unit, cells on a log axis.
public enum SimulationFigures {
  /// Figures of all series but those left out, those on a log axis first; with draws, one figure a
  /// series, otherwise one a unit.
  ///
  /// A state that an observable shows already, number for number, is left out.
  public static func figures(
    _ simulation: Simulation, leavingOut names: Set<String> = []
  ) -> [Figure] {
    guard !simulation.curve.isEmpty else { return [] }
    var groups: [(unit: Unit, isLog: Bool, series: [Int])] = []
    for index in SimulationFigures.distinct(simulation, simulation.curve) {
      let series = simulation.series[index]
      if names.contains(series.name) { continue }
      if simulation.bands == nil,
        let group = groups.firstIndex(where: {
          $0.unit.dimension == series.unit.dimension && $0.isLog == series.isLog
            && (series.unit.dimension != .none || $0.unit == series.unit)
        })
      {
        groups[group].series.append(index)
      } else {
        groups.append((series.unit, series.isLog, [index]))
      }
    }
    return groups.filter(\.isLog).map { figure(simulation, $0.unit, isLog: true, $0.series) }
      + groups.filter { !$0.isLog }.map { figure(simulation, $0.unit, isLog: false, $0.series) }
  }

  /// Indices of the series whose numbers no earlier series of the same unit has, but for rounding.
  static func distinct(_ simulation: Simulation, _ snapshots: [Snapshot]) -> [Int] {
    let series = simulation.series
    return series.indices.filter { index in
      !series[..<index].contains { earlier in
        earlier.unit.dimension == series[index].unit.dimension
          && snapshots.allSatisfy { isSame(earlier.value($0), series[index].value($0)) }
      }
    }
  }

  private static func isSame(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= 1e-12 * max(abs(a), abs(b))
  }

  private static func figure(
    _ simulation: Simulation, _ unit: Unit, isLog: Bool, _ indices: [Int]
  ) -> Figure {
    let model = simulation.culture.model
    var layers: [Layer] = []
    if indices.count == 1, let index = indices.first {
      layers += bands(simulation, index, unit)
    }
    let days = simulation.curve.map { $0.instant.time / 24 }
    for (position, index) in indices.enumerated() {
      let series = simulation.series[index]
      layers.append(
        .line(
          x: days, y: simulation.curve.map { unit.fromBase(series.value($0)) },
          style: simulation.bands == nil ? Style.series(position) : Style(.blue),
          label: simulation.bands == nil ? label(series) : "at central values"))
      layers += measured(simulation, series, unit)
    }
    layers.append(marks(simulation))
    let names = indices.map { simulation.series[$0].name }.joined(separator: ", ")
    let one = indices.count == 1 ? simulation.series[indices[0]].text : nil
    let unitText = unit.symbol == "1" ? nil : unit.symbol
    return Figure(
      title: "\(model.name): \(one ?? names)",
      description: "Simulated \(names) over time, model \(model.name)"
        + (simulation.bands != nil && one != nil
          ? ", with the bands that hold 50, 80 and 95 % of the draws." : "."),
      x: Axis("Time", unit: "d", scale: .days),
      y: Axis(one ?? axisName(unit), unit: unitText, scale: isLog ? .log10 : .linear),
      layers: layers)
  }

  private static func label(_ series: SimulationSeries) -> String {
    series.text.isEmpty || series.text == series.name
      ? series.name : "\(series.name): \(series.text)"
  }

  private static func axisName(_ unit: Unit) -> String {
    if unit.dimension == Dimension(cells: 1, volume: -1) { return "cells" }
    if unit.dimension.volume == -1 { return "concentration" }
    return unit.dimension == .none ? "share or number" : unit.dimension.words
  }

  private static func bands(
    _ simulation: Simulation, _ index: Int, _ unit: Unit
  ) -> [Layer] {
    guard let bands = simulation.bands else { return [] }
    let quantiles = Array(bands.series[index].dropFirst(simulation.table.count))
    let days = simulation.curve.map { $0.instant.time / 24 }
    func band(_ range: (Quantiles) -> ClosedRange<Double>, _ fill: Double, _ label: String) -> Layer
    {
      .band(
        x: days, lower: quantiles.map { unit.fromBase(range($0).lowerBound) },
        upper: quantiles.map { unit.fromBase(range($0).upperBound) },
        style: .band(.sky, fill: fill), label: label)
    }
    return [
      band(\.ninetyFive, 0.2, "95 % of draws"), band(\.eighty, 0.3, "80 %"),
      band(\.half, 0.45, "50 %"),
      .line(
        x: days, y: quantiles.map { unit.fromBase($0.median) }, style: Style(.black, dash: .dashed),
        label: "median of draws"),
    ]
  }

  private static func measured(
    _ simulation: Simulation, _ series: SimulationSeries, _ unit: Unit
  ) -> [Layer] {
    guard case .observable = series.source else { return [] }
    let end = simulation.curve.last?.instant.time ?? 0
    let points = simulation.culture.run.observations.filter {
      $0.quantity == series.name && $0.time <= end
    }.map { DataPoint(x: $0.time / 24, y: unit.fromBase($0.value.number)) }
    return points.isEmpty
      ? [] : [.points(points, style: Style(.black), label: "\(series.name), measured")]
  }

  private static func marks(_ simulation: Simulation) -> Layer {
    let end = simulation.curve.last?.instant.time ?? 0
    return .marks(
      simulation.culture.run.operations.filter {
        $0.action.kind != .sample && $0.time <= end && $0.trigger == nil
      }.map { Mark(x: $0.time / 24, label: $0.action.kind.rawValue) }
        + simulation.firings.map { firing in
          let operation = simulation.culture.run.operations[firing.operation]
          return Mark(x: firing.time / 24, label: "rule: \(operation.action.kind.rawValue)")
        })
  }
}
