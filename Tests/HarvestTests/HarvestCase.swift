import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import RunRecords

@testable import Harvest
@testable import Inference

/// A culture whose forecast is known in closed form: ln N(t) is exactly normal.
struct HarvestCase {
  static let volume = 50.0
  static let times = [0.0, 24, 48, 72, 96]
  static let sd = 0.10

  static let growth = """
    model growth "exponential, the noise known"
    cells V [1e6 cells/mL] "viable"
    param V0 [1e6 cells/mL] "start" = 0.5 in 0.0001 ... 1000 log
    param mu [1/h] "rate" = 0.02 in -0.5 ... 0.5 linear
    V(0) = V0
    V' = mu * V
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.10)
    """

  /// Viability 0.9 exp(-0.002 t) whatever the cells do, with a rate that the counts do not tell.
  static let dying =
    growth + """

      param kv [1/h] "loss of viability" = 0.002 in -0.1 ... 0.1 linear prior mean 0.002 sd 0.0002
      observe viability [%] = 0.9 * exp(-kv * time) ~ logit_normal(sd: 0.2)
      """

  let fit: FitResult
  let fitted: Culture
  let planned: Culture

  init(
    _ text: String = HarvestCase.growth, volume: Double? = HarvestCase.volume,
    planned extra: [RunRecords.Operation] = [], carReadings: [Double] = []
  ) throws {
    let model = try Model(parsing: text + "\n", file: "growth")
    let wobble = [0.05, -0.08, 0.02, 0.06, -0.05]
    let observations =
      zip(Self.times, wobble).map {
        Self.reading($0, "vcd", .exact(0.5 * exp(0.03 * $0 + $1)))
      }
      + (text.contains("viability")
        ? [0.0, 96].map { Self.reading($0, "viability", .exact(0.9 * exp(-0.002 * $0))) } : [])
      + carReadings.enumerated().map {
        Self.reading(24 * Double($0.offset + 1), "car_positive", .exact($0.element))
      }
    let seed = Self.operation(
      0, .seed(volume: volume, viableDensity: nil, viability: nil, solutes: [:]))
    let run = Run(name: "closed", observations: observations, operations: [seed] + extra)
    fitted = try Culture(model: model, run: run, until: 96)
    planned = try Culture(model: model, run: run)
    fit = try Fit.run(fitted)
  }

  static func reading(
    _ time: Double, _ quantity: String, _ value: Observation.Reading
  ) -> Observation {
    Observation(
      time: time, quantity: quantity, value: value,
      place: Place(file: "made", line: Int(time) + 1))
  }

  static func operation(
    _ time: Double, _ action: RunRecords.Operation.Action
  ) -> RunRecords.Operation {
    Operation(time: time, action: action, place: Place(file: "made", line: Int(time) + 1))
  }

  func question(
    need: Double, car: CARFraction = CARFraction(median: 0.4, sdLogit: 1e-9, origin: "test"),
    now: Double = 96, horizon: Double = 240
  ) -> HarvestQuestion {
    var question = HarvestQuestion(need: need, car: car, now: now, horizon: horizon)
    question.draws = 3000
    return question
  }

  func forecast(_ question: HarvestQuestion) throws -> HarvestForecast {
    try HarvestForecaster.forecast(
      fit, fitted: fitted, planned: planned, question: question, options: FitOptions())
  }

  /// Mean and sd of ln(cells in the vessel) at a time, by the normal equations of the counts.
  static func exactLogCells(at time: Double) -> (mean: Double, sd: Double) {
    let wobble = [0.05, -0.08, 0.02, 0.06, -0.05]
    let n = Double(times.count)
    let y = zip(times, wobble).map { log(0.5) + 0.03 * $0 + $1 }
    let center = times.reduce(0, +) / n
    let spread = times.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let slope = zip(times, y).reduce(0) { $0 + ($1.0 - center) * $1.1 } / spread
    let mean = y.reduce(0, +) / n + slope * (time - center) + log(volume)
    let variance = sd * sd * (1 / n + (time - center) * (time - center) / spread)
    return (mean, variance.squareRoot())
  }
}
