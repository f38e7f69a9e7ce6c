import Bioreactor
import ModelLanguage
import Randomness
import Statistics

/// The posterior draws of a culture carried through given instants.
public struct Ensemble: Sendable {
  /// The instants.
  public let instants: [Instant]
  /// The model's observables that were followed, as indices.
  public let observables: [Int]
  /// Weights of the draws that could be simulated, summing to 1.
  public let weights: [Double]
  /// Draws that could not be simulated; they carry no weight.
  public let lost: Int
  /// For each draw, means at instant x observable.
  private let means: [[Double]]
  /// For each draw, what a measurement would read there, with its noise.
  private let measured: [[Double]]

  /// Simulates every draw of a fit's run number `member`; measurements are drawn with the model's
  /// noise (and, with pooled donors, the spread between them).
  ///
  /// Throws `Posterior.Refusal` when more than 1 % of the weight cannot be simulated.
  public init(
    _ posterior: Posterior, _ culture: Culture, member: Int = 0, instants: [Instant],
    observables: [Int], run: String, options: FitOptions, threads: Int = 1
  ) throws(Posterior.Refusal) {
    let draws = posterior.draws(member: member)
    let spreads = culture.run.donor == .pooled ? posterior.donorSpread : draws.map { _ in 0 }
    self.instants = instants
    self.observables = observables
    let families = observables.map { culture.model.observables[$0].family }
    // The next count is thought to be made like the last one.
    let counts = observables.map { culture.lastCount($0) }
    let paths = Parallel.map(chunksOf: 64, count: draws.count, threads: threads) {
      CultureEnsemble(culture, instants: instants, options: options.stepOptions)
    } body: { ensemble, index -> (means: [Double], measured: [Double])? in
      guard
        let path = ensemble.path(index, of: draws.count, draw: { draws[$0] })
      else { return nil }
      var stream = RandomStream(
        seed: options.seed, name: run, purpose: "measurement", index: UInt64(index))
      let donor = spreads[index]
      // One deviate a draw and observable serves all instants: each instant's distribution is the
      // same as with fresh ones, and the bands are smooth.
      let deviates = families.map { family -> Double in
        switch family {
        case .studentT(let df), .studentTLog(let df):
          return stream.normal() / (stream.chiSquare(degreesOfFreedom: df) / df).squareRoot()
        default: return stream.normal()
        }
      }
      let means = path.flatMap { snapshot in observables.map { snapshot.means[$0] } }
      let noises = path.flatMap { snapshot in observables.map { snapshot.noise[$0] } }
      var measured = means
      for slot in measured.indices {
        let kind = slot % families.count
        let scale = families[kind].scale
        let sd = NoiseTerm.spread(
          toCome: families[kind], mean: means[slot], noise: noises[slot], count: counts[kind],
          donor: donor)
        let z = deviates[kind]
        measured[slot] = scale.toNatural(scale.toEstimation(means[slot]) + sd * z)
      }
      return (means, measured)
    }
    let alive = paths.indices.filter { paths[$0] != nil }
    let total = alive.reduce(0) { $0 + posterior.weights[$1] }
    guard total > 0.99 else {
      throw Posterior.Refusal(
        description: "More than 1 % of the posterior could not be simulated to the horizon; no "
          + "probability is given.")
    }
    weights = alive.map { posterior.weights[$0] / total }
    lost = paths.count - alive.count
    means = alive.compactMap { paths[$0]?.means }
    measured = alive.compactMap { paths[$0]?.measured }
  }

  /// Means of one followed observable at one instant, one a draw.
  public func values(instant: Int, observable: Int) -> [Double] {
    means.map { $0[instant * observables.count + observable] }
  }

  /// Quantiles of the curve: where the culture itself is.
  public func curve(instant: Int, observable: Int) throws -> Quantiles {
    try quantiles(values(instant: instant, observable: observable))
  }

  /// Quantiles of the next measurement: what a count would read, with its noise.
  public func measurement(instant: Int, observable: Int) throws -> Quantiles {
    try quantiles(readings(instant: instant, observable: observable))
  }

  /// The next measurement, one a draw, with its noise.
  public func readings(instant: Int, observable: Int) -> [Double] {
    measured.map { $0[instant * observables.count + observable] }
  }

  /// Weighted quantiles of one value a draw.
  public func quantiles(_ values: [Double]) throws -> Quantiles {
    let sample = try WeightedSample(values, weights: weights)
    return Quantiles(values: try Quantiles.levels.map { try sample.bound($0) })
  }

  /// Weighted share of draws that meet a condition, with its Monte-Carlo standard error.
  public func probability(_ meets: (Int) -> Bool) -> (value: Double, error: Double) {
    let flags = weights.indices.map(meets)
    let share = zip(weights, flags).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    let squares = zip(weights, flags).reduce(0) { sum, pair in
      let deviation = (pair.1 ? 1 : 0) - share
      return sum + pair.0 * pair.0 * deviation * deviation
    }
    return (min(1, share), squares.squareRoot())
  }
}
