import Bioreactor
import Inference
import ModelLanguage
import Population
import Randomness
import RunRecords
import Statistics

/// Draws of donor forecasts, of one model or of several with weights, carried through the run's
/// operations to given instants.
public struct DonorCurves: Sendable {
  /// One model's forecast.
  public struct Part: Sendable {
    /// What prior and counts tell of the parameters.
    public let forecast: DonorForecast
    /// The run with all its operations.
    public let planned: Culture
    /// Its share in the mixture.
    public let share: Double

    /// A model's forecast.
    public init(_ forecast: DonorForecast, planned: Culture, share: Double = 1) {
      self.forecast = forecast
      self.planned = planned
      self.share = share
    }
  }

  /// The instants.
  public let instants: [Instant]
  /// What was followed, by name.
  public let quantities: [String]
  /// Weights of the draws, summing to 1.
  public let weights: [Double]
  /// The share of the weight whose draws could not be simulated; it was left out.
  public let lostShare: Double
  /// For each draw, means at instant x quantity, and what a measurement would read there.
  private let means: [[Double]]
  private let measured: [[Double]]
  /// Standard deviations of readings there, on the scales of their families.
  private let spreads: [[Double]]
  private let scales: [[EstimationScale]]
  /// Degrees of freedom of readings; nil for normal ones.
  private let tails: [[Double?]]
  /// The part that each draw comes from.
  private let parts: [Int]

  /// Simulates every draw of weight.
  ///
  /// Draws have random streams of their own, so results do not depend on `threads`. Throws
  /// `Posterior.Refusal` when a model does not observe a quantity, or more than 1 % of the weight
  /// cannot be simulated.
  public init(
    _ parts: [Part], instants: [Instant], quantities: [String], options: FitOptions,
    threads: Int = 1
  ) throws(Posterior.Refusal) {
    self.instants = instants
    self.quantities = quantities
    let shares = parts.reduce(0) { $0 + $1.share }
    var weights: [Double] = []
    var means: [[Double]] = []
    var measured: [[Double]] = []
    var spreads: [[Double]] = []
    var owners: [Int] = []
    for (number, part) in parts.enumerated() where part.share > 0 {
      let paths = try DonorCurves.paths(
        part, number, instants, quantities, options: options, threads: threads)
      for (path, weight) in zip(paths, part.forecast.weights) {
        guard let path else { continue }
        weights.append(weight * part.share / shares)
        means.append(path.means)
        measured.append(path.measured)
        spreads.append(path.spreads)
        owners.append(number)
      }
    }
    let total = weights.reduce(0, +)
    guard total > 0.99 else {
      throw Posterior.Refusal(
        description: "More than 1 % of the draws' weight could not be simulated to the end, so "
          + "nothing is forecast. Shorten the forecast, or use a prior of more donors.")
    }
    lostShare = max(0, 1 - total)
    self.weights = weights.map { $0 / total }
    self.means = means
    self.measured = measured
    self.spreads = spreads
    self.parts = owners
    scales = parts.map { part in
      let observables = part.planned.model.observables
      return quantities.map { name in
        observables.first { $0.name == name }?.family.scale ?? .linear
      }
    }
    tails = parts.map { part in
      let observables = part.planned.model.observables
      return quantities.map { name in
        switch observables.first(where: { $0.name == name })?.family {
        case .studentT(let df), .studentTLog(let df): df
        default: nil
        }
      }
    }
  }

  /// Draws of a culture's growth carried forward without a model, as densities; its counts read with
  /// the error that it takes for granted. Throws as `LocalGrowth.draws`.
  init(
    _ growth: LocalGrowth, instants: [Instant], draws count: Int, seed: UInt64, name: String
  ) throws(Posterior.Refusal) {
    let hours = Set(instants.map(\.time)).sorted()
    let made = try growth.draws(at: hours, count: count, seed: seed)
    let places = instants.map { instant in hours.firstIndex(of: instant.time) ?? 0 }
    let error = growth.rates.countError
    self.instants = instants
    quantities = ["vcd"]
    lostShare = 0
    weights = made.map { _ in 1 / Double(count) }
    means = made.map { draw in
      zip(instants, places).map { growth.density(draw[$1], $0) }
    }
    spreads = made.map { _ in instants.map { _ in error } }
    scales = [[.log]]
    tails = [[nil]]
    parts = made.map { _ in 0 }
    measured = means.enumerated().map { index, row in
      var stream = RandomStream(
        seed: seed, name: name, purpose: "reading of the path", index: UInt64(index))
      let z = stream.normal()
      return row.map { $0 * Double.exp(error * z) }
    }
  }

  private struct Path {
    let means: [Double]
    let measured: [Double]
    let spreads: [Double]
  }

