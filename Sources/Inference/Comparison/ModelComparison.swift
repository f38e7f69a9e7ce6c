import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// Several models fitted to one run, ranked by the one rule of `fit` and `compare`; see `rank`.
///
/// Information criteria compare models on the same measurements only, so models are grouped by the
/// measurements that they use, and one group is ranked.
public struct ModelComparison: Sendable {
  /// One model's place.
  public struct Entry: Sendable {
    /// The fit.
    public internal(set) var fit: FitResult
    /// The culture that was fitted.
    public let culture: Culture
    /// Its residual checks; nil before `check`, or when the fit is not usable.
    public internal(set) var checks: ResidualChecks?
    /// Its posterior draws, where `check` was to keep them.
    var posterior: Posterior?
    /// Why it has no posterior draws although they were asked for.
    public internal(set) var drawRefusal: String?
    /// How it stands.
    public internal(set) var standing = Standing.notUsable
    /// The criterion less the lowest one among the ranked models (`isRanked`), 0 for the lowest; nil
    /// for a model that is not ranked.
    public internal(set) var delta: Double?
    /// Weight by the criterion among the contenders; nil for all others, and where only one model is
    /// ranked.
    public internal(set) var weight: Double?
    /// True when by its estimate the cells would soon be more than the platform carries; see `outgrows`.
    var isBeyondCapacity = false
    /// True when the model uses the measurements on which models are ranked.
    public internal(set) var isComparable = false

    /// True when its criterion is held against those of others.
    public var isRanked: Bool {
      standing == .contender || standing == .beyondCapacity || standing == .contradicted
    }
  }

  /// How a model stands in the ranking.
  public enum Standing: Sendable, Hashable {
    /// It takes part in the weights.
    case contender
    /// By the next harvest it would have more cells than the platform carries, where others do not:
    /// what is known of the platform speaks against it, so it has no weight.
    case beyondCapacity
    /// Its residuals speak against it, so it has no weight.
    case contradicted
    /// It has about as many parameters as there are measurements, where others have fewer.
    case tooFew
    /// On these data it is another model: the same likelihood, predictions and number of parameters.
    case sameAs(String)
    /// Its fit is not usable.
    case notUsable
    /// It reads other measurements than the ranked models.
    case otherMeasurements

    /// A short word for machines.
    public var code: String {
      switch self {
      case .contender: "contender"
      case .beyondCapacity: "beyond_capacity"
      case .contradicted: "contradicted"
      case .tooFew: "too_few_measurements"
      case .sameAs: "same_as_another"
      case .notUsable: "not_usable"
      case .otherMeasurements: "other_measurements"
      }
    }
  }

  /// A model that could not be bound to the run, and why.
  public struct Unbound: Sendable {
    /// The model's name.
    public let model: String
    /// The findings.
    public let refusal: InputRefused
  }

  /// A model that observes nothing that was measured.
  public struct Silent: Sendable {
    /// The model's name.
    public let model: String
    /// What it observes, by name.
    public let observes: [String]
  }

  /// The models, best first.
  public internal(set) var entries: [Entry]
  /// Models that the run cannot feed.
  public let unbound: [Unbound]
  /// Models that observe nothing that was measured; they are not fitted.
  public let silent: [Silent]
  /// What was measured within the time of the fit, by name.
  public let measured: [String]
  /// What the ranked models read of it, by name.
  public internal(set) var compared: [String] = []
  /// The criterion that ranks: `AICc`, `BIC` or `-2 ln Z`.
  public internal(set) var criterion = "AICc"
  /// The name of minus twice the log evidence, by which models with priors are ranked where not all of
  /// them have an AICc.
  public static let evidence = "-2 ln Z"

  /// A fit's value of the criterion, the lower the better; nil where it has none.
  public func value(_ fit: FitResult) -> Double? { ModelComparison.value(fit, by: criterion) }

  static func value(_ fit: FitResult, by criterion: String) -> Double? {
    guard fit.isUsable else { return nil }
    switch criterion {
    case "AICc": return fit.aicc
    case ModelComparison.evidence: return fit.logEvidence.map { -2 * $0 }
    default: return fit.bic
    }
  }
  /// How many groups of models that read the same measurements there are.
  public internal(set) var groups = 0

