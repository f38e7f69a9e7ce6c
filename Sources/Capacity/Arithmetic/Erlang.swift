/// Loss and waiting of Poisson arrivals at identical servers.
public enum Erlang {
  /// Probability that an arrival finds every server busy when nobody waits (Erlang B).
  ///
  /// B_0 = 1, B_k = a B_{k-1} / (k + a B_{k-1}). Exact for any law of the service time (M/G/c/c).
  /// - Parameters:
  ///   - offeredLoad: a = arrival rate times mean service time [erlang], finite and >= 0; 0 gives 0
  ///     for one server or more.
  ///   - servers: c >= 0; 0 gives 1.
  /// - Returns: a probability, or NaN where the load is negative or not finite.
  ///
  /// Source: Erlang 1917; the recursion as in Jagerman 1974.
  public static func loss(offeredLoad a: Double, servers c: Int) -> Double {
    guard a.isFinite, a >= 0, c >= 0 else { return .nan }
    var blocked = 1.0
    var k = 0
    while k < c {
      k += 1
      blocked = a * blocked / (Double(k) + a * blocked)
    }
    return blocked
  }

  /// Probability that an arrival has to wait when everybody waits (Erlang C).
  ///
  /// C = B / (1 - rho + rho B), rho = a / c. Exact for exponential service.
  /// - Parameters:
  ///   - offeredLoad: a [erlang], finite and >= 0.
  ///   - servers: c >= 1.
  /// - Returns: a probability; 1 where the queue is not stable (a >= c); NaN where the load is
  ///   negative or not finite.
  public static func wait(offeredLoad a: Double, servers c: Int) -> Double {
    let blocked = loss(offeredLoad: a, servers: c)
    guard blocked.isFinite, a < Double(c) else { return blocked.isFinite ? 1 : .nan }
    let utilisation = a / Double(c)
    return blocked / (1 - utilisation + utilisation * blocked)
  }

  /// Mean wait in the queue of M/M/c, in the unit of the service time.
  ///
  /// Wq = C S / (c - a).
  /// - Parameters:
  ///   - offeredLoad: a [erlang].
  ///   - servers: c >= 1.
  ///   - service: mean service time S [any unit of time], > 0.
  /// - Returns: a time; infinite where a >= c.
  public static func meanWait(offeredLoad a: Double, servers c: Int, service: Double) -> Double {
    guard a < Double(c) else { return .infinity }
    return wait(offeredLoad: a, servers: c) * service / (Double(c) - a)
  }
}
