import Bioreactor
import Inference
import ModelLanguage
import Quantities
import Randomness
import RunFiles
import RunRecords
import Timing

/// A simulated experiment: true parameters from a model's own priors, readings from its own noise.
struct Study: Sendable {
  /// How readings scatter about the model's mean.
  enum Noise: Sendable {
    /// As the model says.
    case model
    /// Student t with 4 degrees of freedom in place of the normal: a defect that must be seen.
    case studentT4
  }

  let name: String
  let model: Model
  let platform: Platform
  let quantities: [String]
  let options: FitOptions
  let plan: ParameterPlan
  /// Hours of the readings, days 0 ... 9, and of the forecast, day 10.
  let hours = (0..<10).map { 24 * Double($0) }
  let horizon = 240.0
  let volume = 100.0

  static let names = ["exponential_lag", "baranyi_roberts", "live_dead", "glucose_lactate"]

  init(_ name: String, data: DataFolder, options: FitOptions) throws {
    self.name = name
    self.options = options
    model = try ModelFile.read(name, data: data).model
    platform = try PlatformFile.platform(named: "prodigy", data: data)
    switch name {
    case "live_dead": quantities = ["vcd", "viability"]
    case "glucose_lactate": quantities = ["vcd", "viability", "glucose", "lactate"]
    default: quantities = ["vcd"]
    }
    let bare = try Culture(
      model: model, run: Study.run("bare", [], volume: volume), platform: platform)
    plan = ParameterPlan(bare, options: FitOptions())
    if let open = plan.free.first(where: { $0.prior == nil }) {
      throw Unanswerable("\(open.name) of \(name) has no prior to draw from")
    }
  }

  /// Prior medians: the truth of the runs with one truth.
  var center: [Double] {
    plan.free.map { ($0.prior?.mean ?? $0.start).clamped(to: $0.bounds) }
  }

  /// One draw from the priors, each inside its bounds.
  func truth(_ stream: inout RandomStream) -> [Double] {
    plan.free.map { free in
      guard let prior = free.prior else { return free.start }
      while true {
        let x = prior.mean + prior.sd * stream.normal()
        if free.bounds.contains(x) { return x }
      }
    }
  }

  /// A simulated run with cells on day 10 at its true parameters; nil when it cannot be simulated.
  struct Experiment {
    let culture: Culture
    let cells: Double
  }

  func experiment(
    _ p: [Double], index: Int, noise: Noise = .model, _ stream: inout RandomStream
  ) throws -> Experiment? {
    let followed = quantities.compactMap { quantity in
      model.observables.firstIndex { $0.name == quantity }
    }
    var points = hours.flatMap { hour in
      followed.map { Predictor.Point(instant: Instant(time: hour), observable: $0) }
    }
    points.append(Predictor.Point(instant: Instant(time: horizon), observable: followed[0]))
    let bare = try Culture(
      model: model, run: Study.run("bare", [], volume: volume), platform: platform)
    let predictor = Predictor(bare, points: points, options: options.stepOptions)
    guard let found = predictor.predict(plan.natural(p)) else { return nil }
    var observations: [Observation] = []
    for (slot, point) in points.dropLast().enumerated() {
      let observable = model.observables[point.observable]
      var z = stream.normal()
      if case .studentT4 = noise {
        z /= (stream.chiSquare(degreesOfFreedom: 4) / 4).squareRoot()
      }
      let scale = observable.family.scale
      let y = scale.toNatural(scale.toEstimation(found.means[slot]) + found.noise[slot] * z)
      guard y.isFinite else { return nil }
      observations.append(
        Observation(
          time: point.instant.time, quantity: observable.name, value: .exact(y),
          place: Place(file: "simulated", line: slot + 2)))
    }
    let run = Study.run("\(name) \(index)", observations, volume: volume)
    return Experiment(
      culture: try Culture(model: model, run: run, platform: platform),
      cells: found.means[points.count - 1] * volume)
  }

  private static func run(_ name: String, _ observations: [Observation], volume: Double) -> Run {
    let place = Place(file: "simulated", line: 1)
    let seed = Operation.Action.seed(
      volume: volume, viableDensity: 0.5, viability: 0.94,
      solutes: ["glucose": 20, "lactate": 1])
    return Run(
      name: name, donor: .unknown, platform: "prodigy", observations: observations,
      operations: [
        Operation(time: 0, action: seed, place: place),
        Operation(time: 0, action: .activation, place: place),
      ])
  }
}

extension Double {
  func clamped(to range: ClosedRange<Double>) -> Double {
    min(max(self, range.lowerBound), range.upperBound)
  }
}
