import Bioreactor
import Inference
import RunRecords

/// The decision on one culture: outcomes hour by hour, and what to do.
public struct HarvestDecision: Sendable {
  /// What is asked.
  public struct Question: Sendable {
    /// The plan.
    public var plan: DecisionPlan
    /// The planned dose, 1e6 viable CAR+ cells.
    public var planned: Double
    /// The least dose that is still given, 1e6 viable CAR+ cells.
    public var least: Double
    /// Where the CAR+ share comes from.
    public var car: CARSource
    /// What the run's flow readings tell of each phenotype that a criterion limits.
    public var phenotypes: [Criterion.Kind: PhenotypeLaw] = [:]
    /// Hours of the present.
    public var now: Double
    /// Hours of the last harvest that is looked at.
    public var horizon: Double
    /// Why the search ends there.
    public var searchEnd = SearchEnd.asked
    /// The least dose of the product's rule, 1e6 cells; nil without one.
    public var ruledLeast: Double?
    /// What must be said about the need, such as another denominator of the product.
    public var needNote: String?
    /// What was noticed while reading that may move the decision, such as a unit.
    public var warnings: [String] = []
    /// What the probabilities leave out of the medium; nil where the model follows it.
    public var medium: String?
    /// Number of draws.
    public var draws = 2000
    /// Threads.
    public var threads = 1

    /// Hour and reason of the search's end: what is asked; else the plan's greatest days in culture;
    /// else the planned harvest, but not before three days after the plan's least days in culture; else
    /// seven days from now.
    public static func searchEnd(
      _ plan: DecisionPlan, asked: Double?, _ timeline: Timeline, now: Double
    ) -> (hour: Double, reason: SearchEnd) {
      if let asked { return (asked, .asked) }
      let days = plan.criterion(.days)
      if let most = days?.most { return (timeline.start + most, .daysInCulture) }
      if let least = days?.least, timeline.start + least > (timeline.harvest ?? now + 168) {
        return (timeline.start + least + 72, .leastDays)
      }
      return timeline.harvest.map { ($0, .plannedHarvest) } ?? (now + 168, .week)
    }

    /// A question from its necessary parts.
    public init(
      plan: DecisionPlan, planned: Double, least: Double, car: CARSource, now: Double,
      horizon: Double
    ) {
      self.plan = plan
      (self.planned, self.least) = (planned, least)
      self.car = car
      (self.now, self.horizon) = (now, horizon)
    }
  }

  /// Why the search for starts ends where it does.
  public enum SearchEnd: String, Sendable, Hashable {
    /// The plan's greatest days in culture: nothing is possible later.
    case daysInCulture = "days_in_culture"
    /// The run's planned harvest.
    case plannedHarvest = "planned_harvest"
    /// Three days after the plan's least days in culture, which the planned harvest does not reach.
    case leastDays = "least_days_in_culture"
    /// It was asked for.
    case asked
    /// Seven days from now, as nothing else tells.
    case week
  }

  /// What the draws rest on.
  public struct Support: Sendable {
    /// A prior of earlier donors.
    public struct Teacher: Sendable {
      /// What the prior is called, such as its model and file.
      public let label: String
      /// What its runs are, in their own words; nil where nobody said.
      public let source: String?
      /// Donors that it rests on.
      public let donors: Int
      /// Their runs.
      public let runs: Int
      /// Factor on their spread that stands in the prior, for few donors.
      public let widening: Double
      /// Its weight after the counts.
      public let weight: Double
      /// The run's covariates that it depends on, such as `age 61 a`.
      public let covariates: [String]
    }

    /// The newest viable density with the culture's volume.
    public struct Count: Sendable, Hashable {
      /// Hours from the run's zero.
      public let hour: Double
      /// 1e6 cells/mL.
      public let density: Double
      /// mL.
      public let volume: Double
      /// True when it was counted before what was done at that hour.
      public let isBefore: Bool
      /// What was done at that hour, beside the sample.
      public let operations: [String]
    }

    /// The newest viable density up to now; nil without one, or without a volume.
    public var newestCount: Count?
    /// Priors of earlier donors; none for a fit of this run with the model's own priors.
    public var teachers: [Teacher] = []
    /// Measurements of the run that the draws have seen; nil for a fit, which tells its own.
    public var counts: Int?
    /// A further factor on the spread between donors, asked for by the user.
    public var widening = 1.0
    /// True when each prior was mixed with one twice as wide.
    public var isRobust = false
    /// Counts, with the seed, from which growth is carried forward without a model because the
    /// latest one contradicts every model; nil while the models are believed.
    public var pathCounts: Int?
    /// Why the growth path could not take over from contradicted models.
    public var pathRefusal: String?
    /// Parameters that vary between donors and of which this run's counts tell less than a tenth, with
    /// what each is.
    public var untold: [String] = []
    /// Criteria of the plan that the growth path does not follow; they are no part of P then.
    public var unfollowed: [Criterion] = []

    /// A fit of the run alone.
    public init() {}
  }

