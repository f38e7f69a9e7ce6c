import Bioreactor
import Harvest
import Inference
import ModelLanguage
import Quantities
import Randomness
import RunFiles
import RunRecords

/// Simulated closed-system runs with planned exchanges, decided on as `thymus harvest` does.
struct SimulatedHarvest: Sendable {
  let model: Model
  let platform: Platform
  let plan: ParameterPlan
  let options: FitOptions
  let seed: UInt64
  /// Whether a population of donors is learned first.
  let isPopulation: Bool
  /// What decisions rest on: nil for a fit of the run alone with the model's priors.
  private(set) var learned: DonorOutlook.Source?
  static let quantities = ["vcd", "viability"]
  /// Hours of the planned harvest, the last candidate.
  static let end = 288.0

  /// `donors`: learn a prior from so many simulated donors first; 0 for fits of single runs.
  init(data: DataFolder, seed: UInt64, donors: Int) throws {
    self.seed = seed
    isPopulation = donors > 0
    model = try ModelFile.read("live_dead", data: data).model
    platform = try PlatformFile.platform(named: "prodigy", data: data)
    var options = FitOptions()
    options.starts = 3
    options.relativeTolerance = 1e-6
    options.absoluteTolerance = 1e-8
    options.checksProfiles = false
    self.options = options
    let bare = try Culture(
      model: model, run: SimulatedHarvest.run("bare", []), platform: platform)
    plan = ParameterPlan(bare, options: FitOptions())
    if donors > 0 { learned = try learn(from: donors) }
  }

  /// The operations of the 12-day process of data/runs/prodigy_example.
  static func run(_ name: String, _ observations: [Observation]) -> Run {
    func at(_ hour: Double, _ action: Operation.Action) -> Operation {
      Operation(time: hour, action: action, place: Place(file: "simulated", line: Int(hour) + 1))
    }
    var operations = [
      at(0, .seed(volume: 70, viableDensity: 1.35, viability: 0.93, solutes: [:])),
      at(0, .activation), at(24, .transduction), at(72, .sample(volume: 3)),
      at(72, .wash(recovery: 0.85, volume: 100, solutes: [:])),
      at(96, .feed(volume: 75, solutes: [:])), at(120, .sample(volume: 3)),
      at(120, .feed(volume: 78, solutes: [:])),
      at(120, .exchange(fraction: 0.5, retention: 0.97, solutes: [:])),
    ]
    for day in 6..<12 {
      operations.append(at(24 * Double(day), .sample(volume: 3)))
      operations.append(
        at(24 * Double(day), .exchange(fraction: 0.5, retention: 0.97, solutes: [:])))
    }
    operations.append(at(end, .harvest))
    return Run(
      name: name, donor: .unknown, platform: "prodigy", observations: observations,
      operations: operations)
  }

  /// One run: truth from the priors, readings from the noise, the decision, and what was true.
  func run(_ index: Int) -> CalibrationRun {
    var stream = RandomStream(
      seed: seed, name: "harvest calibration", purpose: "run", index: UInt64(index))
    for _ in 0..<50 {
      if let made = try? attempt(index, &stream) { return made }
    }
    return CalibrationRun(index: index, now: .nan, verdict: "not simulated")
  }

  struct NotSimulated: Error {}

  /// True parameters of one run on their estimation scales. Earlier donors and the next one are read by
  /// the same counter, so noise numbers scatter only where runs are fitted alone.
  func truth(_ stream: inout RandomStream) -> [Double] {
    plan.free.map { free -> Double in
      guard let prior = free.prior else { return free.start }
      if isPopulation, free.name.hasPrefix("s_") { return prior.mean }
      while true {
        let x = prior.mean + prior.sd * stream.normal()
        if free.bounds.contains(x) { return x }
      }
    }
  }

