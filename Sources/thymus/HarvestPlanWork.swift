import ArgumentParser
import Bioreactor
import Dosing
import DosingCheck
import Harvest
import Inference
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

/// A harvest plan with its doses in cells.
struct HarvestPlanWork {
  let plan: DecisionPlan
  /// The file with its SHA-256.
  let input: (path: String, sha256: String)
  /// The agreed calculation behind the doses, when a product's rule gives them.
  let calculation: DosePlan?
  private let planned: Double
  private let least: Double
  private let ruledLeast: Double?
  private let note: String?

  /// Reads a plan; a refused dose or plan must not cost the time of a fit.
  init(_ path: String, data: DataFolder) throws {
    let read = try HarvestPlanFile.read(path)
    plan = read.plan
    input = (path, read.sha256)
    switch plan.dose {
    case .cells(let planned, let least):
      (self.planned, self.least) = (planned, least)
      calculation = nil
      ruledLeast = nil
      note = nil
    case .product(let id, let weight, let choice, let least):
      let product = try Self.product(id, plan.dosePlace, data)
      let calculation: DosePlan
      let cells: CellCount
      do {
        calculation = try DosePlan(
          product: product, bodyMass: weight, choice: HarvestPlanWork.choice(choice))
        try requireAgreement(of: calculation.figures, with: calculation.sheet)
        guard let planned = calculation.planned else {
          throw Refusal(
            .missing, "planned", "No dose is planned for.", remedy: "Write it under 'planned'.")
        }
        cells = planned
      } catch let refusal as Dosing.Refusal {
        // The dose stands in a file: its place is said, not an option.
        throw InputRefused([
          Finding(
            .error, "E_HARVEST_DOSE", at: plan.dosePlace, refusal.cause,
            remedy: refusal.remedy)
        ])
      }
      planned = Double(cells.cells) / 1e6
      let ruled = calculation.window.minimum.map { Double($0.cells) / 1e6 }
      self.least = least ?? ruled ?? planned
      ruledLeast = ruled
      if let ruled, self.least < ruled || self.least > planned {
        throw InputRefused([
          Finding(
            .error, "E_HARVEST_DOSE", at: plan.dosePlace,
            "The least dose still given, \(NumberText.significant(self.least * 1e6)) cells, does not lie "
              + "between the least of the product's rule, \(NumberText.significant(ruled * 1e6)), and "
              + "the planned dose, \(NumberText.significant(planned * 1e6)).",
            remedy: "Leave 'least' out to take the least dose of the rule.")
        ])
      }
      self.calculation = calculation
      note =
        product.counted == .carPositiveViableT
        ? nil
        : "The product counts \(product.counted.description); the forecast counts viable CAR+ cells, "
          + "which are never more."
    }
  }

  /// What was noticed in the run's files that moves the decision, and closed days that nothing can fall
  /// on.
  private static func warnings(
    _ plan: DecisionPlan, horizon: Double, _ noticed: [Finding]
  ) -> [String] {
    let codes = UnitDoubts.codes.union(["W_REPLICATE"])
    return implausible(plan) + noticed.filter { codes.contains($0.code) }.map(\.description)
      + HarvestStart.unusedClosedDays(plan, horizon: horizon).map { day in
        Finding(
          .warning, "W_HARVEST_CLOSED", at: day.place,
          "The closed day \(day.date) lies outside the run and the search: it closes nothing.",
          remedy: "Check its year, and the order of month and day (YYYY-MM-DD)."
        ).description
      }
  }

  /// Numbers of a plan that can be read but are probably slips. The weight may be a patient's: it is not
  /// repeated.
  private static func implausible(_ plan: DecisionPlan) -> [String] {
    var found: [Finding] = []
    if let infusion = plan.infusion, infusion.shelfLife > 168 {
      found.append(
        Finding(
          .warning, "W_HARVEST_SHELF_LIFE", at: plan.infusionPlace,
          "A fresh product that keeps \(NumberText.significant(infusion.shelfLife)) h is unusual.",
          remedy: "Check 'shelf_life' and its unit; leave 'infusion' out for a frozen product."))
    }
    if case .product(_, let weight, _, _) = plan.dose,
      !(2...150).contains(weight.kilograms.double)
    {
      found.append(
        Finding(
          .warning, "W_HARVEST_WEIGHT", at: plan.dosePlace, "The body weight is unusual.",
          remedy: "Check it: it sets the dose."))
    }
    return found.map(\.description)
  }

  private static func product(
    _ id: String, _ place: Place, _ data: DataFolder
  ) throws(InputRefused) -> Product {
    do {
      return try ProductChoice.named(id, data)
    } catch {
      guard let unknown = error.findings.first, unknown.code == "E_PRODUCT_UNKNOWN" else {
        throw error
      }
      throw InputRefused([
        Finding(.error, "E_HARVEST_PRODUCT", at: place, unknown.cause, remedy: unknown.remedy)
      ])
    }
  }

  private static func choice(_ choice: DecisionPlan.Choice) -> PlannedDose {
    switch choice {
    case .target: .target
    case .minimum: .minimum
    case .maximum: .maximum
    case .cells(let cells): .amount(cells)
    }
  }

  /// Refuses a plan whose criteria the model does not observe, naming models that do.
  func check(_ model: Model, data: DataFolder) throws {
    let missing = HarvestDecider.missing(plan, in: model)
    guard !missing.isEmpty else { return }
    let wanted = missing.map(\.observable) + ["vcd"]
    let able = ((try? ModelFile.shipped(data)) ?? []).map(\.model).filter { candidate in
      HarvestDecider.missing(plan, in: candidate).isEmpty
        && wanted.allSatisfy { name in candidate.observables.contains { $0.name == name } }
    }
    throw InputRefused([
      Finding(
        .error, "E_HARVEST_MODEL", at: plan.criteriaPlace,
        "The model \(model.name) does not observe "
          + missing.map { "\($0.observable), which '\($0.criterion.description)' needs" }
          .joined(separator: ", nor ") + ".",
        remedy: able.isEmpty
          ? "No shipped model observes all that the criteria need; leave one of them out."
          : "Choose --model \(able.map(\.name).sorted().joined(separator: " or ")), or leave the "
            + "criterion out.")
    ])
  }

