import Integration
import ModelLanguage
import Quantities
import RunRecords

/// A model bound to a run: what is simulated, and which measurements it is held against.
public struct Culture: Sendable {
  /// The rate laws, with the conditions of the run's rules as further guards.
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
  /// How it is integrated; nil, the default, chooses by the tolerance and by stiffness.
  public var method: Method?
  let methods: CheckedMethods

  /// For each clock of the model: its operation, and the hour at which it first reads zero.
  let clockKinds: [Operation.Kind]
  let clockStarts: [Double]
  /// Concentration of each state in the medium of each operation; empty where none enters.
  let media: [[Double]]
  /// Values of the model's run constants, base units.
  let constants: [Double]
  /// Volume outside the fibres, mL; 1 where there is none.
  let outerVolume: Double

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
  /// Throws `InputRefused` when the vessel cannot do what the run says (see `Timeline`), when the
  /// condition of a rule has a fault, or when the run or its platform does not tell what the model
  /// needs: the volume, a clock's operation, the composition of a medium, a quantity of the
  /// platform or of the seed; and when a measurement comes before the seed.
  public init(
    model: Model, run: Run, platform: Platform? = nil, until: Double = .infinity
  ) throws(InputRefused) {
    self.run = run
    self.platform = platform
    timeline = try Timeline(run, platform: platform)
    let conditions = timeline.rules.compactMap { rule in
      run.operations[rule.operation].trigger.map { ConditionText($0.text, at: $0.place) }
    }
    self.model = conditions.isEmpty ? model : try model.adding(conditions: conditions)
    methods = try CheckedMethods.all()
    if self.model.usesVolume, !timeline.knowsVolume {
      throw InputRefused([
        Culture.finding(
          run, "E_RUN_VOLUME_UNKNOWN",
          "The model \(model.name) needs the culture volume; run \(run.name) does not tell it.",
          "Add a seed operation with its volume [mL], or choose a model in densities, such as "
            + "live_dead_density.")
      ])
    }
    (clockKinds, clockStarts) = try Culture.clocks(self.model, run, start: timeline.start)
    media = try Culture.media(self.model, run)
    let outside = platform?.quantity("extracapillary")?.value
    outerVolume = outside ?? 1
    try Culture.checkCompartments(self.model, run, platform)
    constants = try Culture.constants(
      self.model, run, platform, volume: timeline.knowsVolume ? timeline.largestVolume : nil)
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
      if let target = Culture.seen(observation, of: run, by: model, in: timeline) {
        targets.append(target)
      } else {
        unused[observation.quantity, default: 0] += 1
      }
    }
    self.targets = targets
    self.unused = unused
  }

  /// What is known of the carrying capacity of this run; nil when nothing is.
  public var capacityPrior: Platform.CapacityPrior? {
    platform?.capacityPrior(volume: timeline.knowsVolume ? timeline.largestVolume : nil)
  }

  /// What the run's seed operation says of a quantity, base units; nil when it does not.
  public func seeded(_ quantity: String) -> Double? { Culture.seeded(quantity, run) }

  /// Index of the first guard that belongs to a rule of the run.
  var firstRuleGuard: Int { model.guardCount - timeline.rules.count }

  /// A guard, for messages.
  func words(ofGuard index: Int) -> String {
    if index < model.conditionCount { return "choice \(index + 1) of the model" }
    if index < firstRuleGuard { return "'on' statement \(index - model.conditionCount + 1)" }
    let operation = run.operations[timeline.rules[index - firstRuleGuard].operation]
    return "'\(operation.trigger?.text ?? "")' (\(operation.place))"
  }
}
