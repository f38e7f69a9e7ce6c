import Bioreactor
import LinearAlgebra
import ModelLanguage
import RunRecords

/// The measurements of one or more runs and the priors as an objective: the negative log-posterior.
///
/// A simulation that ends early makes its point infeasible; it is never a zero residual. A problem
/// holds simulators and belongs to one task.
struct FitProblem: LeastSquaresProblem {
  let members: [Member]
  let plan: ParameterPlan
  /// How this problem is searched.
  let search: TrustRegionOptions
  /// See `FitOptions.checksProfiles`.
  let checksProfiles: Bool
  let lowerBounds: [Double]
  let upperBounds: [Double]
  private let recent = Recent()

  /// The last simulations with slopes: the search, the probe before it and the assessment after it
  /// ask for the same points.
  private final class Recent {
    private var entries: [(point: [Double], predictions: [Prediction])] = []

    func find(_ p: [Double]) -> [Prediction]? { entries.first { $0.point == p }?.predictions }

    func keep(_ p: [Double], _ predictions: [Prediction]) {
      if entries.count == 3 { entries.removeFirst() }
      entries.append((p, predictions))
    }
  }

  /// One run of a fit.
  struct Member {
    let culture: Culture
    let predictor: Predictor
    /// The measurement as the likelihood sees it, one a target.
    let readings: [Observation.Reading]
    /// Columns of the plan that move the model's parameters here, and which ones.
    let columns: [Int]
    let seeds: [Int]
    /// Column of the spread between pooled donors.
    let spread: Int?
    /// Column of the bias of each target's counter.
    let biases: [Int?]
  }

  /// A single run.
  init(_ culture: Culture, plan: ParameterPlan, options: FitOptions) {
    self.init([culture], plan: plan, options: options)
  }

  /// Runs that share a model, in the plan's order.
  init(_ cultures: [Culture], plan: ParameterPlan, options: FitOptions) {
    self.plan = plan
    search = options.search
    checksProfiles = options.checksProfiles
    lowerBounds = plan.free.map(\.bounds.lowerBound)
    upperBounds = plan.free.map(\.bounds.upperBound)
    members = cultures.enumerated().map { k, culture in
      let columns = plan.columns(of: k)
      return Member(
        culture: culture,
        predictor: Predictor(culture, options: options.stepOptions(for: culture)),
        readings: culture.targets.map { FitProblem.reading($0, culture.model) },
        columns: columns, seeds: columns.compactMap { plan.free[$0].index },
        spread: culture.run.donor == .pooled
          ? plan.free.firstIndex { $0.role == .donorSpread } : nil,
        biases: culture.targets.map { plan.biasColumn(of: $0.observation) })
    }
  }

  var parameterCount: Int { plan.free.count }

  /// A fraction of exactly 0 or 1 has no logit: it is read as beyond the last printed half per cent,
  /// and so is a limit there. (A limit that says nothing, such as <100 %, is refused before.)
  private static func reading(_ target: Culture.Target, _ model: Model) -> Observation.Reading {
    guard model.observables[target.observable].family == .logitNormal else {
      return target.observation.value
    }
    switch target.observation.value {
    case .exact(let y) where y >= 1, .above(let y) where y >= 1: return .above(0.995)
    case .exact(let y) where y <= 0, .below(let y) where y <= 0: return .below(0.005)
    case .between(let low, let high) where low <= 0 && high < 1: return .below(high)
    case .between(let low, let high) where low > 0 && high >= 1: return .above(low)
    default: return target.observation.value
    }
  }

  /// Natural values of all model parameters of a run at an estimation point.
  func natural(_ p: [Double], member: Int = 0) -> [Double] { plan.natural(p, member: member) }

  /// The negative log-prior at an estimation point.
  func priorTerm(_ p: [Double]) -> Double {
    var sum = 0.0
    for (j, free) in plan.free.enumerated() {
      guard let prior = free.prior else { continue }
      let r = (p[j] - prior.mean) / prior.sd
      sum += 0.5 * r * r + Double.log(prior.sd) + 0.5 * Double.log(2 * .pi)
    }
    return sum
  }

  func objective(at p: [Double]) -> Double? {
    var sum = priorTerm(p)
    for (k, member) in members.enumerated() {
      guard let prediction = member.predictor.predict(natural(p, member: k)),
        let terms = terms(of: member, prediction, p)
      else { return nil }
      for entry in terms { sum += entry.term.value }
    }
    return sum
  }

  func linearise(at p: [Double]) -> Linearisation? {
    sensitivities(at: p).flatMap { linearise($0, at: p, withPriors: true) }
  }

