import ArgumentParser
import Bioreactor
import Inference
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a model on a schedule, with draws of its parameters.",
    discussion: """
      thymus simulate live_dead --until 12d --seed-density '0.5e6 cells/mL' --platform prodigy
        A plain schedule: seeded with 100 mL at 0 h, activated at 0 h.
      thymus simulate glucose_lactate --solute glucose='20 mM' --do '5d exchange fraction=50% \\
          glucose=25 mM lactate=0 mM'
        Steps of the plan, with the words and columns of an operations file.
      thymus simulate live_dead --run data/runs/prodigy_example --name synthetic_prodigy_01 \\
          --set mu='0.03 1/h' --at 2d,5d,10d --json
        A run's own schedule; one value set; the record with all digits.
      thymus fit my/run --model live_dead --json > fit.json
      thymus simulate live_dead --parameters fit.json --operations plan.csv --platform xuri \\
          --draws 10000 -o plan.html
        A fitted model on another vessel and schedule, with bands over the fit's uncertainty.

      Exit code 1 when the simulation ends early.
      """)

  @Argument(help: "A shipped model's name or a model file.") var model: String
  @OptionGroup var schedule: ScheduleArguments
  @OptionGroup var simulation: SimulateArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let work = try SimulationWork(
      model: model, schedule: schedule, simulation: simulation, data: data.folder())
    let result = try work.simulate(draws: simulation.draws, isDrawn: output.output != nil)
    let provenance = work.provenance
    try Deliver.result(
      SimulationPage.page(result, provenance: provenance),
      record: SimulationRecord.record(result, provenance: provenance), to: output)
  }
}

/// The work behind simulate and plot: read, choose values, simulate.
///
/// `days` is the end of a plain schedule that names none.
struct SimulationWork {
  let loaded: ModelFile.Loaded
  let culture: Culture
  let plan: SimulationPlan
  private let simulation: SimulateArguments
  private let until: Double
  private let notes: [String]
  private let inputs: [(path: String, sha256: String)]

  init(
    model name: String, schedule: ScheduleArguments, simulation: SimulateArguments,
    data: DataFolder, days: Double = 10
  ) throws {
    self.simulation = simulation
    loaded = try ModelFile.read(name, data: data)
    let model = loaded.model
    let held = try simulation.held(model)
    let (run, remarks, sources) = try schedule.read(for: model)
    let platform =
      try schedule.platform.map { try PlatformFile.platform(named: $0, data: data) }
      ?? PlatformFile.platform(of: run, data: data)
    culture = try Culture(model: model, run: run, platform: platform)
      .integrated(by: simulation.method)
    var fit: FittedValues?
    var files = sources.map { ($0.path, $0.sha256) } + loaded.inputs
    if let path = simulation.parameters {
      let bytes = try SourceBytes.read(path)
      fit = try FitReader.read(
        String(decoding: bytes, as: UTF8.self), file: path, model: model,
        entry: simulation.fitModel, run: simulation.fitRun)
      files.append((path, Digest.sha256(bytes)))
    }
    plan = try SimulationPlan(culture, held: held, fit: fit)
    let last = (run.operations.map(\.time) + run.observations.map(\.time)).max() ?? 0
    let isPlain = schedule.run == nil && schedule.operations == nil
    until =
      schedule.until?.hours ?? simulation.at?.hours.max() ?? culture.timeline.harvest
      ?? (isPlain || last <= culture.timeline.start ? max(24 * days, last) : last)
    guard until > culture.timeline.start, until.isFinite else {
      throw ValidationError("--until must lie after the seed.")
    }
    if let harvest = culture.timeline.harvest, until > harvest {
      throw ValidationError(
        "--until (\(NumberText.significant(until)) h) lies after the harvest "
          + "(\(NumberText.significant(harvest)) h), where the culture ends.")
    }
    notes =
      remarks
      + ((schedule.seedDensity != nil && !SimulationPlan.readsSeed("vcd", model))
        ? [
          "The start of \(model.name) does not read the seed's density: --seed-density changes nothing."
        ] : [])
    inputs = files
  }

  /// The simulation; a figure needs a fine grid, a table only its own times.
  func simulate(draws: Int, isDrawn: Bool) throws -> Simulation {
    let start = culture.timeline.start
    let times = try tableTimes(from: start)
    let table = times.map { Instant(time: $0) }
    let curve = isDrawn ? CurveBand.grid(culture.timeline, to: until, points: 160) : []
    let options = simulation.options
    let snapshots = try culture.simulate(plan.distribution.values, at: table + curve, options)
    var bands: StreamingBands?
    if draws > 0 {
      guard !plan.distribution.varying.isEmpty else {
        throw ValidationError(
          "--draws: no parameter varies; none has a prior or a standard error here, or --set holds "
            + "them all.")
      }
      let series = SimulationSeries.all(of: culture)
      let progress = Progress()
      let total = NumberText.grouped(draws)
      bands = try StreamingBands(
        plan.distribution, culture, instants: table + curve, draws: draws,
        seed: simulation.seed, width: series.count, options: options, threads: simulation.threads,
        reading: { snapshot in series.map { $0.value(snapshot) } },
        progress: { progress.show("\(NumberText.percent($0)) of \(total) draws ...") })
      progress.clear()
    }
    return Simulation(
      culture: culture, plan: plan, table: Array(snapshots.prefix(table.count)),
      curve: Array(snapshots.dropFirst(table.count)), bands: bands, options: options, notes: notes)
  }

  /// What the simulation rests on.
  var provenance: Provenance {
    Provenance(
      inputs: inputs.map { (path: $0.path, sha256: $0.sha256) },
      options: [
        ("draws", "\(simulation.draws)"), ("until", "\(NumberText.significant(until, 6)) h"),
        ("method", simulation.method.rawValue),
        ("relative tolerance", NumberText.significant(simulation.rtol)),
        ("absolute tolerance", NumberText.significant(simulation.atol)),
      ]
        + simulation.values.map {
          ("set \($0.name)", "\(NumberText.significant($0.value, 6)) \($0.unit.symbol)")
        }, seed: simulation.seed)
  }

  private func tableTimes(from start: Double) throws -> [Double] {
    if let at = simulation.at {
      guard at.hours.allSatisfy({ $0 >= start && $0 <= until }) else {
        throw ValidationError(
          "--at takes times from the seed (\(NumberText.significant(start)) h) to the end "
            + "(\(NumberText.significant(until)) h); say --until for a later end.")
      }
      return Set(at.hours).sorted()
    }
    let step = simulation.every?.hours ?? max(24, (until - start) / 200)
    guard (until - start) / step <= 100_000 else {
      throw ValidationError("--every: more than 100,000 times up to the end.")
    }
    var times: [Double] = []
    var index = 0.0
    while start + index * step < until * (1 - 1e-12) {
      times.append(start + index * step)
      index += 1
    }
    return times + [until]
  }
}
