import Bioreactor
import Harvest
import Inference
import ModelLanguage
import Population
import Quantities
import Randomness
import RunRecords

extension SimulatedHarvest {
  /// Readings of a run: density and viability on the days, the CAR+ share on days 4, 6 and 8.
  func readings(
    _ path: [Snapshot], _ hours: [Double], _ days: [Double], _ share: Double,
    _ stream: inout RandomStream
  ) throws -> [Observation] {
    var observations: [Observation] = []
    for (snapshot, hour) in zip(path, hours) where days.contains(hour) {
      let place = Place(file: "simulated", line: Int(hour) + 1)
      for name in Self.quantities {
        guard let k = model.observables.firstIndex(where: { $0.name == name }) else { continue }
        let scale = model.observables[k].family.scale
        let y = scale.toNatural(
          scale.toEstimation(snapshot.means[k]) + snapshot.noise[k] * stream.normal())
        guard y.isFinite else { throw NotSimulated() }
        observations.append(
          Observation(time: hour, quantity: name, value: .exact(y), place: place))
      }
      if hour == 96 || hour == 144 || hour == 192 {
        let reading = logistic(logit(share) + CARFraction.assaySD * stream.normal())
        observations.append(
          Observation(time: hour, quantity: "car_positive", value: .exact(reading), place: place))
      }
    }
    return observations
  }

  /// The prior that `thymus learn` makes of whole simulated runs, read daily from day 2 to 12.
  func learn(from donors: Int) throws -> DonorOutlook.Source {
    let days = stride(from: 48.0, through: Self.end, by: 24).map { $0 }
    let bare = try Culture(model: model, run: Self.run("bare", []), platform: platform)
    let simulator = CultureSimulation(
      bare, instants: days.map { Instant(time: $0) }, options: options.stepOptions)
    var cultures: [Culture] = []
    for index in 0..<donors {
      var stream = RandomStream(
        seed: seed, name: "harvest calibration", purpose: "history", index: UInt64(index))
      let path = try simulator.run(plan.natural(truth(&stream)))
      let observations = try readings(path, days, days, 0.3, &stream)
      let run = Self.run("history \(index)", observations)
      cultures.append(try Culture(model: model, run: run, platform: platform))
    }
    var population = PopulationOptions()
    population.automaticDraws = 300
    population.checkDraws = 600
    population.threads = 2
    let names = VaryingParameters.standard(cultures, options: options)
    let lesson = try DonorLesson(
      cultures,
      DonorLesson.Question(
        specification: PopulationSpecification(donorEffects: names), fitOptions: options,
        options: population, origin: "harvest calibration"))
    return DonorOutlook.Source(label: "learned", model: model, prior: lesson.prior)
  }

  /// A decision from the learned prior and the run's readings.
  func decide(
    _ run: Run, _ source: DonorOutlook.Source, _ hours: [Double],
    _ question: HarvestDecision.Question
  ) throws -> HarvestDecision {
    var asked = DonorOutlook.Question()
    asked.until = question.now
    asked.horizon = question.horizon
    asked.draws = question.draws
    asked.options = options
    asked.options.absoluteTolerance = 1e-9
    let outlook = try DonorOutlook(run, sources: [source], platform: platform, question: asked)
    return try HarvestDecider.decide(outlook, platform: platform, question: question)
  }
}
