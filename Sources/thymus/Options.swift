import ArgumentParser
import Inference
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

/// Where results go.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON record instead of tables.")
  var json = false

  @Option(
    name: [.short, .customLong("output")],
    help: "Write the report as one self-contained HTML file.", completion: .file())
  var output: String?

  @Option(help: "Write the tables as CSV files into this folder.", completion: .directory)
  var csv: String?
}

/// Where the shipped data lie.
struct DataOptions: ParsableArguments {
  @Option(help: "Folder with models, products and platforms (default: found by itself).")
  var data: String?

  func folder() throws -> DataFolder { try DataFolder.locate(data) }
}

/// Which runs are read and how they are fitted.
struct FitArguments: ParsableArguments, RunChoice {
  @Argument(
    help: "Run folders (observations.csv, operations.csv, runs.csv) or CSV files of observations.")
  var runs: [String]

  @Option(help: "Operations file, when one CSV file of observations is given.")
  var operations: String?

  @Option(
    help: "File of the runs' attributes (runs.csv), when one CSV file of observations is given.")
  var attributes: String?

  @Option(name: .customLong("run"), help: "Only this run; may be repeated.")
  var only: [String] = []

  @Option(
    name: .customLong("model"),
    help: "A shipped model's name or a model file; may be repeated (default: all that fit the run)."
  )
  var models: [String] = []

  @Option(help: "Use measurements up to this time, such as 6d or 144h.")
  var until: TimeArgument?

  @Option(
    help: "Use this measured quantity only, such as vcd; may be repeated (default: all).")
  var on: [String] = []

  @Option(help: "Platform whose capacity is the prior, in place of the run's own.")
  var platform: String?

  @Flag(help: "Maximum likelihood: leave the priors out.")
  var noPriors = false

  @Option(help: "Hold a parameter, such as K='4e9 cells'; may be repeated.")
  var hold: [HoldArgument] = []

  @Option(help: "Number of starts of the search.")
  var starts = 12

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the results do not depend on it.")
  var threads = 2

  func validate() throws {
    if starts < 1 || starts > 10_000 { throw ValidationError("--starts takes 1 to 10000.") }
    if threads < 1 || threads > 256 { throw ValidationError("--threads takes 1 to 256.") }
    if runs.isEmpty { throw ValidationError("Name at least one run folder or CSV file.") }
  }

  /// A forecast rests on one model that its user has chosen.
  func requireOneModel() throws {
    if models.count != 1 {
      throw ValidationError(
        "A harvest forecast rests on one model: choose it with --model. 'thymus fit' compares them; "
          + "live_dead suits runs with viability, baranyi_roberts runs without.")
    }
  }

  func loadModels(_ data: DataFolder) throws -> [ModelFile.Loaded] {
    if models.isEmpty { return try ModelFile.shipped(data) }
    return try models.map { try ModelFile.read($0, data: data) }
  }

  func options(for models: [Model]) throws -> FitOptions {
    var options = FitOptions()
    options.usesPriors = !noPriors
    options.starts = starts
    options.seed = seed
    if let until { options.until = until.hours }
    options.held = try heldValues(for: models)
    return options
  }

  /// Options for the provenance block.
  func described(_ options: FitOptions) -> [(name: String, value: String)] {
    [
      ("models", models.isEmpty ? "all shipped" : models.joined(separator: ", ")),
      ("priors", options.usesPriors ? "used" : "left out"),
      (
        "starts",
        options.unanimousStarts < options.starts
          ? "up to \(options.starts); \(options.unanimousStarts) where the first ones agree"
          : "\(options.starts)"
      ),
      ("data until", until.map { "\(NumberText.significant($0.hours, 6)) h" } ?? "the end"),
      ("quantities", on.isEmpty ? "all measured" : on.joined(separator: ", ")),
      ("relative tolerance", NumberText.significant(options.relativeTolerance)),
      ("absolute tolerance", NumberText.significant(options.absoluteTolerance)),
    ]
      + hold.map { ("held \($0.name)", "\(NumberText.significant($0.value, 6)) \($0.unit.symbol)") }
  }
}
