import ArgumentParser
import Reports
import RunFiles

/// Learned priors, how far they are trusted, and the back-test that stands behind them.
struct PriorOptions: ParsableArguments {
  @Option(
    name: .customLong("prior"),
    help: "A prior of 'thymus learn'; several, of different models, make a mixture.",
    completion: .file())
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "Weight of a prior before the counts, one for each --prior (default: equal).",
      valueName: "number"))
  var priorWeight: [Double] = []

  @Option(help: "Factor on the spread between donors; 2 for a donor of another population.")
  var widening = 1.0

  @Flag(help: "Mix the prior with one twice as wide: a donor unlike the earlier ones leaves it.")
  var robustPopulation = false

  @Option(
    help: "Quote this back-test: the record of 'thymus backtest --json'.", completion: .file())
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

  /// The priors, each with its model; `models` are those that were named.
  func read(models: [String], _ folder: DataFolder) throws -> [PriorReader.Learned] {
    try PriorReader(paths: paths, models: models, weights: priorWeight).read(folder)
  }

  /// The back-test that is quoted; refused when it rests on other priors.
  func quote(_ learned: [PriorReader.Learned]) throws -> BacktestQuote? {
    try backtest.map { try BacktestQuote.read($0, priors: learned.map(\.file)) }
  }

  /// The files that were read, with their SHA-256.
  func inputs(
    _ learned: [PriorReader.Learned], _ quote: BacktestQuote?
  ) -> [(path: String, sha256: String)] {
    learned.map { ($0.path, $0.file.sha256) }
      + (quote.flatMap { quote in backtest.map { [($0, quote.sha256)] } } ?? [])
  }
}
