import Integration
import ModelLanguage
import Quantities
import RunRecords

/// What a model needs of a run and its platform.
extension Culture {
  /// The method asked for, else explicit steps with implicit ones where the culture is stiff.
  ///
  /// Order 8 pays below 1e-6; where conditions are watched it does not, because its dense output
  /// costs evaluations.
  func method(for options: StepOptions) -> Method {
    if let method { return method }
    let isTight = options.relativeTolerance < 5e-7 && model.guardCount == 0
    return .automatic(isTight ? methods.order8 : methods.order5, methods.implicit)
  }

  /// Explicit steps for several draws at once, which share no Jacobian.
  func ensembleMethod(for options: StepOptions) -> Method {
    .explicit(options.relativeTolerance < 5e-7 ? methods.order8 : methods.order5)
  }

  static func finding(_ run: Run, _ code: String, _ cause: String, _ remedy: String) -> Finding {
    let place = run.operations.first?.place ?? run.observations.first?.place
    return Finding(
      .error, code, at: Place(file: place?.file ?? run.name), cause, remedy: remedy)
  }

  /// The operation of each clock and the hour at which it first reads zero.
  static func clocks(
    _ model: Model, _ run: Run, start: Double
  ) throws(InputRefused) -> ([Operation.Kind], [Double]) {
    var kinds: [Operation.Kind] = []
    var starts: [Double] = []
    for clock in model.clocks {
      let kind = Operation.Kind(rawValue: clock)
      let first = run.operations.first { $0.action.kind == kind && $0.trigger == nil }?.time
      guard let kind, let origin = first ?? (kind == .seed ? start : nil) else {
        throw InputRefused([
          finding(
            run, "E_RUN_CLOCK",
            "The model \(model.name) counts time since \(clock); run \(run.name) has none at a known"
              + " time.",
            "Add the \(clock) to the run's operations: a line such as '\(run.name),0,\(clock)' below "
              + "'run,time [h],operation' in operations.csv of its folder, or in a file given with "
              + "--operations beside a lone CSV file. Or choose a model without that clock.")
        ])
      }
      kinds.append(kind)
      starts.append(origin)
    }
    return (kinds, starts)
  }

  /// Concentrations of each state in the medium that enters with each operation.
  ///
  /// A solute that run files can name must be named by every medium; a solute of the model's own
  /// invention never comes with medium.
  static func media(_ model: Model, _ run: Run) throws(InputRefused) -> [[Double]] {
    var findings: [Finding] = []
    let media = run.operations.map { operation -> [Double] in
      guard let medium = operation.action.medium else { return [] }
      var missing: [String] = []
      let concentrations = model.states.map { state -> Double in
        guard state.kind == .solute else { return 0 }
        if let concentration = medium[state.substance] { return concentration }
        if Solute.all.contains(where: { $0.name == state.substance }),
          !missing.contains(state.substance)
        {
          missing.append(state.substance)
        }
        return 0
      }
      findings += missing.map { name in
        Finding(
          .error, "E_RUN_MEDIUM", at: operation.place,
          "The \(operation.action.kind.rawValue) does not say the \(name) of its medium, which the "
            + "model \(model.name) needs.",
          remedy: "Fill the column \(name), or choose a model without it, or leave out later data "
            + "with --until.")
      }
      return concentrations
    }
    if !findings.isEmpty { throw InputRefused(findings) }
    return media
  }

  /// Refuses a model with a space outside the fibres on a platform without one, and a model
  /// without it where the run's medium would never reach its solutes.
  static func checkCompartments(
    _ model: Model, _ run: Run, _ platform: Platform?
  ) throws(InputRefused) {
    let outer = model.states.filter { $0.compartment == .extracapillary }
    if let state = outer.first, platform?.quantity("extracapillary") == nil {
      throw InputRefused([
        finding(
          run, "E_RUN_PLATFORM",
          "The model \(model.name) has \(state.name) outside the fibres; "
            + (platform.map { "\($0.title) tells no such space." } ?? "the run names no platform."),
          "Choose a platform with an extracapillary volume, or another model.")
      ])
    }
    guard platform?.perfused == .extracapillary else { return }
    let reaching = run.operations.first {
      $0.action.kind == .exchange || ($0.action.kind == .flow && $0.action.medium != nil)
    }
    let closed = model.states.first { state in
      state.kind == .solute && state.compartment != .extracapillary
        && Solute.all.contains { $0.name == state.substance }
        && !outer.contains { $0.substance == state.substance }
    }
    if let reaching, let closed {
      throw InputRefused([
        Finding(
          .error, "E_RUN_COMPARTMENT", at: reaching.place,
          "The medium flows outside the fibres, but the model \(model.name) has its \(closed.name) "
            + "with the cells only, where this medium never comes.",
          remedy: "Choose a model with two compartments, or one without \(closed.name).")
      ])
    }
  }

  /// Values of the run constants.
  static func constants(
    _ model: Model, _ run: Run, _ platform: Platform?, volume: Double?
  ) throws(InputRefused) -> [Double] {
    var values: [Double] = []
    for constant in model.runConstants {
      switch constant {
      case .platform(let name):
        let value =
          name == "capacity"
          ? platform?.capacityPrior(volume: volume)?.median : platform?.quantity(name)?.value
        guard let value else {
          throw InputRefused([
            finding(
              run, "E_RUN_PLATFORM",
              "The model \(model.name) needs the \(name) of the vessel; "
                + (platform.map { "the platform \($0.name) does not tell it." }
                  ?? "run \(run.name) names no known platform."),
              "Name a platform that has it, or add it to the platform's file.")
          ])
        }
        values.append(value)
      case .seed(let quantity):
        guard let value = seeded(quantity, run) else {
          throw InputRefused([
            finding(
              run, "E_RUN_SEED",
              "The model \(model.name) starts from the \(quantity) of the seed; run \(run.name) does"
                + " not tell it.",
              "Fill it in the run's seed operation, or give the model a start of its own.")
          ])
        }
        values.append(value)
      }
    }
    return values
  }

  static func seeded(_ quantity: String, _ run: Run) -> Double? {
    for operation in run.operations {
      guard case .seed(_, let density, let viability, let solutes) = operation.action
      else { continue }
      func dead() -> Double? {
        guard let density, let viability, viability > 0 else { return nil }
        return density * (1 - viability) / viability
      }
      switch quantity {
      case "vcd": return density
      case "dead": return dead()
      default: return solutes[quantity]
      }
    }
    return nil
  }
}
