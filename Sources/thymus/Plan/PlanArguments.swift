import ArgumentParser
import Capacity
import Quantities
import Reports
import RunFiles

/// Which facility, with what changed.
struct PlanArguments: ParsableArguments {
  @Argument(help: "The facility file (see data/facilities).", completion: .file())
  var facility: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A value of the file in place of the written one, such as instruments.prodigy=33; may be "
        + "repeated."))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Harvest days and failures from the JSON of 'thymus forecast', 'harvest' or 'backtest', for "
        + "all products, as PRODUCT=FILE, or as PATIENT=FILE for a dated patient; may be repeated.")
  )
  var durations: [String] = []

  func validate() throws {
    for text in settings where FacilityFile.Setting(parsing: text) == nil {
      throw ValidationError("--set '\(text)': write PATH=VALUE, such as instruments.prodigy=33.")
    }
  }

  /// The facility with everything that was asked to be changed, and what it rests on.
  ///
  /// `more` are the settings of a scenario, whose faults are told at `origin`.
  func read(_ more: [String] = [], origin: String? = nil) throws -> PlanInput {
    let (facility, sha256) = try FacilityFile.read(
      self.facility,
      settings: settings.compactMap { FacilityFile.Setting(parsing: $0) }
        + more.compactMap { FacilityFile.Setting(parsing: $0, origin: origin) })
    return try with(durations, facility, sha256)
  }

  /// Reads the facility many times with one more setting each.
  func reader() throws -> @Sendable (String) throws -> Facility {
    let read = try FacilityFile.reader(self.facility)
    let own = settings.compactMap { FacilityFile.Setting(parsing: $0) }
    let evidence = try self.read()
    let isPlain = evidence.evidence.isEmpty
    let arguments = self
    return { text in
      let facility = try read(own + [FacilityFile.Setting(parsing: text)].compactMap { $0 })
      return isPlain ? facility : try arguments.with(arguments.durations, facility, "").facility
    }
  }

  private func with(
    _ durations: [String], _ facility: Facility, _ sha256: String
  ) throws -> PlanInput {
    var input = PlanInput(facility: facility, inputs: [(self.facility, sha256)])
    for text in durations {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let product = parts.count == 2 ? parts[0] : nil
      let products = facility.products.map(\.name)
      let patients = facility.patients
      if let product, !products.contains(product), !patients.contains(product) {
        throw ValidationError(
          "--durations: the facility has no product or dated patient of that name."
            + Suggestion.phrase(for: product, among: products))
      }
      let file = parts.last ?? text
      let (evidence, digest) = try DurationsFile.read(file)
      input.evidence.append(evidence)
      if let product, !products.contains(product) {
        input.facility.forecasts[product] = evidence
      } else {
        input.facility = input.facility.with(evidence, product: product)
      }
      input.inputs.append((file, digest))
    }
    return input
  }
}

/// A facility that was read, and what it rests on.
struct PlanInput {
  var facility: Facility
  var inputs: [(path: String, sha256: String)]
  var evidence: [CultureEvidence] = []
}

/// How a plan is simulated.
struct PlanRunArguments: ParsableArguments {
  @Option(help: "Independent replications.")
  var replications = 40

  @Option(help: "Years that each replication measures (default: the file's horizon).")
  var years: Double?

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the results do not depend on it.")
  var threads = 2

  func validate() throws {
    if replications < 2 || replications > 100_000 {
      throw ValidationError("--replications takes 2 to 100000.")
    }
    if let years, !(years >= 0.1 && years <= 200) {
      throw ValidationError("--years takes 0.1 to 200.")
    }
    if threads < 1 || threads > 256 { throw ValidationError("--threads takes 1 to 256.") }
  }

  /// Days that are measured.
  func horizon(_ facility: Facility) -> Double {
    years.map { $0 * Facility.daysPerYear } ?? facility.horizon
  }

  /// Refuses dated patients who come after the time that is measured: nothing would be known of them.
  private func followed(_ facility: Facility) throws {
    let days = horizon(facility)
    let late = facility.patients(after: days)
    guard let first = late.first else { return }
    throw InputRefused([
      Finding(
        .error, "E_PLAN_LATE", at: first.place,
        "\(late.count) of \(NumberText.counted(facility.datedPatients.count, "dated patient")) come after "
          + "the \(NumberText.significant(days, 4)) d from \(facility.start) that are measured; the first of "
          + "them is \(first.id) on \(first.day). Nothing would be known of them, so nothing is simulated.",
        remedy: "Give a longer --years or horizon, or leave them out.")
    ])
  }

  /// The process of a facility; a table that the simulator refuses is bad input.
  func simulation(_ facility: Facility) throws -> Capacity.Simulation {
    try followed(facility)
    do { return try Capacity.Simulation(facility.process(horizon: horizon(facility))) } catch {
      throw InputRefused([
        Finding(
          .error, "E_PLAN_PROCESS", at: facility.place, "The plan cannot be simulated: \(error)",
          remedy: "Correct the facility.")
      ])
    }
  }

  /// Options for the provenance.
  func described(_ facility: Facility) -> [(name: String, value: String)] {
    [
      ("replications", "\(replications)"),
      ("measured", "\(NumberText.significant(horizon(facility), 6)) d each"),
      ("warm-up", "\(NumberText.significant(facility.warmUp, 6)) d"),
    ]
  }
}

extension PlanInput {
  func provenance(
    _ settings: [String], _ more: [(name: String, value: String)] = [], seed: UInt64 = 0
  ) -> Provenance {
    Provenance(
      inputs: inputs,
      options: more + settings.enumerated().map { ("set \($0 + 1)", $1) }, seed: seed)
  }
}