  /// Fits every model that can be bound to the run.
  ///
  /// Several models are fitted at a time on several threads. Throws `InputRefused` when none can be
  /// bound.
  public init(
    _ run: Run, models: [Model], platform: Platform? = nil, options: FitOptions, threads: Int = 1
  ) throws(InputRefused) {
    let attempts = Parallel.map(chunksOf: 1, count: models.count, threads: threads) {
    } body: { _, index -> Result<Entry?, InputRefused> in
      Result { () throws(InputRefused) in
        let culture = try Culture(
          model: models[index], run: run, platform: platform, until: options.until)
        if culture.targets.isEmpty { return nil }
        var entry = Entry(fit: try Fit.run(culture, options: options), culture: culture)
        entry.isBeyondCapacity = models.count > 1 && entry.outgrows(run, options: options)
        return entry
      }
    }
    var entries: [Entry] = []
    var unbound: [Unbound] = []
    var silent: [Silent] = []
    for (model, attempt) in zip(models, attempts) {
      switch attempt {
      case .success(let found?): entries.append(found)
      case .success(nil):
        silent.append(
          Silent(model: model.name, observes: model.observables.map(\.name).sorted()))
      case .failure(let refusal): unbound.append(Unbound(model: model.name, refusal: refusal))
      }
    }
    if entries.isEmpty, silent.isEmpty, let first = unbound.first { throw first.refusal }
    guard !entries.isEmpty else {
      throw ModelComparison.nothingObserved(run, models, until: options.until)
    }
    self.entries = entries
    self.unbound = unbound
    self.silent = silent.sorted { $0.model < $1.model }
    measured = Set(run.observations.filter { $0.time <= options.until }.map(\.quantity)).sorted()
    rank()
  }

  /// Draws the posterior of the models that are ranked, checks their residuals, and ranks anew: a model
  /// that its residuals contradict leads nothing and has no weight.
  ///
  /// Rivals that read other measurements are checked as well: one that its residuals contradict is none.
  /// With `everyModel` those that are not ranked are checked too and the draws kept; the ranking is the
  /// same. Results do not depend on the threads.
  public mutating func check(
    options: FitOptions, draws: Int = 1000, everyModel: Bool = false, threads: Int = 1
  ) {
    // Where residuals contradict a whole group another may lead, which is then checked.
    while true {
      let known = entries
      let rivals = Set(rivals.map(\.fit.model))
      let unchecked = known.indices.filter {
        known[$0].fit.isUsable && known[$0].checks == nil
          && (everyModel || known[$0].isRanked || rivals.contains(known[$0].fit.model))
      }
      if unchecked.isEmpty { return }
      let found = Parallel.map(chunksOf: 1, count: unchecked.count, threads: threads) {
      } body: { _, k in
        ModelComparison.checked(
          known[unchecked[k]], options: options, draws: draws, keepsDraws: everyModel)
      }
      for (index, entry) in zip(unchecked, found) { entries[index] = entry }
      rank()
    }
  }

  private static func checked(
    _ entry: Entry, options: FitOptions, draws: Int, keepsDraws: Bool
  ) -> Entry {
    var entry = entry
    var posterior: Posterior?
    do throws(Posterior.Refusal) {
      posterior = try Posterior.sample(entry.fit, entry.culture, options: options, count: draws)
    } catch { entry.drawRefusal = error.description }
    entry.checks = ResidualChecks(
      entry.fit, entry.culture, options: options, posterior: posterior)
    if keepsDraws { entry.posterior = posterior }
    return entry
  }

  /// Puts a better optimum of the best model in the place of its fit; the ranking stays.
  public mutating func adopt(_ fit: FitResult) {
    if entries.first?.fit.model == fit.model { entries[0].fit = fit }
  }

  /// Gives the best fit the intervals of posterior draws; see `FitResult.adopting`.
  public mutating func adopt(_ posterior: Posterior) {
    guard let best = entries.first else { return }
    entries[0].fit = best.fit.adopting(posterior, model: best.culture.model)
  }

  private static func nothingObserved(_ run: Run, _ models: [Model], until: Double) -> InputRefused
  {
    let within = run.observations.filter { $0.time <= until }
    let measured = Set(within.map(\.quantity)).sorted()
    let observed = Set(models.flatMap { $0.observables.map(\.name) }).sorted()
    let place = run.observations.first?.place ?? Place(file: run.name)
    return InputRefused([
      Finding(
        .error, "E_FIT_NO_DATA", at: Place(file: place.file),
        within.isEmpty
          ? "Run \(run.name) has no measurement up to \(NumberText.significant(until)) h."
          : "No model observes what run \(run.name) measured: \(measured.joined(separator: ", ")).",
        remedy: within.isEmpty
          ? "Give a later --until."
          : "Choose a model that observes it; these observe \(observed.joined(separator: ", ")).")
    ])
  }
}
