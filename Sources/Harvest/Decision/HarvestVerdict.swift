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
    /// The next start would be safe, by a viable count that is too old for it, or by none at all.
    case countIsOld = "count_is_old"
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
