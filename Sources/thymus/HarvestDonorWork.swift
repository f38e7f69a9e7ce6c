import ArgumentParser
import Bioreactor
import Dosing
import Harvest
import Inference
import Quantities
import Reports
import RunFiles
import RunRecords

/// Learned priors behind a harvest decision.
struct HarvestPriorArguments: ParsableArguments {
  @Option(
    name: .customLong("prior"),
    help:
      "With --harvest-plan: decide from a prior of 'thymus learn' in place of a fit of the run alone; several, of different models, make a mixture.",
    completion: .file())
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "Weight of a prior before the counts, one for each --prior (default: equal).",
      valueName: "number"))
  var priorWeight: [Double] = []

  @Option(
    help: "With --prior: factor on the spread between donors; 2 for a donor of another population.")
  var widening = 1.0

  @Flag(
    help:
      "With --prior: mix it with one twice as wide, so that a donor unlike the earlier ones leaves it."
  )
  var robustPopulation = false

  @Option(
    help: "With --prior: quote this back-test, the record of 'thymus backtest --json'.",
    completion: .file())
  var backtest: String?

  var isAsked: Bool { !paths.isEmpty }

  func validate() throws {
    if !isAsked, !priorWeight.isEmpty || widening != 1 || robustPopulation || backtest != nil {
      throw ValidationError(
        "--prior-weight, --widening, --robust-population and --backtest go with --prior.")
    }
    if !priorWeight.isEmpty,
      priorWeight.count != paths.count || !priorWeight.allSatisfy({ $0 > 0 && $0.isFinite })
    {
      throw ValidationError("--prior-weight takes a number above 0 for each --prior.")
    }
    if !(widening >= 0.1 && widening <= 100) {
      throw ValidationError("--widening takes a number from 0.1 to 100.")
    }
    if robustPopulation, widening != 1 {
      throw ValidationError("Give --widening or --robust-population, not both.")
    }
  }

  /// What else a prior asks for.
  func check(_ fit: FitArguments, _ harvest: HarvestArguments) throws {
    guard isAsked else { return }
    if harvest.harvestPlan == nil {
      throw ValidationError(
        "--prior goes with --harvest-plan. The cells alone are told by 'thymus forecast --prior "
          + "\(paths[0]) --need ...'.")
    }
    if fit.noPriors { throw ValidationError("Give --prior or --no-priors, not both.") }
  }
}

/// A decision from what earlier donors taught.
struct HarvestDonorWork {
  let fit: FitArguments
  let harvest: HarvestArguments
  let prior: HarvestPriorArguments
  let plan: HarvestPlanWork
  let data: DataFolder
  let output: OutputOptions

  func run(title: String, schema: String) throws {
    let learned = try PriorReader(
      paths: prior.paths, models: fit.models, weights: prior.priorWeight
    ).read(data)
    let quote = try prior.backtest.map { try BacktestQuote.read($0, priors: learned.map(\.file)) }
    for one in learned { try plan.check(one.loaded.model, data: data) }
    let batch = try fit.batch()
    let runs = try fit.chosen(batch)
    let options = try self.options(learned)
    let progress = Progress()
    var entries: [DecisionPage.Entry] = []
    var refused: [Finding] = []
    for run in runs {
      progress.show("deciding on \(run.name) with \(harvest.draws) draws ...")
      do throws(InputRefused) {
        entries.append(try entry(run, learned.map(\.source), options))
      } catch { refused += error.findings }
    }
    progress.clear()
    if !refused.isEmpty { throw InputRefused(refused) }
    let provenance = Provenance(
      inputs: batch.sources.map { ($0.path, $0.sha256) } + learned.flatMap(\.loaded.inputs)
        + learned.map { ($0.path, $0.file.sha256) } + [plan.input]
        + (quote.flatMap { quote in prior.backtest.map { [($0, quote.sha256)] } } ?? []),
      options: described(options), seed: fit.seed)
    let page = DecisionPage(
      title: title, schema: schema, entries: entries, priors: learned.map { ($0.path, $0.file) },
      dose: plan.calculation, findings: batch.notes.map(\.description), provenance: provenance,
      backtest: quote)
    try Deliver.result(page.page, record: page.record, to: output)
    if !entries.allSatisfy({ ReportWork.isSafe($0.decision) }) { throw Failure.CheckFailed() }
  }

  private func options(_ learned: [PriorReader.Learned]) throws -> FitOptions {
    var options = try fit.options(for: learned.map(\.loaded.model))
    // An accuracy far below that of counts; as for a forecast.
    options.relativeTolerance = 1e-6
    options.absoluteTolerance = 1e-9
    return options
  }

  private func entry(
    _ run: Run, _ sources: [DonorOutlook.Source], _ options: FitOptions
  ) throws(InputRefused) -> DecisionPage.Entry {
    var outlook: DonorOutlook?
    do {
      let platform = try fit.platform(of: run, data: data)
      let planned = try Culture(model: sources[0].model, run: run, platform: platform)
      let used = planned.targets.map(\.observation.time).filter { $0 <= options.until }
      let question = try plan.question(
        run, planned: planned, harvest: harvest, until: fit.until?.hours, lastFitted: used.max(),
        threads: fit.threads)
      // No start, no decision: that is refused before anything is drawn.
      _ = try HarvestStart.all(
        question.plan, now: question.now, horizon: question.horizon,
        extra: planned.timeline.harvest)
      var asked = DonorOutlook.Question()
      asked.until = question.now
      asked.horizon = question.horizon
      asked.widening = prior.widening
      asked.isRobust = prior.robustPopulation
      asked.contradiction = question.plan.thresholds.contradiction
      asked.draws = harvest.draws
      asked.threads = fit.threads
      asked.options = options
      let found = try DonorOutlook(run, sources: sources, platform: platform, question: asked)
      outlook = found
      return DecisionPage.Entry(
        run: run, outlook: found,
        decision: .success(
          try HarvestDecider.decide(found, platform: platform, question: question)))
    } catch let refusal as InputRefused {
      throw refusal
    } catch {
      let refusal =
        (error as? Posterior.Refusal) ?? Posterior.Refusal(description: "\(error)")
      return DecisionPage.Entry(run: run, outlook: outlook, decision: .failure(refusal))
    }
  }

  private func described(_ options: FitOptions) -> [(name: String, value: String)] {
    [
      ("data until", fit.until.map { "\(NumberText.significant($0.hours, 6)) h" } ?? "the end"),
      ("quantities", fit.on.isEmpty ? "all measured" : fit.on.joined(separator: ", ")),
      ("platform", fit.platform ?? "the runs' own"),
      ("relative tolerance", NumberText.significant(options.relativeTolerance)),
      ("draws", "\(harvest.draws)"), ("widening", NumberText.significant(prior.widening)),
      ("robust population", prior.robustPopulation ? "yes" : "no"),
    ]
      + fit.hold.map {
        ("held \($0.name)", "\(NumberText.significant($0.value, 6)) \($0.unit.symbol)")
      }
  }
}
