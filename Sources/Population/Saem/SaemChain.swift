import Randomness

/// Lengths of the random walks, by coordinate, and how often they were accepted.
struct SaemScales: Sendable {
  /// Lengths relative to the deviations: each effect of the donor, each of a run, then both blocks.
  var lengths: [Double]
  var tries: [Double]
  var accepted: [Double]

  init(_ count: Int) {
    lengths = [Double](repeating: 1, count: count)
    tries = [Double](repeating: 0, count: count)
    accepted = tries
  }

  mutating func count(_ k: Int, _ isAccepted: Bool) {
    tries[k] += 1
    if isAccepted { accepted[k] += 1 }
  }

  /// Lengths moved towards 40 % accepted for single coordinates, 30 % for blocks.
  mutating func adapt(blocks: Int) {
    for k in lengths.indices where tries[k] > 0 {
      let goal = k < lengths.count - blocks ? 0.4 : 0.3
      let rate = accepted[k] / tries[k]
      lengths[k] = min(max(lengths[k] * Double.exp(0.4 * (rate - goal)), 1e-4), 10)
    }
    tries = tries.map { _ in 0 }
    accepted = tries
  }
}

/// One chain over the random effects of one donor.
///
/// A sweep draws from the effects' own distribution (an independence sampler, which jumps between
/// modes), walks along each coordinate, and walks along whole blocks. Source: Kuhn and Lavielle
/// (2005), section 4.
struct SaemChain: Sendable {
  /// Effects e in the units of psi: the donor's, then each run's.
  var effects: [Double]
  /// Negative log-likelihood of each run; infinite where it cannot be computed.
  var values: [Double]
}

/// The distribution that a sweep leaves as it is.
struct SaemTarget {
  let donor: PopulationDonor
  let layout: PopulationLayout
  let point: PopulationPoint
  /// offset + X beta of each run.
  let bases: [[Double]]

  private var between: RandomBlock { layout.structure.donor }
  private var within: RandomBlock { layout.structure.run }

  init(_ donor: PopulationDonor, _ layout: PopulationLayout, _ point: PopulationPoint) {
    (self.donor, self.layout, self.point) = (donor, layout, point)
    let p = layout.fixed
    bases = donor.occasions.map { occasion in
      occasion.offset.indices.map { i in
        var sum = occasion.offset[i]
        for k in 0..<p { sum += occasion.designRows[i * p + k] * point.beta[k] }
        return sum
      }
    }
  }

  /// psi of run j.
  func psi(_ j: Int, _ effects: [Double]) -> [Double] {
    var psi = bases[j]
    for (a, row) in between.parameters.enumerated() { psi[row] += effects[a] }
    let first = between.count + j * within.count
    for (b, row) in within.parameters.enumerated() { psi[row] += effects[first + b] }
    return psi
  }

  /// -ln of run j's likelihood; infinite where it cannot be computed.
  func value(_ j: Int, _ effects: [Double]) -> Double {
    let value = donor.occasions[j].likelihood.value(at: psi(j, effects)) ?? .infinity
    return value.isNaN ? .infinity : value
  }

  /// Standard effects of a block: the v with L v = e.
  private func standard(_ effects: ArraySlice<Double>, _ lower: [Double]) -> [Double] {
    var v = Array(effects)
    let q = v.count
    for a in 0..<q {
      for b in 0..<a { v[a] -= lower[a * q + b] * v[b] }
      v[a] /= lower[a * q + a]
    }
    return v
  }

  /// |v|^2 of the donor's effects.
  func square(_ effects: [Double]) -> Double {
    standard(effects[..<between.count], point.donorFactor).reduce(0) { $0 + $1 * $1 }
  }

  /// -ln p of the donor's effects but for a constant.
  private func prior(_ effects: [Double]) -> Double {
    let square = square(effects)
    guard let df = layout.structure.studentDegrees else { return 0.5 * square }
    return 0.5 * (df + Double(between.count)) * Double.log(1 + square / df)
  }

  private func prior(run j: Int, _ effects: [Double]) -> Double {
    let first = between.count + j * within.count
    return 0.5
      * standard(effects[first..<(first + within.count)], point.runFactor).reduce(0) {
        $0 + $1 * $1
      }
  }

