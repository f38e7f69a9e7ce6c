import Randomness
import RunRecords

/// The share of harvested cells that reaches the dose, one a draw.
///
/// yield = product of the recoveries x (1 - q). A recovery is beta distributed with the mean m and
/// the sd s that the plan states: a = m k, b = (1 - m) k, k = m (1 - m) / s^2 - 1, so it never
/// leaves 0 ... 1 and its moments are those written. Steps vary independently of each other.
public struct HarvestYield: Sendable {
  /// Yields, one a draw.
  public let shares: [Double]
  /// Cells kept back, 1e6.
  public let retained: Double

  /// Draws of the losses; the same for the same seed and name, whatever is asked elsewhere.
  public init(_ losses: DecisionPlan.Losses, count: Int, seed: UInt64, name: String) {
    retained = losses.retains.reduce(0) { $0 + $1.cells }
    shares = (0..<count).map { index in
      var stream = RandomStream(seed: seed, name: name, purpose: "losses", index: UInt64(index))
      return losses.recoveries.reduce(1 - losses.quality) {
        $0 * HarvestYield.draw($1, &stream)
      }
    }
  }

  /// Cells that must be harvested for a dose at the middles of `count` equally probable parts of the
  /// losses, ascending, 1e6; one value where nothing varies. Taken from many draws once sorted, so that
  /// it hardly depends on the seed.
  static func needs(
    _ losses: DecisionPlan.Losses, for dose: Double, count: Int, seed: UInt64, name: String
  ) -> [Double] {
    let isKnown = losses.recoveries.allSatisfy { $0.sd == 0 || $0.mean >= 1 }
    let each = isKnown ? 1 : 128
    let found = HarvestYield(losses, count: isKnown ? 1 : count * each, seed: seed, name: name)
      .need(for: dose).sorted()
    return stride(from: each / 2, to: found.count, by: each).map { found[$0] }
  }

  /// Cells that must be harvested for a dose, one a draw, 1e6: (D + retains) / yield.
  public func need(for dose: Double) -> [Double] {
    shares.map { $0 > 0 ? (dose + retained) / $0 : .infinity }
  }

  private static func draw(
    _ recovery: DecisionPlan.Recovery, _ stream: inout RandomStream
  ) -> Double {
    let (m, s) = (recovery.mean, recovery.sd)
    guard s > 0, m < 1 else { return m }
    let k = m * (1 - m) / (s * s) - 1
    guard k > 0 else { return m }
    let a = stream.gamma(shape: m * k)
    let b = stream.gamma(shape: (1 - m) * k)
    return a + b > 0 ? a / (a + b) : m
  }
}
