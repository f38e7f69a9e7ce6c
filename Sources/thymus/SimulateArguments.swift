import ArgumentParser
import Bioreactor
import Inference
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

/// Times such as `2d,5d,144h`.
struct TimesArgument: ExpressibleByArgument {
  let hours: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ",").map { TimeArgument(argument: String($0)) }
    guard !parts.isEmpty, parts.allSatisfy({ $0 != nil }) else { return nil }
    hours = parts.compactMap { $0?.hours }
  }
}

/// A volume given as `100 mL`, in mL.
struct VolumeArgument: ExpressibleByArgument {
  let millilitres: Double

  init?(argument: String) {
    guard let (value, unit) = QuantityText.split(argument), unit.dimension == Dimension(volume: 1),
      value > 0
    else { return nil }
    millilitres = unit.toBase(value)
  }
}

/// A density given as `0.5e6 cells/mL`, in 1e6 cells/mL.
struct DensityArgument: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let (value, unit) = QuantityText.split(argument),
      unit.dimension == Dimension(cells: 1, volume: -1), value > 0
    else { return nil }
    self.value = unit.toBase(value)
  }
}

extension SimulationMethod: ExpressibleByArgument {}

/// The schedule of a simulation: a run's own, or a plain one from options.
struct ScheduleArguments: ParsableArguments {
  @Option(help: "Run folder or CSV file of observations whose operations are followed.")
  var run: String?

  @Option(help: "Operations file; alone it is a plan without measurements.")
  var operations: String?

  @Option(help: "Which run of the files, when they hold several.")
  var name: String?

  @Option(help: "End of the simulation, such as 14d (default: the schedule's end, or 10d).")
  var until: TimeArgument?

  @Option(help: "Viable cell density at the seed, such as '0.5e6 cells/mL'.")
  var seedDensity: DensityArgument?

  @Option(help: "Viability at the seed, such as 95%.")
  var seedViability: PercentArgument?

  @Option(help: "Volume at the seed (default: 100 mL).")
  var volume: VolumeArgument?

  @Option(help: "A solute of the seed's medium, such as glucose='25 mmol/L'; may be repeated.")
  var solute: [HoldArgument] = []

  @Option(
    name: .customLong("do"),
    help:
      "A step of the plan, such as '5d exchange fraction=50% glucose=25 mM'; may be repeated.")
  var steps: [String] = []

  @Option(help: "Platform: its capacity, and what it can do, in place of the run's own.")
  var platform: String?

  /// True when any option of a plain schedule was given.
  private var isPlain: Bool {
    seedDensity != nil || seedViability != nil || volume != nil || !solute.isEmpty
      || !steps.isEmpty
  }

  func validate() throws {
    if (run != nil || operations != nil) && isPlain {
      throw ValidationError(
        "A schedule comes from --run and --operations, or from --seed-density, --volume, --solute "
          + "and --do; not from both.")
    }
    if seedDensity != nil || seedViability != nil || volume != nil || !solute.isEmpty,
      steps.contains(where: { $0.split(separator: " ").contains("seed") })
    {
      throw ValidationError(
        "The seed is given twice: by a step of --do, and by --seed-density, --seed-viability, "
          + "--volume or --solute. Give one of them.")
    }
    if name != nil, run == nil, operations == nil {
      throw ValidationError("--name chooses among the runs of --run or --operations.")
    }
  }

  /// The run, what was noticed, and the files that it rests on.
  func read(for model: Model) throws -> (run: Run, notes: [String], sources: [RunBatch.SourceFile])
  {
    guard run != nil || operations != nil else {
      let (run, notes) = try plain(model)
      return (run, notes, [])
    }
    let batch: RunBatch
    if let run {
      batch = try RunFolder.read(run, operations: operations)
    } else {
      batch = try ScheduleFile.read(operations: operations ?? "")
    }
    var chosen = try choose(batch)
    if let platform { chosen.platform = platform }
    return (chosen, batch.notes.map(\.description), batch.sources)
  }

  private func choose(_ batch: RunBatch) throws -> Run {
    let names = batch.runs.map(\.name)
    if name == nil, let only = batch.runs.first, batch.runs.count == 1 { return only }
    guard let name else {
      throw InputRefused([
        Finding(
          .error, "E_RUN_CHOICE", at: Place(file: run ?? operations ?? ""),
          "There are \(NumberText.counted(names.count, "run")).",
          remedy: "Choose one with --name: \(names.joined(separator: ", ")).")
      ])
    }
    guard let found = batch.runs.first(where: { $0.name == name }) else {
      throw InputRefused([
        Finding(
          .error, "E_RUN_NAME", at: Place(file: run ?? operations ?? ""),
          "There is no run '\(name)'.\(Suggestion.phrase(for: name, among: names))",
          remedy: "Choose one of: \(names.joined(separator: ", ")).")
      ])
    }
    return found
  }

  /// A seed at 0 h, the steps, and the clocks that the model needs.
  private func plain(_ model: Model) throws -> (Run, [String]) {
    var notes: [String] = []
    var planned = try ScheduleFile.read(steps: steps, before: seedStep).operations
    if volume == nil { notes.append("No --volume is given: 100 mL are taken.") }
    for (operation, hours) in ScheduleArguments.assumed(model, planned) {
      planned.append(operation)
      let word = operation.action.kind.rawValue
      notes.append(
        "The model counts time since \(word); it is taken to be at "
          + "\(NumberText.significant(hours)) h. Say otherwise with --do '1d \(word)'.")
    }
    return (
      Run(name: "plan", platform: platform, observations: [], operations: planned), notes
    )
  }

