import Lanes
import Statistics

/// The test of Shapiro and Wilk that numbers are normal. Source: Royston (1995), Applied Statistics 44,
/// algorithm AS R94.
struct ShapiroWilk {
  /// W, up to 1.
  let statistic: Double
  /// Probability of a W so small.
  let probability: Double

  /// The test of 12 to 5,000 numbers; nil for others, and for equal ones.
  init?(_ values: [Double]) {
    let n = values.count
    let x = values.sorted()
    guard (12...5000).contains(n), let low = x.first, let high = x.last, high > low,
      low.isFinite, high.isFinite
    else { return nil }
    let count = Double(n)
    let m = (1...n).map { Normal.quantile((Double($0) - 0.375) / (count + 0.25)) }
    let square = m.reduce(0) { $0 + $1 * $1 }
    let u = 1 / count.squareRoot()
    func tail(_ start: Double, _ coefficients: [Double]) -> Double {
      var power = 1.0
      return coefficients.reduce(start) {
        power *= u
        return $0 + $1 * power
      }
    }
    let root = square.squareRoot()
    let last = tail(m[n - 1] / root, [0.221157, -0.147981, -2.07119, 4.434685, -2.706056])
    let next = tail(m[n - 2] / root, [0.042981, -0.293762, -1.752461, 5.682633, -3.582633])
    let phi =
      (square - 2 * m[n - 1] * m[n - 1] - 2 * m[n - 2] * m[n - 2])
      / (1 - 2 * last * last - 2 * next * next)
    var a = m.map { $0 / phi.squareRoot() }
    (a[0], a[1], a[n - 2], a[n - 1]) = (-last, -next, next, last)
    let center = x.reduce(0, +) / count
    let slope = zip(a, x).reduce(0) { $0 + $1.0 * $1.1 }
    let spread = x.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    statistic = min(slope * slope / spread, 1)
    let l = Double.log(count)
    let mean = 0.0038915 * l * l * l - 0.083751 * l * l - 0.31082 * l - 1.5861
    let deviation = Double.exp(0.0030302 * l * l - 0.082676 * l - 0.4803)
    let y = Double.log(max(1 - statistic, 1e-300))
    probability = Normal.cumulative(-(y - mean) / deviation)
  }
}
