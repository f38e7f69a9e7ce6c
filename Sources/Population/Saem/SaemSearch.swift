import LinearAlgebra

/// Stochastic approximation of expectation and maximisation.
///
/// Each iteration samples the random effects given the data and the parameters (`SaemChain`), moves
/// the averages of the sufficient statistics by gamma, and maximises: a regression for the centred
/// fixed effects, the mean outer product for each covariance, and a Newton step of length gamma for
/// the others. gamma is 1 in the burn-in and 1/k after it. Source: Kuhn and Lavielle (2005), Comput
/// Stat Data Anal 49:1020; Delyon, Lavielle and Moulines (1999), Ann Stat 27:94.
struct SaemSearch {
  let sampler: SaemSampler
  let saem: SaemOptions
  /// Effects held at a deviation of zero.
  let heldDonor, heldRun: Set<Int>
  private var theta: [Double]
  private var sum: [Double]
  private var isBurning = true
  private(set) var samples: [SaemSample]
  private(set) var iterations = 0
  private var statistics: SaemStatistics
  private var shifts: [[Double]]
  /// Sums over the smoothing of e and its products, by donor.
  private(set) var effects: [[Double]]
  private(set) var squares: [[Double]]
  private(set) var kept = 0

  private var model: PopulationModel { sampler.design.model }
  private var layout: PopulationLayout { sampler.design.layout }
  private var design: SaemDesign { sampler.design }

  init(
    _ model: PopulationModel, _ options: PopulationOptions, theta: [Double],
    heldDonor: Set<Int>, heldRun: Set<Int>
  ) {
    let count =
      options.saem.chains ?? max(1, (60 + model.donors.count - 1) / max(1, model.donors.count))
    let design = SaemDesign(model, heldDonor: heldDonor, heldRun: heldRun)
    sampler = SaemSampler(design: design, options: options, chainCount: count)
    saem = options.saem
    (self.heldDonor, self.heldRun) = (heldDonor, heldRun)
    self.theta = theta
    sum = theta.map { _ in 0 }
    samples = sampler.start()
    shifts = samples.map { $0.first.map { _ in 0 } }
    statistics = SaemStatistics(
      weights: samples.map { _ in 0 }, first: samples.map(\.first),
      donorSquares: samples.first?.donorSquares ?? [],
      runSquares: samples.first?.runSquares ?? [], information: samples.first?.information ?? [])
    effects = samples.map(\.effects)
    squares = samples.map(\.effectSquares)
  }

  /// Samples until the averages mean something.
  mutating func burnIn() {
    for k in 0..<saem.burnIn { step(gamma: 1, anneals: 2 * k < saem.burnIn) }
    isBurning = false
  }

  /// So many further iterations of averages.
  mutating func smooth(_ iterations: Int) {
    for _ in 0..<iterations {
      kept += 1
      step(gamma: Double.pow(Double(kept), -saem.decay), anneals: false)
      for k in theta.indices { sum[k] += theta[k] }
      for (i, sample) in samples.enumerated() {
        for a in effects[i].indices { effects[i][a] += sample.effects[a] }
        for a in squares[i].indices { squares[i][a] += sample.effectSquares[a] }
      }
    }
  }

  /// Where the search is, or the mean of where it was since the burn-in.
  var estimate: [Double] {
    saem.decay < 1 && kept > 0 ? sum.map { $0 / Double(kept) } : theta
  }

  private mutating func step(gamma: Double, anneals: Bool) {
    let point = layout.point(theta)
    samples = sampler.next(samples, at: point, shifts: shifts, iteration: iterations)
    iterations += 1
    // All donors walk by the same lengths, which stay once averages are taken.
    if isBurning { adapt() }
    statistics.move(to: samples, gamma: gamma)
    let means = model.donors.indices.map { design.mean($0, point.beta) }
    var next = theta
    regress(&next, point)
    let still = next
    newton(&next, gamma, searches: isBurning, still)
    covariances(&next, point, anneals: anneals)
    theta = next
    let beta = Array(next[0..<layout.fixed])
    shifts = model.donors.indices.map { i in
      zip(design.mean(i, beta), means[i]).map { $0 - $1 }
    }
  }

