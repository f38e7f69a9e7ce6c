import ArgumentParser
import Dosing
import Reports

struct HarvestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "harvest",
    abstract: "Say on which day the cells needed will be there, and how sure that is.",
    discussion: """
      thymus harvest data/runs/prodigy_example --run synthetic_prodigy_01 --model live_dead \\
          --until 6d --need '2e8 cells'
        Fits the first six days, carries the culture through the planned operations, and prints
        P(viable CAR+ cells >= need) by day.
      thymus harvest my/run --model live_dead --until 6d \\
          --product kymriah-us-ball --weight '20 kg' --plan maximum --recovery wash=88% --recovery fill=95% --retain 'retain=2e7 cells' --qc 2%
        The need follows from the dose and the losses after harvest.
      thymus harvest my/run --model live_dead --until 6d --need '2e8 cells' --car 35% \\
          --min-viability 80%

      Exit code 1 when no day up to the horizon reaches --confidence, or the forecast is refused.
      """)

  @OptionGroup var fit: FitArguments
  @OptionGroup var harvest: HarvestArguments
  @OptionGroup var dose: DoseArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (harvest.need == nil) == !dose.isAsked {
      throw ValidationError("Give either --need or --product with its weight and losses.")
    }
    try fit.requireOneModel()
  }

  func run() throws {
    try ReportWork(fit: fit, harvest: harvest, dose: dose, data: data, output: output)
      .run(title: "Harvest report", schema: "thymus.harvest/1")
  }
}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "The whole chain in one file: run, fit, harvest forecast, dose.",
    discussion: """
      thymus report data/runs/prodigy_example --run synthetic_prodigy_01 --model live_dead \\
          --until 6d --product kymriah-us-ball --weight '20 kg' --plan maximum \\
          --recovery wash=88% -o report.html
        One self-contained HTML page that works offline and prints well.
      thymus report my/runs -o report.html
        Without a need, the report ends with the fit.
      """)

  @OptionGroup var fit: FitArguments
  @OptionGroup var harvest: HarvestArguments
  @OptionGroup var dose: DoseArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if output.output == nil { throw ValidationError("Say where the report goes: -o report.html") }
    if harvest.need != nil && dose.isAsked {
      throw ValidationError("Give --need or --product, not both.")
    }
    if harvest.need != nil || dose.isAsked { try fit.requireOneModel() }
  }

  func run() throws {
    try ReportWork(fit: fit, harvest: harvest, dose: dose, data: data, output: output)
      .run(title: "Expansion and harvest report", schema: "thymus.report/1")
  }
}

/// Fit, forecast and dose together.
struct ReportWork {
  let fit: FitArguments
  let harvest: HarvestArguments
  let dose: DoseArguments
  let data: DataOptions
  let output: OutputOptions

  func run(title: String, schema: String) throws {
    let folder = try data.folder()
    // The dose comes first: a refused dose must not cost the time of a fit.
    let calculation = dose.isAsked ? try dose.calculation(folder, needsHarvest: true) : nil
    let need = harvest.need?.millions ?? calculation?.harvest.map { Double($0.cells) / 1e6 }
    let work = try AnalysisWork(fit, data: folder)
    var analyses = try work.analyses(report: output.output != nil)
    if let need {
      analyses = try analyses.map {
        try work.forecast($0, harvest, need: need, note: needNote(calculation))
      }
    }
    let provenance = work.provenance(
      extra: need == nil ? [] : [("draws", "\(harvest.draws)")])
    let page = AnalysisPage.page(
      title: title, analyses, doses: calculation.map { [$0] } ?? [], provenance: provenance)
    var record: [String: JSONValue] = [
      "schema": .string(schema), "runs": .array(analyses.map(Record.analysis)),
      "provenance": provenance.json,
    ]
    if let calculation { record["dose"] = Record.dose(calculation) }
    try Deliver.result(page, record: .object(record), to: output)
    try end(analyses)
  }

  /// The forecast counts viable CAR+ cells; a product that counts others is told apart.
  private func needNote(_ calculation: DoseCalculation?) -> String? {
    guard let counted = calculation?.request.product.counted, counted != .carPositiveViableT else {
      return nil
    }
    return
      "The product counts \(counted.description); the forecast counts viable CAR+ cells, which "
      + "are never more."
  }

  private func end(_ analyses: [RunAnalysis]) throws {
    let failed = analyses.contains { analysis in
      analysis.best?.fit.isUsable != true || analysis.forecastRefusal != nil
        || (analysis.forecast != nil && analysis.forecast?.firstSafeDay == nil)
    }
    if failed { throw Failure.CheckFailed() }
  }
}
