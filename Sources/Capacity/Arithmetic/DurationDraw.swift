import Randomness

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Facility.Duration {
  /// One time [d] from its law.
  func draw(_ stream: inout RandomStream) -> Double {
    switch self {
    case .fixed(let value): return value
    case .exponential(let mean): return -mean * log(stream.uniform())
    case .lognormal(let mean, let cv):
      let s2 = log(1 + cv * cv)
      return mean * exp(s2.squareRoot() * stream.normal() - s2 / 2)
    case .normal(let mean, let sd, let least):
      guard sd > 0 else { return mean }
      var value = mean + sd * stream.normal()
      // The bound lies below the mean, so that half of the draws pass.
      while value < least { value = mean + sd * stream.normal() }
      return value
    case .triangular(let a, let b, let c):
      let u = stream.uniform()
      guard c > a else { return a }
      return u < (b - a) / (c - a)
        ? a + (u * (c - a) * (b - a)).squareRoot()
        : c - ((1 - u) * (c - a) * (c - b)).squareRoot()
    case .empirical(let points):
      var rest = stream.uniform()
      for point in points {
        rest -= point.weight
        if rest < 0 { return point.value }
      }
      return points.last?.value ?? 0
    }
  }
}
