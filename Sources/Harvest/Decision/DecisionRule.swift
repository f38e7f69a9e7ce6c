import RunRecords

/// From outcomes to the verdict: grounds asked in order, the first that holds.
public enum DecisionRule {
  /// The verdict on the possible starts in order of time, the first being the next one.
  ///
  /// `newestCount` is the hour of the newest viable count, nil where there is none. The order of the
  /// grounds is that of `table`; the target is that of `target`. nil without outcomes.
  public static func verdict(
    _ starts: [HarvestOutcome], thresholds: DecisionPlan.Thresholds,
    contradiction: LatestReadingCheck? = nil, violations: [Violation] = [], nextShift: Int? = nil,
    exhaustive: Bool = true, now: Double? = nil, newestCount: Double? = .infinity
  ) -> HarvestVerdict? {
    guard let next = starts.first else { return nil }
    let situation = Situation(
      starts: starts, yardstick: Yardstick(starts, thresholds), next: next,
      target: target(starts, thresholds: thresholds) ?? next,
      thresholds: thresholds, contradiction: contradiction, violations: violations,
      nextShift: nextShift, isExhaustive: exhaustive, now: now, newestCount: newestCount)
    guard let row = table.first(where: { $0.holds(situation) }) else { return nil }
    let hour: Double? =
      switch row.hour {
      case .none: nil
      case .next: next.hour
      case .target: situation.target.hour
      }
    return HarvestVerdict(kind: row.kind, ground: row.ground, hour: hour)
  }

  /// What the grounds look at.
  private struct Situation {
    let starts: [HarvestOutcome]
    let yardstick: Yardstick
    let next: HarvestOutcome
    let target: HarvestOutcome
    let thresholds: DecisionPlan.Thresholds
    let contradiction: LatestReadingCheck?
    let violations: [Violation]
    let nextShift: Int?
    let isExhaustive: Bool
    let now: Double?
    let newestCount: Double?

    var isContradicted: Bool { contradiction.map { $0.p < thresholds.contradiction } ?? false }
    /// Not even the least dose is worth hoping for, at any start.
    var isHopeless: Bool { starts.allSatisfy { $0.any < thresholds.stopBelow } }
    var isNext: Bool { target.hour == next.hour }
    var isSafe: Bool { yardstick.isSafe(next, thresholds) }
    var targetIsSafe: Bool { yardstick.isSafe(target, thresholds) }
    var isFarOff: Bool { now.map { next.hour - $0 > soon } ?? false }
    var countIsOld: Bool { DecisionRule.isOld(newestCount, at: next.hour, thresholds) }
    var falls: Bool {
      guard let nextShift, starts.indices.contains(nextShift) else { return false }
      return yardstick.chance(next) - yardstick.chance(starts[nextShift]) > thresholds.fall
    }
  }

  private enum Hour { case none, next, target }

  private struct Row: Sendable {
    let kind: HarvestVerdict.Kind
    let ground: HarvestVerdict.Ground
    let hour: Hour
    let holds: @Sendable (Situation) -> Bool

    init(
      _ kind: HarvestVerdict.Kind, _ ground: HarvestVerdict.Ground, _ hour: Hour,
      _ holds: @escaping @Sendable (Situation) -> Bool
    ) {
      (self.kind, self.ground, self.hour, self.holds) = (kind, ground, hour, holds)
    }
  }