  /// Means and noise of every run with their slopes at an estimation point.
  func sensitivities(at p: [Double]) -> [Prediction]? {
    if let known = recent.find(p) { return known }
    var predictions: [Prediction] = []
    for (k, member) in members.enumerated() {
      let values = natural(p, member: k)
      let slopes = zip(member.columns, member.seeds).map { column, seed in
        plan.free[column].scale.slope(atNatural: values[seed])
      }
      guard
        let prediction = member.predictor.predict(values, seeds: member.seeds, slopes: slopes)
      else { return nil }
      predictions.append(prediction)
    }
    recent.keep(p, predictions)
    return predictions
  }

  /// The linearisation, of the likelihood alone or with the priors.
  func linearise(
    _ predictions: [Prediction], at p: [Double], withPriors: Bool
  ) -> Linearisation? {
    let n = plan.free.count
    var rows: [Double] = []
    var residuals: [Double] = []
    rows.reserveCapacity((2 * measurementCount + n) * n)
    residuals.reserveCapacity(2 * measurementCount + n)
    var value = withPriors ? priorTerm(p) : 0
    for (member, prediction) in zip(members, predictions) {
      guard let terms = terms(of: member, prediction, p) else { return nil }
      // Every column of both that this run has is written anew for each term; the others stay zero.
      var location = [Double](repeating: 0, count: n)
      var spread = location
      for (index, (term, context)) in terms.enumerated() {
        value += term.value
        let slot = index * prediction.directionCount
        let squared = context.scale * context.scale
        for (direction, column) in member.columns.enumerated() {
          location[column] = context.meanSlope * prediction.meanSlopes[slot + direction]
          spread[column] =
            squared > 0
            ? prediction.noise[index] * prediction.noiseSlopes[slot + direction] / squared : 0
        }
        if let column = member.spread, squared > 0 {
          spread[column] = context.donor * context.donor / squared
        }
        for column in member.biases { if let column { location[column] = 0 } }
        if let column = member.biases[index] { location[column] = context.biasSlope }
        let movesNoise = spread.contains { $0 != 0 }
        term.rows { mean, scale, residual in
          // A row without slopes adds nothing but work.
          guard mean != 0 || movesNoise else { return }
          for j in 0..<n { rows.append(mean * location[j] + scale * spread[j]) }
          residuals.append(residual)
        }
      }
    }
    if withPriors {
      for (j, free) in plan.free.enumerated() {
        guard let prior = free.prior else { continue }
        for k in 0..<n { rows.append(k == j ? 1 / prior.sd : 0) }
        residuals.append((p[j] - prior.mean) / prior.sd)
      }
    }
    return Linearisation(
      objective: value,
      rows: Matrix(rows: residuals.count, columns: n) { i, j in rows[i * n + j] },
      residuals: residuals)
  }

  /// Measurements of all runs.
  var measurementCount: Int { members.reduce(0) { $0 + $1.readings.count } }

  /// What a term's derivatives need.
  struct Context {
    /// Mean on the family's scale.
    let mean: Double
    /// d (mean on the family's scale) / d mean.
    let meanSlope: Double
    /// d (mean on the family's scale) / d ln of the counter's factor.
    let biasSlope: Double
    /// Total noise scale.
    let scale: Double
    /// Spread between pooled donors; 0 when donors are not pooled.
    let donor: Double
  }

  /// The likelihood terms of one run; nil when a mean or noise leaves its domain.
  func terms(
    of member: Member, _ prediction: Prediction, _ p: [Double]
  ) -> [(term: NoiseTerm, context: Context)]? {
    let donor = member.spread.map { Double.exp(p[$0]) } ?? 0
    var result: [(NoiseTerm, Context)] = []
    result.reserveCapacity(member.readings.count)
    for (index, target) in member.culture.targets.enumerated() {
      let family = member.culture.model.observables[target.observable].family
      let mean = prediction.means[index]
      let counting = NoiseTerm.countingVariance(target.observation, family)
      let noise = prediction.noise[index]
      // The spread between donors is one of ln cells; it has no meaning on another scale.
      let between = family.scale == .log ? donor : 0
      let scale =
        counting + between > 0
        ? (noise * noise + counting + between * between).squareRoot() : noise
      // A bias is a factor of the mean: a sum on the scale of ln, a product on the natural one.
      let bias = member.biases[index].map { p[$0] } ?? 0
      let factor = bias == 0 || family.scale == .log ? 1 : Double.exp(bias)
      let link =
        family.scale == .log
        ? family.scale.toEstimation(mean) + bias : family.scale.toEstimation(mean * factor)
      guard
        let term = NoiseTerm.evaluate(
          reading: member.readings[index], count: target.observation.count, family: family,
          mean: link, scale: scale)
      else { return nil }
      result.append(
        (
          term,
          Context(
            mean: link, meanSlope: factor / family.scale.slope(atNatural: mean * factor),
            biasSlope: family.scale == .log ? 1 : mean * factor, scale: scale, donor: between)
        ))
    }
    return result
  }
}
