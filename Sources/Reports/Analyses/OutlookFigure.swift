import Harvest
import Inference
import Quantities
import RunRecords

/// The figure of a donor's forecast: counts, bands, operations.
enum OutlookFigure {
  static func figure(_ outlook: DonorOutlook) -> Figure {
    let q = outlook.quantity
    let unit = Shown.unit(q) ?? .one
    let meaning = MeasuredQuantity.named(q)?.meaning ?? q
    let x = outlook.band.map { $0.instant.time / 24 }
    func y(_ value: (DonorOutlook.BandPoint) -> Double) -> [Double] {
      outlook.band.map { unit.fromBase(value($0)) }
    }
    var layers: [Layer] = [
      .region(from: outlook.now / 24, to: nil, label: "forecast"),
      .band(
        x: x, lower: y { $0.reading.ninety.lowerBound }, upper: y { $0.reading.ninety.upperBound },
        style: .band(.sky, fill: 0.20), label: "next count, 90 %"),
      .band(
        x: x, lower: y { $0.curve.ninety.lowerBound }, upper: y { $0.curve.ninety.upperBound },
        style: .band(.blue, fill: 0.22), label: "culture, 90 %"),
      .band(
        x: x, lower: y { $0.curve.half.lowerBound }, upper: y { $0.curve.half.upperBound },
        style: .band(.blue, fill: 0.30), label: "culture, 50 %"),
      .line(x: x, y: y { $0.curve.median }, style: Style(.blue), label: "culture, median"),
    ]
    layers += counts(outlook.run, q, unit, now: outlook.now)
    return Figure(
      title: "\(outlook.run.name): \(meaning)",
      description:
        "\(meaning) of run \(outlook.run.name) over time: counts, the forecast's median, "
        + "and where the culture and the next count lie with 50 and 90 %.",
      x: Axis("Time", unit: "d", scale: .days), y: Axis(meaning, unit: unit.symbol, scale: .log10),
      layers: layers)
  }

  /// Counts, used up to now and not used after it, and the operations.
  static func counts(_ run: Run, _ quantity: String, _ unit: Unit, now: Double) -> [Layer] {
    var (used, later): ([DataPoint], [DataPoint]) = ([], [])
    for observation in run.observations where observation.quantity == quantity {
      let censoring: DataPoint.Censoring
      switch observation.value {
      case .exact, .between: censoring = .none
      case .below: censoring = .below
      case .above: censoring = .above
      }
      let point = DataPoint(
        x: observation.time / 24, y: unit.fromBase(observation.value.number), censoring: censoring,
        tooltip: "day \(Shown.day(observation.time)): "
          + "\(Shown.measured(observation.value.number, quantity)) \(unit.symbol) "
          + "(\(observation.place))")
      if observation.time <= now { used.append(point) } else { later.append(point) }
    }
    var layers: [Layer] = []
    if !used.isEmpty { layers.append(.points(used, style: Style(.black), label: "counts used")) }
    if !later.isEmpty {
      layers.append(
        .points(later, style: Style(.vermillion, marker: .diamond), label: "counts not used"))
    }
    layers.append(
      .marks(
        run.operations.filter { $0.action.kind != .sample }.map {
          Mark(x: $0.time / 24, label: $0.action.kind.rawValue)
        }))
    return layers
  }
}
