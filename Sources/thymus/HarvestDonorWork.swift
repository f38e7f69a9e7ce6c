import ArgumentParser
import Bioreactor
import Dosing
import Harvest
import Inference
import Quantities
import Reports
import RunFiles
import RunRecords

extension PriorOptions {
  /// What else the prior of a harvest decision asks for.
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
  let prior: PriorOptions
  let plan: HarvestPlanWork
  let data: DataFolder
  let output: OutputOptions

  func run(title: String, schema: String) throws {
    let learned = try prior.read(models: fit.models, data)
    let quote = try prior.quote(learned)
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
        entries.append(
          try entry(
            run, learned, options,
            noticed: batch.notes.filter { batch.runs.count == 1 || $0.belongs(to: run) }))
      } catch { refused += error.findings }
    }
    progress.clear()
    if !refused.isEmpty { throw InputRefused(refused) }
    let provenance = Provenance(
      inputs: batch.sources.map { ($0.path, $0.sha256) } + learned.flatMap(\.loaded.inputs)
        + prior.inputs(learned, quote) + [plan.input],
      options: described(options, vessels(runs)), seed: fit.seed)
    let page = DecisionPage(
      title: title, schema: schema, entries: entries, priors: learned.map { ($0.path, $0.file) },
      dose: plan.calculation, findings: batch.notes.map(\.description), provenance: provenance,
      backtest: quote)
    try Deliver.result(page.page, record: page.record, to: output)
    if !entries.allSatisfy({ ReportWork.isSafe($0.decision) }) { throw Failure.CheckFailed() }
  }

  private func vessels(_ runs: [Run]) -> [String] {
    Set(runs.map { $0.platform ?? "unknown" }).sorted()
  }

  private func options(_ learned: [PriorReader.Learned]) throws -> FitOptions {
    var options = try fit.options(for: learned.map(\.loaded.model))
    // An accuracy far below that of counts; as for a forecast.
    options.relativeTolerance = 1e-6
    options.absoluteTolerance = 1e-9
    return options
  }

  private func entry(
    _ run: Run, _ learned: [PriorReader.Learned], _ options: FitOptions, noticed: [Finding]
  ) throws(InputRefused) -> DecisionPage.Entry {
    let sources = learned.map(\.source)
    var outlook: DonorOutlook?
    do {
      let platform = try fit.platform(of: run, data: data)
      let planned = try Culture(model: sources[0].model, run: run, platform: platform)
      var question = try plan.question(
        run, planned: planned, harvest: harvest, until: fit.until?.hours,
        lastFitted: run.lastReading(until: options.until),
        threads: fit.threads, on: fit.on, noticed: noticed)
      let vessel = platform?.name ?? run.platform ?? "unknown"
      question.warnings +=
        ([PlatformFile.unknown(run, data: data)]
        + learned.map { $0.otherVessel(vessel, of: run) }).compactMap(\.self).map(\.description)
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

  private func described(_ options: FitOptions, _ vessels: [String]) -> [(
    name: String, value: String
  )] {
    [
      ("data until", fit.until.map { "\(NumberText.significant($0.hours, 6)) h" } ?? "the end"),
      ("quantities", fit.on.isEmpty ? "all measured" : fit.on.joined(separator: ", ")),
      ("platform", fit.platform ?? "the runs' own: \(vessels.joined(separator: ", "))"),
      ("relative tolerance", NumberText.significant(options.relativeTolerance)),
      ("draws", "\(harvest.draws)"), ("widening", NumberText.significant(prior.widening)),
      ("robust population", prior.robustPopulation ? "yes" : "no"),
    ]
      + fit.hold.map {
        ("held \($0.name)", "\(NumberText.significant($0.value, 6)) \($0.unit.symbol)")
      }
  }
}
