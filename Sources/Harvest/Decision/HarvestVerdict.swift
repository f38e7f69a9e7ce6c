import Inference
import RunRecords

/// What to do, and why.
public struct HarvestVerdict: Sendable, Hashable {
  /// The four answers.
  public enum Kind: String, Sendable, CaseIterable {
    /// Harvest at the next possible time.
    case harvest
    /// Wait: a later time is safe, or better.
    case wait
    /// No time gives even the reduced dose.
    case stop
    /// A person must look before anything is decided.
    case alarm
  }

  /// The grounds of a verdict, for machines.
  public enum Ground: String, Sendable, CaseIterable {
    case safeAndNotBetterLater = "safe_and_not_better_later"
    /// The next possible time is safe and not bettered later, but more than a day off.
    case nextIsSafe = "next_is_safe"
    case laterIsSafe = "later_is_safe"
    case laterIsBetter = "later_is_better"
    case laterIsBetterNotSafe = "later_is_better_not_safe"
    case nothingReachesTheLeastDose = "nothing_reaches_the_least_dose"
    /// The same up to the end of the search, after which a harvest may still be possible.
    case nothingUpToTheHorizon = "nothing_up_to_the_horizon"
    case modelContradicted = "model_contradicted"
    case criterionViolatedNow = "criterion_violated_now"
    case probabilityFalls = "probability_falls"
    case waitingDoesNotHelp = "waiting_does_not_help"
  }

  /// The answer.
  public let kind: Kind
  /// Its ground.
  public let ground: Ground
  /// The time that it speaks of: the start of the harvest, or the one to wait for; hours.
  public let hour: Double?
}

/// The readings of the last hours against what earlier ones let expect.
public struct LatestReadingCheck: Sendable, Hashable {
  /// Hours of the latest readings.
  public let hour: Double
  /// The quantity that fits least.
  public let quantity: String
  /// What was read, base units.
  public let reading: Double
  /// The central `level` of what was expected, base units.
  public let expected: ClosedRange<Double>
  /// The share of what was expected that lies in `expected`.
  public let level: Double
  /// Two-sided predictive p-value; against a fit times the number of quantities read then, at most 1.
  public let p: Double

  /// A check from its parts.
  public init(
    hour: Double, quantity: String, reading: Double, expected: ClosedRange<Double>,
    level: Double = 0.95, p: Double
  ) {
    (self.hour, self.quantity, self.reading) = (hour, quantity, reading)
    (self.expected, self.level, self.p) = (expected, level, p)
  }

  /// True for counts of cells, for which the growth path can stand in.
  public var isOfCells: Bool { DonorOutlook.followed.contains(quantity) }
}

/// A criterion that the latest reading does not meet.
public struct Violation: Sendable, Hashable {
  /// The criterion.
  public let criterion: Criterion
  /// What was read, base units.
  public let reading: Double
  /// Hours of the reading.
  public let hour: Double

  /// Readings older than this many hours before now do not speak of now.
  public static let age = 24.0

  /// The violations in a run's readings up to now; a limit such as `<0.5` is held against criteria
  /// as that number.
  public static func found(in run: Run, plan: DecisionPlan, now: Double) -> [Violation] {
    plan.criteria.compactMap { criterion in
      let latest = run.observations.last {
        $0.quantity == criterion.kind.rawValue && $0.time <= now && $0.time >= now - age
      }
      guard let latest, !criterion.holds(latest.value.number) else { return nil }
      return Violation(criterion: criterion, reading: latest.value.number, hour: latest.time)
    }
  }
}

