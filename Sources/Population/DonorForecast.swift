import Bioreactor
import Inference
import LinearAlgebra
import ModelLanguage
import Quantities
import Randomness

/// What a learned prior and the first counts of a new run tell together of that run's parameters.
///
/// The mode with its curvature is there at once; weighted draws from a t about it carry what is not
/// normal. It starts as a failure and is filled.
public struct DonorForecast: Sendable {
  /// Names of the parameters, on their estimation scales.
  public internal(set) var names: [String] = []
  /// True when the mode was found and the draws carry the distribution.
  public internal(set) var isUsable = false
  /// The most probable parameters.
  public internal(set) var mode: [Double] = []
  /// Covariance at the mode.
  public internal(set) var covariance: Matrix?
  /// Draws with their weights, which sum to 1.
  public internal(set) var draws: [[Double]] = []
  /// See `draws`.
  public internal(set) var weights: [Double] = []
  /// (sum w)^2/sum w^2.
  public internal(set) var effectiveDraws = 0.0
  /// Log of the marginal density of the counts under model and prior, for weights of models.
  public internal(set) var logEvidence = -Double.infinity
  /// Searches that ended in the best mode, out of how many.
  public internal(set) var agreeing = 0
  /// See `agreeing`.
  public internal(set) var starts = 0
  /// Moves of the proposal before its draws carried enough weight.
  public internal(set) var adaptations = 0
  /// Sentences for the reader.
  public internal(set) var notes: [String] = []

  /// Draws below which a share of all counts as too few.
  static let leastShare = 0.02

  private let base: [Double]
  private let indices: [Int?]
  private let scales: [EstimationScale]

  /// Natural values of all model parameters at a point, base units.
  public func natural(_ psi: [Double]) -> [Double] {
    var values = base
    for (k, index) in indices.enumerated() {
      if let index { values[index] = scales[k].toNatural(psi[k]) }
    }
    return values
  }

  /// The forecast of a run.
  ///
  /// `widening` multiplies the prior's standard deviations of what varies between donors: 2 for a
  /// donor of another population than the one that was learned from.
  /// Parameters of the model that the prior does not know take the model's own prior, and are named
  /// in the notes. Throws `InputRefused` when a reading has no place in its family, the prior
  /// belongs to another model, or a parameter has no prior at all.
  public init(
    _ culture: Culture, prior: LearnedPrior, widening: Double = 1, draws count: Int = 1000,
    seed: UInt64 = 1, fitOptions: FitOptions = FitOptions()
  ) throws(InputRefused) {
    guard widening > 0, widening.isFinite else {
      throw DonorForecast.refusal(
        culture, "A widening of the prior must be above 0.", "1 takes the prior as it is.")
    }
    guard culture.model.name == prior.model else {
      throw DonorForecast.refusal(
        culture, "The prior was learned with the model \(prior.model), not \(culture.model.name).",
        "Name that model, or learn again.")
    }
    guard prior.form == 1, prior.covariates.isEmpty else {
      throw DonorForecast.refusal(
        culture,
        prior.form == 1
          ? "The prior was learned with covariates, whose values for this run cannot be given."
          : "The prior is of form \(prior.form); this program reads form 1.",
        prior.form == 1 ? "Learn from runs of one kind, without covariates." : "Learn it again.")
    }
    guard let likelihood = try RunLikelihood.common([culture], options: fitOptions).first else {
      throw DonorForecast.refusal(culture, "There is no run.", "Name a run.")
    }
    let free = likelihood.free
    names = free.map(\.name)
    indices = free.map(\.index)
    scales = free.map(\.scale)
    base = culture.model.parameters.map { fitOptions.held[$0.name] ?? $0.value }
    var means: [Double] = []
    var known: [Int?] = []
    var own: [Double] = []
    for entry in free {
      if let k = prior.parameters.firstIndex(where: { $0.name == entry.name }) {
        let learned = prior.parameters[k]
        guard learned.scale == entry.scale.rawValue else {
          throw DonorForecast.refusal(
            culture,
            "\(entry.name) was learned on the scale \(learned.scale), and the model has it on "
              + "\(entry.scale.rawValue).", "Learn again with this model.")
        }
        means.append(learned.mean + (learned.isRelative ? entry.start : 0))
        known.append(k)
        own.append(0)
      } else if let ours = entry.prior {
        means.append(ours.mean)
        known.append(nil)
        own.append(ours.sd)
        notes.append("\(entry.name) is not in the learned prior; the \(ours.origin)'s is used.")
      } else {
        throw DonorForecast.refusal(
          culture, "\(entry.name) has no prior, neither learned nor of the model.",
          "Learn it with the others, hold it, or give it a prior in the model.")
      }
    }
    let places = known.indices.filter { known[$0] != nil }
    let learned = prior.covariance(known.compactMap { $0 }, widening: widening)
    let m = free.count
    var place = [Int](repeating: 0, count: m)
    for (k, position) in places.enumerated() { place[position] = k }
    let spread = Matrix(rows: m, columns: m) { i, j in
      if known[i] != nil, known[j] != nil {
        // A parameter known to the last digit still needs a width.
        return learned[place[i], place[j]] + (i == j ? 1e-12 : 0)
      }
      return i == j ? own[i] * own[i] : 0
    }
    guard let factor = try? Cholesky(spread) else {
      throw DonorForecast.refusal(
        culture, "The spread of the learned prior has no Cholesky factor.",
        "Its correlations are those of no distribution: learn again, or mend the file.")
    }
    let block = RandomBlock(Array(0..<m), isFull: true)
    let layout = PopulationLayout(fixed: m, structure: RandomStructure(donor: block))
    let lower = (0..<(m * m)).map { factor.lower[$0 / m, $0 % m] }
    let donor = PopulationDonor(
      name: culture.run.name,
      occasions: [
        .init(
          name: culture.run.name, likelihood: CultureOccasion(likelihood), design: .identity(m))
      ])
    let h = DonorIntegrand(
      donor, layout, PopulationPoint(beta: means, donorFactor: lower, runFactor: []))
    fill(h, count: count, seed: seed, name: culture.run.name)
  }

