import Testing

@testable import Capacity

/// Erlang's formulas against values computed elsewhere (exact rational recursion in Python).
@Suite("Erlang")
struct ErlangTests {
  /// Published and recomputed values. Catches: k off by one in the recursion, C without rho B.
  @Test func waits() {
    #expect(abs(Erlang.loss(offeredLoad: 29.408, servers: 32) - 0.087101) < 1e-5)
    #expect(abs(Erlang.wait(offeredLoad: 4, servers: 5) - 0.554113) < 1e-6)
    #expect(abs(Erlang.meanWait(offeredLoad: 4, servers: 5, service: 1) - 0.554113) < 1e-6)
    #expect(abs(Erlang.meanWait(offeredLoad: 21.6, servers: 24, service: 9) - 1.934702) < 1e-6)
    #expect(abs(Erlang.meanWait(offeredLoad: 0.8, servers: 1, service: 1) - 4) < 1e-12)
  }

  /// A full queue waits for ever and says so. Catches: a negative wait beyond saturation.
  @Test func overload() {
    #expect(Erlang.wait(offeredLoad: 33, servers: 32) == 1)
    #expect(Erlang.meanWait(offeredLoad: 32, servers: 32, service: 1) == .infinity)
    #expect(Erlang.loss(offeredLoad: .nan, servers: 3).isNaN)
  }
}
