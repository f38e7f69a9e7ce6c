import ArgumentParser
import Bioreactor
import Harvest
import Inference
import ModelLanguage
import Population
import Quantities
import Reports
import RunFiles
import RunRecords

/// Which runs are read by commands that rest on a population of donors.
struct HistoryArguments: ParsableArguments, RunChoice {
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
    help: "Use this measured quantity only, such as vcd; may be repeated (default: all).")
  var on: [String] = []

  @Option(help: "Platform whose capacity is known, in place of the run's own.")
  var platform: String?

  @Option(help: "Hold a parameter, such as K='4e9 cells'; may be repeated.")
  var hold: [HoldArgument] = []

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the results do not depend on it.")
  var threads = 2

  func validate() throws {
    if threads < 1 || threads > 256 { throw ValidationError("--threads takes 1 to 256.") }
    if runs.isEmpty { throw ValidationError("Name at least one run folder or CSV file.") }
  }

  /// How runs are simulated: to an accuracy far below that of counts.
  func options(for models: [Model]) throws -> FitOptions {
    var options = FitOptions()
    options.seed = seed
    options.relativeTolerance = 1e-6
    options.absoluteTolerance = 1e-9
    options.held = try heldValues(for: models)
    return options
  }

  /// Options for the provenance block.
  func described(_ options: FitOptions) -> [(name: String, value: String)] {
    [
      ("quantities", on.isEmpty ? "all measured" : on.joined(separator: ", ")),
      ("platform", platform ?? "the runs' own"),
      ("relative tolerance", NumberText.significant(options.relativeTolerance)),
    ]
      + hold.map { ("held \($0.name)", "\(NumberText.significant($0.value, 6)) \($0.unit.symbol)") }
  }
}

/// How a population is learned.
struct LearningArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Parameters that vary between donors, such as mu,lag,K (default: all with a prior that move "
        + "what is measured).", valueName: "names"))
  var varies: String?

  @Option(
    help: ArgumentHelp(
      "Parameters that vary between the runs of one donor, such as V0 (default: what was seeded, when "
        + "a donor has several runs).", valueName: "names"))
  var variesWithin: String?

  @Flag(help: "Learn how parameters go together between donors: a full covariance.")
  var full = false

  @Flag(help: "Donors scatter as Student's t with 5 degrees of freedom: outlying donors pull less.")
  var robust = false

  @Option(
    help: ArgumentHelp(
      "A covariate: an attribute of the runs that moves a parameter's mean, such as mu~platform, "
        + "mu~age, 'lag~ln(il2_level)'. May be repeated.",
      discussion:
        "platform, group and seed_density are there by themselves, others come from runs.csv.",
      valueName: "parameter~name"))
  var covariate: [String] = []

  func validate() throws { _ = try covariates() }

  /// Whether anything was asked for.
  var isAsked: Bool {
    varies != nil || variesWithin != nil || full || robust || !covariate.isEmpty
  }

  /// The covariates as they were asked for.
  private func covariates() throws -> [PopulationSpecification.Covariate] {
    try covariate.map { text in
      guard let parsed = PopulationSpecification.Covariate(parsing: text) else {
        throw ValidationError(
          "--covariate \(text): write a parameter, ~ and an attribute of the runs, such as "
            + "mu~platform, mu~age or 'lag~ln(il2_level)'.")
      }
      return parsed
    }
  }

  /// What varies, for these cultures.
  func specification(
    _ cultures: [Culture], options: FitOptions
  ) throws -> PopulationSpecification {
    let standard = VaryingParameters.standard(cultures, options: options)
    let within = try named(variesWithin, "--varies-within") ?? seeded(cultures, standard)
    let between = try named(varies, "--varies") ?? standard.filter { !within.contains($0) }
    if between.isEmpty, within.isEmpty {
      throw ValidationError(
        "No parameter of the model has a prior and moves what is measured: say with --varies what "
          + "differs between donors.")
    }
    var specification = PopulationSpecification(donorEffects: between)
    specification.runEffects = within
    specification.isFull = full
    specification.covariates = try covariates()
    specification.studentDegrees = robust ? 5 : nil
    return specification
  }

  private func named(_ text: String?, _ option: String) throws -> [String]? {
    guard let text else { return nil }
    let names = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
      .filter { !$0.isEmpty }
    if names.isEmpty { throw ValidationError("\(option) takes names, such as mu,lag,K.") }
    return names
  }

  /// What a run's seed tells differs from run to run, not from donor to donor.
  private func seeded(_ cultures: [Culture], _ standard: [String]) -> [String] {
    let donors = Set(cultures.map(\.run.donorName))
    guard donors.count < cultures.count, let model = cultures.first?.model else { return [] }
    return standard.filter { name in
      model.parameters.contains {
        guard $0.name == name, case .seed? = $0.prior else { return false }
        return true
      }
    }
  }

  func described(_ specification: PopulationSpecification) -> [(name: String, value: String)] {
    [
      ("varies between donors", specification.donorEffects.joined(separator: ", ")),
      (
        "varies between runs of a donor",
        specification.runEffects.isEmpty
          ? "nothing" : specification.runEffects.joined(separator: ", ")
      ),
      (
        "covariates",
        specification.covariates.isEmpty
          ? "none" : specification.covariates.map(\.text).joined(separator: ", ")
      ), ("covariance", specification.isFull ? "full" : "diagonal"),
      (
        "donors scatter as",
        specification.studentDegrees == nil ? "normal" : "Student's t, 5 degrees of freedom"
      ),
    ]
  }
}

/// Runs with their model and vessels, read and bound.
struct History {
  let batch: RunBatch
  let runs: [Run]
  let platforms: [String: Platform]

  init(_ arguments: HistoryArguments, data: DataFolder) throws {
    batch = try arguments.batch()
    runs = try arguments.chosen(batch)
    var platforms: [String: Platform] = [:]
    for run in runs {
      if let platform = try arguments.platform(of: run, data: data) {
        platforms[run.name] = platform
      }
    }
    self.platforms = platforms
  }

  /// The runs of a model that have something to tell; the others are refused with their reason.
  func cultures(
    _ loaded: ModelFile.Loaded, until: Double = .infinity, data: DataFolder
  ) throws -> [Culture] {
    let cultures = try runs.map {
      try Culture(model: loaded.model, run: $0, platform: platforms[$0.name], until: until)
    }
    let silent = cultures.filter(\.targets.isEmpty)
    if !silent.isEmpty {
      throw Unobserved.refusal(silent.map(\.run), models: [loaded.model], data: data)
    }
    return cultures
  }

  /// The platform of a run as it is known, by its file or by what the run says.
  func vessel(of run: Run) -> String { platforms[run.name]?.name ?? run.platform ?? "unknown" }

  /// What was noticed while reading: of many findings of one kind the first.
  var findings: [String] {
    var seen: [String: Int] = [:]
    for note in batch.notes { seen[note.code, default: 0] += 1 }
    var said: Set<String> = []
    return batch.notes.filter { said.insert($0.code).inserted }.map { note in
      let more = (seen[note.code] ?? 1) - 1
      return note.description
        + (more > 0 ? " (\(NumberText.counted(more, "more note")) of this kind.)" : "")
    }
  }

  func provenance(
    _ models: [ModelFile.Loaded], options: [(name: String, value: String)], seed: UInt64,
    more: [(path: String, sha256: String)] = []
  ) -> Provenance {
    Provenance(
      inputs: batch.sources.map { ($0.path, $0.sha256) } + models.flatMap(\.inputs) + more,
      options: options, seed: seed)
  }
}
