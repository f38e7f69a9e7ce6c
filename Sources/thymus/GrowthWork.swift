import ArgumentParser
import Harvest
import Inference
import Population
import Quantities
import Reports
import RunFiles
import RunRecords

extension LearnCommand {
  /// Learns growth without a model, writes it and shows it.
  func learnGrowth(_ folder: DataFolder) throws {
    let history = try History(self.history, data: folder)
    let runs = try GrowthRuns(history.runs, factors: group)
    try runs.checkTeaching()
    let progress = Progress()
    progress.show("learning growth from \(NumberText.counted(runs.runs.count, "run")) ...")
    let growth: LearnedGrowth
    do {
      defer { progress.clear() }
      growth = try GrowthProcess.learn(
        runs.histories, origin: "thymus \(Provenance.version) learn --growth")
    }
    let described = [
      ("growth", "without a model, of \(runs.quantity)"),
      ("kinds told apart by", group.isEmpty ? "nothing" : group.joined(separator: ", ")),
    ]
    var file = GrowthFile(
      growth, of: runs, source: note ?? told, sources: history.batch.sources,
      options: Dictionary(described, uniquingKeysWith: { a, _ in a }))
    let written = try file.text()
    file.sha256 = written.sha256
    try DurableFile.write(written.text, to: output)
    let page = GrowthLearnPage(
      file, of: runs, path: output, findings: history.findings,
      provenance: history.provenance([], options: described, seed: self.history.seed))
    try deliver(page.page, record: page.record, sha256: written.sha256)
  }
}

/// Tells growth that was learned without a model from priors of models.
enum GrowthPrior {
  /// The one file of learned growth among priors; nil when all are of models. Throws `ValidationError`
  /// when it does not stand alone: shares of a model and of growth without one have no common evidence.
  static func path(among paths: [String]) throws -> String? {
    let growth = paths.filter { path in
      (try? SourceBytes.read(path)).flatMap(SealedRecord.schema)?.hasPrefix("thymus.growth/")
        == true
    }
    guard let first = growth.first else { return nil }
    if paths.count > 1 {
      throw ValidationError(
        "--prior \(first) is growth learned without a model, and stands alone: it is not mixed with other "
          + "priors. Forecast with one of them at a time.")
    }
    return first
  }
}

extension ForecastCommand {
  /// Forecasts with growth that was learned without a model.
  func forecastGrowth(_ path: String, _ folder: DataFolder) throws {
    if !models.isEmpty || !history.hold.isEmpty || priors.widening != 1 || priors.robustPopulation
      || !priors.priorWeight.isEmpty || draws != 600
    {
      throw ValidationError(
        "\(path) is growth learned without a model: --model, --hold, --widening, --robust-population, "
          + "--prior-weight and --draws go with priors of models.")
    }
    let file = try GrowthFile.read(path)
    let quote = try priors.backtest.map { try BacktestQuote.read($0, growth: file) }
    let history = try History(self.history, data: folder)
    var question = GrowthOutlook.Question()
    question.until = until?.hours ?? .infinity
    question.horizon = horizon?.hours
    question.times = at.flatMap(\.hours)
    question.need = need?.millions
    if question.need != nil, file.quantity != "tvc" {
      throw ValidationError(
        "--need: \(path) knows \(file.quantity), a density, and no volume; ask for cells with growth "
          + "that was learned of tvc.")
    }
    let asked = question
    let results = Parallel.map(
      chunksOf: 1, count: history.runs.count, threads: self.history.threads, context: {}
    ) { _, k in
      Result {
        try GrowthOutlook(
          history.runs[k], growth: file.growth, factors: file.factors, quantity: file.quantity,
          question: asked)
      }
    }
    try checkTimes(question.times, now: results.compactMap { try? $0.get().now })
    var entries: [GrowthOutlookPage.Entry] = []
    var faults: [Finding] = []
    for (run, result) in zip(history.runs, results) {
      switch result {
      case .success(let outlook): entries.append(.init(run: run, outcome: .success(outlook)))
      case .failure(let refusal as GrowthOutlook.Refusal):
        entries.append(.init(run: run, outcome: .failure(refusal)))
      case .failure(let refused as InputRefused): faults += refused.findings
      case .failure(let error): throw error
      }
    }
    if !faults.isEmpty { throw InputRefused(faults) }
    let inputs =
      [(path, file.sha256)]
      + (quote.flatMap { quote in priors.backtest.map { [($0, quote.sha256)] } } ?? [])
    let page = GrowthOutlookPage(
      entries: entries, path: path, file: file, findings: history.findings,
      provenance: history.provenance(
        [],
        options: [
          ("data until", until.map { "\(NumberText.significant($0.hours, 6)) h" } ?? "the end"),
          ("quantity", file.quantity),
        ], seed: self.history.seed, more: inputs), backtest: quote)
    try Deliver.result(page.page, record: page.record, to: output, threads: self.history.threads)
    let isDone = entries.allSatisfy { entry in
      guard let outlook = try? entry.outcome.get() else { return false }
      return question.need == nil || outlook.safeDay != nil
    }
    if !isDone { throw Failure.CheckFailed() }
  }
}

extension BacktestCommand {
  /// Replays with growth learned without a model: from the other donors, or as a file says.
  func replayGrowth(_ given: String?, _ folder: DataFolder) throws {
    if learning.isAsked || !self.history.hold.isEmpty || widening != 1 || robustPopulation
      || draws != 500 || !models.isEmpty
    {
      throw ValidationError(
        "Growth without a model knows no parameters and no draws: --model, --varies, --varies-within, "
          + "--full, --robust, --covariate, --hold, --widening, --robust-population and --draws go with "
          + "models. --group tells kinds of runs apart.")
    }
    let file = try given.map { try GrowthFile.read($0) }
    if file != nil, !group.isEmpty {
      throw ValidationError("--group goes with --growth; a prior knows its own kinds.")
    }
    let history = try History(self.history, data: folder)
    let runs = try GrowthRuns(
      history.runs, factors: file?.factors ?? group, quantity: file?.quantity)
    try runs.checkHandling()
    let prior = file.flatMap { file in given.map { (path: $0, file: file) } }
    var question = Backtest.Question()
    (question.from, question.step, question.target) = (from.hours, step.hours, target?.hours)
    (question.folds, question.threads) = (folds, self.history.threads)
    let asked = question
    let backtest: Backtest
    do {
      defer { Progress().clear() }
      backtest = try Backtest(
        growth: runs, teacher: file.map { .given($0.growth) } ?? .learn(GrowthOptions()),
        question: asked
      ) { Progress().show($0) }
    }
    try deliver(
      backtest, models: [GrowthFile.name],
      warnings: warnings(prior.map { [($0.path, $0.file.inputs)] } ?? [], history),
      findings: history.findings,
      provenance: history.provenance(
        [],
        options: [
          ("growth", "without a model, of \(runs.quantity)"),
          (
            "kinds told apart by",
            runs.factors.isEmpty ? "nothing" : runs.factors.joined(separator: ", ")
          ),
        ] + asking, seed: self.history.seed,
        more: prior.map { [($0.path, $0.file.sha256)] } ?? []))
  }
}
