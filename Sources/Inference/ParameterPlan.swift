import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// Which parameters of one or more cultures are estimated, from where and with what prior.
public struct ParameterPlan: Sendable {
  /// One estimated parameter, on its estimation scale.
  public struct Free: Sendable {
    /// Its name; in a joint fit with the run or group to which it belongs.
    public let name: String
    /// What it moves.
    public let role: Role
    /// The scale on which it is estimated.
    public let scale: EstimationScale
    /// Bounds on the estimation scale.
    public let bounds: ClosedRange<Double>
    /// Start on the estimation scale.
    public let start: Double
    /// Prior on the estimation scale.
    public let prior: NormalPrior?

    /// Its index in the model; nil for what is not a parameter of the model.
    public var index: Int? {
      if case .parameter(let index, _) = role { return index }
      return nil
    }
  }

  /// What an estimated parameter moves.
  public enum Role: Sendable, Hashable {
    /// A parameter of the model, in some of the runs.
    case parameter(index: Int, runs: [Int])
    /// The spread between pooled donors.
    case donorSpread
    /// What one counter reads over what the reference counter reads.
    case counterBias(String)
  }

  /// A normal prior on an estimation scale.
  public struct NormalPrior: Sendable, Hashable {
    /// Its mean.
    public let mean: Double
    /// Its standard deviation.
    public let sd: Double
    /// Where it comes from, in words.
    public let origin: String
  }

  /// Parameters that are estimated.
  public var free: [Free]
  /// Natural values of all model parameters at the start, base units, one row a run.
  public let startValues: [[Double]]
  /// Parameters that are not estimated although the model leaves them open, and why.
  public var heldBecause: [String: String]
  /// Names of parameters that move only the noise of measurements.
  public internal(set) var noiseNames: Set<String> = []
  /// Sentences for the reader.
  public var notes: [String]

  /// True when a prior weighs in.
  var hasPriors: Bool { free.contains { $0.prior != nil } }

  /// Why a parameter that the user gave a value is not estimated.
  public static let heldByUser = "held by the user"

  /// Name of the spread between pooled donors.
  public static let donorSpread = "s_donor"

  /// Natural values at the start, base units, of the first run.
  public var values: [Double] { startValues[0] }

  /// Plans a culture; what its platform tells of the carrying capacity can be a prior.
  public init(_ culture: Culture, options: FitOptions) {
    self.init([culture], options: options)
  }

  /// Plans cultures of one model together; at least one.
  public init(_ cultures: [Culture], sharing: Sharing = Sharing(), options: FitOptions) {
    var free: [Free] = []
    var values = [[Double]](repeating: [], count: cultures.count)
    var because: [String: String] = [:]
    var notes: [String] = []
    var noises: Set<String> = []
    for (index, parameter) in (cultures.first?.model.parameters ?? []).enumerated() {
      if parameter.isNoise { noises.insert(parameter.name) }
      if let held = options.held[parameter.name] {
        for k in values.indices { values[k].append(held) }
        if !parameter.isFixed { because[parameter.name] = ParameterPlan.heldByUser }
        continue
      }
      for k in values.indices { values[k].append(parameter.value) }
      if parameter.isFixed { continue }
      let low = parameter.scale.toEstimation(parameter.bounds.lowerBound)
      let high = parameter.scale.toEstimation(parameter.bounds.upperBound)
      for (label, runs) in sharing.sets(parameter, cultures) {
        let (prior, start) = ParameterPlan.prior(parameter, cultures[runs[0]], &notes)
        let natural = (start ?? parameter.value).clamped(to: parameter.bounds)
        for k in runs { values[k][index] = natural }
        let name = parameter.name + (label.map { "[\($0)]" } ?? "")
        if parameter.isNoise { noises.insert(name) }
        free.append(
          Free(
            name: name,
            role: .parameter(index: index, runs: runs), scale: parameter.scale, bounds: low...high,
            start: parameter.scale.toEstimation(natural).clamped(to: low...high),
            prior: options.usesPriors ? prior : nil))
      }
    }
    if cultures.contains(where: { $0.run.donor == .pooled }) {
      free.append(
        Free(
          name: ParameterPlan.donorSpread, role: .donorSpread, scale: .log,
          bounds: Double.log(0.02)...Double.log(5), start: Double.log(0.7), prior: nil))
    }
    free += CounterBias.parameters(cultures, options: options, &notes)
    for culture in cultures { notes += ParameterPlan.volumeNotes(culture) }
    if cultures.contains(where: ParameterPlan.readsTotals) {
      notes.append("Total viable cells (tvc) are read as vcd, by the culture volume of their time.")
    }
    if !options.usesPriors { notes.append("Priors were switched off: maximum likelihood.") }
    self.free = free
    startValues = values
    heldBecause = because
    noiseNames = noises
    var seen: Set<String> = []
    self.notes = notes.filter { seen.insert($0).inserted }
  }

