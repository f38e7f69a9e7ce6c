import LinearAlgebra
import Quantities

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension GrowthPath {
  /// A run's counts, ready for the likelihood.
  struct Series {
    let group: Int
    let times: [Double]
    let logs: [Double]
    let replicates: [Double]
    let basis: [[Double]]
  }

  /// What one pass over all runs gives.
  struct Pass {
    let precision: SymmetricInverse
    let mean: [Double]
    let blocks: [SymmetricInverse]
    let priorInverse: SymmetricInverse
    let value: Double
  }

  /// Learns from runs; groups as in the vocabulary.
  init(
    _ histories: [GrowthHistory], vocabulary: GrowthVocabulary, options: GrowthOptions
  ) throws {
    let times = histories.flatMap { $0.counts.map(\.time) }
    guard let first = times.min(), let last = times.max() else {
      throw GrowthRefusal.of("", "No run has counts.", "Give runs with counts.")
    }
    let origin = options.startsAtFold ? min(first, 0) : first
    let spacing = max(options.knotSpacing, 1)
    let pieces = min(max(((last + options.reach - origin) / spacing).rounded(.up), 1), 200)
    knots = (0...Int(pieces)).map { origin + spacing * Double($0) }
    startsAtFold = options.startsAtFold
    lastTaught = last
    groups = vocabulary.groups.count
    degrees = options.pathStudentDegrees
    let logs = histories.flatMap { $0.counts.map(\.logCells) }
    centre = options.startsAtFold ? 0 : logs.reduce(0, +) / Double(logs.count)
    names =
      [
        "mean rate", "change of mean rate", "group rate", "change of group rate", "run level",
        "run rate", "run memory", "count error",
      ] + vocabulary.groups.map { "scale of \($0)" }
    values = []
    mean = []
    covariance = []
    weights = []
    isConverged = false
    let series = histories.compactMap { self.series($0, vocabulary) }
    weights = [Double](repeating: 1, count: series.count)
    try search(series, options)
  }

  func series(_ history: GrowthHistory, _ vocabulary: GrowthVocabulary) -> Series? {
    guard let group = vocabulary.group(history), !history.counts.isEmpty else { return nil }
    return Series(
      group: group, times: history.counts.map(\.time),
      logs: history.counts.map { $0.logCells - centre },
      replicates: history.counts.map(\.replicates), basis: history.counts.map { basis($0.time) })
  }

  /// Covariance of a run's counts about its group's mean.
  func block(_ s: Series, weight: Double, _ p: [Double]) -> Matrix {
    let scale = p[Self.scales + s.group]
    return Matrix(rows: s.times.count, columns: s.times.count) { i, j in
      (scale * scale * departure(s.times[i], s.times[j], p).value
        + (i == j ? p[Self.well] * p[Self.well] / s.replicates[i] : 0)) / weight
    }
  }

  /// The marginal likelihood with the coefficients integrated out, at given hyper-parameters.
  func pass(_ series: [Series], _ weights: [Double], _ p: [Double]) throws -> Pass {
    let n = groups * width
    let prior = try SymmetricInverse(
      Matrix(rows: n, columns: n) { coefficientPrior(max($0, $1), min($0, $1), p).value })
    var information = prior.elements
    var pull = [Double](repeating: 0, count: n)
    var blocks: [SymmetricInverse] = []
    var value = 0.5 * prior.logDeterminant
    for (s, w) in zip(series, weights) {
      let inverse = try SymmetricInverse(block(s, weight: w, p))
      blocks.append(inverse)
      let solved = inverse.times(s.logs)
      value += 0.5 * (inverse.logDeterminant + dot(solved, s.logs))
      let base = s.group * width
      for i in s.times.indices {
        for k in 0..<width {
          pull[base + k] += s.basis[i][k] * solved[i]
          for j in s.times.indices {
            let factor = s.basis[i][k] * inverse[i, j]
            if factor == 0 { continue }
            for l in 0..<width { information[(base + k) * n + base + l] += factor * s.basis[j][l] }
          }
        }
      }
    }
    let precision = try SymmetricInverse(
      Matrix(rows: n, columns: n) { 0.5 * (information[$0 * n + $1] + information[$1 * n + $0]) })
    let mean = precision.times(pull)
    value += 0.5 * (precision.logDeterminant - dot(mean, pull))
    return Pass(
      precision: precision, mean: mean, blocks: blocks, priorInverse: prior, value: value)
  }

  /// Slopes by the runs' covariances, tr(V^-1 dV (1 - V^-1 (H C H^T + e e^T)))/2, and by the prior of
  /// the coefficients, (tr((B^-1 - B^-1 C B^-1) dB) - b B^-1 dB B^-1 b)/2.
  func objective(
    _ theta: [Double], _ series: [Series], _ weights: [Double]
  ) -> (value: Double, gradient: [Double])? {
    let p = theta.map { exp($0) }
    guard allFinite(p), let here = try? pass(series, weights, p) else { return nil }
    var gradient = [Double](repeating: 0, count: theta.count)
    for (r, s) in series.enumerated() {
      let q = excess(s, here, r)
      let scale = p[Self.scales + s.group]
      let m = s.times.count
      for i in 0..<m {
        for j in 0..<m {
          let part = departure(s.times[i], s.times[j], p)
          let factor = 0.5 * q[i * m + j] * scale * scale / weights[r]
          gradient[Self.level] += factor * part.level
          gradient[Self.rate] += factor * part.rate
          gradient[Self.memory] += factor * part.memory
          gradient[Self.scales + s.group] += 2 * factor * part.value
          if i == j {
            gradient[Self.well] +=
              q[i * m + i] * p[Self.well] * p[Self.well] / (s.replicates[i] * weights[r])
          }
        }
      }
    }
    let n = groups * width
    let pulled = here.priorInverse.times(here.mean)
    let inner = product(here.priorInverse.elements, here.precision.elements, n)
    let outer = product(inner, here.priorInverse.elements, n)
    for i in 0..<n {
      for j in 0..<n {
        let q = here.priorInverse[i, j] - outer[i * n + j] - pulled[i] * pulled[j]
        let slopes = coefficientPrior(max(i, j), min(i, j), p).slopes
        for k in 0..<4 { gradient[k] += 0.5 * q * slopes[k] }
      }
    }
    var value = here.value
    let prior = self.prior
    for k in theta.indices {
      let z = (theta[k] - prior.centre[k]) / prior.sd[k]
      value += 0.5 * z * z
      gradient[k] += z / prior.sd[k]
    }
    return (value, gradient)
  }

  /// V^-1 - V^-1 (H C H^T + e e^T) V^-1 of one run, row by row.
  private func excess(_ s: Series, _ here: Pass, _ r: Int) -> [Double] {
    let m = s.times.count
    let spread = self.spread(s, here)
    let left = product(here.blocks[r].elements, spread, m)
    let both = product(left, here.blocks[r].elements, m)
    return (0..<(m * m)).map { here.blocks[r].elements[$0] - both[$0] }
  }

  /// H C H^T + e e^T of one run: its deviation from the mean and the mean's own uncertainty.
  private func spread(_ s: Series, _ here: Pass) -> [Double] {
    let (m, n, base) = (s.times.count, groups * width, s.group * width)
    let residual = (0..<m).map { i in
      s.logs[i] - (0..<width).reduce(0.0) { $0 + s.basis[i][$1] * here.mean[base + $1] }
    }
    var result = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      let row = (0..<width).map { l in
        (0..<width).reduce(0.0) {
          $0 + s.basis[i][$1] * here.precision.elements[(base + $1) * n + base + l]
        }
      }
      for j in 0..<m { result[i * m + j] = dot(row, s.basis[j]) + residual[i] * residual[j] }
    }
    return result
  }

  private func product(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
    var c = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for k in 0..<n {
        let factor = a[i * n + k]
        if factor == 0 { continue }
        for j in 0..<n { c[i * n + j] += factor * b[k * n + j] }
      }
    }
    return c
  }

  private mutating func search(_ series: [Series], _ options: GrowthOptions) throws {
    var theta = prior.centre
    for round in 0..<(degrees == nil ? 1 : max(options.rounds, 1)) {
      let fixed = weights
      guard
        let end = GrowthSearch.minimise(
          from: theta, steps: round == 0 ? 2 * options.maximumSteps : options.maximumSteps,
          tolerance: 1e-2, { objective($0, series, fixed) })
      else {
        throw GrowthRefusal.of(
          "", "The covariance of the runs' counts has no Cholesky factor.",
          "Look for counts that are there twice.")
      }
      theta = end.point
      isConverged = end.isConverged
      guard let v = degrees else { break }
      let p = theta.map { exp($0) }
      for _ in 0..<3 {
        let here = try pass(series, weights, p)
        for (r, s) in series.enumerated() {
          let q = weights[r].isZero ? 0 : dot(here.blocks[r].elements, spread(s, here)) / weights[r]
          weights[r] = (v + Double(s.times.count)) / (v + q)
        }
      }
    }
    values = theta.map { exp($0) }
    let here = try pass(series, weights, values)
    mean = here.mean
    covariance = here.precision.elements
  }
}