  private static func paths(
    _ part: Part, _ number: Int, _ instants: [Instant], _ quantities: [String],
    options: FitOptions, threads: Int
  ) throws(Posterior.Refusal) -> [Path?] {
    let (forecast, culture) = (part.forecast, part.planned)
    let names = culture.model.observables.map(\.name)
    let observables = quantities.compactMap { names.firstIndex(of: $0) }
    guard observables.count == quantities.count else {
      throw Posterior.Refusal(
        description: "The model \(culture.model.name) does not observe all of "
          + "\(quantities.joined(separator: ", ")).")
    }
    let families = observables.map { culture.model.observables[$0].family }
    let draws = forecast.draws
    // A draw of no weight is simulated for its neighbours' sake only.
    return Parallel.map(chunksOf: 64, count: draws.count, threads: threads) {
      CultureEnsemble(culture, instants: instants, options: options.stepOptions)
    } body: { ensemble, index -> Path? in
      guard
        let path = ensemble.path(index, of: draws.count, draw: { forecast.natural(draws[$0]) }),
        path.allSatisfy({ snapshot in observables.allSatisfy { snapshot.means[$0].isFinite } })
      else { return nil }
      var stream = RandomStream(
        seed: options.seed, name: culture.run.name, purpose: "reading \(number)",
        index: UInt64(index))
      // One deviate a draw and quantity serves all instants, so that bands are smooth.
      let deviates = families.map { family -> Double in
        switch family {
        case .studentT(let df), .studentTLog(let df):
          stream.normal() / (stream.chiSquare(degreesOfFreedom: df) / df).squareRoot()
        default: stream.normal()
        }
      }
      let means = path.flatMap { snapshot in observables.map { snapshot.means[$0] } }
      var measured = means
      var spreads = means
      for (row, snapshot) in path.enumerated() {
        for (k, observable) in observables.enumerated() {
          let scale = families[k].scale
          let sd = ReadingToCome.spread(
            of: observable, in: culture, mean: snapshot.means[observable],
            noise: snapshot.noise[observable])
          let slot = row * observables.count + k
          spreads[slot] = sd
          measured[slot] = scale.toNatural(scale.toEstimation(means[slot]) + sd * deviates[k])
        }
      }
      return Path(means: means, measured: measured, spreads: spreads)
    }
  }

  /// Values of a quantity's curve at an instant, one a draw, base units.
  public func values(_ instant: Int, _ quantity: Int = 0) -> [Double] {
    means.map { $0[instant * quantities.count + quantity] }
  }

  /// What a measurement there would read, one a draw.
  public func readings(_ instant: Int, _ quantity: Int = 0) -> [Double] {
    measured.map { $0[instant * quantities.count + quantity] }
  }

  /// What a measurement at an instant would read, given a draw and a standard normal deviate of the noise
  /// on the scale of its family.
  func reader(_ instant: Int, _ quantity: Int) -> @Sendable (Int, Double) -> Double {
    let slot = instant * quantities.count + quantity
    let owned = parts.map { scales[$0][quantity] }
    let (centers, sds) = (means.map { $0[slot] }, spreads.map { $0[slot] })
    return { draw, z in
      owned[draw].toNatural(owned[draw].toEstimation(centers[draw]) + sds[draw] * z)
    }
  }

  /// P(a measurement there reads less than `reading`), by the families of the draws' own models: normal
  /// or Student's t on the scale of the family, averaged over the draws rather than drawn.
  public func below(_ reading: Double, _ instant: Int, _ quantity: Int = 0) -> Double {
    let slot = instant * quantities.count + quantity
    var sum = 0.0
    for (k, weight) in weights.enumerated() {
      let scale = scales[parts[k]][quantity]
      let sd = max(spreads[k][slot], 1e-9)
      let z = (scale.toEstimation(reading) - scale.toEstimation(means[k][slot])) / sd
      let share =
        tails[parts[k]][quantity].map { 1 - StudentT.upperTail(z, degreesOfFreedom: $0) }
        ?? Normal.cumulative(z)
      // A mean on the edge of its scale: the reading lies on one side of it.
      sum += weight * (share.isFinite ? share : reading < means[k][slot] ? 0 : 1)
    }
    return min(1, sum)
  }

  /// ln of the probability density of a reading at an instant, one a draw, on the scale of its
  /// family, normal there and up to a constant.
  func logDensities(_ instant: Int, _ quantity: Int) -> @Sendable (Double) -> [Double] {
    let slot = instant * quantities.count + quantity
    let owners = parts
    let families = scales.map { $0[quantity] }
    let centers = means.indices.map { families[owners[$0]].toEstimation(means[$0][slot]) }
    let sds = spreads.map { max($0[slot], 1e-9) }
    let logs = sds.map { Double.log($0) }
    return { reading in
      let own = families.map { $0.toEstimation(reading) }
      return centers.indices.map { k in
        let z = (own[owners[k]] - centers[k]) / sds[k]
        return z.isFinite ? -0.5 * z * z - logs[k] : -.infinity
      }
    }
  }

  /// Numbers, one a draw, with the draws' weights.
  public func sample(_ values: [Double]) throws(StatisticsRefused) -> WeightedSample {
    try WeightedSample(values, weights: weights)
  }

  /// The share of the draws that meet a condition, with its Monte-Carlo error.
  public func probability(_ values: [Double], atLeast limit: Double) -> (
    value: Double, error: Double
  ) {
    var (share, squares) = (0.0, 0.0)
    for (value, weight) in zip(values, weights) where value >= limit { share += weight }
    for (value, weight) in zip(values, weights) {
      let deviation = (value >= limit ? 1 : 0) - share
      squares += weight * weight * deviation * deviation
    }
    return (min(1, share), squares.squareRoot())
  }
}
