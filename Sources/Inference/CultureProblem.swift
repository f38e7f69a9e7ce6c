import Bioreactor
import LinearAlgebra
import ModelLanguage
import RunRecords

/// A culture's measurements and priors as an objective: the negative log-posterior.
///
/// A simulation that ends early makes its point infeasible; it is never a zero residual.
struct CultureProblem: LeastSquaresProblem {
  let culture: Culture
  let plan: ParameterPlan
  let predictor: Predictor
  /// How this problem is searched.
  let search: TrustRegionOptions
  /// See `FitOptions.checksProfiles`.
  let checksProfiles: Bool
  /// The measurement as the likelihood sees it, one a target.
  let readings: [Observation.Reading]
  private let seeds: [Int]
  private let spreadColumn: Int?
  private let lower: [Double]
  private let upper: [Double]

  init(_ culture: Culture, plan: ParameterPlan, options: FitOptions) {
    self.culture = culture
    self.plan = plan
    var step = options.stepOptions
    // Every measurement is landed on, so a long record needs steps of its own.
    step.maximumSteps += 4 * culture.targets.count
    predictor = Predictor(culture, options: step)
    search = options.search
    checksProfiles = options.checksProfiles
    readings = culture.targets.map { CultureProblem.reading($0, culture.model) }
    seeds = plan.free.compactMap(\.index)
    spreadColumn = plan.free.firstIndex { $0.index == nil }
    lower = plan.free.map(\.bounds.lowerBound)
    upper = plan.free.map(\.bounds.upperBound)
  }

  var parameterCount: Int { plan.free.count }
  var lowerBounds: [Double] { lower }
  var upperBounds: [Double] { upper }

  /// A fraction of exactly 0 or 1 has no logit: it is read as beyond the last printed half per cent,
  /// and so is a limit there. (A limit that says nothing, such as <100 %, is refused before.)
  private static func reading(_ target: Culture.Target, _ model: Model) -> Observation.Reading {
    guard model.observables[target.observable].family == .logitNormal else {
      return target.observation.value
    }
    switch target.observation.value {
    case .exact(let y) where y >= 1, .above(let y) where y >= 1: return .above(0.995)
    case .exact(let y) where y <= 0, .below(let y) where y <= 0: return .below(0.005)
    default: return target.observation.value
    }
  }

  /// Natural values of all model parameters at an estimation point.
  func natural(_ p: [Double]) -> [Double] {
    var values = plan.values
    for (free, x) in zip(plan.free, p) {
      if let index = free.index { values[index] = free.scale.toNatural(x) }
    }
    return values
  }

  /// The negative log-prior at an estimation point.
  func priorTerm(_ p: [Double]) -> Double {
    zip(plan.free, p).reduce(0) { sum, pair in
      guard let prior = pair.0.prior else { return sum }
      let r = (pair.1 - prior.mean) / prior.sd
      return sum + 0.5 * r * r + Double.log(prior.sd) + 0.5 * Double.log(2 * .pi)
    }
  }

  func objective(at p: [Double]) -> Double? {
    guard let prediction = predictor.predict(natural(p)),
      let terms = terms(prediction, p)
    else { return nil }
    return terms.reduce(priorTerm(p)) { $0 + $1.term.value }
  }

  func linearise(at p: [Double]) -> Linearisation? {
    sensitivities(at: p).flatMap { linearise($0, at: p, withPriors: true) }
  }

  /// Means and noise with their slopes at an estimation point.
  func sensitivities(at p: [Double]) -> Prediction? {
    let values = natural(p)
    let slopes = plan.free.compactMap { free in
      free.index.map { free.scale.slope(atNatural: values[$0]) }
    }
    return predictor.predict(values, seeds: seeds, slopes: slopes)
  }

  /// The linearisation, of the likelihood alone or with the priors.
  func linearise(
    _ prediction: Prediction, at p: [Double], withPriors: Bool
  ) -> Linearisation? {
    guard let terms = terms(prediction, p) else { return nil }
    let n = plan.free.count
    let capacity = 2 * terms.count + n
    var rows: [Double] = []
    rows.reserveCapacity(capacity * n)
    var residuals: [Double] = []
    residuals.reserveCapacity(capacity)
    // Every column of both is written anew for each term.
    var location = [Double](repeating: 0, count: n)
    var spread = location
    for (index, (term, context)) in terms.enumerated() {
      var slot = index * prediction.directionCount
      for j in 0..<n {
        if j == spreadColumn {
          location[j] = 0
          spread[j] = context.donor * context.donor / (context.scale * context.scale)
        } else {
          location[j] = context.meanSlope * prediction.meanSlopes[slot]
          spread[j] =
            prediction.noise[index] * prediction.noiseSlopes[slot] / (context.scale * context.scale)
          slot += 1
        }
      }
      term.rows { mean, scale, residual in
        for j in 0..<n { rows.append(mean * location[j] + scale * spread[j]) }
        residuals.append(residual)
      }
    }
    var value = terms.reduce(0) { $0 + $1.term.value }
    if withPriors {
      value += priorTerm(p)
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

  /// What a term's derivatives need.
  struct Context {
    /// d (mean on the family's scale) / d mean.
    let meanSlope: Double
    /// Total noise scale.
    let scale: Double
    /// Spread between pooled donors; 0 when donors are not pooled.
    let donor: Double
  }

  /// The likelihood terms; nil when a mean or noise leaves its domain.
  func terms(_ prediction: Prediction, _ p: [Double]) -> [(term: NoiseTerm, context: Context)]? {
    let donor = spreadColumn.map { Double.exp(p[$0]) } ?? 0
    var result: [(NoiseTerm, Context)] = []
    result.reserveCapacity(readings.count)
    for (index, target) in culture.targets.enumerated() {
      let family = culture.model.observables[target.observable].family
      let mean = prediction.means[index]
      let counting = NoiseTerm.countingVariance(target.observation, family)
      let noise = prediction.noise[index]
      // The spread between donors is one of ln cells; it has no meaning on another scale.
      let between = family.scale == .log ? donor : 0
      let scale = (noise * noise + counting + between * between).squareRoot()
      guard
        let term = NoiseTerm.evaluate(
          reading: readings[index], count: target.observation.count, family: family,
          mean: family.scale.toEstimation(mean), scale: scale)
      else { return nil }
      result.append(
        (
          term,
          Context(meanSlope: 1 / family.scale.slope(atNatural: mean), scale: scale, donor: between)
        ))
    }
    return result
  }
}
