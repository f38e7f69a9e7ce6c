import Quantities

/// How many batches fail at one limit of viability.
public struct ViabilityShare: Hashable, Sendable {
  /// The least viability that passes.
  public let limit: Fraction
  /// Batches below it.
  public let failing: Int
  /// All batches.
  public let batches: Int
  /// failing / batches, exact.
  public let share: Fraction
}

/// The share of batches that fails at each limit, in the order of the limits: viability < limit.
///
/// *Refuses* an empty list of batches.
public func failingShares(
  of viabilities: [Fraction], at limits: [Fraction]
) throws(Refusal) -> [ViabilityShare] {
  guard !viabilities.isEmpty else { throw .missing("viabilities", "The list of batches") }
  var shares: [ViabilityShare] = []
  for limit in limits {
    let failing = viabilities.count { $0 < limit }
    let share = try exact("viabilities") {
      try Fraction(Rational(Int128(failing), over: Int128(viabilities.count)))
    }
    shares.append(
      ViabilityShare(limit: limit, failing: failing, batches: viabilities.count, share: share))
  }
  return shares
}