  private mutating func fill(_ h: DonorIntegrand, count: Int, seed: UInt64, name: String) {
    var stream = RandomStream(seed: seed, name: name, purpose: "forecast starts")
    var found: [DonorMode] = []
    starts = 5
    for start in 0..<starts {
      let origin = (0..<h.dimension).map { _ in start == 0 ? 0 : stream.normal() }
      if let mode = ModeSearch.find(h, from: origin, exactly: false) { found.append(mode) }
    }
    guard let best = found.min(by: { $0.expansion.value < $1.expansion.value }) else {
      notes.append("No most probable parameters were found: the simulation fails about the prior.")
      return
    }
    agreeing = found.count { $0.expansion.value - best.expansion.value < 0.1 }
    mode = h.psi(0, best.v)
    let d = h.dimension
    let lever = h.levers[0]
    let root = (0..<(d * d)).map { k in
      (0..<d).reduce(0) { $0 + lever[(k / d) * d + $1] * best.spread[$1 * d + k % d] }
    }
    covariance = Matrix(rows: d, columns: d) { i, j in
      (0..<d).reduce(0) { $0 + root[i * d + $1] * root[j * d + $1] }
    }
    let rule = IntegrationRule.importance(d, draws: count, seed: seed, name: name)
    var (center, spread, logVolume) = (best.v, best.spread, best.logSpread)
    var logs: [Double] = []
    for round in 0...DonorForecast.adaptations {
      let points = (0..<rule.count).map { rule.point($0, center: center, spread: spread) }
      logs = points.enumerated().map { k, v in
        h.value(v).map { rule.logWeights[k] - $0 } ?? -.infinity
      }
      adaptations = round
      draws = points.map { h.psi(0, $0) }
      guard round < DonorForecast.adaptations,
        let next = DonorForecast.adapted(points, logs, rule, center, spread)
      else { break }
      (center, spread, logVolume) = next
    }
    let top = logs.reduce(-Double.infinity) { max($0, $1) }
    guard top.isFinite else {
      notes.append("No draw about the most probable parameters could be simulated.")
      return
    }
    let raw = logs.map { Double.exp($0 - top) }
    let sum = raw.reduce(0, +)
    weights = raw.map { $0 / sum }
    effectiveDraws = 1 / weights.reduce(0) { $0 + $1 * $1 }
    logEvidence = logVolume + top + Double.log(sum)
    isUsable = effectiveDraws > max(20, DonorForecast.leastShare * Double(count))
    if !isUsable {
      notes.append(
        "Only \(Int(effectiveDraws)) of \(count) draws carry weight: the distribution is far from "
          + "its normal approximation, and the sampler should be used.")
    }
  }

