import Bioreactor
import Inference
import LinearAlgebra
import ModelLanguage
import Randomness
import RunRecords
import Statistics

/// The growth of one culture carried forward from its own counts, without a model of the cells.
///
/// G(t) = ln(vcd V/kept) is the ln of all cells ever grown: V is the culture's volume, kept the share
/// of those cells that samples, splits, exchanges and washes have left in the vessel. Counts read G
/// with a normal error. dG/dt = m + u, u an Ornstein-Uhlenbeck process of stationary sd R and memory
/// T; the level is free. A run scatters as Student's t. Linear and normal, so conditioning on counts
/// at any times is exact. Sources: Uhlenbeck and Ornstein (1930), Phys. Rev. 36:823; Rasmussen and
/// Williams (2006), equations 2.22 to 2.24; Doucet (2010), note on conditional simulation.
public struct LocalGrowth: Sendable {
  /// What is taken for granted of growth rates; days, and ln of cells.
  ///
  /// Engineering judgement, wide on purpose, checked on real and simulated cultures: see
  /// docs/theory/harvest-decision.md.
  public struct Rates: Sendable, Hashable {
    /// The rate that is returned to, 1/d.
    public var mean = -0.1
    /// Stationary standard deviation of the rate about it, 1/d.
    public var sd = 0.8
    /// Days after which the rate has forgotten a share 1 - 1/e of what it was.
    public var memory = 1.5
    /// Standard deviation of a count on the ln scale.
    public var countError = 0.12
    /// Degrees of freedom by which runs scatter.
    public var degrees = 5.0

    /// The defaults.
    public init() {}
  }

  /// One count: hours, and ln of 1e6 cells grown.
  struct Count: Sendable, Hashable {
    let time: Double
    let log: Double
  }

  /// What is taken for granted.
  public let rates: Rates
  /// Counts that are used; the seed is one of them.
  public var countsUsed: Int { counts.count }
  /// True when the seeded density is the first of them.
  public let usesSeed: Bool
  let counts: [Count]
  private let timeline: Timeline
  /// ln of the cells seeded, 1e6; nil when the run does not tell them.
  private let seeded: Double?

  /// Fewest counts, the seed included, from which growth is carried forward.
  public static let fewest = 3

  /// The counts of viable cells of a run up to an hour.
  ///
  /// Counts of one hour are averaged on the ln scale; limits such as `<0.5` are left out. Throws
  /// `Posterior.Refusal` for fewer than three counts with the seed, and for a run in which a rule
  /// changes the volume or the cells.
  public init(
    _ culture: Culture, until: Double, rates: Rates = Rates()
  ) throws(Posterior.Refusal) {
    let (run, timeline) = (culture.run, culture.timeline)
    guard !run.operations.contains(where: { $0.trigger != nil }) else {
      throw Posterior.Refusal(
        description: "A rule of the run ('when') acts at hours that the growth path cannot know. "
          + "Write what is planned as rows with times.")
    }
    var found: [Count] = []
    if let density = culture.seeded("vcd"), density > 0 {
      found.append(Count(time: timeline.start, log: Double.log(density * timeline.startVolume)))
    }
    seeded = found.first?.log
    usesSeed = !found.isEmpty
    let readings = run.observations.filter {
      $0.quantity == "vcd" && $0.time <= until && $0.value.isExact && $0.value.number > 0
    }
    for time in Set(readings.map(\.time)).sorted() where time > timeline.start || found.isEmpty {
      let logs = readings.filter { $0.time == time }.map { reading in
        Double.log(
          reading.value.number * timeline.volume(at: time, phase: reading.phase)
            / timeline.kept(at: time, phase: reading.phase))
      }
      let mean = logs.reduce(0, +) / Double(logs.count)
      if mean.isFinite { found.append(Count(time: time, log: mean)) }
    }
    guard found.count >= LocalGrowth.fewest else {
      throw Posterior.Refusal(
        description: "The growth path without a model needs \(LocalGrowth.fewest) counts of viable "
          + "cells, the seeded density among them, and there "
          + (found.count == 1 ? "is 1." : "are \(found.count)."))
    }
    counts = found
    self.rates = rates
    self.timeline = timeline
  }

