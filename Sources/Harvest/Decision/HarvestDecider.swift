import Bioreactor
import Inference
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// Makes harvest decisions.
public enum HarvestDecider {
  /// Hours between the looks at closed hours, for the figure.
  static let figureStep = 6.0

  /// A decision from a fit of the culture up to now.
  ///
  /// `fitted` ends at now; `planned` is the same run with all its operations, which are carried
  /// out until the harvest. Throws `Posterior.Refusal` when the fit, the volume or the model cannot
  /// carry the decision, and `InputRefused` when no harvest can start.
  public static func decide(
    _ fit: FitResult, fitted: Culture, planned: Culture, question: HarvestDecision.Question,
    checks: [LatestReadingCheck] = [], doubts: ReadingDoubts = .init(), options: FitOptions
  ) throws -> HarvestDecision {
    try check(question)
    let model = planned.model
    let names = try observables(question, model: model)
    _ = try HarvestForecaster.observables(planned, needsViability: false)
    let starts = try HarvestStart.all(
      question.plan, now: question.now, horizon: question.horizon,
      extra: planned.timeline.harvest)
    let hours = hours(question, starts)
    var support = HarvestDecision.Support()
    support.newestCount = .init(planned, until: question.now)
    let level = question.plan.thresholds.contradiction
    let checks = checks + shareChecks(question, planned.run)
    if doubts.suspects.isEmpty, checks.contains(where: { $0.p < level && $0.isOfCells }) {
      do throws(Posterior.Refusal) {
        let path = try LocalGrowth(fitted, until: question.now)
        return try decide(
          path, planned: planned, starts: starts, hours: hours, question: question,
          checks: checks, model: fit.model, seed: options.seed, support: support, doubts: doubts)
      } catch { support.pathRefusal = error.description }
    }
    let posterior = try Posterior.sample(
      fit, fitted, options: options, count: question.draws, threads: question.threads)
    let ensemble = try Ensemble(
      posterior, planned, instants: hours.map { Instant(time: $0) },
      observables: names.compactMap { name in
        model.observables.firstIndex { $0.name == name }
      }, run: fit.run, options: options, threads: question.threads)
    var notes: [String] = []
    if ensemble.lost > 0 {
      notes.append("\(ensemble.lost) draws could not be simulated and carry no weight.")
    }
    if let end = planned.timeline.harvest, end < question.horizon {
      notes.append("Hours after the planned harvest are forecast without further operations.")
    }
    return try decide(
      try CultureDraws(ensemble, names: names, timeline: planned.timeline), starts: starts,
      run: planned.run, model: fit.model, question: question, checks: checks,
      seed: options.seed, from: planned.timeline.start,
      effectiveSampleSize: posterior.effectiveSampleSize, method: posterior.method, notes: notes,
      support: support, doubts: doubts)
  }

