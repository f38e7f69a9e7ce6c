#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The integral from 0 of an Ornstein-Uhlenbeck rate u: sd R in the long run, memory T, so that
/// cov(u(a), u(b)) = R^2 e^(-|a-b|/T).
///
/// Source: Uhlenbeck and Ornstein (1930), Phys. Rev. 36:823.
public struct IntegratedRate: Sendable {
  /// Standard deviation of the rate, per unit of time.
  public let sd: Double
  /// Time after which a share 1 - 1/e of the rate is forgotten; above 0.
  public let memory: Double

  /// A rate of this sd and memory.
  public init(sd: Double, memory: Double) {
    (self.sd, self.memory) = (sd, memory)
  }

  /// Covariance of the integrals up to a and b, both at least 0:
  /// R^2 T (2 m - T (1 + e^(-|a-b|/T) - e^(-a/T) - e^(-b/T))), m the lesser.
  public func covariance(_ a: Double, _ b: Double) -> Double {
    sd * sd * memory * (2 * min(a, b) - memory * bend(a, b))
  }

  /// Slopes of the covariance in ln R and ln T.
  public func slopes(_ a: Double, _ b: Double) -> (logSd: Double, logMemory: Double) {
    let gap = abs(a - b)
    let moved = gap * decay(gap) - a * decay(a) - b * decay(b)
    return (
      2 * covariance(a, b),
      sd * sd * memory * (2 * min(a, b) - 2 * memory * bend(a, b) - moved)
    )
  }

  private func bend(_ a: Double, _ b: Double) -> Double {
    1 + decay(abs(a - b)) - decay(a) - decay(b)
  }

  private func decay(_ time: Double) -> Double { exp(-time / memory) }
}
