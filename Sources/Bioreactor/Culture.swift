import Integration
import ModelLanguage
import Quantities
import RunRecords

/// A model bound to a run: what is simulated, and which measurements it is held against.
public struct Culture: Sendable {
  /// The rate laws.
  public let model: Model
  /// What was done and measured.
  public let run: Run
  /// The vessel, when it is known.
  public let platform: Platform?
  /// The vessel's balance, moment by moment.
  public let timeline: Timeline
  /// Measurements that the model observes, in the order of the run.
  public let targets: [Target]
  /// Measured quantities that the model does not observe, with their counts.
  public let unused: [String: Int]

  let tableau: ButcherTableau
  /// For each clock of the model: its operation, and the hour at which it first reads zero.
  let clockKinds: [Operation.Kind]
  let clockStarts: [Double]
  /// Concentration of each state in the medium of each operation; empty where none enters.
  let media: [[Double]]

  /// One measurement that the model observes.
  public struct Target: Sendable {
    /// The measurement.
    public let observation: Observation
    /// Index of the model's observable.
    public let observable: Int
  }

  /// Binds a model to a run on its platform; measurements after `until` hours are left out of the
  /// targets.
  ///
  /// Throws `InputRefused` when the vessel cannot do what the run says (see `Timeline`) or the run
  /// does not tell what the model needs: the volume, a clock's operation, the composition of a
  /// medium, or when a measurement comes before the seed.
  public init(
    model: Model, run: Run, platform: Platform? = nil, until: Double = .infinity
  ) throws(InputRefused) {
    self.model = model
    self.run = run
    self.platform = platform
    timeline = try Timeline(run, platform: platform)
    if let steady = run.operations.first(where: {
      $0.trigger != nil || ($0.action.kind == .flow && $0.action != .flow(.none))
    }) {
      throw InputRefused([
        Finding(
          .error, "E_RUN_FLOW", at: steady.place, "Flows and rules are not simulated.",
          remedy: "Leave them out.")
      ])
    }
    guard let tableau = Culture.sharedTableau else {
      throw InputRefused([
        Culture.finding(run, "E_INTERNAL", "The tableau failed its check.", "Report it.")
      ])
    }
    self.tableau = tableau
    if model.usesVolume, !timeline.knowsVolume {
      throw InputRefused([
        Culture.finding(
          run, "E_RUN_VOLUME_UNKNOWN",
          "The model \(model.name) needs the culture volume; run \(run.name) does not tell it.",
          "Add a seed operation with its volume [mL], or choose a model in densities, such as "
            + "live_dead_density.")
      ])
    }
    var kinds: [Operation.Kind] = []
    var starts: [Double] = []
    for clock in model.clocks {
      guard let kind = Operation.Kind(rawValue: clock) else { continue }
      let first = run.operations.first { $0.action.kind == kind }?.time
      guard let origin = first ?? (kind == .seed ? timeline.start : nil) else {
        throw InputRefused([
          Culture.finding(
            run, "E_RUN_CLOCK",
            "The model \(model.name) counts time since \(clock); run \(run.name) has none.",
            "Add the \(clock) to the run's operations, or choose a model without that clock.")
        ])
      }
      kinds.append(kind)
      starts.append(origin)
    }
    clockKinds = kinds
    clockStarts = starts
    media = try Culture.media(model, run)
    var targets: [Target] = []
    var unused: [String: Int] = [:]
    for observation in run.observations where observation.time <= until {
      if observation.time < timeline.start {
        throw InputRefused([
          Finding(
            .error, "E_RUN_BEFORE_SEED", at: observation.place,
            "This measurement of run \(run.name) comes before its seed.",
            remedy: "Correct one of the times.")
        ])
      }
      if let index = model.observables.firstIndex(where: { $0.name == observation.quantity }) {
        targets.append(Target(observation: observation, observable: index))
      } else {
        unused[observation.quantity, default: 0] += 1
      }
    }
    self.targets = targets
    self.unused = unused
  }

  static let sharedTableau: ButcherTableau? = try? ButcherTableau.tsitouras54()

  static func finding(_ run: Run, _ code: String, _ cause: String, _ remedy: String) -> Finding {
    let place = run.operations.first?.place ?? run.observations.first?.place
    return Finding(
      .error, code, at: Place(file: place?.file ?? run.name), cause, remedy: remedy)
  }

  /// Concentrations of each state in the medium that enters with each operation.
  ///
  /// A solute that run files can name must be named by every medium; a solute of the model's own
  /// invention never comes with medium.
  private static func media(_ model: Model, _ run: Run) throws(InputRefused) -> [[Double]] {
    var findings: [Finding] = []
    let media = run.operations.map { operation -> [Double] in
      guard let medium = operation.action.medium else { return [] }
      return model.states.map { state in
        guard state.kind == .solute else { return 0 }
        if let concentration = medium[state.name] { return concentration }
        if Solute.all.contains(where: { $0.name == state.name }) {
          findings.append(
            Finding(
              .error, "E_RUN_MEDIUM", at: operation.place,
              "The \(operation.action.kind.rawValue) does not say the \(state.name) of its medium, "
                + "which the model \(model.name) needs.",
              remedy: "Fill the column \(state.name), or choose a model without it, or leave out "
                + "later data with --until."))
        }
        return 0
      }
    }
    if !findings.isEmpty { throw InputRefused(findings) }
    return media
  }

  /// What is known of the carrying capacity of this run; nil when nothing is.
  public var capacityPrior: Platform.CapacityPrior? {
    platform?.capacityPrior(volume: timeline.knowsVolume ? timeline.largestVolume : nil)
  }
}