  /// A decision from draws of the culture, however they were made, at hours that hold all `starts`.
  ///
  /// `from` is the hour of the seed. Throws `Posterior.Refusal` when a criterion's quantity was not
  /// drawn.
  public static func decide(
    _ draws: CultureDraws, starts: [HarvestStart], run: Run, model: String,
    question: HarvestDecision.Question, checks: [LatestReadingCheck] = [], seed: UInt64,
    from: Double, effectiveSampleSize: Double? = nil, method: Posterior.Method? = nil,
    notes: [String] = [], support: HarvestDecision.Support = .init(),
    doubts: ReadingDoubts = .init()
  ) throws -> HarvestDecision {
    try check(question)
    var followed = question.plan
    followed.criteria.removeAll { support.unfollowed.contains($0) }
    for criterion in followed.criteria {
      if let name = criterion.kind.observable, !draws.hours.isEmpty,
        draws.values(name, at: 0) == nil
      {
        throw Posterior.Refusal(
          description: "The draws do not follow \(name), which '\(criterion.description)' needs.")
      }
    }
    let evaluation = HarvestEvaluation(
      followed, draws, start: from, planned: question.planned, car: question.car,
      phenotypes: question.phenotypes, seed: seed, name: run.name)
    let chances = HarvestChances(
      evaluation, planned: question.planned, least: question.least, car: question.car, seed: seed,
      name: run.name)
    let found: [(outcome: HarvestOutcome, behind: HarvestChances.Behind)]
    let need: Quantiles
    let leastNeed: Quantiles
    do {
      found = withLosses(
        try draws.hours.enumerated().map { k, hour in
          try chances.outcome(k, start: starts.first { $0.hour == hour })
        }, draws, question.plan.thresholds)
      need = try quantiles(chances.needs)
      leastNeed = try quantiles(chances.leastNeeds)
    } catch {
      throw Posterior.Refusal(description: "The draws could not be summarised: \(error).")
    }
    let outcomes = found.map(\.outcome)
    let possible = outcomes.filter(\.isPossible)
    let thresholds = question.plan.thresholds
    let shift = nextShift(possible, question.plan.calendar)
    let violations = Violation.found(in: run, plan: question.plan, now: question.now)
    let newest = newestCount(in: run, until: question.now)
    let exhaustive = isExhaustive(question, start: from)
    let calm = DecisionRule.verdict(
      possible, thresholds: thresholds, nextShift: shift, exhaustive: exhaustive,
      now: question.now, newestCount: newest)
    guard
      let verdict = DecisionRule.verdict(
        possible, thresholds: thresholds,
        contradiction: checks.filter { !$0.isWelcome(question.plan) }.min { $0.p < $1.p },
        violations: violations, nextShift: shift, exhaustive: exhaustive, now: question.now,
        newestCount: newest),
      let calm
    else {
      throw Posterior.Refusal(description: "No hour of the draws is a possible start.")
    }
    let target = DecisionRule.target(possible, thresholds: thresholds)
    var waiting: (won: Double, lost: Double)?
    if let next = possible.first, let target, target.hour > next.hour,
      let k = draws.hours.firstIndex(of: next.hour), let l = draws.hours.firstIndex(of: target.hour)
    {
      let yardstick = Yardstick(possible, thresholds)
      waiting = chances.balance(
        found[k].behind.chances(yardstick), found[l].behind.chances(yardstick))
    }
    func leastShare(_ start: HarvestOutcome?) -> Double? {
      start.flatMap { draws.hours.firstIndex(of: $0.hour) }
        .flatMap {
          chances.leastShare(
            $0, Yardstick(possible, thresholds), confidence: thresholds.confidence)
        }
    }
    let best = DecisionRule.best(possible, thresholds: thresholds)
    var decision = HarvestDecision(
      run: run.name, model: model, question: question, outcomes: outcomes, need: need,
      leastNeed: leastNeed, verdict: verdict, otherwise: calm == verdict ? nil : calm,
      checks: checks, violations: violations,
      recovered: Violation.recovered(in: run, plan: question.plan, now: question.now),
      doubts: doubts, newestCount: newest, waiting: waiting,
      nextSample: run.operations.first {
        $0.action.kind == .sample && $0.time > question.now && $0.trigger == nil
      }?.time, nextShift: shift.map { possible[$0] }, effectiveSampleSize: effectiveSampleSize,
      method: method, notes: notes, support: support, isExhaustive: exhaustive,
      leastShares: (leastShare(target), leastShare(best)),
      operations: run.operations.filter { $0.time >= question.now && $0.trigger == nil },
      flowIsTrueFrom: run.operations.last {
        $0.action.kind == .transduction && $0.time <= question.now
      }.map { $0.time + CARFraction.earlyHours })
    if !decision.isAnswered { decision.otherwise = nil }
    return decision
  }

  /// Outcomes with the standard error of their loss against the best start, from the same draws.
  private static func withLosses(
    _ found: [(outcome: HarvestOutcome, behind: HarvestChances.Behind)], _ draws: CultureDraws,
    _ thresholds: DecisionPlan.Thresholds
  ) -> [(outcome: HarvestOutcome, behind: HarvestChances.Behind)] {
    let possible = found.map(\.outcome).filter(\.isPossible)
    let yardstick = Yardstick(possible, thresholds)
    func each(_ behind: HarvestChances.Behind) -> [Double] { behind.chances(yardstick) }
    let highest = DecisionRule.best(possible, thresholds: thresholds)?.hour
    guard let best = found.first(where: { $0.outcome.hour == highest }) else { return found }
    return found.map { one in
      var one = one
      if one.outcome.isPossible {
        one.outcome.lossError =
          draws.average(zip(each(best.behind), each(one.behind)).map { $0 - $1 }).error
      }
      return one
    }
  }

  /// The hour of the newest viable count of a run up to an hour; nil without one.
  static func newestCount(in run: Run, until now: Double) -> Double? {
    run.observations.filter { DonorOutlook.followed.contains($0.quantity) && $0.time <= now }
      .map(\.time).max()
  }

  private static func quantiles(_ values: [Double]) throws -> Quantiles {
    let sample = try WeightedSample(values)
    return Quantiles(values: try Quantiles.levels.map { try sample.bound($0) })
  }

  /// True when no harvest is possible after the search: the culture is too old for the plan then, or
  /// the fixed infusion has passed.
  static func isExhaustive(_ question: HarvestDecision.Question, start: Double) -> Bool {
    let plan = question.plan
    if let most = plan.criterion(.days)?.most, question.horizon >= start + most { return true }
    if let calendar = plan.calendar, let window = plan.infusion?.starts(calendar) {
      return window.upperBound.hours(since: calendar.zero) <= question.horizon
    }
    return false
  }

