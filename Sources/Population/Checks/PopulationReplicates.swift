import Inference
import LinearAlgebra
import Quantities
import Randomness

/// Measurements of a population beside simulated ones of the same design: the same donors, runs,
/// covariates and times, with random effects and noise of their own.
public struct PopulationReplicates: Sendable {
  /// The measurements that were seen, donor after donor; a censored one is nil.
  public let readings: [OccasionReading]
  /// Of each reading, the index of its donor.
  public let donors: [Int]
  /// The typical measurement at the population's means, one a reading.
  public let typical: [Double]
  /// Simulated measurements, one list as long as `readings` a replicate.
  public let simulated: [[Double]]

  /// Why a population cannot be simulated.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    /// The cause and what to do.
    public let description: String
  }

  /// Replicates from their parts. Throws `Refusal` when lengths differ, there are fewer than 20
  /// replicates, or a number is not finite.
  public init(
    readings: [OccasionReading], donors: [Int], typical: [Double], simulated: [[Double]]
  ) throws(Refusal) {
    let n = readings.count
    guard n > 0, donors.count == n, typical.count == n, simulated.allSatisfy({ $0.count == n })
    else {
      throw Refusal(description: "Replicates need one number for each of at least one reading.")
    }
    guard simulated.count >= 20 else {
      throw Refusal(description: "A predictive check needs at least 20 replicates.")
    }
    guard typical.allSatisfy(\.isFinite), simulated.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw Refusal(description: "A simulated measurement is not finite.")
    }
    (self.readings, self.donors, self.typical, self.simulated) =
      (readings, donors, typical, simulated)
  }

  /// Replicates of a fitted population; each donor draws from a stream of its own, so that threads do
  /// not matter.
  ///
  /// Throws `Refusal` when the fit is not usable, when a run's likelihood cannot simulate (counted
  /// cells; a likelihood of one's own that is no `SimulatedOccasion`), or when a simulation fails.
  public init(
    _ model: PopulationModel, _ fit: PopulationResult, replicates count: Int, seed: UInt64 = 1,
    threads: Int = 1
  ) throws(Refusal) {
    guard fit.isUsable, fit.theta.count == model.layout.count else {
      throw Refusal(description: "The fit is not usable, so its population is not simulated.")
    }
    var theta = fit.theta
    for diagonal in model.layout.diagonals {
      let estimate = diagonal.isDonor ? fit.donorEffects : fit.runEffects
      // Zero is zero: ln of a held deviation stands for it.
      if estimate.atZero.contains(estimate.names[diagonal.effect]) { theta[diagonal.column] = -700 }
    }
    try self.init(model, theta: theta, replicates: count, seed: seed, threads: threads)
  }

  /// Replicates at parameters theta: fixed effects, then ln of the deviations (the elements of the
  /// log-Cholesky factors) between donors and between runs, as in `PopulationResult.theta`.
  public init(
    _ model: PopulationModel, theta: [Double], replicates count: Int, seed: UInt64 = 1,
    threads: Int = 1
  ) throws(Refusal) {
    let layout = model.layout
    guard model.fault == nil, theta.count == layout.count, theta.allSatisfy(\.isFinite) else {
      throw Refusal(description: "The population's parameters do not fit its model.")
    }
    let point = layout.point(theta)
    var readings: [OccasionReading] = []
    var owners: [Int] = []
    for (i, donor) in model.donors.enumerated() {
      for occasion in donor.occasions {
        guard let own = occasion.likelihood as? any SimulatedOccasion else {
          throw Refusal(description: "Run \(occasion.name) has a likelihood that cannot simulate.")
        }
        readings += own.readings
        owners += own.readings.map { _ in i }
      }
    }
    nonisolated(unsafe) let donors = model.donors
    let parts = Parallel.map(chunksOf: 1, count: donors.count, threads: threads, context: {}) {
      _, i -> (typical: [Double], simulated: [[Double]])? in
      PopulationReplicates.simulate(donors[i], layout, point, count, seed)
    }
    var typical: [Double] = []
    var simulated = [[Double]](repeating: [], count: count)
    for (donor, part) in zip(model.donors, parts) {
      guard let part else {
        throw Refusal(
          description: "Donor \(donor.name) cannot be simulated: its cells are counted, or a "
            + "simulation failed.")
      }
      typical += part.typical
      for r in simulated.indices { simulated[r] += part.simulated[r] }
    }
    try self.init(readings: readings, donors: owners, typical: typical, simulated: simulated)
  }

  private static func simulate(
    _ donor: PopulationDonor, _ layout: PopulationLayout, _ point: PopulationPoint, _ count: Int,
    _ seed: UInt64
  ) -> (typical: [Double], simulated: [[Double]])? {
    let h = DonorIntegrand(donor, layout, point)
    let occasions = donor.occasions.compactMap { $0.likelihood as? any SimulatedOccasion }
    let still = [Double](repeating: 0, count: h.dimension)
    var typical: [Double] = []
    for (j, occasion) in occasions.enumerated() {
      guard let own = occasion.expected(at: h.psi(j, still)) else { return nil }
      typical += own
    }
    let q = layout.structure.donor.count
    var simulated: [[Double]] = []
    for r in 0..<count {
      var stream = RandomStream(
        seed: seed, name: donor.name, purpose: "replicate", index: UInt64(r))
      var v = still.map { _ in stream.normal() }
      if let df = layout.structure.studentDegrees, q > 0 {
        let widening = (df / stream.chiSquare(degreesOfFreedom: df)).squareRoot()
        for a in 0..<q { v[a] *= widening }
      }
      var row: [Double] = []
      for (j, occasion) in occasions.enumerated() {
        guard let own = occasion.replicate(at: h.psi(j, v), &stream) else { return nil }
        row += own
      }
      simulated.append(row)
    }
    return (typical, simulated)
  }
}
