import Bioreactor
import Harvest
import Inference
import ModelLanguage
import Quantities
import RunRecords

/// A measured quantity over time: data, curve band, measurement band, operations.
enum RunFigure {
  /// What is drawn.
  struct Subject {
    let run: Run
    /// The fitted culture; nil when none was fitted.
    let culture: Culture?
    let residuals: [FitResult.Residual]
    let bands: [CurveBand]
    var forecast: HarvestForecast?
  }

  static func figure(_ analysis: RunAnalysis, quantity: String) -> Figure {
    figure(
      Subject(
        run: analysis.run, culture: analysis.best?.culture,
        residuals: analysis.best?.fit.residuals ?? [], bands: analysis.bands,
        forecast: analysis.forecast), quantity: quantity)
  }

  static func figure(_ analysis: Subject, quantity: String) -> Figure {
    let forecastBand = analysis.forecast.flatMap {
      $0.density.quantity == quantity ? $0.density : nil
    }
    let band = forecastBand ?? analysis.bands.first { $0.quantity == quantity }
    let meaning = MeasuredQuantity.named(quantity)?.meaning ?? quantity
    let unit = MeasuredQuantity.named(quantity)?.unit
    let scale = analysis.culture?.model.observables.first { $0.name == quantity }?.family.scale
    var layers: [Layer] = []
    if let now = analysis.forecast?.question.now, forecastBand != nil {
      layers.append(.region(from: now / 24, to: nil, label: "forecast"))
    }
    if let band { layers += bands(band, quantity) }
    layers += points(analysis, quantity, until: analysis.forecast?.question.now)
    layers.append(
      .marks(
        analysis.run.operations.filter { $0.action.kind != .sample }.map {
          Mark(x: $0.time / 24, label: $0.action.kind.rawValue)
        }))
    let words = band == nil ? "no bands" : "the fitted curve with its bands"
    return Figure(
      title: "\(analysis.run.name): \(meaning)",
      description: "\(meaning.prefix(1).uppercased() + meaning.dropFirst()) of run "
        + "\(analysis.run.name) over time, \(words), model \(analysis.culture?.model.name ?? "-"). "
        + "The dark band is where the curve lies, the light band where the next measurement lies, "
        + "each with 95 %.",
      x: Axis("Time", unit: "d", scale: .days),
      y: Axis(meaning, unit: unit, scale: scale == .log ? .log10 : .linear), layers: layers)
  }

  private static func bands(_ band: CurveBand, _ quantity: String) -> [Layer] {
    let unit = Shown.unit(quantity) ?? .one
    let x = band.points.map { $0.instant.time / 24 }
    func y(_ value: (CurveBand.Point) -> Double) -> [Double] {
      band.points.map { unit.fromBase(value($0)) }
    }
    return [
      .band(
        x: x, lower: y { $0.measurement.ninetyFive.lowerBound },
        upper: y { $0.measurement.ninetyFive.upperBound }, style: .band(.sky, fill: 0.22),
        label: "next measurement, 95 %"),
      .band(
        x: x, lower: y { $0.curve.ninetyFive.lowerBound },
        upper: y { $0.curve.ninetyFive.upperBound }, style: .band(.blue, fill: 0.28),
        label: "curve, 95 %"),
      .line(x: x, y: y { $0.curve.median }, style: Style(.blue), label: "curve, median"),
    ]
  }

  private static func points(
    _ analysis: Subject, _ quantity: String, until now: Double?
  ) -> [Layer] {
    let unit = Shown.unit(quantity) ?? .one
    let family = analysis.culture?.model.observables.first { $0.name == quantity }?.family
    var fitted: [DataPoint] = []
    var later: [DataPoint] = []
    // Totals are drawn as the density that they were fitted as.
    let seen = analysis.run.observations.compactMap {
      $0.quantity == quantity ? $0 : analysis.culture?.seen($0)
    }
    for observation in seen where observation.quantity == quantity {
      let residual = analysis.residuals.first {
        $0.observation.place == observation.place && $0.observation.quantity == quantity
      }
      let value = observation.value.number
      var low: Double?
      var high: Double?
      if let residual, let family, case .exact = observation.value, analysis.run.donor != .pooled {
        let z = family.scale.toEstimation(value)
        low = unit.fromBase(family.scale.toNatural(z - 1.96 * residual.scale))
        high = unit.fromBase(family.scale.toNatural(z + 1.96 * residual.scale))
      }
      let censoring: DataPoint.Censoring
      switch observation.value {
      case .exact: censoring = .none
      case .below: censoring = .below
      case .above: censoring = .above
      case .between: censoring = .none
      }
      let point = DataPoint(
        x: observation.time / 24, y: unit.fromBase(value), errorLow: low, errorHigh: high,
        censoring: censoring,
        tooltip: "day \(Shown.day(observation.time)): \(Shown.measured(value, quantity)) "
          + "\(unit.symbol) (\(observation.place))")
      if residual != nil { fitted.append(point) } else { later.append(point) }
    }
    var layers: [Layer] = []
    if !fitted.isEmpty {
      layers.append(
        .points(
          fitted, style: Style(.black),
          label: analysis.run.donor == .pooled ? "measured, all donors" : "measured, +- 1.96 sd"))
    }
    if !later.isEmpty {
      layers.append(
        .points(later, style: Style(.vermillion, marker: .diamond), label: "measured, not fitted"))
    }
    return layers
  }
}
