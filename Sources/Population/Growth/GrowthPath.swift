import LinearAlgebra
import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The learned path of ln cells: a mean growth rate that changes with time, and runs that depart from
/// it. Linear and normal, so conditioning on any counts at any times is exact.
///
/// ln N(t) = a_g + a + integral from t0 of (m_g(s) + u(s)) ds. m_g runs straight between knots; its
/// value at the first knot and its steps are normal, a part shared by all groups and a part of each
/// group's own. a ~ N(0, (s_g A)^2) and u, an Ornstein-Uhlenbeck process of sd s_g R and memory T,
/// are the run's. A count adds a normal error of sd w/sqrt(n).
public struct GrowthPath: Codable, Sendable, Equatable {
  /// Names of the hyper-parameters.
  public let names: [String]
  /// Their values; rates in 1/d, times in d.
  public internal(set) var values: [Double]
  /// Whether the last search met its tolerance.
  public internal(set) var isConverged: Bool
  /// Knots of the mean growth rate, h.
  public let knots: [Double]
  /// Mean level and rates at the knots, group by group, in the order of the groups.
  public internal(set) var mean: [Double]
  /// Their covariance, row by row.
  public internal(set) var covariance: [Double]
  /// Weight of each run.
  public internal(set) var weights: [Double]
  /// Whether ln cells is 0 at time 0.
  public let startsAtFold: Bool
  /// Last count that taught, h.
  public let lastTaught: Double
  let groups: Int
  let centre: Double
  let degrees: Double?

  /// How far runs of a kind depart from its mean path, beside the other kinds; `kind` is its index in
  /// `LearnedGrowth.kinds`.
  public func scale(of kind: Int) -> Double { values[Self.scales + kind] }

  /// Coefficients of one group: its level and its rates.
  var width: Int { knots.count + 1 }
  static let shared = 0, step = 1, ownRate = 2, ownStep = 3
  static let level = 4, rate = 5, memory = 6, well = 7, scales = 8

  /// Centre and sd of the normal prior of each ln hyper-parameter.
  var prior: (centre: [Double], sd: [Double]) {
    let head: [(Double, Double)] = [
      (1, 0.5), (0.5, 1), (0.2, 1), (0.2, 1), (0.4, 1), (0.25, 1), (2, 1), (0.08, 0.5),
    ]
    let all = head + Array(repeating: (1, 0.5), count: groups)
    return (all.map { log($0.0) }, all.map(\.1))
  }

  /// What the level and the rates at the knots add to ln cells at `time`: 1, and the integral of each
  /// knot's hat from the first knot on. Before the first knot and after the last the rate is constant.
  func basis(_ time: Double) -> [Double] {
    var row = [Double](repeating: 0, count: width)
    row[0] = startsAtFold ? 0 : 1
    let first = knots[0]
    if time <= first {
      row[1] = (time - first) / 24
      return row
    }
    for k in 0..<(knots.count - 1) where time > knots[k] {
      let length = knots[k + 1] - knots[k]
      let x = min((time - knots[k]) / length, 1)
      row[1 + k] += length * (x - 0.5 * x * x) / 24
      row[2 + k] += length * 0.5 * x * x / 24
    }
    if let last = knots.last, time > last { row[knots.count] += (time - last) / 24 }
    return row
  }

  /// Covariance of a run's departure at two times, in units of its group's scale squared: level,
  /// and `IntegratedRate` from the first knot on, with slopes in the ln of each hyper-parameter.
  func departure(_ s: Double, _ t: Double, _ p: [Double]) -> (
    value: Double, level: Double, rate: Double, memory: Double
  ) {
    let level = startsAtFold ? 0 : p[Self.level] * p[Self.level]
    let (a, b) = (max(s - knots[0], 0) / 24, max(t - knots[0], 0) / 24)
    let grown = IntegratedRate(sd: p[Self.rate], memory: p[Self.memory])
    let slopes = grown.slopes(a, b)
    return (level + grown.covariance(a, b), 2 * level, slopes.logSd, slopes.logMemory)
  }

  /// Prior covariance of two coefficients, with slopes for shared, step, ownRate, ownStep.
  func coefficientPrior(_ i: Int, _ j: Int, _ p: [Double]) -> (value: Double, slopes: [Double]) {
    let (g, h) = (i / width, j / width)
    let (k, l) = (i % width, j % width)
    if k == 0 || l == 0 { return (i == j ? 9 : 0, [0, 0, 0, 0]) }
    let elapsed = (knots[min(k, l) - 1] - knots[0]) / 24
    let own = g == h ? 1.0 : 0
    let parts = [
      p[0] * p[0], p[1] * p[1] * elapsed, own * p[2] * p[2], own * p[3] * p[3] * elapsed,
    ]
    // So small a variance that no count would see it keeps the matrix positive definite.
    return (parts.reduce(i == j ? 1e-8 : 0, +), parts.map { 2 * $0 })
  }
}