  /// One sweep of all kernels.
  func sweep(_ chain: inout SaemChain, _ scales: inout SaemScales, _ stream: inout RandomStream) {
    let (q, r) = (between.count, within.count)
    independent(&chain, &stream)
    for a in 0..<q where point.donorFactor[a * q + a] > 0 {
      var next = chain.effects
      var deviation = 0.0
      for b in 0...a { deviation += point.donorFactor[a * q + b] * point.donorFactor[a * q + b] }
      next[a] += scales.lengths[a] * deviation.squareRoot() * stream.normal()
      scales.count(a, tryDonor(&chain, next, &stream))
    }
    if q > 1 {
      var next = chain.effects
      let length = scales.lengths[q + r] / Double(q).squareRoot()
      for (k, step) in draw(point.donorFactor, q, &stream).enumerated() { next[k] += length * step }
      scales.count(q + r, tryDonor(&chain, next, &stream))
    }
    guard r > 0 else { return }
    for j in donor.occasions.indices {
      let first = q + j * r
      for b in 0..<r {
        var next = chain.effects
        var deviation = 0.0
        for c in 0...b { deviation += point.runFactor[b * r + c] * point.runFactor[b * r + c] }
        next[first + b] += scales.lengths[q + b] * deviation.squareRoot() * stream.normal()
        scales.count(q + b, tryRun(j, &chain, next, &stream))
      }
      guard r > 1 else { continue }
      var next = chain.effects
      let length = scales.lengths[q + r + 1] / Double(r).squareRoot()
      for (b, step) in draw(point.runFactor, r, &stream).enumerated() {
        next[first + b] += length * step
      }
      scales.count(q + r + 1, tryRun(j, &chain, next, &stream))
    }
  }

  /// L z.
  private func draw(_ lower: [Double], _ q: Int, _ stream: inout RandomStream) -> [Double] {
    let z = (0..<q).map { _ in stream.normal() }
    return (0..<q).map { a in
      var sum = 0.0
      for b in 0...a { sum += lower[a * q + b] * z[b] }
      return sum
    }
  }

  /// A draw of the effects' own distribution, accepted by the likelihood alone.
  private func independent(_ chain: inout SaemChain, _ stream: inout RandomStream) {
    let (q, r) = (between.count, within.count)
    var next = chain.effects
    if q > 0 {
      let widening =
        layout.structure.studentDegrees.map {
          ($0 / stream.chiSquare(degreesOfFreedom: $0)).squareRoot()
        } ?? 1
      for (a, step) in draw(point.donorFactor, q, &stream).enumerated() {
        next[a] = widening * step
      }
    }
    for j in donor.occasions.indices where r > 0 {
      for (b, step) in draw(point.runFactor, r, &stream).enumerated() {
        next[q + j * r + b] = step
      }
    }
    let values = donor.occasions.indices.map { value($0, next) }
    if accepts(chain.values.reduce(0, +) - values.reduce(0, +), &stream) {
      (chain.effects, chain.values) = (next, values)
    }
  }

  private func tryDonor(
    _ chain: inout SaemChain, _ next: [Double], _ stream: inout RandomStream
  ) -> Bool {
    let values = donor.occasions.indices.map { value($0, next) }
    let gain =
      chain.values.reduce(0, +) + prior(chain.effects) - values.reduce(0, +) - prior(next)
    guard accepts(gain, &stream) else { return false }
    (chain.effects, chain.values) = (next, values)
    return true
  }

  private func tryRun(
    _ j: Int, _ chain: inout SaemChain, _ next: [Double], _ stream: inout RandomStream
  ) -> Bool {
    let value = value(j, next)
    let gain =
      chain.values[j] + prior(run: j, chain.effects) - value - prior(run: j, next)
    guard accepts(gain, &stream) else { return false }
    (chain.effects, chain.values[j]) = (next, value)
    return true
  }

  /// Metropolis: from a point without a likelihood any with one is accepted.
  private func accepts(_ gain: Double, _ stream: inout RandomStream) -> Bool {
    let u = stream.uniform()
    return gain >= 0 || (gain.isFinite && Double.log(u) < gain)
  }
}