  /// A run's latest flow readings up to an hour (up to now without one) against the earlier ones: of the
  /// CAR+ share, where the decision takes it from them, and of each phenotype with a criterion.
  static func shareChecks(
    _ question: HarvestDecision.Question, _ run: Run, until hour: Double? = nil
  ) -> [LatestReadingCheck] {
    let hour = hour ?? question.now
    let phenotypes = question.plan.criteria.map(\.kind).filter(\.isPhenotype)
      .compactMap { PhenotypeLaw.check($0, in: run, until: hour) }
    guard case .fraction(let car) = question.car, car.isMeasured,
      let check = CARFraction.check(in: run, until: hour)
    else { return phenotypes }
    return [check] + phenotypes
  }

  /// What the plan's criteria need and a model does not observe, each with its criterion.
  public static func missing(
    _ plan: DecisionPlan, in model: Model
  ) -> [(criterion: Criterion, observable: String)] {
    plan.criteria.compactMap { criterion in
      guard let name = criterion.kind.observable,
        !model.observables.contains(where: { $0.name == name })
      else { return nil }
      return (criterion, name)
    }
  }

  /// The observables to follow: vcd first, what the criteria need, viability where there is one.
  static func observables(
    _ question: HarvestDecision.Question, model: Model
  ) throws(Posterior.Refusal) -> [String] {
    if let gap = missing(question.plan, in: model).first {
      throw Posterior.Refusal(
        description: "'\(gap.criterion.description)' needs \(gap.observable), which the model "
          + "\(model.name) does not observe. Choose a model that does, or leave the criterion out.")
    }
    var names = ["vcd"]
    if question.car == .model {
      guard model.observables.contains(where: { $0.name == "car_positive" }) else {
        throw Posterior.Refusal(
          description: "The model \(model.name) does not observe car_positive. Measure it, or give "
            + "--car.")
      }
      names.append("car_positive")
    }
    let wanted =
      question.plan.criteria.compactMap(\.kind.observable)
      + (model.observables.contains { $0.name == "viability" } ? ["viability"] : [])
    for name in wanted where !names.contains(name) { names.append(name) }
    return names
  }

  /// Every start, and every sixth hour from now to the horizon for the figure.
  static func hours(
    _ question: HarvestDecision.Question, _ starts: [HarvestStart]
  ) -> [Double] {
    var hours = Set(starts.map(\.hour))
    let count = min(200, Int((question.horizon - question.now) / figureStep))
    for k in 0...max(0, count) { hours.insert(question.now + Double(k) * figureStep) }
    return hours.sorted()
  }

  /// Index of the first start of a later day or, without a calendar, at least 12 h later.
  private static func nextShift(
    _ starts: [HarvestOutcome], _ calendar: DecisionPlan.Calendar?
  ) -> Int? {
    guard let next = starts.first else { return nil }
    guard let calendar, let day = calendar.time(ofHour: next.hour)?.date else {
      return starts.firstIndex { $0.hour >= next.hour + 12 }
    }
    return starts.firstIndex { start in
      calendar.time(ofHour: start.hour)?.date.map { $0 > day } ?? false
    }
  }

  /// Numbers that are no question must not get an answer.
  static func check(_ q: HarvestDecision.Question) throws(Posterior.Refusal) {
    guard q.planned > 0, q.planned.isFinite, q.least > 0, q.least <= q.planned else {
      throw Posterior.Refusal(
        description: "The planned dose must be a number above 0, and the least dose must not be "
          + "above it.")
    }
    guard q.now.isFinite, q.horizon.isFinite, q.horizon >= q.now, q.horizon - q.now <= 8784 else {
      throw Posterior.Refusal(
        description: "The forecast must end after now and within 366 days. Give a later or an "
          + "earlier --horizon.")
    }
    if let blind = q.plan.criteria.first(where: {
      $0.kind.isPhenotype && q.phenotypes[$0.kind] == nil
    }) {
      throw Posterior.Refusal(
        description:
          "'\(blind.description)' needs a reading of \(blind.kind.rawValue), and there is "
          + "none: measure it, or leave the criterion out. Nothing is assumed.")
    }
    if case .fraction(let car) = q.car {
      guard car.median > 0, car.median < 1, car.sdLogit >= 0, car.sdLogit.isFinite else {
        throw Posterior.Refusal(
          description: "The CAR+ fraction must lie between 0 and 1, with a spread of 0 or more.")
      }
    }
  }
}
