#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The covariance of growth between cases, and its slopes.
///
/// The mean growth rate from the origin to h days later, rho(x, h), is a Gaussian process; the growth
/// is h rho. So cov = h h' (c^2 + r^2 exp(-e/2)), e = sum_j (x_j - x'_j)^2/l_j^2
/// + sum_f [label f differs]/k_f^2 + (h - h')^2/l_h^2 (Rasmussen and Williams 2006, equations 4.9 and
/// 5.1). A run deviates by h times its own rate, of sd d s_g in group g, and a count by w/sqrt(n);
/// both are divided by the run's weight.
struct GrowthKernel: Codable, Sendable, Equatable {
  /// How many factors.
  let factors: Int
  /// How many groups.
  let groups: Int
  /// Whether the level counts.
  let usesLevel: Bool

  /// Order: c, r, l (older rate, newer rate, level), k_f, l_h, w, d, s_g; all as ln.
  var count: Int { 8 + factors + groups }
  private var lengthOfHorizon: Int { 5 + factors }
  var well: Int { 6 + factors }
  var deviation: Int { 7 + factors }

  /// Names in the order of the hyper-parameters.
  func names(_ groupNames: [String]) -> [String] {
    ["constant rate", "surface", "length older rate", "length newer rate", "length level"]
      + (0..<factors).map { "length factor \($0 + 1)" }
      + ["length horizon", "count error", "run deviation"] + groupNames.map { "scale of \($0)" }
  }

  /// Centre and sd of the normal prior of each ln hyper-parameter. Lengths are held near values at
  /// which growth changes smoothly over the rates seen: 30 donors do not tell a surface with folds.
  var prior: (centre: [Double], sd: [Double]) {
    let head: [(Double, Double)] = [(0.5, 1), (0.3, 1), (2, 0.4), (2, 0.4), (5, 0.3)]
    let tail: [(Double, Double)] = [(2.5, 0.4), (0.08, 0.5), (0.15, 1)]
    let all =
      head + Array(repeating: (1.5, 0.4), count: factors) + tail
      + Array(repeating: (1, 0.5), count: groups)
    return (all.map { log($0.0) }, all.map(\.1))
  }

  /// Covariance of the learned surface between two cases, without run and count.
  func surface(_ a: GrowthCase, _ b: GrowthCase, _ p: [Double]) -> Double {
    a.horizon * b.horizon * (p[0] * p[0] + p[1] * p[1] * exp(-0.5 * distance(a, b, p)))
  }

  private func distance(_ a: GrowthCase, _ b: GrowthCase, _ p: [Double]) -> Double {
    var e = 0.0
    for j in 0..<(usesLevel ? 3 : 2) { e += square((a.features[j] - b.features[j]) / p[2 + j]) }
    for f in 0..<factors where a.labels[f] != b.labels[f] { e += 1 / (p[5 + f] * p[5 + f]) }
    return e + square((a.horizon - b.horizon) / p[lengthOfHorizon])
  }

  /// Covariance of the run's deviation and the count's error, for cases of one run.
  func own(_ a: GrowthCase, _ b: GrowthCase, _ p: [Double], isSame: Bool) -> Double {
    let scale = p[deviation] * p[deviation + 1 + a.group]
    return scale * scale * a.horizon * b.horizon
      + (isSame ? p[well] * p[well] / a.replicates : 0)
  }

  /// Adds q times the slopes of one entry of the covariance to `gradient`.
  func addSlopes(
    _ a: GrowthCase, _ b: GrowthCase, _ p: [Double], weight: Double, isSame: Bool, times q: Double,
    to gradient: inout [Double]
  ) {
    let hh = a.horizon * b.horizon
    let constant = hh * p[0] * p[0]
    let curved = hh * p[1] * p[1] * exp(-0.5 * distance(a, b, p))
    gradient[0] += 2 * q * constant
    gradient[1] += 2 * q * curved
    for j in 0..<(usesLevel ? 3 : 2) {
      gradient[2 + j] += q * curved * square((a.features[j] - b.features[j]) / p[2 + j])
    }
    for f in 0..<factors where a.labels[f] != b.labels[f] {
      gradient[5 + f] += q * curved / (p[5 + f] * p[5 + f])
    }
    gradient[lengthOfHorizon] += q * curved * square((a.horizon - b.horizon) / p[lengthOfHorizon])
    guard a.run == b.run else { return }
    let scale = p[deviation] * p[deviation + 1 + a.group]
    let shared = 2 * q * scale * scale * hh / weight
    gradient[deviation] += shared
    gradient[deviation + 1 + a.group] += shared
    if isSame { gradient[well] += 2 * q * p[well] * p[well] / (a.replicates * weight) }
  }

  private func square(_ x: Double) -> Double { x * x }
}