  /// Natural values of all model parameters of a run at an estimation point, base units.
  public func natural(_ p: [Double], member: Int = 0) -> [Double] {
    var values = startValues[member]
    for (entry, x) in zip(free, p) {
      if case .parameter(let index, let runs) = entry.role, runs.contains(member) {
        values[index] = entry.scale.toNatural(x)
      }
    }
    return values
  }

  /// The spread between pooled donors at a point, sd of ln; 0 for a culture of one donor.
  func donorSpread(at p: [Double], _ culture: Culture) -> Double {
    guard culture.run.donor == .pooled,
      let column = free.firstIndex(where: { $0.role == .donorSpread })
    else { return 0 }
    return Double.exp(p[column])
  }

  /// The unit in which a column is printed.
  func unit(of column: Int, in model: Model) -> Unit {
    guard let index = free[column].index else { return .one }
    return model.parameters[index].unit
  }

  /// The columns that move parameters of a run's model, in order.
  func columns(of member: Int) -> [Int] {
    free.indices.filter {
      if case .parameter(_, let runs) = free[$0].role { return runs.contains(member) }
      return false
    }
  }

  /// The column of the bias of the counter that made a measurement; nil for the reference counter.
  func biasColumn(of observation: Observation) -> Int? {
    guard let counter = observation.counter, CounterBias.moves(observation.quantity) else {
      return nil
    }
    return free.firstIndex { $0.role == .counterBias(counter) }
  }

  /// True where total viable cells stand in for a density.
  private static func readsTotals(_ culture: Culture) -> Bool {
    let measured = culture.run.observations.map(\.quantity)
    return measured.contains("tvc") && !measured.contains("vcd")
      && culture.targets.contains { $0.observation.quantity == "vcd" }
  }

  /// Measured volumes that the operations do not explain; total cells rest on the operations.
  private static func volumeNotes(_ culture: Culture) -> [String] {
    guard culture.timeline.volumeIsScheduled else { return [] }
    return culture.run.observations.filter { $0.quantity == "volume" }.compactMap { observation in
      let book = culture.timeline.volume(at: observation.time, phase: observation.phase)
      let measured = observation.value.number
      guard abs(measured - book) > 0.1 * book else { return nil }
      return "The measured volume at \(NumberText.significant(observation.time)) h is "
        + "\(NumberText.significant(measured)) mL, but by the operations it is "
        + "\(NumberText.significant(book)) mL. Total cells rest on the operations: correct one of them."
    }
  }

  /// The prior on the estimation scale, and a start value where the run tells one.
  private static func prior(
    _ parameter: ModelParameter, _ culture: Culture, _ notes: inout [String]
  ) -> (NormalPrior?, start: Double?) {
    switch parameter.prior {
    case nil: return (nil, nil)
    case .normal(let center, let sd)?:
      let origin = parameter.isUnverified ? "model (unverified)" : "model"
      return (
        NormalPrior(mean: parameter.scale.toEstimation(center), sd: sd, origin: origin), center
      )
    case .platform(let sd)?:
      guard let capacity = culture.capacityPrior else {
        notes.append(
          "No capacity is known for the run's platform (\(culture.run.platform ?? "none given")), so "
            + "\(parameter.name) has no prior; the known platforms are the files of data/platforms."
        )
        return (nil, nil)
      }
      return (
        NormalPrior(
          mean: Double.log(capacity.median), sd: sd ?? capacity.sdLn,
          origin: "platform \(capacity.platform)" + (capacity.isUnverified ? " (unverified)" : "")),
        capacity.median
      )
    case .seed(let quantity, let sd)?:
      if let seeded = culture.seeded(quantity), seeded > 0 {
        return (
          NormalPrior(mean: Double.log(seeded), sd: sd, origin: "seed operation"), seeded
        )
      }
      let first = culture.targets.first {
        $0.observation.quantity == quantity && $0.observation.value.number > 0
      }
      return (nil, first?.observation.value.number)
    }
  }
}
