import ArgumentParser
import Bioreactor
import Harvest
import Inference
import Population
import Quantities
import Reports
import RunFiles

struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Learn from earlier donors what a new one may do: a prior as a file.",
    discussion: """
      thymus learn history --model baranyi_roberts -o prior.json
        Fits all runs of the folder together, with donors as random effects, and writes what a new
        donor may do. 'thymus forecast' starts from it.
      thymus learn history --model live_dead --on vcd --on viability --varies mu,lag,K -o prior.json

      thymus learn history --model baranyi_roberts --covariate K~platform --covariate mu~age -o p.json
        What is known of a run besides its counts moves the means: its platform, group and seeded
        density, and the columns of runs.csv in the folder.

      thymus learn history --growth --group medium -o growth.json
        Growth alone, without a model of the cells: for runs that were handled alike and are not fed,
        split or harvested in between. 'thymus forecast --prior growth.json' starts from it.

      Name every run's donor under the column donor; a run without one counts as a donor of its own.
      Thirty donors teach well, ten usefully; few donors give a wide prior, and the factor is printed.
      """)

  @OptionGroup var history: HistoryArguments
  @Option(name: .customLong("model"), help: "A shipped model's name or a model file.")
  var model: String?
  @Flag(help: "Learn growth without a model of the cells, from total cells.") var growth = false
  @Option(
    help: ArgumentHelp(
      "With --growth: an attribute that tells kinds of runs apart, such as medium; may be repeated.",
      discussion: "platform and group are there by themselves, others come from runs.csv.",
      valueName: "column"))
  var group: [String] = []
  @Option(
    name: [.short, .customLong("output")], help: "Write the prior to this file.",
    completion: .file())
  var output: String
  @OptionGroup var learning: LearningArguments
  @Option(
    help: ArgumentHelp(
      "What these runs are, in a line that every forecast from them repeats (default: the first line of "
        + "SOURCE.md in the run folders)."))
  var note: String?
  @Option(
    help: "Draws a donor where more than four parameters vary; twice as many check the likelihood.")
  var draws = 300
  @Flag(help: "Print one JSON record instead of tables.") var json = false
  @Option(help: "Write a report as one self-contained HTML file.", completion: .file())
  var report: String?
  @Option(help: "Write the tables as CSV files into this folder.", completion: .directory)
  var csv: String?
  @OptionGroup var data: DataOptions

  func validate() throws {
    if let note, note.isEmpty || note.utf8.count > 400 || note.contains(where: \.isNewline) {
      throw ValidationError("--note takes one line of up to 400 characters.")
    }
    if growth == (model != nil) {
      throw ValidationError(
        growth
          ? "--growth learns without a model: give --growth or --model, not both."
          : "Say what is learned: --model NAME, or --growth without a model.")
    }
    if !growth, !group.isEmpty {
      throw ValidationError("--group goes with --growth; with a model use --covariate.")
    }
    if Set(group).count < group.count { throw ValidationError("--group names a column twice.") }
    if growth, learning.isAsked || draws != 300 || !history.hold.isEmpty {
      throw ValidationError(
        "--growth knows no parameters: --varies, --varies-within, --full, --robust, --covariate, --draws "
          + "and --hold go with --model. --group tells kinds of runs apart.")
    }
    if draws < 50 || draws > 100_000 { throw ValidationError("--draws takes 50 to 100000.") }
  }

  func run() throws {
    let folder = try data.folder()
    guard let model else {
      try learnGrowth(folder)
      return
    }
    let loaded = try ModelFile.read(model, data: folder)
    let history = try History(self.history, data: folder)
    let cultures = try history.cultures(loaded, data: folder)
    let options = try self.history.options(for: [loaded.model])
    let specification = try learning.specification(cultures, options: options)
    let lesson = try self.lesson(cultures, specification, options)
    let described =
      [("model", model)] + learning.described(specification) + self.history.described(options)
      + [("draws", "\(draws)")]
    var file = self.file(lesson, loaded, history, described)
    file.prior.source = note ?? told
    let written = try file.text()
    try DurableFile.write(written.text, to: output)
    let provenance = history.provenance(
      [loaded], options: described, seed: self.history.seed)
    let answer = LearnPage.Answer(
      lesson: lesson, model: loaded.model, file: output, sha256: written.sha256,
      findings: history.findings, provenance: provenance)
    try deliver(
      LearnPage.page(answer), record: LearnPage.record(answer), sha256: written.sha256)
  }

  /// Shows what was learned, and says where it lies.
  func deliver(_ page: Page, record: @autoclosure () -> JSONValue, sha256: String) throws {
    var places = OutputOptions()
    (places.json, places.output, places.csv) = (json, report, csv)
    try Deliver.result(page, record: record(), to: places)
    if !json { try Deliver.text("\nThe prior lies in \(output), SHA-256 \(sha256).\n") }
  }

  /// The first lines of the run folders' SOURCE.md, without their heading marks.
  var told: String? {
    var lines: [String] = []
    for folder in history.runs {
      guard let bytes = try? SourceBytes.read(folder + "/SOURCE.md") else { continue }
      let text = String(decoding: bytes.prefix(4000), as: UTF8.self)
      guard let first = text.split(whereSeparator: \.isNewline).first else { continue }
      let line = String(first.drop { $0 == "#" || $0 == " " }.prefix(400))
      if !line.isEmpty, !lines.contains(line) { lines.append(line) }
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }

  private func lesson(
    _ cultures: [Culture], _ specification: PopulationSpecification, _ options: FitOptions
  ) throws -> DonorLesson {
    var population = PopulationOptions()
    population.automaticDraws = draws
    population.checkDraws = 2 * draws
    population.seed = history.seed
    population.threads = history.threads
    let question = DonorLesson.Question(
      specification: specification, fitOptions: options, options: population,
      origin: "thymus \(Provenance.version) learn")
    let progress = Progress()
    progress.show("learning \(cultures[0].model.name) from \(cultures.count) runs ...")
    defer { progress.clear() }
    return try DonorLesson(cultures, question)
  }

  private func file(
    _ lesson: DonorLesson, _ loaded: ModelFile.Loaded, _ history: History,
    _ described: [(name: String, value: String)]
  ) -> PriorFile {
    var options = ["seed": "\(self.history.seed)"]
    options["platforms"] = Set(history.runs.map { history.vessel(of: $0) }).sorted().joined(
      separator: ", ")
    for (name, value) in described { options[name] = value }
    return PriorFile(
      lesson, model: loaded, sources: history.batch.sources, options: options)
  }
}