  /// The mixture of a forecast by the prior as it is and one by the prior widened twice, weighted
  /// by how well each foretold the counts; `share` is the probability, before them, of the wide
  /// one.
  ///
  /// A robust prior: donors unlike those learned from leave it by themselves. Source: Schmidli et
  /// al. (2014), Biometrics 70:1023. Throws as the other initialiser.
  public static func robust(
    _ culture: Culture, prior: LearnedPrior, share: Double = 0.2, draws count: Int = 1000,
    seed: UInt64 = 1, fitOptions: FitOptions = FitOptions()
  ) throws(InputRefused) -> DonorForecast {
    var narrow = try DonorForecast(
      culture, prior: prior, draws: count, seed: seed, fitOptions: fitOptions)
    let wide = try DonorForecast(
      culture, prior: prior, widening: 2, draws: count, seed: seed, fitOptions: fitOptions)
    guard share > 0, share < 1, !wide.weights.isEmpty else { return narrow }
    guard !narrow.weights.isEmpty else { return wide }
    let logs = (
      Double.log(1 - share) + narrow.logEvidence, Double.log(share) + wide.logEvidence
    )
    let top = max(logs.0, logs.1)
    let total = top + Double.log(Double.exp(logs.0 - top) + Double.exp(logs.1 - top))
    let (a, b) = (Double.exp(logs.0 - total), Double.exp(logs.1 - total))
    narrow.draws += wide.draws
    narrow.weights = narrow.weights.map { a * $0 } + wide.weights.map { b * $0 }
    narrow.effectiveDraws = 1 / narrow.weights.reduce(0) { $0 + $1 * $1 }
    narrow.logEvidence = total
    narrow.isUsable = (a < 0.05 || narrow.isUsable) && (b < 0.05 || wide.isUsable)
    if b > 0.5 {
      narrow.mode = wide.mode
      narrow.covariance = wide.covariance
      narrow.notes.append(
        "The counts are more likely for a donor unlike those that the prior was learned from "
          + "(probability \(Int((100 * b).rounded())) %).")
    }
    return narrow
  }

  /// Most moves of the proposal towards the draws' own mean and covariance.
  private static let adaptations = 6

  /// The next proposal; nil when the draws carry enough weight, or none does.
  ///
  /// Half of the covariance is that of the weighted draws, half the old one, so that few heavy
  /// draws cannot collapse it. Source: Cappe et al. (2008), Statistics and Computing 18:447.
  private static func adapted(
    _ points: [[Double]], _ logs: [Double], _ rule: IntegrationRule, _ center: [Double],
    _ spread: [Double]
  ) -> (center: [Double], spread: [Double], logVolume: Double)? {
    let top = logs.reduce(-Double.infinity) { max($0, $1) }
    guard top.isFinite else { return nil }
    let raw = logs.map { Double.exp($0 - top) }
    let sum = raw.reduce(0, +)
    let squares = raw.reduce(0) { $0 + $1 * $1 }
    guard sum * sum < 0.3 * squares * Double(raw.count) else { return nil }
    let d = center.count
    var mean = [Double](repeating: 0, count: d)
    for (point, weight) in zip(points, raw) {
      for i in 0..<d { mean[i] += weight / sum * point[i] }
    }
    let covariance = Matrix(rows: d, columns: d) { i, j in
      var own = 0.0
      for (point, weight) in zip(points, raw) {
        own += weight / sum * (point[i] - mean[i]) * (point[j] - mean[j])
      }
      let old = (0..<d).reduce(0) { $0 + spread[i * d + $1] * spread[j * d + $1] }
      return 0.5 * own + 0.5 * old
    }
    guard let factor = try? Cholesky(covariance) else { return nil }
    return (
      mean, (0..<(d * d)).map { factor.lower[$0 / d, $0 % d] }, 0.5 * factor.logDeterminant
    )
  }

  private static func refusal(
    _ culture: Culture, _ cause: String, _ remedy: String
  ) -> InputRefused {
    InputRefused([
      Finding(.error, "E_PRIOR", at: Place(file: culture.run.name), cause, remedy: remedy)
    ])
  }
}
