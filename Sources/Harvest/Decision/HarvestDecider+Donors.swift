import Bioreactor
import Inference
import ModelLanguage
import Population
import Quantities
import RunRecords
import Statistics

extension HarvestDecider {
  /// A decision from what earlier donors taught and the run's counts up to now.
  ///
  /// The draws of the outlook (of one prior, or of several with their weights) are carried through
  /// the planned operations to every possible start. Where the latest count contradicts every model,
  /// the growth path takes over; see `LocalGrowth`. Throws `Posterior.Refusal` when the draws, the
  /// volume or a model cannot carry the decision, and `InputRefused` when no harvest can start.
  public static func decide(
    _ outlook: DonorOutlook, platform: Platform?, question: HarvestDecision.Question
  ) throws -> HarvestDecision {
    try check(question)
    var planned: [Culture] = []
    var names: [String] = []
    for component in outlook.components {
      let culture = try Culture(
        model: component.source.model, run: outlook.run, platform: platform)
      _ = try HarvestForecaster.observables(culture, needsViability: false)
      let own = try observables(question, model: culture.model)
      // A mixture follows what all of its models observe.
      names = planned.isEmpty ? own : names.filter { own.contains($0) }
      planned.append(culture)
    }
    guard let first = planned.first else {
      throw Posterior.Refusal(description: "There is no prior, so there is nothing to decide on.")
    }
    let starts = try HarvestStart.all(
      question.plan, now: question.now, horizon: question.horizon, extra: first.timeline.harvest)
    let hours = hours(question, starts)
    var support = support(outlook)
    support.newestCount = .init(first, until: question.now)
    let checks =
      ([outlook.latest].compactMap(\.self) + outlook.others).map(LatestReadingCheck.init)
      + shareChecks(question, outlook.run)
    let doubts = ReadingDoubts.found(
      in: outlook.run, until: question.now, latest: checks,
      level: question.plan.thresholds.contradiction
    ) { run, hour in
      outlook.judged(run, until: hour, platform: platform) + shareChecks(question, run, until: hour)
    }
    let model = outlook.components.map(\.source.model.name).joined(separator: ", ")
    let options = outlook.question.options
    // Where an earlier reading may be the wrong one, nothing tells which counts to carry forward.
    if let path = outlook.path, doubts.suspects.isEmpty {
      do throws(Posterior.Refusal) {
        return try decide(
          path, planned: first, starts: starts, hours: hours, question: question,
          checks: checks, model: model, seed: options.seed, support: support, doubts: doubts)
      } catch { support.pathRefusal = error.description }
    } else if case .contradictedModels(let reason) = outlook.basis {
      support.pathRefusal = reason
    }
    let candidates = NextReading.candidates(outlook, now: question.now, until: question.horizon)
    let measured = NextReading.quantities(outlook.run, planned, until: outlook.now)
    let all = Set(hours + candidates).sorted()
    let curves = try DonorCurves(
      zip(outlook.components, planned).map {
        DonorCurves.Part($0.forecast, planned: $1, share: $0.weight)
      }, instants: all.map { Instant(time: $0) },
      quantities: names + measured.filter { !names.contains($0) }, options: options,
      threads: question.threads)
    let draws = try CultureDraws(
      curves, names: names, hours: hours, timeline: first.timeline)
    var decision = try decide(
      draws, starts: starts, run: outlook.run, model: model, question: question,
      checks: checks, seed: options.seed, from: first.timeline.start,
      effectiveSampleSize: LogSum.effectiveSize(curves.weights),
      notes: notes(outlook, curves, first.timeline, question), support: support, doubts: doubts)
    let chances = HarvestChances(
      HarvestEvaluation(
        question.plan, draws, start: first.timeline.start, planned: question.planned,
        car: question.car, phenotypes: question.phenotypes, seed: options.seed,
        name: outlook.run.name),
      planned: question.planned, least: question.least, car: question.car, seed: options.seed,
      name: outlook.run.name)
    decision.readings = NextReading.all(
      decision, chances, curves, at: candidates, of: measured, planned: first.run)
    if decision.isAnswered, measured.contains("vcd"), let hour = candidates.first {
      decision.countEffect = CountEffect(
        decision, chances, curves, at: hour, threads: question.threads)
    }
    return decision
  }

