import ArgumentParser
import Bioreactor
import Harvest
import Inference
import Population
import Quantities
import Reports
import RunFiles
import RunRecords

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Replay history: how good would forecasts of these runs have been?",
    discussion: """
      thymus backtest history --model baranyi_roberts --from 3d --step 1d -o backtest.html
        Learns from the other donors, forecasts the one left out from its counts up to each day, and
        compares with the counts that came, with log-linear extrapolation and with the prior alone.
      thymus backtest history --model baranyi_roberts --target 10d --json > backtest.json
        The record, which 'thymus forecast --backtest backtest.json' quotes.
      thymus backtest history --growth --group medium --from 92h
        The same with growth that is learned without a model of the cells.
      thymus backtest other/runs --prior prior.json
        Forecasts of other runs with a prior that was learned before.
      """)

  @OptionGroup var history: HistoryArguments
  @Option(
    name: .customLong("model"),
    help: "Learn with this model; several make a mixture (with --prior: the prior's model file).")
  var models: [String] = []
  @Option(
    name: .customLong("prior"), help: "Use this prior in place of learning; may be repeated.",
    completion: .file())
  var priors: [String] = []
  @Flag(help: "Learn growth without a model of the cells.") var growth = false
  @Option(
    help: ArgumentHelp(
      "With --growth: an attribute that tells kinds of runs apart; may be repeated.",
      valueName: "column"))
  var group: [String] = []
  @Option(help: "First day of forecast, with its unit, such as 3d or 72h.")
  var from: TimeArgument = TimeArgument(hours: 72)
  @Option(help: "Time from one forecast to the next, with its unit, such as 1d or 12h.")
  var step: TimeArgument = TimeArgument(hours: 24)
  @Option(
    help: "Foretell the counts within 12 h of this time only, such as 10d (default: all later).")
  var target: TimeArgument?
  @Option(
    help: "Groups of donors held out together (default: one donor at a time; 4 with --growth).")
  var folds: Int?
  @OptionGroup var learning: LearningArguments
  @Option(help: "Factor on the spread between donors.") var widening = 1.0
  @Flag(help: "Mix each prior with one twice as wide.") var robustPopulation = false
  @Option(help: "Draws of each forecast.") var draws = 500
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if models.isEmpty, priors.isEmpty, !growth {
      throw ValidationError(
        "Say what forecasts: --model NAME to learn with, --growth, or --prior prior.json.")
    }
    if growth, !priors.isEmpty {
      throw ValidationError("--growth learns anew; give --growth or --prior, not both.")
    }
    if !growth, !group.isEmpty, priors.isEmpty {
      throw ValidationError("--group goes with --growth; with a model use --covariate.")
    }
    if step.hours < 1 { throw ValidationError("--step takes 1h or more.") }
    if let folds, folds < 2 { throw ValidationError("--folds takes 2 or more.") }
    if draws < 200 || draws > 100_000 { throw ValidationError("--draws takes 200 to 100000.") }
    if !(widening >= 0.1 && widening <= 100) {
      throw ValidationError("--widening takes a number from 0.1 to 100.")
    }
    if robustPopulation, widening != 1 {
      throw ValidationError("Give --widening or --robust-population, not both.")
    }
  }

  func run() throws {
    let folder = try data.folder()
    let path = try GrowthPrior.path(among: priors)
    if growth || path != nil {
      try replayGrowth(path, folder)
      return
    }
    if !group.isEmpty {
      throw ValidationError("--group goes with --growth; a prior knows its own covariates.")
    }
    let given = try PriorReader(paths: priors, models: models, weights: []).read(folder)
    let loaded =
      given.isEmpty ? try models.map { try ModelFile.read($0, data: folder) } : given.map(\.loaded)
    let history = try History(self.history, data: folder)
    let options = try self.history.options(for: loaded.map(\.model))
    var question = Backtest.Question()
    question.from = from.hours
    question.step = step.hours
    question.target = target?.hours
    question.folds = folds
    question.threads = self.history.threads
    question.outlook.options = options
    question.outlook.draws = draws
    question.outlook.widening = widening
    question.outlook.isRobust = robustPopulation
    let teachers =
      try given.isEmpty
      ? loaded.map { try teacher($0, history, options, folder) } : given.map { .given($0.source) }
    let backtest = try replay(history, teachers, question)
    try deliver(
      backtest, models: loaded.map(\.model.name),
      warnings: warnings(given.map { ($0.path, $0.file.inputs) }, history),
      findings: history.findings,
      provenance: history.provenance(
        loaded, options: described(options), seed: self.history.seed,
        more: given.map { ($0.path, $0.file.sha256) }))
  }

  /// Shows a back-test.
  func deliver(
    _ backtest: Backtest, models: [String], warnings: [String], findings: [String],
    provenance: Provenance
  ) throws {
    guard let summary = BacktestSummary(backtest, seed: history.seed) else {
      throw Posterior.Refusal(description: "Nothing was foretold.")
    }
    let page = BacktestPage(
      backtest, summary: summary, models: models, warnings: warnings, findings: findings,
      provenance: provenance)
    let record = output.json ? try page.record() : .null
    try Deliver.result(page.page, record: record, to: output)
  }

  private func replay(
    _ history: History, _ teachers: [Backtest.Teacher], _ question: Backtest.Question
  ) throws -> Backtest {
    defer { Progress().clear() }
    return try Backtest(
      history.runs, platforms: history.platforms, teachers: teachers, question: question
    ) { Progress().show($0) }
  }

  private func teacher(
    _ loaded: ModelFile.Loaded, _ history: History, _ options: FitOptions, _ folder: DataFolder
  ) throws -> Backtest.Teacher {
    let cultures = try history.cultures(loaded, data: folder)
    var population = PopulationOptions()
    population.automaticDraws = 300
    population.checkDraws = 0
    population.seed = self.history.seed
    return .learn(
      label: loaded.model.name, cultures: cultures,
      question: DonorLesson.Question(
        specification: try learning.specification(cultures, options: options),
        fitOptions: options, options: population, origin: "thymus backtest"))
  }

  /// A prior that these very runs taught is no test.
  func warnings(
    _ given: [(path: String, inputs: [PriorFile.Input])], _ history: History
  ) -> [String] {
    let own = Set(history.batch.sources.map(\.sha256))
    return given.filter { !own.isDisjoint(with: $0.inputs.map(\.sha256)) }.map {
      "The prior \($0.path) was learned from these runs: it has seen what it foretells, and these "
        + "numbers flatter it. Leave --prior out to learn without each donor in turn."
    }
  }

  /// What is replayed, for the provenance block.
  var asking: [(name: String, value: String)] {
    [
      ("from", "\(NumberText.significant(from.hours, 6)) h"),
      ("step", "\(NumberText.significant(step.hours, 6)) h"),
      ("target", target.map { "\(NumberText.significant($0.hours, 6)) h" } ?? "all later counts"),
    ]
  }

  private func described(_ options: FitOptions) -> [(name: String, value: String)] {
    asking + [
      ("draws", "\(draws)"), ("widening", NumberText.significant(widening)),
      ("robust population", robustPopulation ? "yes" : "no"),
      ("varies", learning.varies ?? "all with a prior that move what is measured"),
      (
        "covariates",
        learning.covariate.isEmpty ? "none" : learning.covariate.joined(separator: ", ")
      ),
      ("covariance", learning.full ? "full" : "diagonal"),
    ] + history.described(options)
  }
}

extension TimeArgument {
  init(hours: Double) { self.hours = hours }
}

extension TimeArgument: CustomStringConvertible {
  var description: String { "\(NumberText.significant(hours / 24, 6))d" }
}