  private func attempt(_ index: Int, _ stream: inout RandomStream) throws -> CalibrationRun {
    let truth = truth(&stream)
    let now = 24 * Double(4 + Int(stream.uniform() * 5))
    let days = stride(from: 48.0, through: now, by: 24).map { $0 }
    let starts = stride(from: now, through: Self.end, by: 24).map { $0 }
    let bare = try Culture(model: model, run: Self.run("bare", []), platform: platform)
    let hours = Set(days + starts).sorted()
    let natural = plan.natural(truth)
    let simulator = CultureEnsemble(
      bare, instants: hours.map { Instant(time: $0) }, options: options.stepOptions)
    guard let path = simulator.path(0, of: 1, draw: { _ in natural }) else { throw NotSimulated() }
    let share = logistic(logit(0.3) + 0.5 * stream.normal())
    let observations = try readings(path, hours, days, share, &stream)
    let dose = Double.exp(.log(350) + 0.7 * stream.normal())
    let asked = Self.question(dose, now: now)
    let run = Self.run("simulated \(index)", observations)
    // What is lost after this harvest, from what the plan says of losses.
    let yield = HarvestYield(
      asked.losses, count: 1, seed: seed, name: "true losses \(index)")
    let need = yield.need(for: dose)[0]
    let leastNeed = yield.need(for: dose / 2)[0]
    var question = HarvestDecision.Question(
      plan: asked, planned: dose, least: dose / 2, car: .model, now: now, horizon: Self.end)
    question.draws = 1000
    let decision: HarvestDecision
    do {
      guard let car = try CARFraction.measured(in: run, until: now) else { throw NotSimulated() }
      question.car = .fraction(car)
      decision =
        try learned.map { try decide(run, $0, starts, question) } ?? decide(run, starts, question)
    } catch {
      return CalibrationRun(index: index, now: now, verdict: "refused")
    }
    return CalibrationRun(
      index: index, now: now, verdict: decision.verdict.kind.rawValue,
      hour: decision.verdict.hour ?? .nan,
      starts: decision.starts.compactMap { start in
        guard let k = hours.firstIndex(of: start.hour) else { return nil }
        let means = path[k].means
        func value(_ name: String) -> Double {
          model.observables.firstIndex { $0.name == name }.map { means[$0] } ?? .nan
        }
        let cells = value("vcd") * path[k].volume * share
        let holds = asked.criteria.allSatisfy { criterion in
          switch criterion.kind {
          case .viability: criterion.holds(value("viability"))
          case .carPositive: criterion.holds(share)
          case .doublings: criterion.holds(.log(value("fold")) / .log(2))
          case .vesselCells: criterion.holds(value("vcd") * path[k].volume)
          default: criterion.holds(start.hour)
          }
        }
        return CalibrationRun.Start(
          hour: start.hour, said: start.met, saidAny: start.met + start.reduced,
          met: holds && cells >= need, any: holds && cells >= leastNeed)
      })
  }

  private func decide(
    _ run: Run, _ hours: [Double], _ question: HarvestDecision.Question
  ) throws -> HarvestDecision {
    let culture = try Culture(model: model, run: run, platform: platform, until: question.now)
    let planned = try Culture(model: model, run: run, platform: platform)
    let fit = try Fit.run(culture, options: options)
    let posterior = try Posterior.sample(fit, culture, options: options, count: question.draws)
    let names = ["vcd", "viability", "fold"]
    let ensemble = try Ensemble(
      posterior, planned, instants: hours.map { Instant(time: $0) },
      observables: names.compactMap { name in
        model.observables.firstIndex { $0.name == name }
      }, run: fit.run, options: options)
    return try HarvestDecider.decide(
      try CultureDraws(ensemble, names: names, timeline: planned.timeline),
      starts: hours.map { HarvestStart(hour: $0, infusion: nil) }, run: planned.run,
      model: model.name, question: question, seed: options.seed, from: 0)
  }

  /// Losses and criteria of all runs.
  private static func question(_ dose: Double, now: Double) -> DecisionPlan {
    DecisionPlan(
      title: "calibration", dose: .cells(planned: dose, least: dose / 2),
      losses: .init(
        recoveries: [
          .init(name: "wash", mean: 0.70, sd: 0.08), .init(name: "fill", mean: 0.93, sd: 0.02),
        ], retains: [.init(name: "retain", cells: 30)], quality: 0.02),
      criteria: [
        Criterion(.viability, least: 0.8), Criterion(.carPositive, least: 0.15),
        Criterion(.days, least: 120, most: 312), Criterion(.doublings, most: 8),
        Criterion(.vesselCells, most: 4500),
      ])
  }

  func logit(_ x: Double) -> Double { .log(x / (1 - x)) }
  func logistic(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }
}
