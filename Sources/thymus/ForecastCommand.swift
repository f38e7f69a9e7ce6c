import ArgumentParser
import Bioreactor
import Harvest
import Inference
import Population
import Quantities
import Reports
import RunFiles
import RunRecords

struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Forecast a run's cells from its first counts and what earlier donors taught.",
    discussion: """
      thymus forecast my/run --prior prior.json --until 5d --at 10d
        Viable cells by day with 50 and 90 % intervals, carried through the planned operations.
      thymus forecast my/run --prior baranyi.json --prior gompertz.json --need '2e9 cells'
        Several models, weighted by how well each foretold the counts.

      thymus forecast my/run --prior growth.json --until 92h --at 116h,140h
        With growth that was learned without a model (thymus learn --growth).

      The priors come from 'thymus learn'. Count again, run again: the forecast follows.
      Exit code 1 when a forecast is refused, or no day has the cells of --need with 90 %.
      """)

  @OptionGroup var history: HistoryArguments
  @OptionGroup var priors: PriorOptions
  @Option(
    name: .customLong("model"),
    help: "The model file of a prior that was not learned with a shipped model; may be repeated.")
  var models: [String] = []
  @Option(help: "Use measurements up to this time, such as 5d or 120h.")
  var until: TimeArgument?
  @Option(help: "Last hour of the forecast (default: the planned harvest, else 7 days from now).")
  var horizon: TimeArgument?
  @Option(help: "Further times to show, such as 10d or 9.5d; may be repeated, or joined by commas.")
  var at: [TimesArgument] = []
  @Option(help: "Viable cells needed, such as '2e9 cells'.") var need: CellsArgument?
  @Option(help: "Draws a prior.") var draws = 600
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !priors.isAsked {
      throw ValidationError("Name a prior: --prior prior.json (see 'thymus learn').")
    }
    if draws < 200 || draws > 1_000_000 { throw ValidationError("--draws takes 200 to 1000000.") }
    for time in at.flatMap(\.hours) + [horizon?.hours ?? 0] where time > 8784 {
      throw ValidationError("--at and --horizon take up to 366d.")
    }
  }

  func run() throws {
    let folder = try data.folder()
    if let growth = try GrowthPrior.path(among: priors.paths) {
      try forecastGrowth(growth, folder)
      return
    }
    let learned = try priors.read(models: models, folder)
    let quote = try priors.quote(learned)
    let history = try History(self.history, data: folder)
    var question = DonorOutlook.Question()
    question.until = until?.hours ?? .infinity
    question.horizon = horizon?.hours
    question.times = at.flatMap(\.hours)
    question.need = need?.millions
    question.widening = priors.widening
    question.isRobust = priors.robustPopulation
    question.draws = draws
    question.options = try self.history.options(for: learned.map(\.loaded.model))
    question.threads = history.runs.count > 1 ? 1 : self.history.threads
    let progress = Progress()
    progress.show("forecasting \(NumberText.counted(history.runs.count, "run")) ...")
    let asked = question
    let results = Parallel.map(
      chunksOf: 1, count: history.runs.count, threads: self.history.threads, context: {}
    ) { _, k in
      Result {
        try DonorOutlook(
          history.runs[k], sources: learned.map(\.source),
          platform: history.platforms[history.runs[k].name], question: asked)
      }
    }
    progress.clear()
    let outlooks = results.compactMap { try? $0.get() }
    try checkTimes(asked.times, now: outlooks.map(\.now))
    var entries: [OutlookPage.Entry] = []
    var refused: [Finding] = []
    for (run, result) in zip(history.runs, results) {
      switch result {
      case .success(let outlook): entries.append(.init(run: run, outcome: .success(outlook)))
      case .failure(let refusal as Posterior.Refusal):
        entries.append(.init(run: run, outcome: .failure(refusal)))
      case .failure(let refusal as InputRefused): refused += refusal.findings
      case .failure(let error): throw error
      }
    }
    if !refused.isEmpty { throw InputRefused(refused) }
    let doubts = history.runs.flatMap { run in
      learned.compactMap { $0.otherVessel(history.vessel(of: run), of: run) }
    }
    let provenance = history.provenance(
      learned.map(\.loaded), options: try described(), seed: self.history.seed,
      more: priors.inputs(learned, quote))
    let page = OutlookPage(
      entries: entries, priors: learned.map { ($0.path, $0.file) },
      findings: history.findings + doubts.map(\.description),
      provenance: provenance, backtest: quote)
    try Deliver.result(page.page, record: page.record, to: output, threads: self.history.threads)
    let isDone = entries.allSatisfy { entry in
      guard let outlook = try? entry.outcome.get() else { return false }
      return question.need == nil || outlook.safeDay != nil
    }
    if !isDone { throw Failure.CheckFailed() }
  }

  /// A time asked for must lie after the data of some run; `now` are the runs' last counts.
  func checkTimes(_ times: [Double], now: [Double]) throws {
    guard let earliest = now.min(), !times.isEmpty,
      let past = times.filter({ time in now.allSatisfy { time <= $0 } }).min()
    else { return }
    throw ValidationError(
      "--at \(NumberText.significant(past / 24, 6))d is not after the data, which end on day "
        + "\(NumberText.significant(earliest / 24, 6)): give a later time, or an earlier --until.")
  }

  private func described() throws -> [(name: String, value: String)] {
    let options = try history.options(for: [])
    return history.described(options) + [
      ("data until", until.map { "\(NumberText.significant($0.hours, 6)) h" } ?? "the end"),
      ("draws", "\(draws)"), ("widening", NumberText.significant(priors.widening)),
      ("robust population", priors.robustPopulation ? "yes" : "no"),
    ]
  }
}