/// From outcomes to the verdict.
public enum DecisionRule {
  /// The verdict on the possible starts in order of time, the first being the next one.
  ///
  /// The target is the earliest start whose probability lies within the tolerance of the best one
  /// and, where any start is safe, is safe itself; one that is waited for although the next start is
  /// safe, or none is, must be better than that by more than the tolerance. In this order: ALARM when
  /// the latest readings contradict the model, or a criterion is violated now; where P(met) +
  /// P(reduced) stays below `stopBelow` everywhere STOP when the search is `exhaustive`, and ALARM when
  /// a harvest may still be possible after it; HARVEST when the next start is safe and is the target,
  /// but WAIT for it when it is more than `soon` hours after `now`; WAIT when the target is later;
  /// otherwise, with no safe start and none better later, ALARM, saying whether the probability falls
  /// within the next shift. nil without outcomes.
  public static func verdict(
    _ starts: [HarvestOutcome], thresholds: DecisionPlan.Thresholds,
    contradiction: LatestReadingCheck? = nil, violations: [Violation] = [], nextShift: Int? = nil,
    exhaustive: Bool = true, now: Double? = nil
  ) -> HarvestVerdict? {
    guard let next = starts.first else { return nil }
    if let contradiction, contradiction.p < thresholds.contradiction {
      return HarvestVerdict(kind: .alarm, ground: .modelContradicted, hour: nil)
    }
    if !violations.isEmpty {
      return HarvestVerdict(kind: .alarm, ground: .criterionViolatedNow, hour: nil)
    }
    if starts.allSatisfy({ $0.met + $0.reduced < thresholds.stopBelow }) {
      return exhaustive
        ? HarvestVerdict(kind: .stop, ground: .nothingReachesTheLeastDose, hour: nil)
        : HarvestVerdict(kind: .alarm, ground: .nothingUpToTheHorizon, hour: nil)
    }
    let target = target(starts, thresholds: thresholds) ?? next
    let isSafe = next.met >= thresholds.confidence
    if target.hour == next.hour {
      if isSafe, let now, next.hour - now > soon {
        return HarvestVerdict(kind: .wait, ground: .nextIsSafe, hour: next.hour)
      }
      if isSafe {
        return HarvestVerdict(kind: .harvest, ground: .safeAndNotBetterLater, hour: next.hour)
      }
      let falls =
        nextShift.map { starts.indices.contains($0) && next.met - starts[$0].met > thresholds.fall }
        ?? false
      return HarvestVerdict(
        kind: .alarm, ground: falls ? .probabilityFalls : .waitingDoesNotHelp, hour: next.hour)
    }
    let ground: HarvestVerdict.Ground =
      isSafe
      ? .laterIsBetter
      : target.met >= thresholds.confidence ? .laterIsSafe : .laterIsBetterNotSafe
    return HarvestVerdict(kind: .wait, ground: ground, hour: target.hour)
  }

  /// Hours up to which a harvest is for now and not a plan.
  public static let soon = 24.0
  /// Monte-Carlo standard errors within which two starts cannot be told apart.
  public static let errors = 2.0

  /// The start to aim at; see `verdict`. A start whose loss against the best one cannot be told from
  /// the tolerance by these draws counts as within it, so that of equal starts the earlier is taken.
  static func target(
    _ starts: [HarvestOutcome], thresholds: DecisionPlan.Thresholds
  ) -> HarvestOutcome? {
    guard let next = starts.first, let highest = starts.map(\.met).max() else { return nil }
    let anySafe = highest >= thresholds.confidence
    func isGood(_ start: HarvestOutcome) -> Bool {
      highest - start.met <= thresholds.tolerance + errors * start.lossError
        && (!anySafe || start.met >= thresholds.confidence)
    }
    if isGood(next) { return next }
    // Where the next start would do as well, waiting must win more than the tolerance.
    let isEnough = !anySafe || next.met >= thresholds.confidence
    let least = isEnough ? next.met + thresholds.tolerance : 0
    return starts.first { isGood($0) && $0.met > least }
      ?? starts.first { $0.met == highest }
  }

  /// Starts that these draws cannot tell from the target: their loss against the best lies within
  /// `errors` standard errors of the tolerance, on either side. Without the first and last of such a
  /// stretch there is nothing to choose between.
  static func ties(
    _ starts: [HarvestOutcome], thresholds: DecisionPlan.Thresholds
  ) -> [HarvestOutcome] {
    guard let highest = starts.map(\.met).max() else { return [] }
    return starts.filter {
      $0.lossError > 0
        && abs(highest - $0.met - thresholds.tolerance) <= errors * $0.lossError
    }
  }
}