  /// The grounds in the order in which they are asked.
  private static let table = [
    Row(.alarm, .modelContradicted, .none) { $0.isContradicted },
    Row(.alarm, .criterionViolatedNow, .none) { !$0.violations.isEmpty },
    Row(.stop, .nothingReachesTheLeastDose, .none) { $0.isHopeless && $0.isExhaustive },
    Row(.alarm, .nothingUpToTheHorizon, .none) { $0.isHopeless },
    Row(.wait, .nextIsSafe, .next) { $0.isNext && $0.isSafe && $0.isFarOff },
    Row(.alarm, .countIsOld, .none) { $0.isNext && $0.isSafe && $0.countIsOld },
    Row(.harvest, .safeAndNotBetterLater, .next) { $0.isNext && $0.isSafe },
    Row(.alarm, .probabilityFalls, .next) { $0.isNext && $0.falls },
    Row(.alarm, .waitingDoesNotHelp, .next) { $0.isNext },
    Row(.wait, .laterIsBetter, .target) { $0.isSafe },
    Row(.wait, .laterIsSafe, .target) { $0.targetIsSafe },
    Row(.wait, .laterIsBetterNotSafe, .target) { _ in true },
  ]

  /// Hours up to which a harvest is for now and not a plan.
  public static let soon = 24.0
  /// Monte-Carlo standard errors within which two starts cannot be told apart.
  public static let errors = 2.0

  /// True when there is no viable count, or the newest is older at an hour than the plan lets it be.
  static func isOld(
    _ newest: Double?, at hour: Double, _ thresholds: DecisionPlan.Thresholds
  ) -> Bool {
    newest.map { hour - $0 > thresholds.newestCount } ?? true
  }

  /// The start with the highest score, the earliest of equal ones.
  static func best(
    _ starts: [HarvestOutcome], thresholds: DecisionPlan.Thresholds
  ) -> HarvestOutcome? {
    let score = Yardstick(starts, thresholds).chance
    return starts.reduce(nil) { best, start in
      score(start) > (best.map(score) ?? -1) ? start : best
    }
  }

  /// The start to aim at: the earliest whose score lies within the tolerance of the best one.
  ///
  /// Where any start is safe it must be safe itself; where none is, of starts within the tolerance the
  /// earliest that also comes within it of the most P(met) + P(reduced) among them. One that is waited
  /// for although the next start is safe, or none is, must be better than that by more than the
  /// tolerance. A loss that these draws cannot tell from the tolerance counts as within it, so that of
  /// equal starts the earlier is taken.
  static func target(
    _ starts: [HarvestOutcome], thresholds: DecisionPlan.Thresholds
  ) -> HarvestOutcome? {
    let yardstick = Yardstick(starts, thresholds)
    let score = yardstick.chance
    guard let next = starts.first, let highest = starts.map(score).max() else { return nil }
    let anySafe = starts.contains { yardstick.isSafe($0, thresholds) }
    func isNear(_ start: HarvestOutcome) -> Bool {
      highest - score(start) <= thresholds.tolerance + errors * start.lossError
    }
    let mostAny = starts.filter(isNear).map(\.any).max() ?? 0
    func isGood(_ start: HarvestOutcome) -> Bool {
      guard isNear(start) else { return false }
      return anySafe
        ? yardstick.isSafe(start, thresholds)
        : mostAny - start.any <= thresholds.tolerance + errors * start.lossError
    }
    if isGood(next) { return next }
    // Where the next start would do as well, waiting must win more than the tolerance.
    let isEnough = !anySafe || yardstick.isSafe(next, thresholds)
    func isWorthIt(_ start: HarvestOutcome) -> Bool {
      !isEnough || score(start) > score(next) + thresholds.tolerance
        || (!anySafe && start.any > next.any + thresholds.tolerance)
    }
    return starts.first { isGood($0) && isWorthIt($0) }
      ?? best(starts, thresholds: thresholds)
  }

  /// Starts that these draws cannot tell from the target: their loss against the best lies within
  /// `errors` standard errors of the tolerance, on either side. Without the first and last of such a
  /// stretch there is nothing to choose between.
  static func ties(
    _ starts: [HarvestOutcome], thresholds: DecisionPlan.Thresholds
  ) -> [HarvestOutcome] {
    let score = Yardstick(starts, thresholds).chance
    guard let highest = starts.map(score).max() else { return [] }
    return starts.filter {
      $0.lossError > 0
        && abs(highest - score($0) - thresholds.tolerance) <= errors * $0.lossError
    }
  }
}
