import ArgumentParser
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

      A fit that is not usable is printed with its reason, and the exit code is 1.
      """)

  @OptionGroup var fit: FitArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let work = try AnalysisWork(fit, data: data.folder())
    let analyses = try work.analyses(bands: output.output != nil)
    let provenance = work.provenance()
    let page = AnalysisPage.page(title: "Fit report", analyses, provenance: provenance)
    let record: JSONValue = .object([
      "schema": .string("thymus.fit/1"), "runs": .array(analyses.map(Record.analysis)),
      "provenance": provenance.json,
    ])
    try Deliver.result(page, record: record, to: output)
    if analyses.contains(where: { $0.best?.fit.isUsable != true }) { throw Failure.CheckFailed() }
  }
}
