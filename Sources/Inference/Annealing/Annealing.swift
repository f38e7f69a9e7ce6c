import Randomness

/// Annealed sequential Monte Carlo from a proposal q to a posterior p inside a box.
///
/// Particles that were drawn from q follow q^(1-b) p^b while b grows from 0 to 1. Each step of b is the
/// largest that keeps a share of the particles effective; then every population is resampled by its
/// weights (systematically) and every particle makes a few Metropolis-Hastings moves, which leave
/// q^(1-b) p^b as it is. Moves are made on the whole line u of each parameter's range, where the
/// density carries ln |dx/du|. Populations are resampled apart from each other and count by their
/// evidence; what they say of each parameter tells the error.
/// Sources: Neal (2001), Stat Comput 11:125; Del Moral, Doucet and Jasra (2006), J R Stat Soc B
/// 68:411; Zhou, Johansen and Aston (2016), J Comput Graph Stat 25:701 for the steps.
struct Annealing<Problem: LeastSquaresProblem>: Sendable where Problem: SendableMetatype {
  let bounds: [ClosedRange<Double>]
  /// Parameters that vary.
  let inside: [Int]
  /// q.
  let base: ProposalMixture
  let limits: AnnealingLimits
  let threads: Int
  /// The random stream of a purpose and an index.
  let stream: @Sendable (_ purpose: String, _ index: Int) -> RandomStream
  /// One problem for each thread.
  let problem: @Sendable () -> Problem

  /// A point with all that its density at any temperature needs.
  struct Particle: Sendable {
    /// On the estimation scales.
    var point: [Double]
    /// The parameters that vary, on the whole line.
    var line: [Double]
    /// -ln p.
    var objective: Double
    /// ln q.
    var logBase: Double
    /// Sum of ln |dx/du|.
    var logSlope: Double
    /// The number of the draw from which it descends.
    var ancestor: Int

    /// ln of q^(1-b) p^b over the box.
    func logDensity(_ b: Double) -> Double { (1 - b) * logBase - b * objective }
    /// ln of p over q, the weight that a whole step of b would give.
    var logRatio: Double { -objective - logBase }
  }

  var box: [BoxTransform] {
    inside.map { BoxTransform(lower: bounds[$0].lowerBound, upper: bounds[$0].upperBound) }
  }

  /// `count` points from draws of q inside the box; see `AnnealedDraws`.
  func sample(_ pool: [ImportanceDraw], count: Int) -> AnnealedDraws {
    var islands = populations(pool)
    guard limits.islands > 1, !inside.isEmpty, islands.allSatisfy({ $0.count >= 4 }) else {
      return AnnealedDraws()
    }
    let population = Double(limits.islands * limits.particles)
    var evidence = [Double](repeating: 0, count: limits.islands)
    var mover = Mover(self)
    var (b, step) = (0.0, 0)
    while b < 1 {
      guard step < limits.temperatures else { return AnnealedDraws() }
      // Draws are cheap at first: there are more of them than particles.
      let wanted = step == 0 ? min(population, 0.5 * Double(pool.count)) : limits.share * population
      let next = temperature(after: b, islands.flatMap { $0 }, wanted: wanted)
      for k in islands.indices {
        let logs = islands[k].map { (next - b) * $0.logRatio }
        evidence[k] += LogSum.of(logs) - Double.log(Double(logs.count))
        var stream = stream("resampling \(step)", k)
        islands[k] = Annealing.resampled(
          islands[k], LogSum.weights(logs), count: limits.particles, &stream)
      }
      b = next
      step += 1
      for _ in 0..<limits.rounds { mover.move(&islands, at: b) }
    }
    for _ in 0..<limits.finalRounds { mover.move(&islands, at: 1) }
    let rounds = max(limits.keptRounds, Int((Double(count) / population).rounded(.up)))
    var draws = AnnealedDraws()
    for attempt in 0...limits.prolongations {
      var states: [[[AnnealedDraws.State]]] = []
      mover.resetCounts()
      for _ in 0..<(rounds << attempt) {
        mover.move(&islands, at: 1)
        states.append(islands.map { $0.map { ($0.point, -$0.objective, $0.ancestor) } })
      }
      var report = AnnealingReport()
      report.temperatures = step
      report.evaluations = mover.evaluations
      report.acceptance = mover.acceptance
      draws = AnnealedDraws(
        states, evidence: evidence, inside: inside, count: count, report: report, limits: limits)
      if draws.report.isUsable { break }
    }
    return draws
  }

  /// The draws dealt to the populations in turn.
  private func populations(_ pool: [ImportanceDraw]) -> [[Particle]] {
    let box = box
    let start = pool.enumerated().compactMap { index, draw -> Particle? in
      let particle = particle(draw.point, objective: draw.objective, box, ancestor: index)
      return particle.line.allSatisfy(\.isFinite) ? particle : nil
    }
    return (0..<limits.islands).map { k in
      stride(from: k, to: start.count, by: limits.islands).map { start[$0] }
    }
  }

  func particle(
    _ point: [Double], objective: Double, _ box: [BoxTransform], ancestor: Int
  ) -> Particle {
    let line = zip(inside, box).map { $1.coordinate(point[$0]) }
    return Particle(
      point: point, line: line, objective: objective, logBase: base.logDensity(point),
      logSlope: zip(line, box).reduce(0) { $0 + $1.1.image($1.0).logSlope }, ancestor: ancestor)
  }

  /// The largest b whose weights leave `wanted` effective particles, by bisection.
  private func temperature(after b: Double, _ all: [Particle], wanted: Double) -> Double {
    func size(_ next: Double) -> Double {
      LogSum.effectiveSize(LogSum.weights(all.map { (next - b) * $0.logRatio }))
    }
    if size(1) >= wanted { return 1 }
    var (low, high) = (b, 1.0)
    for _ in 0..<40 {
      let middle = 0.5 * (low + high)
      if size(middle) >= wanted { low = middle } else { high = middle }
    }
    return low
  }

  /// Systematic resampling: each particle about as often as its weight says, within one.
  static func resampled(
    _ particles: [Particle], _ weights: [Double], count: Int, _ stream: inout RandomStream
  ) -> [Particle] {
    let offset = stream.uniform()
    var chosen: [Particle] = []
    chosen.reserveCapacity(count)
    var sum = 0.0
    var index = -1
    for k in 0..<count {
      let level = (Double(k) + offset) / Double(count)
      while sum <= level, index + 1 < particles.count {
        index += 1
        sum += weights[index]
      }
      chosen.append(particles[index])
    }
    return chosen
  }
}
