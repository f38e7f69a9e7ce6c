import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// Several models fitted to one run, ranked.
///
/// Information criteria compare models on the same measurements only, so models are grouped by the
/// measurements that they use; the group that uses most comes first. Within a group usable fits come
/// first, by AICc where every usable fit has one, otherwise by BIC.
public struct ModelComparison: Sendable {
  /// One model's place.
  public struct Entry: Sendable {
    /// The fit.
    public internal(set) var fit: FitResult
    /// The culture that was fitted.
    public let culture: Culture
    /// The criterion less the best one of its group; nil when not usable or alone in its scale.
    public let delta: Double?
    /// Weight by the criterion within its group; nil likewise.
    public let weight: Double?
    /// True when the model is compared with the best one on the same measurements.
    public let isComparable: Bool
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
  public private(set) var entries: [Entry]
  /// Models that the run cannot feed.
  public let unbound: [Unbound]
  /// Models that observe nothing that was measured; they are not fitted.
  public let silent: [Silent]
  /// What was measured within the time of the fit, by name.
  public let measured: [String]
  /// What the ranked models read of it, by name.
  public let compared: [String]
  /// The criterion that ranks: `AICc` or `BIC`.
  public let criterion: String

  /// Fits every model that can be bound to the run.
  ///
  /// Several models are fitted at a time on several threads. Throws `InputRefused` when none can be
  /// bound.
  public init(
    _ run: Run, models: [Model], platform: Platform? = nil, options: FitOptions, threads: Int = 1
  ) throws(InputRefused) {
    let attempts = Parallel.map(chunksOf: 1, count: models.count, threads: threads) {
    } body: { _, index -> Result<(fit: FitResult, culture: Culture)?, InputRefused> in
      Result { () throws(InputRefused) in
        let culture = try Culture(
          model: models[index], run: run, platform: platform, until: options.until)
        return culture.targets.isEmpty ? nil : (try Fit.run(culture, options: options), culture)
      }
    }
    var fits: [(fit: FitResult, culture: Culture)] = []
    var unbound: [Unbound] = []
    var silent: [Silent] = []
    for (model, attempt) in zip(models, attempts) {
      switch attempt {
      case .success(let found?): fits.append(found)
      case .success(nil):
        silent.append(
          Silent(model: model.name, observes: model.observables.map(\.name).sorted()))
      case .failure(let refusal): unbound.append(Unbound(model: model.name, refusal: refusal))
      }
    }
    if fits.isEmpty, silent.isEmpty, let first = unbound.first { throw first.refusal }
    let bases = fits.map { ModelComparison.basis($0.culture) }
    let basis = ModelComparison.leading(bases)
    guard !basis.isEmpty else {
      throw ModelComparison.nothingObserved(run, models, until: options.until)
    }
    let leaders = zip(fits, bases).filter { $1 == basis && $0.fit.isUsable }.map(\.0)
    let usesAICc = !leaders.isEmpty && leaders.allSatisfy { $0.fit.aicc != nil }
    criterion = usesAICc ? "AICc" : "BIC"
    func score(_ fit: FitResult) -> Double {
      guard fit.isUsable else { return .infinity }
      return (usesAICc ? fit.aicc : fit.bic) ?? .infinity
    }
    let best = leaders.map { score($0.fit) }.min()
    let total = leaders.reduce(0) { $0 + Double.exp(-0.5 * (score($1.fit) - (best ?? 0))) }
    entries = zip(fits, bases).map { found, own in
      let (fit, culture) = found
      let comparable = own == basis
      let delta = comparable && fit.isUsable ? best.map { score(fit) - $0 } : nil
      return Entry(
        fit: fit, culture: culture, delta: delta,
        weight: leaders.count < 2 ? nil : delta.map { Double.exp(-0.5 * $0) / total },
        isComparable: comparable)
    }.sorted {
      let a = ($0.isComparable ? 0 : 1, score($0.fit), $0.fit.model)
      let b = ($1.isComparable ? 0 : 1, score($1.fit), $1.fit.model)
      return a < b
    }
    self.unbound = unbound
    self.silent = silent.sorted { $0.model < $1.model }
    measured = Set(run.observations.filter { $0.time <= options.until }.map(\.quantity)).sorted()
    compared = Set(
      entries.filter(\.isComparable).flatMap(\.culture.targets).map(\.observation.quantity)
    ).sorted()
  }

  /// What a model is held against: each reading, and whether it has a density or, as counted cells, a
  /// probability. Likelihoods compare on equal ones only.
  private static func basis(_ culture: Culture) -> [String] {
    culture.targets.map { target in
      let observation = target.observation
      let family = culture.model.observables[target.observable].family
      let isMass = observation.count != nil && NoiseDraw.isCounted(family) || family.isFraction
      return "\(observation.place) \(observation.quantity) \(isMass ? "probability" : "density")"
    }.sorted()
  }

  /// The basis with most readings; among equals the one that most models share, then the first by name.
  private static func leading(_ bases: [[String]]) -> [String] {
    var shares: [[String]: Int] = [:]
    for basis in bases { shares[basis, default: 0] += 1 }
    let ranked = shares.sorted { a, b in
      if a.key.count != b.key.count { return a.key.count > b.key.count }
      if a.value != b.value { return a.value > b.value }
      return a.key.lexicographicallyPrecedes(b.key)
    }
    return ranked.first?.key ?? []
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
