import ArgumentParser
import Inference
import Reports

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit models to runs and say what the data tell.",
    discussion: """
      thymus fit data/runs/prodigy_example
        Fits every shipped model to every run and ranks them.
      thymus fit my/runs --model live_dead --until 6d -o fit.html
        One model, the first six days, a report with figures.
      thymus fit my/runs --model live_dead --hold K='4e9 cells' --json
        A parameter held, the result as JSON.
      thymus fit data/runs/kaartinen2017_cart_il2 --model exponential_lag --no-priors
        Maximum likelihood.

      thymus fit data/runs/prodigy_example --joint --model live_dead --until 6d --per mu=donor
        Replicates together: common parameters, the seeding each run's own.

      With -o FILE.html the report has more than the table: bands, profiles, and what to
      measure next.

      A fit that is not usable is printed with its reason, and the exit code is 1.
      """)

  /// What only a report has.
  static let more =
    "Add -o report.html for bands, profiles and what to measure next."

  @OptionGroup var fit: FitArguments
  @OptionGroup var together: JointArguments
  @OptionGroup var depth: DepthArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let work = try AnalysisWork(fit, data: data.folder())
    if together.joint { return try joint(work) }
    let analyses = try work.analyses(report: output.output != nil, depth: depth.choice)
    let provenance = work.provenance(extra: depth.choice.described)
    let threads = fit.threads
    let page = AnalysisPage.page(
      title: "Fit report", analyses, provenance: provenance, threads: threads)
    func record() -> JSONValue {
      let runs = Parallel.map(chunksOf: 4, count: analyses.count, threads: threads) {
      } body: { _, index in
        Record.analysis(analyses[index])
      }
      return .object([
        "schema": .string("thymus.fit/1"), "runs": .array(runs), "provenance": provenance.json,
      ])
    }
    try Deliver.result(page, record: record(), to: output, more: FitCommand.more, threads: threads)
    if analyses.contains(where: { $0.best?.fit.isUsable != true }) { throw Failure.CheckFailed() }
  }

  private func joint(_ work: AnalysisWork) throws {
    let analysis = try work.joint(together, report: output.output != nil, depth: depth.choice)
    let provenance = work.provenance(extra: together.described + depth.choice.described)
    let record: JSONValue = .object([
      "schema": .string("thymus.joint/1"), "fit": JointPage.record(analysis),
      "provenance": provenance.json,
    ])
    try Deliver.result(
      JointPage.page(analysis, provenance: provenance), record: record, to: output,
      more: FitCommand.more)
    if !analysis.fit.isUsable { throw Failure.CheckFailed() }
  }

  func validate() throws {
    for scope in together.per where fit.hold.contains(where: { $0.name == scope.name }) {
      throw ValidationError(
        "\(scope.name) is held with --hold, so --per \(scope.text) would do nothing: leave one of them "
          + "out.")
    }
    if together.joint, fit.models.count != 1 {
      throw ValidationError(
        "A joint fit has one model for all runs: choose it with --model. 'thymus compare' ranks "
          + "models run by run.")
    }
  }
}
