import Bioreactor
import Harvest
import Inference
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

/// What a reference case gives, as numbers that can be held against a lock.
struct ReferenceResult {
  var estimates: [String: Double] = [:]
  var errors: [String: Double] = [:]
  var verdicts: [String: String] = [:]
  var natural: [String: Double] = [:]
  var logLikelihood = 0.0
  var usable = false
  var predictions: [Double] = []
  var steps = 0
  var options: [String: String] = [:]
  var probabilities: [String: Double] = [:]
  var firstSafeDay: Double?
  var labels: [String] = []

  /// Fits a case. With a locked point, predictions are made there, so that they can be compared
  /// to the integrator's accuracy, whatever the search did.
  static func compute(
    _ given: ReferenceCase, folder: String, data: DataFolder, at locked: [String: Double]?,
    threads: Int
  ) throws -> ReferenceResult {
    let batch = try RunFolder.read(folder + "/" + given.folder)
    guard let run = batch.runs.first(where: { $0.name == given.run }) else {
      throw JSONDocument.refused(folder + "/cases.json", "There is no run '\(given.run)'.")
    }
    let model = try ModelFile.read(given.model, data: data).model
    var options = FitOptions()
    options.usesPriors = given.usesPriors
    if let until = given.until { options.until = until }
    let platform = try PlatformFile.platform(of: run, data: data)
    let culture = try Culture(model: model, run: run, platform: platform, until: options.until)
    let fit = try Fit.run(culture, options: options)
    var result = ReferenceResult()
    result.usable = fit.isUsable
    result.logLikelihood = fit.logLikelihood
    // A fit that did not converge has no point; its missing estimates are drift.
    for (free, value) in zip(fit.plan.free, fit.point) {
      result.estimates[free.name] = value
      result.errors[free.name] = fit.parameter(free.name)?.standardError
    }
    for parameter in fit.parameters { result.verdicts[parameter.name] = parameter.verdict.code }
    for (parameter, value) in zip(model.parameters, fit.natural) {
      result.natural[parameter.name] = value
    }
    let at = locked ?? result.natural
    let point = model.parameters.map { at[$0.name] ?? $0.value }
    let predictor = Predictor(culture, options: options.stepOptions)
    result.predictions = predictor.predict(point)?.means ?? []
    result.steps = predictor.counters.accepted
    result.labels = culture.targets.map {
      "\($0.observation.quantity) at \(NumberText.significant($0.observation.time)) h"
    }
    result.options = described(options)
    if let need = given.needCells {
      try result.harvest(
        fit, culture: culture, run: run, need: need, options: options, threads: threads)
    }
    return result
  }

  private mutating func harvest(
    _ fit: FitResult, culture: Culture, run: Run, need: Double, options: FitOptions, threads: Int
  ) throws {
    let planned = try Culture(model: culture.model, run: run, platform: culture.platform)
    guard let car = try CARFraction.measured(in: run, until: options.until) else { return }
    var question = HarvestQuestion(
      need: need / 1e6, car: car, now: options.until,
      horizon: planned.timeline.harvest ?? options.until + 168)
    question.threads = threads
    let forecast: HarvestForecast
    do throws(Posterior.Refusal) {
      forecast = try HarvestForecaster.forecast(
        fit, fitted: culture, planned: planned, question: question, options: options)
    } catch {
      verdicts["forecast"] = "refused: \(error.description)"
      return
    }
    for day in forecast.days {
      probabilities["day \(NumberText.significant(day.time / 24))"] = day.probability
    }
    firstSafeDay = forecast.firstSafeDay?.time
  }

  private static func described(_ options: FitOptions) -> [String: String] {
    [
      "relative tolerance": "\(options.relativeTolerance)",
      "absolute tolerance": "\(options.absoluteTolerance)", "starts": "\(options.starts)",
      "seed": "\(options.seed)", "search": options.searchDescription,
    ]
  }
}