  /// What the run's readings tell of each phenotype that a criterion limits; refused without one.
  private func phenotypes(
    _ run: Run, now: Double, on: [String]
  ) throws(InputRefused) -> [Criterion.Kind: PhenotypeLaw] {
    var found: [Criterion.Kind: PhenotypeLaw] = [:]
    for criterion in plan.criteria where criterion.kind.isPhenotype {
      let name = criterion.kind.rawValue
      guard let law = PhenotypeLaw(criterion.kind, in: run, until: now) else {
        let last = run.observations.last { $0.quantity == name && $0.time <= now }
        throw InputRefused([
          Finding(
            .error, "E_HARVEST_PHENOTYPE", at: last?.place ?? plan.criteriaPlace,
            "'\(criterion.description)' is asked for, and "
              + (last == nil
                ? "run \(run.name) has no reading of \(name) up to day "
                  + "\(NumberText.fixed(now / 24, decimals: 2))."
                : "the latest reading of \(name) is 0 %, 100 % or a limit, which tells no share."),
            remedy: !on.isEmpty && !on.contains(name)
              ? "Add --on \(name): --on leaves out what it does not name."
              : "Measure \(name) (a column '\(name) [%]'), or leave the criterion out. Nothing is "
                + "assumed.")
        ])
      }
      found[criterion.kind] = law
    }
    return found
  }

  /// The question of one run.
  func question(
    _ run: Run, planned culture: Culture, harvest: HarvestArguments, until: Double?,
    lastFitted: Double?, threads: Int, on: [String] = [], noticed: [Finding] = []
  ) throws -> HarvestDecision.Question {
    let now = until ?? lastFitted ?? culture.timeline.start
    let isModelled =
      harvest.car == nil && culture.model.observables.contains { $0.name == "car_positive" }
    let car: CARSource =
      isModelled ? .model : .fraction(try harvest.carFraction(run, now: now, on: on))
    let end = HarvestDecision.Question.searchEnd(
      plan, asked: harvest.horizon?.hours, culture.timeline, now: now)
    var question = HarvestDecision.Question(
      plan: plan, planned: self.planned, least: least, car: car, now: now, horizon: end.hour)
    question.phenotypes = try phenotypes(run, now: now, on: on)
    question.searchEnd = end.reason
    question.ruledLeast = ruledLeast
    question.needNote = note
    question.draws = harvest.draws
    question.threads = threads
    question.medium = MediumDoubt.note(run, model: culture.model, until: now)
    question.warnings =
      Self.warnings(plan, horizon: end.hour, noticed) + Self.falling(question.car, run)
      + MediumDoubt.warnings(run, model: culture.model, until: now, end: end.hour)
    return question
  }

  /// A CAR+ share that falls.
  private static func falling(_ car: CARSource, _ run: Run) -> [String] {
    guard case .fraction(let share) = car, share.falls != nil else { return [] }
    let last = run.observations.last { $0.quantity == "car_positive" }
    return [
      Finding(
        .warning, "W_CAR_FALLS", at: last?.place ?? Place(file: run.name),
        "The CAR+ share rests on \(share.origin). The probabilities hold it constant from now on: if it "
          + "goes on falling they are too high.",
        remedy: "Measure it again before the harvest."
      ).description
    ]
  }
}

extension Run {
  /// The hour of the last reading of anything, up to an hour: a decision is made after all of them, also
  /// after a CAR+ share that was read later than the last count. nil without one.
  func lastReading(until: Double) -> Double? {
    observations.map(\.time).filter { $0 <= until }.max()
  }
}

extension AnalysisWork {
  /// The decision on an analysed run; a refusal is an answer too.
  func decide(
    _ analysis: RunAnalysis, _ harvest: HarvestArguments, _ work: HarvestPlanWork
  ) throws -> Result<HarvestDecision, Posterior.Refusal>? {
    guard let best = analysis.best else { return nil }
    let model = best.culture.model
    let planned = try Culture(model: model, run: analysis.run, platform: best.culture.platform)
    let question = try work.question(
      analysis.run, planned: planned, harvest: harvest, until: arguments.until?.hours,
      lastFitted: analysis.run.lastReading(until: options.until), threads: arguments.threads,
      on: arguments.on, noticed: analysis.findings)
    let progress = Progress()
    progress.show("deciding on \(analysis.run.name) with \(question.draws) draws ...")
    defer { progress.clear() }
    do {
      // No start, no decision: that is refused before anything is drawn.
      _ = try HarvestStart.all(
        question.plan, now: question.now, horizon: question.horizon,
        extra: planned.timeline.harvest)
      func judged(_ run: Run, _ hour: Double) -> [LatestReadingCheck] {
        LatestReadingCheck.latest(
          model, run: run, platform: best.culture.platform, until: hour, options: options,
          threads: arguments.threads)
      }
      let checks = judged(analysis.run, question.now)
      let doubts = ReadingDoubts.found(
        in: analysis.run, until: question.now, latest: checks,
        level: question.plan.thresholds.contradiction, judge: judged)
      return .success(
        try HarvestDecider.decide(
          best.fit, fitted: best.culture, planned: planned, question: question,
          checks: checks, doubts: doubts, options: options))
    } catch let refusal as Posterior.Refusal {
      return .failure(refusal)
    }
  }
}
