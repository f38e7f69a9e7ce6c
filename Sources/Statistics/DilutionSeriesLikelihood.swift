#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The likelihood of the counts of a dilution series.
///
/// Count j of preparation i is Poisson with mean e_ij f_i C g_i h_ij. The preparation's error g_i
/// has variance b, that of the single count h_ij variance w, both gamma about 1. The sum K_i of the
/// n_i counts is then negative binomial with
///
///     mean mu_i = E_i f_i C        extra variance phi_i = (1 + b)(1 + w / n_i) - 1,
///
/// and its split among the counts is Dirichlet-multinomial with parameters n_i e_ij / (E_i w),
/// independent of K_i. A preparation counted once has phi = (1 + b)(1 + w) - 1, the square of
/// `cv_extra`. Exact for counts of equal exposure, when g_i is such that g_i times the mean of h_ij
/// is gamma.
/// Reference: Johnson, Kemp and Kotz (2005), Univariate Discrete Distributions, chapters 5 and 6.
struct CountLikelihood {
  private struct Item {
    let fraction: Double
    /// ln(fraction / geometric mean of the fractions), for a trend.
    let lever: Double
    let cells: Double
    let exposure: Double
    let counts: [(cells: Double, share: Double)]
    /// - ln K! of a single count, or - sum ln k! of several: what does not depend on parameters.
    let constant: Double
  }

  private let items: [Item]
  /// True when some preparation was counted more than once.
  let hasRepeats: Bool
  private let poissonStock: Double

  init(_ series: DilutionSeries) {
    let all = series.preparations
    let center = all.reduce(0) { $0 + log($1.fraction) } / Double(all.count)
    items = all.map { p in
      let counts = p.readings.map { (cells: $0.cells ?? 0, share: ($0.exposure ?? 1) / p.exposure) }
      return Item(
        fraction: p.fraction, lever: log(p.fraction) - center, cells: p.cells,
        exposure: p.exposure, counts: counts,
        constant: counts.reduce(0) {
          $0 - logGamma($1.cells + 1) + ($1.cells > 0 ? $1.cells * log($1.share) : 0)
        })
    }
    hasRepeats = items.contains { $0.counts.count > 1 }
    poissonStock = series.stock
  }

  /// Greatest log-likelihood over C at given b and w, both times (f / mean f)^trend, less half the
  /// logarithm of the information on ln C (Cox and Reid 1987), which takes the loss of one degree
  /// of freedom into account; and the C where it is reached.
  func profile(between b: Double, within w: Double, trend: Double = 0) -> (
    value: Double, stock: Double
  ) {
    let factors = items.map { exp(trend * $0.lever) }
    let phis = zip(items, factors).map { item, h in
      (1 + b * h) * (1 + w * h / Double(item.counts.count)) - 1
    }
    var x = log(poissonStock)
    for _ in 0..<50 {
      var score = 0.0
      var curvature = 0.0
      for (item, phi) in zip(items, phis) {
        let mu = item.exposure * item.fraction * exp(x)
        score += (item.cells - mu) / (1 + phi * mu)
        curvature += mu * (1 + phi * item.cells) / ((1 + phi * mu) * (1 + phi * mu))
      }
      let step = (score / curvature).clamped(-2, 2)
      x += step
      if !(abs(step) > 1e-11) { break }
    }
    let stock = exp(x)
    var value = 0.0
    var information = 0.0
    for ((item, phi), h) in zip(zip(items, phis), factors) {
      let mu = item.exposure * item.fraction * stock
      information += mu / (1 + phi * mu)
      value += Self.logSum(item.cells, mu, phi) + item.constant
      guard item.counts.count > 1, w > 0 else { continue }
      let n = Double(item.counts.count)
      for count in item.counts { value += Self.rise(count.cells, w * h / (n * count.share)) }
      value -= Self.rise(item.cells, w * h / n)
    }
    return (value - 0.5 * log(information), stock)
  }

  /// ln of the negative binomial probability of K, times K!.
  static func logSum(_ k: Double, _ mu: Double, _ phi: Double) -> Double {
    let first = k > 0 ? k * log(mu) : 0
    guard phi > 0 else { return first - mu }
    return rise(k, phi) + first - k * log1p(phi * mu) - log1p(phi * mu) / phi
  }

  /// ln of the product of (1 + j phi) over j = 0 ..< k: ln Gamma(k + r) - ln Gamma(r) - k ln r with
  /// r = 1/phi, without cancellation for large r.
  static func rise(_ k: Double, _ phi: Double) -> Double {
    guard phi > 0, k > 1 else { return 0 }
    let r = 1 / phi
    guard r > 30 else { return logGamma(k + r) - logGamma(r) - k * log(r) }
    func tail(_ x: Double) -> Double {
      let y = 1 / (x * x)
      return (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y / 1680))) / x
    }
    return (r + k - 0.5) * log1p(k * phi) - k + tail(r + k) - tail(r)
  }
}

extension Double {
  fileprivate func clamped(_ low: Double, _ high: Double) -> Double {
    self < low ? low : self > high ? high : self
  }
}
