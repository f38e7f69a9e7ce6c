import Randomness
import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One transition of the no-U-turn sampler in the unit metric.
///
/// Trajectories double in a random direction until they turn back; the next state is drawn from all
/// their states with weights exp(-H), with a preference for the newer half. A trajectory turns when
/// the sum of its momenta rho makes an obtuse angle with the momentum at either end, which is also
/// asked across the seam of its two halves. Reference: Hoffman and Gelman (2014), JMLR 15; Betancourt
/// (2017), A conceptual introduction to Hamiltonian Monte Carlo, arXiv:1701.02434, appendix A; the
/// two further checks as in Stan 2.21 and later.
struct NoUTurnKernel<Density: LogDensity> {
  let density: Density
  let step: Double
  let maximumDepth: Int

  /// A point of phase space.
  struct State {
    var position: [Double]
    var momentum: [Double]
    var value: Double
    var gradient: [Double]

    /// H = |p|^2 / 2 - ln density.
    var energy: Double { 0.5 * squared(momentum) - value }
  }

  /// What one transition did.
  struct Transition {
    var next: State
    var depth = 0
    var gradients = 0
    /// Mean of min(1, exp(H0 - H)) over all new states.
    var acceptance = 0.0
    /// The energy error passed 1000.
    var diverged = false
    /// A state could not be evaluated.
    var metInfeasible = false
  }

  /// A half of a trajectory, in the order in which it was made.
  private struct Subtree {
    var first: [Double]
    var last: [Double]
    var momenta: [Double]
    var proposal: State
    var logWeight: Double

    /// The same states from the other end.
    var reversed: Self {
      var other = self
      (other.first, other.last) = (last, first)
      return other
    }
  }

  /// The largest energy error of a trajectory that is not called divergent.
  static var largestError: Double { 1000 }

  /// The state at a position; nil where the density is zero.
  static func state(_ density: Density, at position: [Double]) -> State? {
    density.evaluate(at: position).map {
      State(
        position: position, momentum: [Double](repeating: 0, count: position.count),
        value: $0.value, gradient: $0.gradient)
    }
  }

  func transition(from old: State, _ stream: inout RandomStream) -> Transition {
    var start = old
    for j in start.momentum.indices { start.momentum[j] = stream.normal() }
    var result = Transition(next: start)
    let energy = start.energy
    var ends = (backward: start, forward: start)
    var whole = Subtree(
      first: start.momentum, last: start.momentum, momenta: start.momentum, proposal: start,
      logWeight: 0)
    var sum = 0.0
    while result.depth < maximumDepth {
      let forward = stream.uniform() > 0.5
      var edge = forward ? ends.forward : ends.backward
      let grown = grow(
        result.depth, from: &edge, step: forward ? step : -step, energy, &sum, &result, &stream)
      if forward { ends.forward = edge } else { ends.backward = edge }
      guard let grown else { break }
      result.depth += 1
      let gain = grown.logWeight - whole.logWeight
      if gain > 0 || stream.uniform() < exp(gain) { result.next = grown.proposal }
      // `whole` runs from its backward to its forward end; a backward half was made in reverse.
      let new = forward ? grown : grown.reversed
      let (left, right) = forward ? (whole, new) : (new, whole)
      let persists = NoUTurnKernel.persists(left, right)
      whole = Subtree(
        first: left.first, last: right.last, momenta: added(left.momenta, right.momenta),
        proposal: result.next, logWeight: LogSum.of(whole.logWeight, grown.logWeight))
      if !persists { break }
    }
    result.acceptance = result.gradients > 0 ? sum / Double(result.gradients) : 0
    return result
  }

  /// A subtree of 2^depth steps beyond `edge`; nil when it turned, diverged or met an infeasible
  /// state.
  private func grow(
    _ depth: Int, from edge: inout State, step: Double, _ energy: Double, _ sum: inout Double,
    _ result: inout Transition, _ stream: inout RandomStream
  ) -> Subtree? {
    if depth == 0 {
      result.gradients += 1
      guard let next = leapfrog(edge, step) else {
        result.metInfeasible = true
        return nil
      }
      edge = next
      let error = next.energy - energy
      guard error <= Self.largestError else {
        result.diverged = true
        return nil
      }
      sum += min(1, exp(-error))
      return Subtree(
        first: next.momentum, last: next.momentum, momenta: next.momentum, proposal: next,
        logWeight: -error)
    }
    guard
      let near = grow(depth - 1, from: &edge, step: step, energy, &sum, &result, &stream),
      let far = grow(depth - 1, from: &edge, step: step, energy, &sum, &result, &stream)
    else { return nil }
    let total = LogSum.of(near.logWeight, far.logWeight)
    let isFar = stream.uniform() < exp(far.logWeight - total)
    guard NoUTurnKernel.persists(near, far) else { return nil }
    return Subtree(
      first: near.first, last: far.last, momenta: added(near.momenta, far.momenta),
      proposal: isFar ? far.proposal : near.proposal, logWeight: total)
  }

  /// True when two adjoining halves, and each with the first state of the other, do not turn.
  private static func persists(_ a: Subtree, _ b: Subtree) -> Bool {
    let all = added(a.momenta, b.momenta)
    let seam = (added(a.momenta, b.first), added(b.momenta, a.last))
    return product(a.first, all) > 0 && product(b.last, all) > 0
      && product(a.first, seam.0) > 0 && product(b.first, seam.0) > 0
      && product(a.last, seam.1) > 0 && product(b.last, seam.1) > 0
  }

  private func leapfrog(_ from: State, _ step: Double) -> State? {
    var next = from
    for j in next.position.indices {
      next.momentum[j] += 0.5 * step * from.gradient[j]
      next.position[j] += step * next.momentum[j]
    }
    guard let found = density.evaluate(at: next.position) else { return nil }
    next.value = found.value
    next.gradient = found.gradient
    for j in next.position.indices { next.momentum[j] += 0.5 * step * found.gradient[j] }
    return next.energy.isFinite ? next : nil
  }

  /// A step at which one leapfrog step is accepted with a probability about 0.8, by doubling or
  /// halving. Reference: Hoffman and Gelman (2014), algorithm 4, with Stan's 0.8.
  func reasonableStep(_ old: State, _ stream: inout RandomStream) -> Double {
    var trial = step
    var grows: Bool?
    for _ in 0..<50 {
      var start = old
      for j in start.momentum.indices { start.momentum[j] = stream.normal() }
      let gain = leapfrog(start, trial).map { start.energy - $0.energy } ?? -.infinity
      let isHigh = gain > log(0.8)
      if let grows, grows != isHigh { return trial }
      grows = isHigh
      trial *= isHigh ? 2 : 0.5
    }
    return trial
  }
}

private func squared(_ x: [Double]) -> Double { product(x, x) }

private func product(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for j in a.indices { sum += a[j] * b[j] }
  return sum
}

private func added(_ a: [Double], _ b: [Double]) -> [Double] {
  var sum = a
  for j in b.indices { sum[j] += b[j] }
  return sum
}
