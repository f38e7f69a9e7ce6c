import Bioreactor
import Inference
import ModelLanguage
import Randomness
import RunRecords

/// Carries the posterior forward through the planned operations.
public enum HarvestForecaster {
  /// Bands and probabilities from a fit of the culture up to now.
  ///
  /// `fitted` ends at now; `planned` is the same run with all its operations. A day's cells are
  /// N = vcd * volume * f_CAR before the operations of that time. Throws `Posterior.Refusal` when
  /// the fit, the volume or the model cannot carry a forecast.
  public static func forecast(
    _ fit: FitResult, fitted: Culture, planned: Culture, question: HarvestQuestion,
    options: FitOptions
  ) throws(Posterior.Refusal) -> HarvestForecast {
    try check(question)
    let (vcd, viability) = try observables(
      planned, needsViability: question.minimumViability != nil)
    let posterior = try Posterior.sample(
      fit, fitted, options: options, count: question.draws, threads: question.threads)
    let band = CurveBand.grid(planned.timeline, to: question.horizon)
    let days = harvestTimes(question, planned: planned.timeline.harvest)
    guard !days.isEmpty else {
      throw Posterior.Refusal(
        description: "No whole day lies between now and the end of the culture, so there is "
          + "nothing to forecast. Give a later --horizon.")
    }
    let ensemble = try Ensemble(
      posterior, planned, instants: band + days.map { Instant(time: $0) },
      observables: [vcd] + (viability.map { [$0] } ?? []), run: fit.run, options: options,
      threads: question.threads)
    let car = carFractions(ensemble.weights.count, question.car, seed: options.seed, run: fit.run)
    do {
      return HarvestForecast(
        run: fit.run, model: fit.model, question: question,
        density: try CurveBand(ensemble, observable: 0, quantity: "vcd", count: band.count),
        days: try days.enumerated().map { k, time in
          try day(
            time, slot: band.count + k, ensemble, car,
            volume: planned.timeline.volume(at: time, phase: .before),
            hasViability: viability != nil, question)
        },
        effectiveSampleSize: posterior.effectiveSampleSize, method: posterior.method,
        notes: (ensemble.lost == 0
          ? [] : ["\(ensemble.lost) draws could not be simulated and carry no weight."])
          + (planned.timeline.harvest.map { $0 < question.horizon } == true
            ? ["Days after the planned harvest are forecast without further operations."] : []))
    } catch {
      throw Posterior.Refusal(description: "The draws could not be summarised: \(error).")
    }
  }

  /// Numbers that are no question must not get an answer: a comparison with NaN is never met.
  private static func check(_ question: HarvestQuestion) throws(Posterior.Refusal) {
    let car = question.car
    guard question.need > 0, question.need.isFinite else {
      throw Posterior.Refusal(description: "The cells needed must be a number above 0.")
    }
    guard car.median > 0, car.median < 1, car.sdLogit >= 0, car.sdLogit.isFinite else {
      throw Posterior.Refusal(
        description: "The CAR+ fraction must lie between 0 and 1, with a spread of 0 or more; "
          + "measure it or give it.")
    }
    guard (0...1).contains(question.confidence), (0...1).contains(question.minimumViability ?? 0)
    else {
      throw Posterior.Refusal(
        description: "Confidence and least viability are fractions between 0 and 1.")
    }
  }

  /// What a forecast of total cells follows; refuses cultures that cannot tell them.
  static func observables(
    _ culture: Culture, needsViability: Bool
  ) throws(Posterior.Refusal) -> (vcd: Int, viability: Int?) {
    if culture.run.donor == .pooled {
      throw Posterior.Refusal(
        description: "The run pools several unlabelled donors; a forecast is about one patient's "
          + "cells. Fit labelled donors one by one.")
    }
    guard culture.timeline.knowsVolume else {
      throw Posterior.Refusal(
        description: "The run does not tell its volume, so total cells cannot be forecast. Add a "
          + "seed operation with its volume.")
    }
    guard culture.timeline.volumeIsScheduled else {
      throw Posterior.Refusal(
        description:
          "A rule of the run ('when') changes the volume at an hour that differs from draw "
          + "to draw, and the forecast multiplies densities with the scheduled volume. Write what is "
          + "planned as rows with times.")
    }
    guard let vcd = culture.model.observables.firstIndex(where: { $0.name == "vcd" }) else {
      throw Posterior.Refusal(
        description: "The model does not observe vcd, so total viable cells cannot be forecast.")
    }
    let viability = culture.model.observables.firstIndex { $0.name == "viability" }
    if needsViability, viability == nil {
      throw Posterior.Refusal(
        description: "The model does not observe viability, which is a criterion. Choose a model "
          + "with dead cells, such as live_dead.")
    }
    return (vcd, viability)
  }

  /// Whole days after now and up to the horizon, and the planned harvest itself.
  private static func harvestTimes(_ question: HarvestQuestion, planned: Double?) -> [Double] {
    var times: [Double] = []
    var day = (question.now / 24).rounded(.down) + 1
    while day * 24 <= question.horizon {
      times.append(day * 24)
      day += 1
    }
    if let planned, planned > question.now, planned <= question.horizon, !times.contains(planned) {
      times.append(planned)
    }
    return times.sorted()
  }

  /// One CAR+ fraction a draw, constant over the days.
  static func carFractions(
    _ count: Int, _ car: CARFraction, seed: UInt64, run: String
  ) -> [Double] {
    let logit = EstimationScale.logit.toEstimation(car.median)
    return (0..<count).map { index in
      var stream = RandomStream(seed: seed, name: run, purpose: "car", index: UInt64(index))
      return EstimationScale.logit.toNatural(logit + car.sdLogit * stream.normal())
    }
  }

  private static func day(
    _ time: Double, slot: Int, _ ensemble: Ensemble, _ car: [Double], volume: Double,
    hasViability: Bool, _ question: HarvestQuestion
  ) throws -> HarvestForecast.Day {
    let total = ensemble.values(instant: slot, observable: 0).map { $0 * volume }
    let cells = zip(total, car).map { $0 * $1 }
    let viability = hasViability ? ensemble.values(instant: slot, observable: 1) : nil
    func isViable(_ index: Int) -> Bool {
      guard let limit = question.minimumViability else { return true }
      return (viability?[index] ?? 0) >= limit
    }
    let joint = ensemble.probability { cells[$0] >= question.need && isViable($0) }
    return HarvestForecast.Day(
      time: time, volume: volume, totalViable: try ensemble.quantiles(total),
      carPositive: try ensemble.quantiles(cells),
      viability: try viability.map { try ensemble.quantiles($0) },
      probabilityOfDose: ensemble.probability { cells[$0] >= question.need }.value,
      probabilityOfViability: question.minimumViability == nil
        ? nil : ensemble.probability(isViable).value,
      probability: joint.value, probabilityError: joint.error)
  }
}
