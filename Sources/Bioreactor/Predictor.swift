import Integration
import Lanes
import ModelLanguage

/// Means and noise scales at a culture's targets, with or without sensitivities.
public struct Prediction: Sendable {
  /// Mean at each target, base units.
  public var means: [Double]
  /// Noise scale at each target.
  public var noise: [Double]
  /// d mean / d direction, one row of `directionCount` a target; empty without sensitivities.
  public var meanSlopes: [Double]
  /// d noise / d direction, likewise.
  public var noiseSlopes: [Double]
  /// Directions in each row.
  public var directionCount: Int

  /// The same prediction with the slopes of further directions after its own.
  func joined(_ other: Prediction) -> Prediction {
    func rows(_ a: [Double], _ b: [Double]) -> [Double] {
      means.indices.flatMap { row in
        a[(row * directionCount)..<((row + 1) * directionCount)]
          + b[(row * other.directionCount)..<((row + 1) * other.directionCount)]
      }
    }
    var whole = self
    whole.meanSlopes = rows(meanSlopes, other.meanSlopes)
    whole.noiseSlopes = rows(noiseSlopes, other.noiseSlopes)
    whole.directionCount += other.directionCount
    return whole
  }
}

/// Predicts a culture's targets, or chosen points, again and again at different parameters; one task's own.
///
/// Sensitivities are exact: the same program and the same integrator run on dual numbers, up to six
/// or eight directions at once and any more in further passes of eight.
public final class Predictor {
  /// The largest number of directions.
  public static let maximumDirections = 32

  /// What is predicted.
  public struct Point: Sendable, Hashable {
    /// When.
    public let instant: Instant
    /// Index of the model's observable.
    public let observable: Int

    /// An observable at an instant.
    public init(instant: Instant, observable: Int) {
      self.instant = instant
      self.observable = observable
    }
  }

  private let culture: Culture
  private let options: StepOptions
  private let instants: [Instant]
  private let observables: [Int]
  private let plain: Simulator<Double>
  private var memory = UnsafeMutablePointer<Double>.allocate(capacity: 1)
  private var room = 1
  private lazy var packs = DrawBlock(culture, instants: instants, options: options)
  private var six: Simulator<Dual6>?
  private var eight: Simulator<Dual8>?
  /// Simulations that ended early, by how they ended.
  public private(set) var failures = 0
  /// Simulations in all.
  public private(set) var simulations = 0
  /// Why the last simulation ended early; nil when it did not.
  public private(set) var lastFailure: SimulationFailure?

  /// Prepares a culture's targets.
  public convenience init(_ culture: Culture, options: StepOptions = Culture.defaultOptions) {
    self.init(
      culture,
      points: culture.targets.map {
        Point(
          instant: Instant(time: $0.observation.time, phase: $0.observation.phase),
          observable: $0.observable)
      }, options: options)
  }

  /// Prepares points of a culture's curves, in any order of time.
  public init(
    _ culture: Culture, points: [Point], options: StepOptions = Culture.defaultOptions
  ) {
    self.culture = culture
    self.options = options
    instants = points.map(\.instant)
    observables = points.map(\.observable)
    plain = Simulator(
      culture, instants: instants, options: options)
  }

  /// Steps and evaluations so far.
  public var counters: SolverCounters {
    var total = plain.counters
    for case .some(let more) in [six?.counters, eight?.counters] { total += more }
    return total
  }

  /// Means and noise at natural parameters; nil when the simulation ended early.
  public func predict(_ parameters: [Double]) -> Prediction? {
    read(plain, parameters, directions: 0) { _, _ in 0 }
  }

  /// Means and noise of many draws, eight side by side where the culture allows it; nil for a draw
  /// whose simulation ended early.
  public func predict(each draws: [[Double]]) -> [Prediction?] {
    stride(from: 0, to: draws.count, by: DrawBlock.size).flatMap { first -> [Prediction?] in
      let some = Array(draws[first..<min(first + DrawBlock.size, draws.count)])
      return together(some) ?? some.map { predict($0) }
    }
  }