  /// Joint draws of G at hours that ascend, one row a draw: the mean given the counts, and a path
  /// of the process less what the counts would have made of it (Matheron's rule), stretched by the
  /// run's scale. Before the first count G does not change.
  func draws(at hours: [Double], count: Int, seed: UInt64) throws(Posterior.Refusal) -> [[Double]] {
    let first = counts[0].time
    let times = counts.map(\.time)
    let n = times.count
    let grown = IntegratedRate(sd: rates.sd, memory: rates.memory)
    func covariance(_ s: Double, _ t: Double) -> Double {
      LocalGrowth.level + grown.covariance(max(0, s - first) / 24, max(0, t - first) / 24)
    }
    let noise = rates.countError * rates.countError
    let gram = Matrix(rows: n, columns: n) {
      covariance(times[$0], times[$1]) + ($0 == $1 ? noise : 0)
    }
    let trend = { (t: Double) in counts[0].log + rates.mean * max(0, t - first) / 24 }
    let residual = counts.map { $0.log - trend($0.time) }
    let gains: [[Double]]
    let distance: Double
    do {
      let factor = try Cholesky(gram, threshold: 1e-15)
      gains = try hours.map { hour in try factor.solve(times.map { covariance(hour, $0) }) }
      distance = try zip(residual, factor.solve(residual)).reduce(0) { $0 + $1.0 * $1.1 }
    } catch {
      throw Posterior.Refusal(
        description: "The counts' covariance has no Cholesky factor: \(error).")
    }
    // The level is free, so one count tells no scatter.
    let freedom = rates.degrees + Double(n - 1)
    let scale = ((rates.degrees + distance) / freedom).squareRoot()
    let mean = zip(hours, gains).map { hour, gain in
      trend(hour) + zip(gain, residual).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let path = Path(rates, first: first, hours: hours, counts: times)
    return (0..<count).map { index in
      var stream = RandomStream(
        seed: seed, name: "growth path", purpose: "draw", index: UInt64(index))
      let stretch = scale * (freedom / stream.chiSquare(degreesOfFreedom: freedom)).squareRoot()
      let made = path.draw(&stream)
      let errors = made.counts.map { $0 + rates.countError * stream.normal() }
      return hours.indices.map { k in
        let pulled = zip(gains[k], errors).reduce(0) { $0 + $1.0 * $1.1 }
        return mean[k] + stretch * (made.hours[k] - pulled)
      }
    }
  }

  /// Variance of the free level, so large that it says nothing.
  static let level = 100.0

  /// Viable cells grown, 1e6, over those in the vessel: what turns G into a density, 1e6/mL.
  func density(_ log: Double, _ instant: Instant) -> Double {
    Double.exp(log) * timeline.kept(at: instant.time, phase: instant.phase)
      / timeline.volume(at: instant.time, phase: instant.phase)
  }

  /// Fold expansion since the seed, corrected for cells taken out; nil without a seeded density.
  func fold(_ log: Double) -> Double? { seeded.map { Double.exp(log - $0) } }
}

extension LocalGrowth {
  /// Draws of the process itself at the counts' hours and at others, with a free level.
  private struct Path {
    let rates: Rates
    /// All hours in order; where each of the hours asked for, and each count, lies in them.
    private let steps: [Double]
    private let hourPlaces: [Int]
    private let countPlaces: [Int]

    init(_ rates: Rates, first: Double, hours: [Double], counts: [Double]) {
      self.rates = rates
      let all = Set(hours + counts).sorted()
      var places: [Double: Int] = [:]
      for (k, time) in all.enumerated() { places[time] = k }
      hourPlaces = hours.compactMap { places[$0] }
      countPlaces = counts.compactMap { places[$0] }
      steps = zip([first] + all, all).map { max(0, $1 - max($0, first)) / 24 }
    }

    /// Exact steps of the rate and its integral.
    func draw(_ stream: inout RandomStream) -> (hours: [Double], counts: [Double]) {
      let (r, t) = (rates.sd, rates.memory)
      var rate = r * stream.normal()
      var sum = LocalGrowth.level.squareRoot() * stream.normal()
      let values = steps.map { dt -> Double in
        guard dt > 0 else { return sum }
        let e = Double.exp(-dt / t)
        let own = r * r * (1 - e * e)
        let shared = r * r * t * (1 - e) * (1 - e)
        let whole = max(0, r * r * t * (2 * dt - t * (3 - 4 * e + e * e)))
        let (z, w) = (stream.normal(), stream.normal())
        let slope = own > 0 ? shared / own.squareRoot() : 0
        sum += t * (1 - e) * rate + slope * z + max(0, whole - slope * slope).squareRoot() * w
        rate = e * rate + own.squareRoot() * z
        return sum
      }
      return (hourPlaces.map { values[$0] }, countPlaces.map { values[$0] })
    }
  }
}
