import Bioreactor
import Inference
import LinearAlgebra
import ModelLanguage
import Population
import Quantities
import RunRecords
import Statistics

/// Forecasts of one run by several priors, weighted by prior weight and evidence.
struct Mixture {
  let forecasts: [DonorForecast]
  /// Weights after the counts, summing to 1.
  let weights: [Double]

  /// Forecasts from the counts up to an hour; nil for none at all.
  init(
    _ run: Run, _ sources: [DonorOutlook.Source], _ planned: [Culture], _ platform: Platform?,
    until: Double?, _ question: DonorOutlook.Question
  ) throws {
    var fitted: [Culture] = []
    for source in sources {
      fitted.append(
        try Culture(
          model: source.model, run: run, platform: platform, until: until ?? -.infinity))
    }
    try Mixture.checkSame(fitted)
    let cultures = fitted
    let found = Parallel.map(
      chunksOf: 1, count: sources.count, threads: question.threads, context: {}
    ) { _, k in
      Result { try Mixture.forecast(cultures[k], sources[k].prior, question) }
    }
    forecasts = try found.map { try $0.get() }
    for (forecast, source) in zip(forecasts, sources) where forecast.weights.isEmpty {
      throw Posterior.Refusal(
        description: "The forecast with \(source.label) has no draws: "
          + forecast.notes.joined(separator: " "))
    }
    if forecasts.count == 1 {
      weights = [1]
      if !forecasts[0].isUsable {
        throw Posterior.Refusal(
          description: "The forecast cannot be relied on. "
            + forecasts[0].notes.joined(separator: " "))
      }
    } else {
      // Evidence of draws that cannot be relied on cannot weigh a model.
      weights = LogSum.weights(
        zip(forecasts, sources).map {
          $0.isUsable ? Double.log($1.weight) + $0.logEvidence : -.infinity
        })
      guard weights.allSatisfy(\.isFinite), weights.contains(where: { $0 > 0 }) else {
        throw Posterior.Refusal(
          description: "None of the forecasts can be relied on. "
            + forecasts.flatMap(\.notes).joined(separator: " "))
      }
    }
  }

  /// One prior's forecast; draws that carry too little are made again, four and sixteen times as
  /// many.
  static func forecast(
    _ culture: Culture, _ prior: LearnedPrior, _ question: DonorOutlook.Question
  ) throws(InputRefused) -> DonorForecast {
    var found = try forecast(culture, prior, question, draws: question.draws)
    for factor in [4, 16] where !found.isUsable {
      found = try forecast(culture, prior, question, draws: factor * question.draws)
    }
    return found
  }

  private static func forecast(
    _ culture: Culture, _ prior: LearnedPrior, _ question: DonorOutlook.Question, draws: Int
  ) throws(InputRefused) -> DonorForecast {
    question.isRobust
      ? try DonorForecast.robust(
        culture, prior: prior, draws: draws, seed: question.options.seed,
        fitOptions: question.options)
      : try DonorForecast(
        culture, prior: prior, widening: question.widening, draws: draws,
        seed: question.options.seed, fitOptions: question.options)
  }

  /// Evidence can be compared on the same measurements only.
  private static func checkSame(_ cultures: [Culture]) throws(InputRefused) {
    func seen(_ culture: Culture) -> [String] {
      culture.targets.map { "\($0.observation.place) \($0.observation.quantity)" }.sorted()
    }
    guard let first = cultures.first else { return }
    for other in cultures.dropFirst() where seen(other) != seen(first) {
      throw InputRefused([
        Finding(
          .error, "E_FORECAST_MIXTURE", at: Place(file: first.run.name),
          "\(first.model.name) and \(other.model.name) observe different measurements of this run, "
            + "so their evidence cannot be compared.",
          remedy: "Choose what both observe, such as --on vcd, and learn the priors from it too.")
      ])
    }
  }

  func parts(_ planned: [Culture]) -> [DonorCurves.Part] {
    zip(zip(forecasts, planned), weights).map { DonorCurves.Part($0.0, planned: $0.1, share: $1) }
  }

  func components(
    _ sources: [DonorOutlook.Source], _ planned: [Culture]
  ) throws -> [DonorOutlook.Component] {
    try sources.indices.map { k in
      DonorOutlook.Component(
        source: sources[k], weight: weights[k], forecast: forecasts[k],
        parameters: try Mixture.parameters(forecasts[k], sources[k], planned[k]))
    }
  }

  private static func parameters(
    _ forecast: DonorForecast, _ source: DonorOutlook.Source, _ culture: Culture
  ) throws -> [DonorOutlook.Parameter] {
    let natural = forecast.draws.map { forecast.natural($0) }
    let prior = try source.prior.resolved(for: culture.run, platform: culture.platform?.name).prior
    return try forecast.names.enumerated().compactMap { column, name in
      guard let index = culture.model.parameters.firstIndex(where: { $0.name == name }) else {
        return nil
      }
      let parameter = culture.model.parameters[index]
      let sample = try WeightedSample(natural.map { $0[index] }, weights: forecast.weights)
      let points = forecast.draws.map { $0[column] }
      var (mean, square) = (0.0, 0.0)
      for (x, w) in zip(points, forecast.weights) { mean += w * x }
      for (x, w) in zip(points, forecast.weights) { square += w * (x - mean) * (x - mean) }
      let learned = prior.parameters.first { $0.name == name }
      let start = learned?.isRelative == true ? ParameterStart.of(index, culture) : 0
      return DonorOutlook.Parameter(
        name: name, unit: parameter.unit, fan: try Fan(sample),
        prior: learned.map { (parameter.scale.toNatural($0.mean + start), $0.sd) },
        learned: learned.map { max(0, 1 - square / ($0.sd * $0.sd)) })
    }
  }
}

/// What a run's seed or platform says of a parameter, on its estimation scale.
enum ParameterStart {
  static func of(_ index: Int, _ culture: Culture) -> Double {
    ParameterPlan(culture, options: FitOptions()).free.first { $0.index == index }?.start ?? 0
  }
}