  /// A decision from the growth path: what it does not follow is no part of the probabilities.
  static func decide(
    _ path: LocalGrowth, planned: Culture, starts: [HarvestStart], hours: [Double],
    question: HarvestDecision.Question, checks: [LatestReadingCheck], model: String,
    seed: UInt64, support: HarvestDecision.Support, doubts: ReadingDoubts = .init()
  ) throws(Posterior.Refusal) -> HarvestDecision {
    var question = question
    if question.car == .model {
      guard let measured = try CARFraction.measured(in: planned.run, until: question.now) else {
        throw Posterior.Refusal(
          description: "The growth path does not follow the CAR+ share, and the run has no "
            + "measurement of it: give --car.")
      }
      question.car = .fraction(measured)
    }
    let made = try path.draws(at: hours, count: question.draws, seed: seed)
    let density = hours.indices.map { k in
      made.map { path.density($0[k], Instant(time: hours[k])) }
    }
    var values = ["vcd": density]
    if made.first.flatMap({ $0.first }).flatMap(path.fold) != nil {
      values["fold"] = hours.indices.map { k in made.map { path.fold($0[k]) ?? .nan } }
    }
    let draws = try CultureDraws(
      weights: made.map { _ in 1 / Double(made.count) }, hours: hours,
      volumes: hours.map { planned.timeline.volume(at: $0, phase: .before) }, values: values)
    var support = support
    support.pathCounts = path.countsUsed
    support.unfollowed = question.plan.criteria.filter { criterion in
      criterion.kind.observable.map { values[$0] == nil } ?? false
    }
    do {
      return try decide(
        draws, starts: starts, run: planned.run, model: model, question: question,
        checks: checks, seed: seed, from: planned.timeline.start,
        effectiveSampleSize: Double(made.count), support: support, doubts: doubts)
    } catch let refusal as Posterior.Refusal {
      throw refusal
    } catch {
      throw Posterior.Refusal(description: "The growth path carries no decision: \(error).")
    }
  }

  private static func support(_ outlook: DonorOutlook) -> HarvestDecision.Support {
    var support = HarvestDecision.Support()
    support.teachers = outlook.components.map { component in
      let prior = component.source.prior
      return .init(
        label: component.source.label, source: prior.source, donors: prior.donors, runs: prior.runs,
        widening: prior.widening, weight: component.weight,
        covariates: component.forecast.covariates)
    }
    let untold = outlook.components.filter { $0.weight > 0.05 }.flatMap { component in
      component.parameters.filter { parameter in
        (parameter.learned ?? 1) < 0.1
          && component.source.prior.parameters.contains {
            $0.name == parameter.name && $0.spread > 0
          }
      }.map { parameter in
        let text = component.source.model.parameters.first { $0.name == parameter.name }?.text
        return parameter.name + (text.map { " (\($0))" } ?? "")
      }
    }
    for name in untold where !support.untold.contains(name) { support.untold.append(name) }
    support.counts = outlook.counts
    support.widening = outlook.question.widening
    support.isRobust = outlook.question.isRobust
    return support
  }

  private static func notes(
    _ outlook: DonorOutlook, _ curves: DonorCurves, _ timeline: Timeline,
    _ question: HarvestDecision.Question
  ) -> [String] {
    var notes = outlook.components.flatMap { component in
      component.forecast.notes.map {
        outlook.components.count > 1 ? "\(component.source.label): \($0)" : $0
      }
    }
    if curves.lostShare > 0.001 {
      notes.append(
        "\(NumberText.percent(curves.lostShare, decimals: 1)) of the draws' weight could not be "
          + "simulated and was left out.")
    }
    if let end = timeline.harvest, end < question.horizon {
      notes.append("Hours after the planned harvest are forecast without further operations.")
    }
    return notes
  }
}

extension CultureDraws {
  /// Curves of donors at hours that are among their instants.
  init(
    _ curves: DonorCurves, names: [String], hours: [Double], timeline: Timeline
  ) throws(Posterior.Refusal) {
    let places = hours.compactMap { hour in curves.instants.firstIndex { $0.time == hour } }
    var values: [String: [[Double]]] = [:]
    for name in names {
      guard let k = curves.quantities.firstIndex(of: name) else { continue }
      values[name] = places.map { curves.values($0, k) }
    }
    try self.init(
      weights: curves.weights, hours: hours,
      volumes: hours.map { timeline.volume(at: $0, phase: .before) }, values: values)
  }
}