  private mutating func adapt() {
    guard var whole = samples.first?.scales else { return }
    for sample in samples.dropFirst() {
      for k in whole.tries.indices {
        whole.tries[k] += sample.scales.tries[k]
        whole.accepted[k] += sample.scales.accepted[k]
      }
    }
    whole.adapt(blocks: 2)
    for i in samples.indices { samples[i].scales = whole }
  }

  /// The centred fixed effects: generalised least squares on the averages.
  private func regress(_ theta: inout [Double], _ point: PopulationPoint) {
    let c = design.centred.count
    guard c > 0 else { return }
    let (q, r) = (layout.structure.donor.count, layout.structure.run.count)
    let donorPrecision = SaemSearch.precision(point.donorFactor, q)
    let runPrecision = SaemSearch.precision(point.runFactor, r)
    var normal = [Double](repeating: 0, count: c * c)
    var right = [Double](repeating: 0, count: c)
    func add(_ precision: [Double], _ n: Int, _ first: Int, _ i: Int, _ weight: Double) {
      let z = design.means[i]
      for a in 0..<n {
        for b in 0..<n where precision[a * n + b] != 0 {
          let w = precision[a * n + b]
          for k in 0..<c {
            let left = w * z[(first + a) * c + k]
            guard left != 0 else { continue }
            right[k] += left * statistics.first[i][first + b]
            for l in 0..<c { normal[k * c + l] += weight * left * z[(first + b) * c + l] }
          }
        }
      }
    }
    for (i, donor) in model.donors.enumerated() {
      add(donorPrecision, q, 0, i, statistics.weights[i])
      for j in donor.occasions.indices where r > 0 { add(runPrecision, r, q + j * r, i, 1) }
    }
    for (k, column) in design.centred.enumerated() where !model.priors.isEmpty {
      guard let prior = model.priors[column] else { continue }
      normal[k * c + k] += 1 / (prior.sd * prior.sd)
      right[k] += prior.mean / (prior.sd * prior.sd)
    }
    guard let factor = try? Cholesky(ModeSearch.matrix(normal, c)),
      let beta = try? factor.solve(right)
    else { return }
    for (k, column) in design.centred.enumerated() { theta[column] = within(beta[k], column) }
  }

  private func within(_ value: Double, _ column: Int) -> Double {
    min(max(value, model.bounds[column].lowerBound), model.bounds[column].upperBound)
  }

  /// The other fixed effects: a Newton step of length gamma, halved in the burn-in until the samples
  /// are more likely by it.
  private func newton(
    _ theta: inout [Double], _ gamma: Double, searches: Bool, _ still: [Double]
  ) {
    let g = design.free.count
    guard g > 0 else { return }
    var gradient = [Double](repeating: 0, count: g)
    for sample in samples where sample.isExpanded {
      for k in 0..<g { gradient[k] += sample.gradient[k] }
    }
    var information = statistics.information
    for (k, column) in design.free.enumerated() {
      information[k * g + k] *= 1 + 1e-9
      guard !model.priors.isEmpty, let prior = model.priors[column] else { continue }
      information[k * g + k] += 1 / (prior.sd * prior.sd)
      gradient[k] += (still[column] - prior.mean) / (prior.sd * prior.sd)
    }
    guard let factor = try? Cholesky(ModeSearch.matrix(information, g)),
      let step = try? factor.solve(gradient)
    else { return }
    func moved(_ share: Double) -> [Double] {
      var next = still
      for (k, column) in design.free.enumerated() {
        next[column] = within(still[column] - share * step[k], column)
      }
      return next
    }
    guard searches else {
      theta = moved(gamma)
      return
    }
    // u stays, so that the centred columns leave the likelihood alone.
    func objective(_ theta: [Double]) -> Double {
      var here = self.theta
      for column in design.free { here[column] = theta[column] }
      let zero = shifts.map { $0.map { _ in 0.0 } }
      return sampler.objective(samples, at: layout.point(here), shifts: zero)
        + model.priorTerm(here)
    }
    let origin = objective(still)
    var (share, best) = (gamma, origin)
    for _ in 0..<12 {
      let trial = moved(share)
      let value = objective(trial)
      if value < best {
        (best, theta) = (value, trial)
      } else if best < origin {
        return
      }
      // A full step that helps is taken as it is.
      if share == gamma, best < origin { return }
      share /= 2
    }
  }

