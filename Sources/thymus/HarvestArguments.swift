import ArgumentParser
import Bioreactor
import Harvest
import Quantities
import RunRecords

/// The question of a harvest forecast.
struct HarvestArguments: ParsableArguments {
  @Option(help: "Viable CAR+ cells needed at harvest, such as '2e8 cells'.")
  var need: CellsArgument?

  @Option(
    help:
      "Harvest plan: dose, losses, criteria, calendar, infusion (a YAML file, see data/harvest).")
  var harvestPlan: String?

  @Option(help: "CAR+ fraction of viable cells, such as 35% (default: the run's measurements).")
  var car: PercentArgument?

  @Option(help: "Standard deviation of the logit of the CAR+ fraction, with --car.")
  var carSd: Double = 0.25

  @Option(help: "Probability at which a day counts as safe (default: 90%).")
  var confidence: PercentArgument?

  @Option(help: "Least viability at harvest, such as 80%.")
  var minViability: PercentArgument?

  @Option(
    help: ArgumentHelp(
      "Latest harvest, such as 12d (default: the planned harvest, else 7 days from now; with a harvest "
        + "plan its greatest days in culture come first)."))
  var horizon: TimeArgument?

  @Option(help: "Number of draws from the posterior.")
  var draws = 4000

  func validate() throws {
    if draws < 500 || draws > 1_000_000 { throw ValidationError("--draws takes 500 to 1000000.") }
    if let horizon, horizon.hours > 8784 { throw ValidationError("--horizon takes up to 366d.") }
    if !(carSd > 0 && carSd < 3) {
      throw ValidationError("--car-sd takes a number above 0, below 3.")
    }
    if let confidence, confidence.fraction <= 0 || confidence.fraction >= 1 {
      throw ValidationError("--confidence takes a per cent between 0% and 100%, both excluded.")
    }
    if harvestPlan != nil, need != nil || confidence != nil || minViability != nil {
      throw ValidationError(
        "--need, --confidence and --min-viability stand in the harvest plan: leave them out.")
    }
  }

  /// Refuses options of a dose that nothing would read, whatever they hold: in a plan they stand with
  /// everything else, and a need is a number of cells already.
  func check(_ dose: DoseArguments) throws {
    guard harvestPlan != nil || need != nil || !dose.isAsked else { return }
    let given = dose.given
    guard !given.isEmpty else { return }
    if harvestPlan != nil {
      throw ValidationError(
        "\(given.joined(separator: ", ")): product, weight, dose and losses stand in the harvest plan: "
          + "leave the options out.")
    }
    throw ValidationError(
      "\(given.joined(separator: ", ")): these go with --product"
        + (need != nil ? ", in place of --need." : "."))
  }

  func question(
    _ run: Run, planned: Culture, need: Double, threads: Int, until: Double?, lastFitted: Double?
  ) throws -> HarvestQuestion {
    let now = until ?? lastFitted ?? planned.timeline.start
    let fraction = try carFraction(run, now: now)
    var question = HarvestQuestion(
      need: need, car: fraction, now: now,
      horizon: horizon?.hours ?? planned.timeline.harvest ?? now + 168)
    question.confidence = confidence?.fraction ?? 0.9
    question.minimumViability = minViability?.fraction
    question.draws = draws
    question.threads = threads
    return question
  }

  /// The CAR+ fraction: given, or told by the run's measurements up to now.
  func carFraction(_ run: Run, now: Double, on: [String] = []) throws -> CARFraction {
    let fraction: CARFraction
    if let car {
      let measured = (try? CARFraction.measured(in: run, until: now)) ?? nil
      fraction = CARFraction(
        median: car.fraction, sdLogit: carSd,
        origin: "given on the command line"
          + (measured.map {
            ", in place of the \(NumberText.percent($0.median, decimals: 1)) that the run's "
              + "measurements tell"
          } ?? ""))
    } else if let measured = try CARFraction.measured(in: run, until: now) {
      fraction = measured
    } else {
      let later = run.observations.first { $0.quantity == "car_positive" }
      throw InputRefused([
        Finding(
          .error, "E_HARVEST_CAR",
          at: later?.place ?? Place(file: run.observations.first?.place.file ?? run.name),
          "Run \(run.name) has no CAR+ measurement up to day "
            + "\(NumberText.fixed(now / 24, decimals: 2))"
            + (later.map { " (the first is of day \(NumberText.fixed($0.time / 24, decimals: 2)))" }
              ?? "") + ", and none was given.",
          remedy: !on.isEmpty && !on.contains("car_positive")
            ? "Add --on car_positive: --on leaves out what it does not name. Or give --car 35%."
            : "Measure car_positive, or give --car 35%. Nothing is assumed.")
      ])
    }
    if !(fraction.median > 0 && fraction.median < 1) {
      throw ValidationError("--car takes a per cent between 0% and 100%, both excluded.")
    }
    return fraction
  }
}

extension DoseArguments {
  /// The options that were given, by name.
  fileprivate var given: [String] {
    let options: [(String, Bool)] = [
      ("--product", product != nil), ("--weight", weight != nil), ("--plan", plan != nil),
      ("--recovery", !recovery.isEmpty), ("--retain", !retain.isEmpty), ("--qc", qc != nil),
      ("--product-file", productFile != nil), ("--level", level != nil),
      ("--blasts", blasts != nil),
    ]
    return options.filter(\.1).map(\.0)
  }
}
