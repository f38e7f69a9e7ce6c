/// Mean waits at c identical servers for service times that are not exponential.
///
/// `offeredLoad` a = arrival rate times mean service [erlang], `servers` c, `service` S in any unit of
/// time; the wait has that unit and is infinite where a >= c. `squaredVariation` is the variance of
/// the service time over the square of its mean.
public enum ManyServers {
  /// M/D/c, the approximation of Cosmetatos.
  ///
  /// W = Wmm/2 (1 + (1 - rho)(c - 1)(sqrt(4 + 5c) - 2) / (16 rho c)); exact for c = 1.
  /// Source: Cosmetatos 1975, Operational Research Quarterly 26, 615.
  public static func deterministicWait(
    offeredLoad a: Double, servers c: Int, service: Double
  ) -> Double {
    let exponential = Erlang.meanWait(offeredLoad: a, servers: c, service: service)
    guard exponential.isFinite, a > 0 else { return a > 0 ? .infinity : 0 }
    let n = Double(c)
    let rho = a / n
    let bend = (1 - rho) * (n - 1) * ((4 + 5 * n).squareRoot() - 2) / (16 * rho * n)
    // At a small load the correction grows without bound; no service law waits longer on a mean
    // than the exponential one does here.
    return min(exponential, exponential / 2 * (1 + bend))
  }

  /// M/G/c, the harmonic interpolation of Kimura between M/D/c and M/M/c.
  ///
  /// W = (1 + cs2) / (2 cs2 / Wmm + (1 - cs2) / Wmd); exact for c = 1. Beyond cs2 = 1, where the
  /// interpolation does not reach, that of Allen and Cunneen is taken.
  /// Source: Kimura 1986, Operations Research 34, 757.
  public static func kimuraWait(
    offeredLoad a: Double, servers c: Int, service: Double, squaredVariation cs2: Double
  ) -> Double {
    guard a > 0 else { return 0 }
    guard cs2 <= 1 else {
      return allenCunneenWait(
        offeredLoad: a, servers: c, service: service, squaredVariation: cs2)
    }
    let exponential = Erlang.meanWait(offeredLoad: a, servers: c, service: service)
    guard exponential.isFinite, exponential > 0 else { return exponential }
    let deterministic = deterministicWait(offeredLoad: a, servers: c, service: service)
    return (1 + cs2) / (2 * cs2 / exponential + (1 - cs2) / deterministic)
  }

  /// G/G/c after Allen and Cunneen: W = Wmm (ca2 + cs2) / 2; Kingman's bound form at c = 1.
  ///
  /// Source: Allen 1990, Probability, Statistics and Queueing Theory, 2nd ed., section 5.3.
  public static func allenCunneenWait(
    offeredLoad a: Double, servers c: Int, service: Double, squaredVariation cs2: Double,
    arrivalVariation ca2: Double = 1
  ) -> Double {
    Erlang.meanWait(offeredLoad: a, servers: c, service: service) * (ca2 + cs2) / 2
  }

  /// Fewest servers of a stable queue, floor(a) + 1.
  public static func leastStable(offeredLoad a: Double) -> Int? {
    guard a.isFinite, a >= 0, a < 1e9 else { return nil }
    return Int(a.rounded(.down)) + 1
  }

  /// Fewest servers with a mean wait (Kimura) of at most some time; nil when there is none below a
  /// million.
  public static func least(
    offeredLoad a: Double, service: Double, squaredVariation: Double, wait: Double
  ) -> Int? {
    guard wait >= 0, var c = leastStable(offeredLoad: a) else { return nil }
    // The wait falls below any positive target within a few square roots of the load.
    while c < 1_000_000 {
      let mean = kimuraWait(
        offeredLoad: a, servers: c, service: service, squaredVariation: squaredVariation)
      if mean <= wait { return c }
      c += 1
    }
    return nil
  }
}