  /// The run's name.
  public let run: String
  /// The model's name.
  public let model: String
  /// The question.
  public let question: Question
  /// All hours that were looked at, in order; those that are no possible start are for the figure.
  public let outcomes: [HarvestOutcome]
  /// Cells to harvest for the planned dose, 1e6; they vary with the losses.
  public let need: Quantiles
  /// Cells to harvest for the least dose, 1e6.
  public let leastNeed: Quantiles
  /// The verdict.
  public let verdict: HarvestVerdict
  /// The verdict without its alarms; nil when there is none to leave out, and when `isAnswered` is
  /// false.
  public internal(set) var otherwise: HarvestVerdict?
  /// The latest readings against earlier ones; empty when it could not be computed.
  public let checks: [LatestReadingCheck]
  /// Criteria that the latest readings do not meet.
  public let violations: [Violation]
  /// Earlier readings that broke a criterion which the latest reading meets.
  public let recovered: [Violation]
  /// Readings before the latest that may be wrong.
  public let doubts: ReadingDoubts
  /// Hour of the newest viable count; nil where there is none.
  public let newestCount: Double?
  /// Shares of the draws that meet all only at the target, and only at the next start; nil when the
  /// target is the next start.
  public let waiting: (won: Double, lost: Double)?
  /// The next planned sample; hours.
  public let nextSample: Double?
  /// The first start of the next day or, without a calendar, at least 12 h later.
  public let nextShift: HarvestOutcome?
  /// Effective sample size of the draws; nil where their maker does not tell.
  public let effectiveSampleSize: Double?
  /// How they were made; nil likewise.
  public let method: Posterior.Method?
  /// Sentences for the reader.
  public let notes: [String]
  /// What the draws rest on.
  public let support: Support
  /// True when no harvest is possible after the search: STOP is said of such a search only.
  public let isExhaustive: Bool
  /// The least median CAR+ share with which the target, and with which the best start, is still safe;
  /// nil where the model tells the share, or no share reaches it.
  public let leastShares: (target: Double?, best: Double?)
  /// The run's operations from now on.
  public let operations: [Operation]
  /// The hour from which flow does not read high any more; nil without a transduction.
  public let flowIsTrueFrom: Double?
  /// What further readings would tell, the most telling first; empty where it was not asked.
  public internal(set) var readings: [NextReading] = []
  /// What the next viable count would change; nil where it was not asked.
  public internal(set) var countEffect: CountEffect?

  /// The least likely of `checks`.
  public var contradiction: LatestReadingCheck? {
    checks.reduce(nil) { least, next in next.p < (least?.p ?? 2) ? next : least }
  }
  /// Checks below the plan's level: readings that what was known before does not foretell.
  public var contradicted: [LatestReadingCheck] {
    beyond.filter { !$0.isWelcome(question.plan) }
  }
  /// Latest readings that are better than what was foretold: notes, and no alarm.
  public var welcome: [LatestReadingCheck] { beyond.filter { $0.isWelcome(question.plan) } }
  private var beyond: [LatestReadingCheck] {
    checks.filter { $0.p < question.plan.thresholds.contradiction }.sorted { $0.p < $1.p }
  }
  /// False when readings contradict the draws and nothing stands in for them: then the probabilities
  /// are not to be shown. The growth path stands in for contradicted counts of cells only, and not
  /// where an earlier reading may be the wrong one.
  public var isAnswered: Bool {
    contradicted.isEmpty
      || (doubts.suspects.isEmpty && support.pathCounts != nil
        && contradicted.allSatisfy(\.isOfCells))
  }
  /// False when not even the cells are to be shown: the CAR+ share is contradicted, or it is not known
  /// which of two readings is wrong.
  public var givesCells: Bool {
    isAnswered
      || (doubts.suspects.isEmpty && !contradicted.contains(where: \.isOfFlow))
  }
  /// What starts are compared by.
  public var yardstick: Yardstick { Yardstick(starts, question.plan.thresholds) }
  /// True when a dose below the planned one, or the planned one without the optional retains, counts as
  /// reduced.
  public var hasReduced: Bool {
    question.least < question.planned || question.plan.losses.retains.contains(where: \.isOptional)
  }
  /// True when there is no viable count, or the newest is too old for the next start.
  public var countIsOld: Bool {
    next.map {
      DecisionRule.isOld(newestCount, at: $0.hour, question.plan.thresholds)
    } ?? false
  }
  /// Starts that the draws cannot tell from the target; see `DecisionRule.ties`.
  public var ties: [HarvestOutcome] {
    let found = DecisionRule.ties(starts, thresholds: question.plan.thresholds)
    return found.count > 1 ? found : []
  }
  /// Possible starts in order of time.
  public var starts: [HarvestOutcome] { outcomes.filter(\.isPossible) }
  /// The next possible start.
  public var next: HarvestOutcome? { starts.first }
  /// The first start whose probability reaches the confidence.
  public var earliestSafe: HarvestOutcome? {
    starts.first { yardstick.isSafe($0, question.plan.thresholds) }
  }
  /// The last one.
  public var latestSafe: HarvestOutcome? {
    starts.last { yardstick.isSafe($0, question.plan.thresholds) }
  }
  /// The best start, the earliest of equal ones; see `Yardstick`.
  public var best: HarvestOutcome? {
    DecisionRule.best(starts, thresholds: question.plan.thresholds)
  }
  /// The start to aim at; see `DecisionRule.target`.
  public var target: HarvestOutcome? {
    DecisionRule.target(starts, thresholds: question.plan.thresholds)
  }
  /// The start after the next one.
  public var afterNext: HarvestOutcome? { starts.count > 1 ? starts[1] : nil }
  /// P(best) - P(next): what going now costs.
  public var regret: Double? {
    guard let best, let next else { return nil }
    return yardstick.chance(best) - yardstick.chance(next)
  }
}
