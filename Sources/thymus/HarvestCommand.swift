import ArgumentParser
import Dosing
import Harvest
import Inference
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
      thymus harvest data/runs/prodigy_example --run synthetic_prodigy_01 --model live_dead \\
          --until 6d --harvest-plan data/harvest/prodigy_child.yaml -o decision.html
        HARVEST, WAIT, STOP or ALARM with the reason, hour by hour of a calendar, from a plan with
        dose, losses, criteria, opening hours and infusion.
      thymus harvest my/run --until 5d --prior prior.json --harvest-plan plan.yaml -o decision.html
        The same from what earlier donors taught ('thymus learn'): the way with few counts.

      With a plan, exit code 1 means STOP, ALARM, no safe time, or a refused decision. Without one,
      exit code 1 when no day up to the horizon reaches --confidence, or the forecast is refused.
      """)

  @OptionGroup var fit: FitArguments
  @OptionGroup var harvest: HarvestArguments
  @OptionGroup var prior: PriorOptions
  @OptionGroup var dose: DoseArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try harvest.check(dose)
    let ways = [harvest.need != nil, dose.isAsked, harvest.harvestPlan != nil].filter { $0 }
    if ways.count != 1 {
      throw ValidationError(
        "Give one of: --need, --product with its weight and losses, or --harvest-plan.")
    }
    try prior.check(fit, harvest)
    if !prior.isAsked { try fit.requireOneModel() }
  }

  func run() throws {
    try ReportWork(
      fit: fit, harvest: harvest, prior: prior, dose: dose, data: data, output: output
    )
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
  @OptionGroup var prior: PriorOptions
  @OptionGroup var dose: DoseArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if output.output == nil { throw ValidationError("Say where the report goes: -o report.html") }
    try harvest.check(dose)
    let ways = [harvest.need != nil, dose.isAsked, harvest.harvestPlan != nil].filter { $0 }
    if ways.count > 1 {
      throw ValidationError("Give one of --need, --product and --harvest-plan.")
    }
    try prior.check(fit, harvest)
    if !ways.isEmpty, !prior.isAsked { try fit.requireOneModel() }
  }

  func run() throws {
    try ReportWork(
      fit: fit, harvest: harvest, prior: prior, dose: dose, data: data, output: output
    )
    .run(title: "Expansion and harvest report", schema: "thymus.report/1")
  }
}

/// Fit, forecast and dose together.
struct ReportWork {
  let fit: FitArguments
  let harvest: HarvestArguments
  let prior: PriorOptions
  let dose: DoseArguments
  let data: DataOptions
  let output: OutputOptions

  func run(title: String, schema: String) throws {
    let folder = try data.folder()
    // The dose comes first: a refused dose must not cost the time of a fit.
    let calculation = dose.isAsked ? try dose.answer(folder, needsHarvest: true) : nil
    let planWork = try harvest.harvestPlan.map { try HarvestPlanWork($0, data: folder) }
    if prior.isAsked, let planWork {
      try HarvestDonorWork(
        fit: fit, harvest: harvest, prior: prior, plan: planWork, data: folder, output: output
      ).run(title: title, schema: schema)
      return
    }
    let need = harvest.need?.millions ?? calculation?.harvest.map { Double($0.cells) / 1e6 }
    let work = try AnalysisWork(fit, data: folder)
    if let planWork, let model = work.models.first?.model {
      try planWork.check(model, data: folder)
    }
    var analyses = try work.analyses(report: output.output != nil)
    if let need {
      analyses = try analyses.map {
        try work.forecast($0, harvest, need: need, note: needNote(calculation))
      }
    }
    let decisions = try planWork.map { plan in
      try analyses.map { try work.decide($0, harvest, plan) }
    }
    let provenance = work.provenance(
      extra: need == nil && planWork == nil ? [] : [("draws", "\(harvest.draws)")],
      inputs: planWork.map { [$0.input] } ?? [])
    let agreed = calculation ?? planWork?.calculation
    var page = AnalysisPage.page(
      title: title, analyses, doses: agreed.map { [$0] } ?? [], provenance: provenance,
      harvest: decisions.map(DecisionSection.labels))
    if let decisions {
      page.sections.insert(
        contentsOf: DecisionSection.sections(decisions, runs: analyses.map(\.run.name)), at: 0)
    }
    var record: [String: JSONValue] = [
      "schema": .string(schema), "runs": .array(analyses.map(Record.analysis)),
      "provenance": provenance.json,
    ]
    if let agreed { record["dose"] = Record.dose(agreed) }
    if let decisions {
      record["decisions"] = .array(
        zip(analyses, decisions).map { Record.decision($1, run: $0.run.name) })
    }
    try Deliver.result(page, record: .object(record), to: output)
    try end(analyses)
    if let decisions, !decisions.allSatisfy(Self.isSafe) { throw Failure.CheckFailed() }
  }

  /// True when the decision is to harvest, or to wait for a safe time.
  static func isSafe(_ decision: Result<HarvestDecision, Posterior.Refusal>?) -> Bool {
    guard case .success(let found)? = decision else { return false }
    switch found.verdict.kind {
    case .harvest: return true
    case .wait: return found.earliestSafe != nil
    case .stop, .alarm: return false
    }
  }

  /// The forecast counts viable CAR+ cells; a product that counts others is told apart.
  private func needNote(_ calculation: DosePlan?) -> String? {
    guard let counted = calculation?.product.counted, counted != .carPositiveViableT else {
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
