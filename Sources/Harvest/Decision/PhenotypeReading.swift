import RunRecords
import Statistics

/// What a reading of a phenotype would tell of a start, by its own law.
///
/// The phenotype is independent of the rest, so P = P(rest) h with h the probability that its share holds.
/// A reading leaves the logit at the start with the spread s' instead of s, and moves its mean by a normal
/// amount of variance s^2 - s'^2: h after it is averaged over equally probable readings.
enum PhenotypeReading {
  private static let readings = 200

  /// One entry for each phenotype that a criterion limits.
  static func all(
    _ outcome: HarvestOutcome, _ yardstick: Yardstick, _ question: HarvestDecision.Question,
    at hour: Double, isPlanned: Bool
  ) -> [NextReading] {
    question.plan.criteria.compactMap { criterion in
      guard let law = question.phenotypes[criterion.kind], hour >= law.hour else { return nil }
      let (mean, sd) = law.logit(at: outcome.hour)
      let held = criterion.chance(mean, sd)
      let now = yardstick.chance(outcome)
      guard held > 0, now > 0, now < 1 else { return nil }
      let left = law.spread(at: outcome.hour, readAt: hour)
      let moved = max(0, sd * sd - left * left).squareRoot()
      let after = (0..<readings).map { k in
        let z = Normal.quantile((Double(k) + 0.5) / Double(readings))
        return min(1, now / held * criterion.chance(mean + moved * z, left))
      }.sorted()
      let doubt = after.reduce(0) { $0 + $1 * (1 - $1) } / Double(readings)
      let limit = question.plan.thresholds.confidence
      return NextReading(
        hour: hour, isPlanned: isPlanned, quantities: [criterion.kind.rawValue],
        target: outcome.hour, now: now,
        safe: Double(after.count { $0 >= limit }) / Double(readings),
        after: after[readings / 10]...after[readings - 1 - readings / 10],
        told: max(0, 1 - doubt / (now * (1 - now))), error: 0)
    }
  }
}

extension Criterion {
  /// P(a share whose logit is normal lies in the limits).
  fileprivate func chance(_ mean: Double, _ sd: Double) -> Double {
    func below(_ limit: Double?, _ none: Double) -> Double {
      guard let limit else { return none }
      if limit <= 0 { return 0 }
      if limit >= 1 { return 1 }
      return Normal.cumulative((Double.log(limit / (1 - limit)) - mean) / max(sd, 1e-9))
    }
    return max(0, below(most, 1) - below(least, 0))
  }
}