  /// A block of draws; nil when they cannot go together.
  private func together(_ draws: [[Double]]) -> [Prediction]? {
    guard let packs, DrawBlock.isWorthIt(draws.count) else { return nil }
    let blank = [Double](repeating: .nan, count: observables.count)
    var found = draws.map { _ in
      Prediction(means: blank, noise: blank, meanSlopes: [], noiseSlopes: [], directionCount: 0)
    }
    let isWhole = packs.run(draws) { index, evaluator, _ in
      let mean = evaluator.mean(observables[index])
      let noise = evaluator.noise(observables[index])
      for draw in draws.indices {
        found[draw].means[index] = mean[draw]
        found[draw].noise[index] = noise[draw]
      }
    }
    guard isWhole else { return nil }
    simulations += draws.count
    return found
  }

  /// Means, noise and their slopes.
  ///
  /// `seeds[j]` is the parameter that direction j moves, `slopes[j]` is d parameter / d direction.
  /// nil when the simulation ended early or there are more than 32 directions.
  public func predict(_ parameters: [Double], seeds: [Int], slopes: [Double]) -> Prediction? {
    guard seeds.count <= Predictor.maximumDirections else { return nil }
    if seeds.count <= Dual6.directionCount { return predict(parameters, seeds, slopes, on: &six) }
    var whole: Prediction?
    for first in stride(from: 0, to: seeds.count, by: Dual8.directionCount) {
      let some = first..<min(first + Dual8.directionCount, seeds.count)
      guard let part = predict(parameters, Array(seeds[some]), Array(slopes[some]), on: &eight)
      else { return nil }
      whole = whole.map { $0.joined(part) } ?? part
    }
    return whole
  }

  private func predict<Partials>(
    _ parameters: [Double], _ seeds: [Int], _ slopes: [Double],
    on kept: inout Simulator<Dual<Partials>>?
  ) -> Prediction? {
    let simulator =
      kept
      ?? Simulator(
        culture, instants: instants, options: options)
    kept = simulator
    var numbers = parameters.map { Dual<Partials>($0) }
    for (j, seed) in seeds.enumerated() { numbers[seed].partials[j] = slopes[j] }
    return read(simulator, numbers, directions: seeds.count) { $0.partials[$1] }
  }

  private func read<Number: Lane>(
    _ simulator: Simulator<Number>, _ parameters: [Number], directions: Int,
    partial: (Number, Int) -> Double
  ) -> Prediction? {
    let count = observables.count
    // One row a target: mean, noise, slopes of the mean, slopes of the noise.
    let width = 2 + 2 * directions
    let rows = scratch(count * width)
    for index in 0..<count { (rows[index * width], rows[index * width + 1]) = (.nan, .nan) }
    simulations += 1
    lastFailure = simulator.run(parameters) { index, evaluator, _ in
      let observable = observables[index]
      let mean = evaluator.mean(observable)
      let noise = evaluator.noise(observable)
      let row = rows + index * width
      row[0] = mean.value
      row[1] = noise.value
      for j in 0..<directions {
        row[2 + j] = partial(mean, j)
        row[2 + directions + j] = partial(noise, j)
      }
    }
    if lastFailure != nil {
      failures += 1
      return nil
    }
    func gathered(_ first: Int, _ length: Int) -> [Double] {
      [Double](unsafeUninitializedCapacity: count * length) { target, written in
        for index in 0..<count {
          for j in 0..<length {
            target.initializeElement(at: index * length + j, to: rows[index * width + first + j])
          }
        }
        written = count * length
      }
    }
    return Prediction(
      means: gathered(0, 1), noise: gathered(1, 1), meanSlopes: gathered(2, directions),
      noiseSlopes: gathered(2 + directions, directions), directionCount: directions)
  }

  /// Memory for as many numbers, all 0 in what was never looked at.
  private func scratch(_ count: Int) -> UnsafeMutablePointer<Double> {
    if count > room {
      memory.deallocate()
      memory = .allocate(capacity: count)
      room = count
    }
    memory.initialize(repeating: 0, count: count)
    return memory
  }

  deinit { memory.deallocate() }
}
