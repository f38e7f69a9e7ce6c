import ArgumentParser
import Bioreactor
import Inference
import Quantities
import Reports
import RunFiles
import RunRecords

struct DesignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "design",
    abstract: "Say which sample to take next: the day and the assay that narrow the forecast most.",
    discussion: """
      thymus design data/runs/prodigy_example --run synthetic_prodigy_01 --model live_dead \\
          --until 6d --target 10d
        Counts and assays from day 7 to day 9, ranked by what they would do to the forecast of
        viable cells on day 10, with the cells they cost.
      thymus design my/run --model live_dead --target 10d --assay vcd --assay viability \\
          --every 12h --volume 'vcd=0.3 mL'
        Only these two, twice a day, with the counter's own volume.

      A design rests on one model: --model is needed. Of a run that was harvested it says what to
      sample in the next one. Samples of more than 10 % of the culture are never advised.

      Exit code 1 when the fit cannot carry a forecast or is in doubt, or no sample helps.
      """)

  @OptionGroup var fit: FitArguments
  @OptionGroup var design: DesignArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if fit.models.count != 1 {
      throw ValidationError(
        "A design rests on one model: choose one with --model, such as --model live_dead. "
          + "'thymus fit' without --model ranks those that suit the run.")
    }
  }

  func run() throws {
    let work = try AnalysisWork(fit, data: data.folder())
    let analyses = try work.analyses(report: false)
    let designs = try analyses.map { try plan($0, work) }
    let provenance = work.provenance(extra: design.described)
    let page = DesignPage.page(designs, provenance: provenance)
    let record: JSONValue = .object([
      "schema": .string("thymus.design/1"), "runs": .array(designs.map(DesignPage.record)),
      "provenance": provenance.json,
    ])
    try Deliver.result(page, record: record, to: output)
    if designs.contains(where: { $0.answer?.helps != true || $0.doubt != nil }) {
      throw Failure.CheckFailed()
    }
  }

  private func plan(_ analysis: RunAnalysis, _ work: AnalysisWork) throws -> DesignAnalysis {
    var result = DesignAnalysis(analysis)
    guard let best = analysis.best else {
      result.refusal = "The model could not be fitted to this run."
      return result
    }
    let planned = try Culture(
      model: best.culture.model, run: analysis.run, platform: best.culture.platform)
    let question = try design.question(
      fitted: best.culture, planned: planned, until: fit.until?.hours,
      posterior: analysis.draws)
    result.targetWords = design.targetWords(planned, question)
    do throws(NextSample.Refusal) {
      result.answer = try NextSample(
        best.fit, fitted: best.culture, planned: planned, question: question,
        options: work.options)
    } catch { result.refusal = error.description }
    return result
  }
}