  /// Each covariance: the mean of the averaged outer products about the means.
  private func covariances(
    _ theta: inout [Double], _ point: PopulationPoint, anneals: Bool
  ) {
    let (q, r) = (layout.structure.donor.count, layout.structure.run.count)
    var donorSum = statistics.donorSquares
    var runSum = statistics.runSquares
    var runs = 0.0
    let beta = Array(theta[0..<layout.fixed])
    for (i, donor) in model.donors.enumerated() {
      let mean = design.mean(i, beta)
      let first = statistics.first[i]
      func center(_ sum: inout [Double], _ n: Int, _ start: Int, _ weight: Double) {
        for a in 0..<n {
          for b in 0..<n {
            let (ma, mb) = (mean[start + a], mean[start + b])
            sum[a * n + b] += weight * ma * mb - first[start + a] * mb - ma * first[start + b]
          }
        }
      }
      center(&donorSum, q, 0, statistics.weights[i])
      for j in donor.occasions.indices where r > 0 {
        center(&runSum, r, q + j * r, 1)
        runs += 1
      }
    }
    let start = layout.fixed
    write(
      &theta, start, layout.structure.donor, donorSum, Double(model.donors.count),
      point.donorFactor, heldDonor, anneals, Array(model.startDeviations[..<q]))
    write(
      &theta, start + layout.donorElements.count, layout.structure.run, runSum, max(runs, 1),
      point.runFactor, heldRun, anneals, Array(model.startDeviations[q...]))
  }

  private func write(
    _ theta: inout [Double], _ first: Int, _ block: RandomBlock, _ sum: [Double], _ count: Double,
    _ old: [Double], _ held: Set<Int>, _ anneals: Bool, _ starts: [Double]
  ) {
    let q = block.count
    guard q > 0 else { return }
    var raise = [Double](repeating: 1, count: q)
    var floors = [Double](repeating: 0, count: q)
    for a in 0..<q {
      var variance = 0.0
      for b in 0...a { variance += old[a * q + b] * old[a * q + b] }
      let now = max(sum[a * q + a] / count, 0)
      let least = starts[a] * Double.exp(-MarginalProblem.reach.below)
      floors[a] = least * least
      let wanted = max(anneals ? saem.annealing * variance : 0, floors[a])
      if now < wanted { raise[a] = now > floors[a] ? (wanted / now).squareRoot() : 0 }
    }
    let covariance = Matrix(rows: q, columns: q) { a, b in
      let value = 0.5 * (sum[a * q + b] + sum[b * q + a]) / count * raise[a] * raise[b]
      return a == b ? (raise[a] == 0 ? floors[a] : value * (1 + 1e-10)) : block.isFull ? value : 0
    }
    guard let factor = try? Cholesky(covariance) else { return }
    for (k, element) in block.elements.enumerated() where !held.contains(element.row) {
      let value = factor.lower[element.row, element.column]
      theta[first + k] = element.row == element.column ? Double.log(value) : value
    }
  }

  /// Omega^-1, row by row.
  private static func precision(_ lower: [Double], _ q: Int) -> [Double] {
    guard q > 0 else { return [] }
    let covariance = Matrix(rows: q, columns: q) { a, b in
      (0..<q).reduce(0) { $0 + lower[a * q + $1] * lower[b * q + $1] }
    }
    guard let inverse = try? Cholesky(covariance).inverse() else {
      return [Double](repeating: 0, count: q * q)
    }
    return (0..<(q * q)).map { inverse[$0 / q, $0 % q] }
  }
}