  /// Clocks that a model needs and a plan does not have, with the hour at which they are taken to
  /// be.
  private static func assumed(
    _ model: Model, _ planned: [Operation]
  ) -> [(operation: Operation, hours: Double)] {
    let clocks: [(Operation.Action, Double)] = [(.activation, 0), (.transduction, 24)]
    return clocks.filter { action, _ in
      model.clocks.contains(action.kind.rawValue)
        && !planned.contains { $0.action.kind == action.kind }
    }.enumerated().map { index, clock in
      let place = Place(file: "--do", line: planned.count + index + 1)
      return (Operation(time: clock.1, action: clock.0, place: place), clock.1)
    }
  }

  /// A plain plan: 100 mL at 0 h and the clocks that the model needs.
  static func plainRun(_ model: Model) throws -> Run {
    let seeded = try ScheduleFile.read(steps: ["0h seed volume=100mL"]).operations
    return Run(
      name: "plan", observations: [],
      operations: seeded + assumed(model, seeded).map(\.operation))
  }

  private var seedStep: [String] {
    if steps.contains(where: { $0.split(separator: " ").contains("seed") }) { return [] }
    var step = "0h seed volume=\(volume?.millilitres ?? 100)mL"
    if let seedDensity { step += " density=\(seedDensity.value * 1e6)cells/mL" }
    if let seedViability { step += " viability=\(seedViability.fraction * 100)%" }
    for item in solute { step += " \(item.name)=\(item.value)\(item.unit.symbol)" }
    return [step]
  }
}

/// Parameter values, draws and the integration of a simulation.
struct SimulateArguments: ParsableArguments {
  @Option(
    name: .customLong("set"), help: "A parameter's value, such as mu='0.03 1/h'; may be repeated.")
  var values: [HoldArgument] = []

  @Option(
    help: "A fit's JSON record ('thymus fit ... --json > fit.json') whose estimates are used.",
    completion: .file())
  var parameters: String?

  @Option(help: "Which run of the fit's record.")
  var fitRun: String?

  @Option(help: "Which model of the fit's record, when it has another name.")
  var fitModel: String?

  @Option(help: "Times of the table, such as 2d,5d,144h.")
  var at: TimesArgument?

  @Option(help: "Distance of the times of the table (default: 1d).")
  var every: TimeArgument?

  @Option(help: "Draws of the parameters, from the fit's covariance or the priors.")
  var draws = 0

  @Option(help: "Relative tolerance of the integrator.")
  var rtol = 1e-8

  @Option(help: "Absolute tolerance of the integrator, in base units.")
  var atol = 1e-10

  @Option(
    help:
      "Longest step, such as 0.1h (default: a thirtieth of the time, a 400th where conditions are watched)."
  )
  var maxStep: TimeArgument?

  @Option(help: "How to step: automatic, explicit, high-order or stiff.")
  var method = SimulationMethod.automatic

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the results do not depend on it.")
  var threads = 2

  func validate() throws {
    if draws < 0 || draws > 100_000_000 {
      throw ValidationError("--draws takes 0 to 100,000,000.")
    }
    if threads < 1 || threads > 256 { throw ValidationError("--threads takes 1 to 256.") }
    if !(rtol >= 1e-14 && rtol <= 0.1) { throw ValidationError("--rtol takes 1e-14 to 0.1.") }
    if !(atol > 0 && atol.isFinite) {
      throw ValidationError("--atol takes a positive number.")
    }
    if let maxStep, !(maxStep.hours > 0) {
      throw ValidationError("--max-step takes a time above 0.")
    }
    if at != nil, every != nil { throw ValidationError("Give --at or --every, not both.") }
    if let every, every.hours <= 0 { throw ValidationError("--every takes a time above 0.") }
    if parameters == nil, fitRun != nil || fitModel != nil {
      throw ValidationError("--fit-run and --fit-model choose from the record of --parameters.")
    }
  }

  var options: SimulationOptions {
    var options = SimulationOptions()
    options.relativeTolerance = rtol
    options.absoluteTolerance = atol
    options.method = method
    options.maximumStep = maxStep?.hours
    return options
  }

  /// The values of --set, base units.
  func held(_ model: Model) throws -> [String: Double] {
    var held: [String: Double] = [:]
    for item in values {
      guard let p = model.parameters.first(where: { $0.name == item.name }) else {
        throw ValidationError(
          "--set: \(model.name) has no parameter '\(item.name)'."
            + Suggestion.phrase(for: item.name, among: model.parameters.map(\.name)))
      }
      guard p.unit.dimension == item.unit.dimension else {
        throw ValidationError(
          "--set \(p.name): it is \(p.unit.dimension.words), but the value is "
            + "\(item.unit.dimension.isNone ? "a plain number" : item.unit.dimension.words); write it like --set '\(p.name)=\(NumberText.significant(p.unit.fromBase(p.value))) "
            + "\(p.unit.symbol)'.")
      }
      if held[p.name] != nil { throw ValidationError("--set \(p.name) is given twice.") }
      let value = item.unit.toBase(item.value)
      held[p.name] = value
    }
    return held
  }
}
