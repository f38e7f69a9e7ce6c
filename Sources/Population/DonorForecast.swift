import Bioreactor
import Inference
import LinearAlgebra
import ModelLanguage
import Quantities

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
  /// How many equal draws they are worth, (sum w)^2/sum w^2.
  public internal(set) var effectiveDraws = 0.0
  /// Pareto k-hat of the weights; below 0.7 is asked.
  public internal(set) var paretoShape = Double.infinity
  /// Log of the marginal density of the counts under model and prior, for weights of models.
  public internal(set) var logEvidence = -Double.infinity
  /// Searches that ended in the best mode, out of how many.
  public internal(set) var agreeing = 0
  /// See `agreeing`.
  public internal(set) var starts = 0
  /// Moves of the proposal before its draws carried enough weight.
  public internal(set) var adaptations = 0
  /// The run's covariates that the prior depends on, such as `platform xuri` or `age 61 a`.
  public internal(set) var covariates: [String] = []
  /// Sentences for the reader.
  public internal(set) var notes: [String] = []

  /// Equal draws below which no interval is given; as for a fit's posterior.
  static let leastEffectiveDraws = 100.0

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
  /// in the notes; so is what the run's covariates move. Throws `InputRefused` when a reading has no
  /// place in its family, the prior belongs to another model, a parameter has no prior at all, and as
  /// `LearnedPrior.resolved` does.
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
    if let fault = prior.fault {
      throw DonorForecast.refusal(
        culture, "This is no usable prior: \(fault)", "Mend the file, or learn again.")
    }
    covariates = prior.described(culture.run, platform: culture.platform?.name)
    let (prior, told) = try prior.resolved(for: culture.run, platform: culture.platform?.name)
    guard let likelihood = try RunLikelihood.common([culture], options: fitOptions).first else {
      throw DonorForecast.refusal(culture, "There is no run.", "Name a run.")
    }
    notes = told
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

  static func refusal(
    _ culture: Culture, _ cause: String, _ remedy: String
  ) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_PRIOR", at: PopulationPlan.place(culture.run), cause, remedy: remedy)
    ])
  }
}
