#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension BetaBinomial {
  /// A range of counts: its probability and the covariance of the slopes within it.
  struct Range {
    var probability: LogProbability
    var spread: (mean: Double, cross: Double, noise: Double)
  }

  /// Expected information of one count on logit p and ln c: the exact sum over all counts.
  public var information: (mean: Double, cross: Double, noise: Double) {
    p > 0 && q > 0 ? sum(0, trials).spread : (0, 0, 0)
  }

  /// What knowing only that a <= K <= b leaves of the information: the expected one less the
  /// covariance of the slopes within the range (the missing information; Louis, 1982).
  public func information(between a: Double, _ b: Double) -> (
    mean: Double, cross: Double, noise: Double
  ) {
    let whole = information
    let missing = set(max(a, 0), min(b, trials)).spread
    return (whole.mean - missing.mean, whole.cross - missing.cross, whole.noise - missing.noise)
  }

  func set(_ a: Double, _ b: Double) -> Range {
    let (low, high) = (max(a, 0), min(b, trials))
    let impossible = Range(probability: .never, spread: (0, 0, 0))
    guard low <= high else { return impossible }
    if p <= 0 || q <= 0 {
      let only = p <= 0 ? 0 : trials
      let holds = low <= only && only <= high
      return Range(probability: holds ? .always : .never, spread: (0, 0, 0))
    }
    var range = sum(low, high)
    if low == 0, high == trials {
      range.probability = .always
    } else if range.probability.value > -0.5, low == 0 || high == trials {
      // Near certainty the other side is the accurate one.
      let other = low == 0 ? sum(high + 1, trials) : sum(0, low - 1)
      range.probability = other.probability.complement
    }
    return range
  }

  /// Adds the terms up and down from the one nearest to the mean, by recurrence.
  private func sum(_ low: Double, _ high: Double) -> Range {
    let n = trials
    let c = concentration
    let (a, b) = (p * c, q * c)
    let start = min(max((n * p).rounded(), low), high)
    let peak = mass(start)
    var total = 0.0
    var first = (mean: 0.0, noise: 0.0)
    var second = (mean: 0.0, cross: 0.0, noise: 0.0)
    func add(_ weight: Double, _ mean: Double, _ noise: Double) {
      total += weight
      first.mean += weight * mean
      first.noise += weight * noise
      second.mean += weight * mean * mean
      second.cross += weight * mean * noise
      second.noise += weight * noise * noise
    }
    add(1, peak.mean, peak.noise)
    for direction in [1.0, -1] {
      var (weight, mean, noise, k) = (1.0, peak.mean, peak.noise, start)
      while direction > 0 ? k < high : k > low {
        // The step between j and j + 1.
        let j = direction > 0 ? k : k - 1
        let (up, down) = (a + j, b + n - j - 1)
        let ratio = (n - j) / (j + 1) * (up / down)
        weight *= direction > 0 ? ratio : 1 / ratio
        mean += direction * (q * (a / up) + p * (b / down))
        noise += direction * (a / up - b / down)
        k += direction
        add(weight, mean, noise)
        // Beyond the mode of a hump every further term is smaller.
        if weight < 1e-30 * total { break }
      }
    }
    let average = (mean: first.mean / total, noise: first.noise / total)
    let variance = (
      mean: max(0, second.mean / total - average.mean * average.mean),
      noise: max(0, second.noise / total - average.noise * average.noise)
    )
    // Rounding does not take the covariance beyond what the variances allow.
    let most = (variance.mean * variance.noise).squareRoot()
    let cross = second.cross / total - average.mean * average.noise
    return Range(
      probability: LogProbability(
        value: peak.value + log(total), mean: average.mean, noise: average.noise),
      spread: (variance.mean, min(max(cross, -most), most), variance.noise))
  }
}
