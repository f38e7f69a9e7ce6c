import ArgumentParser
import Inference
import Quantities
import Reports
import RunFiles
import RunRecords

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Say which model to believe, and forecast with all of them, weighted.",
    discussion: """
      thymus compare data/runs/prodigy_example --run synthetic_prodigy_01 --until 8d \\
          --model live_dead --model live_dead_density --forecast-day 10d
        Fits the models to the first eight days, lets each forecast the samples that it has not
        seen, checks the residuals, and forecasts the viable cells of day 10 with weights.
      thymus compare my/run --on vcd
        All shipped models on the counts alone: models that observe more than others can only be
        ranked on measurements that they share.
      thymus compare my/run --model logistic --model gompertz -o compare.html

      How to read it: the verdict comes first. AICc (or BIC) says which model describes the data
      with the fewest parameters; the forecast score says which one forecast later samples best from
      earlier ones, and is given with its errors; the residuals say whether a model describes the
      data at all. Models are compared on the same measurements only. A model that its residuals
      contradict has no weight, and models whose scores differ by less than their errors are not
      ranked.

      Exit code 1 when no model is usable.
      """)

  @OptionGroup var fit: FitArguments
  @Option(help: "Day of the weighted forecast, such as 10d (default: the planned harvest).")
  var forecastDay: TimeArgument?
  @Option(help: "Posterior draws of each model.") var draws = 1000
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if draws < 200 || draws > 100_000 { throw ValidationError("--draws takes 200 to 100000.") }
    if let forecastDay, forecastDay.hours > 8784 {
      throw ValidationError("--forecast-day takes up to 366d.")
    }
  }

  func run() throws {
    let folder = try data.folder()
    let work = try AnalysisWork(fit, data: folder)
    let studies = try work.runs.map { try study($0, work, folder) }
    let findings = noticed(work)
    let day = forecastDay.map { "\(NumberText.significant($0.hours, 6)) h" }
    let provenance = work.provenance(
      extra: [("draws", "\(draws)"), ("forecast day", day ?? "the planned harvest")])
    try Deliver.result(
      ComparePage.page(studies, findings: findings, provenance: provenance),
      record: CompareRecord.record(studies, findings: findings, provenance: provenance),
      to: output)
    if studies.contains(where: { $0.verdict == .noneUsable }) { throw Failure.CheckFailed() }
  }

  /// What the reader noticed about the runs chosen; of many findings of one kind the first.
  private func noticed(_ work: AnalysisWork) -> [String] {
    let own = work.batch.notes.filter { note in work.runs.contains { note.belongs(to: $0) } }
    var seen: [String: Int] = [:]
    for note in own { seen[note.code, default: 0] += 1 }
    var said: Set<String> = []
    return own.filter { said.insert($0.code).inserted }.map { note in
      let more = (seen[note.code] ?? 1) - 1
      return note.description
        + (more > 0 ? " (\(NumberText.counted(more, "more note")) of this kind.)" : "")
    }
  }

  private func study(_ run: Run, _ work: AnalysisWork, _ folder: DataFolder) throws -> ModelStudy {
    let progress = Progress()
    progress.show("comparing \(work.models.count) models on \(run.name) ...")
    defer { progress.clear() }
    var question = ModelStudy.Question()
    question.forecastTime = forecastDay?.hours
    question.draws = draws
    question.threads = fit.threads
    return try ModelStudy(
      run, models: work.models.map(\.model), platform: fit.platform(of: run, data: folder),
      options: work.options, question: question)
  }
}
