import Inference
import Randomness

/// Runs the chains of all donors for one iteration.
struct SaemSampler {
  let design: SaemDesign
  let options: PopulationOptions
  let chainCount: Int

  private var layout: PopulationLayout { design.layout }

  /// Chains at rest, effects of zero.
  func start() -> [SaemSample] {
    let (q, r, g) = (layout.structure.donor.count, layout.structure.run.count, design.free.count)
    return design.model.donors.map { donor in
      let d = layout.dimension(occasions: donor.occasions.count)
      let chain = SaemChain(
        effects: [Double](repeating: 0, count: d), values: donor.occasions.map { _ in .infinity })
      return SaemSample(
        chains: [SaemChain](repeating: chain, count: chainCount), scales: SaemScales(q + r + 2),
        first: [Double](repeating: 0, count: d),
        donorSquares: [Double](repeating: 0, count: q * q),
        runSquares: [Double](repeating: 0, count: r * r),
        effects: [Double](repeating: 0, count: d),
        effectSquares: [Double](repeating: 0, count: d * d),
        gradient: [Double](repeating: 0, count: g),
        information: [Double](repeating: 0, count: g * g))
    }
  }

  /// The next samples at a point of the population; `shifts` is what the centred means have moved
  /// by, so that u stays and e = u - Z beta follows.
  func next(
    _ samples: [SaemSample], at point: PopulationPoint, shifts: [[Double]], iteration: Int
  ) -> [SaemSample] {
    nonisolated(unsafe) let design = design
    nonisolated(unsafe) let this = self
    let options = options
    return Parallel.map(
      chunksOf: 1, count: samples.count, threads: options.threads, context: {}
    ) { _, i in
      let donor = design.model.donors[i]
      let target = SaemTarget(donor, design.layout, point)
      var stream = RandomStream(
        seed: options.seed, name: donor.name, purpose: "SAEM", index: UInt64(iteration))
      var sample = samples[i]
      let mean = design.mean(i, point.beta)
      this.clear(&sample)
      for k in sample.chains.indices {
        for a in mean.indices { sample.chains[k].effects[a] -= shifts[i][a] }
        sample.chains[k].values = donor.occasions.indices.map {
          target.value($0, sample.chains[k].effects)
        }
        target.sweep(&sample.chains[k], &sample.scales, &stream)
        this.add(&sample, sample.chains[k].effects, target, mean, design)
      }
      return sample
    }
  }

  private func clear(_ sample: inout SaemSample) {
    func zero(_ list: inout [Double]) { for k in list.indices { list[k] = 0 } }
    sample.weight = 0
    sample.isExpanded = true
    zero(&sample.first)
    zero(&sample.donorSquares)
    zero(&sample.runSquares)
    zero(&sample.effects)
    zero(&sample.effectSquares)
    zero(&sample.gradient)
    zero(&sample.information)
  }

  private func add(
    _ sample: inout SaemSample, _ e: [Double], _ target: SaemTarget, _ mean: [Double],
    _ design: SaemDesign
  ) {
    let (q, r) = (layout.structure.donor.count, layout.structure.run.count)
    let share = 1 / Double(chainCount)
    let weight =
      layout.structure.studentDegrees.map { ($0 + Double(q)) / ($0 + target.square(e)) } ?? 1
    let u = zip(mean, e).map { $0 + $1 }
    sample.weight += share * weight
    for a in u.indices {
      sample.first[a] += share * (a < q ? weight : 1) * u[a]
      sample.effects[a] += share * e[a]
      for b in u.indices { sample.effectSquares[a * u.count + b] += share * e[a] * e[b] }
    }
    for a in 0..<q {
      for b in 0..<q { sample.donorSquares[a * q + b] += share * weight * u[a] * u[b] }
    }
    for j in target.donor.occasions.indices {
      let first = q + j * r
      for a in 0..<r {
        for b in 0..<r { sample.runSquares[a * r + b] += share * u[first + a] * u[first + b] }
      }
    }
    addSlopes(&sample, e, target, design, share)
  }

  /// Gradient and information of the free columns at the sample.
  private func addSlopes(
    _ sample: inout SaemSample, _ e: [Double], _ target: SaemTarget, _ design: SaemDesign,
    _ share: Double
  ) {
    let (g, p) = (design.free.count, layout.fixed)
    guard g > 0 else { return }
    for (j, occasion) in target.donor.occasions.enumerated() {
      let m = occasion.likelihood.parameterCount
      guard let part = occasion.likelihood.expansion(at: target.psi(j, e), exactly: false),
        part.isSound(m)
      else {
        sample.isExpanded = false
        continue
      }
      for (k, column) in design.free.enumerated() {
        for i in 0..<m {
          let x = occasion.designRows[i * p + column]
          guard x != 0 else { continue }
          sample.gradient[k] += share * x * part.gradient[i]
          for (l, other) in design.free.enumerated() {
            for n in 0..<m {
              sample.information[k * g + l] +=
                share * x * part.curvature[i * m + n] * occasion.designRows[n * p + other]
            }
          }
        }
      }
    }
  }

  /// The complete-data objective -ln p(y | psi) at other fixed effects, the samples as they are.
  func objective(_ samples: [SaemSample], at point: PopulationPoint, shifts: [[Double]]) -> Double {
    nonisolated(unsafe) let design = design
    let parts = Parallel.map(
      chunksOf: 1, count: samples.count, threads: options.threads, context: {}
    ) { _, i -> Double in
      let donor = design.model.donors[i]
      let target = SaemTarget(donor, design.layout, point)
      return samples[i].chains.reduce(0) { sum, chain in
        let effects = zip(chain.effects, shifts[i]).map { $0 - $1 }
        return donor.occasions.indices.reduce(sum) { $0 + target.value($1, effects) }
      }
    }
    return parts.reduce(0, +) / Double(chainCount)
  }
}
