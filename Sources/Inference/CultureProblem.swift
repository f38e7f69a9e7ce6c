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
  /// The measurement as the likelihood sees it, one a target.
  let readings: [Observation.Reading]
  private let seeds: [Int]
  private let spreadColumn: Int?
  private let lower: [Double]
  private let upper: [Double]

  init(_ culture: Culture, plan: ParameterPlan, options: FitOptions) {
    self.culture = culture
    self.plan = plan
    predictor = Predictor(culture, options: options.stepOptions)
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

  func linearise(at p: [Double]) -> Linearisation? { linearise(at: p, withPriors: true) }

  /// The linearisation, of the likelihood alone or with the priors.
  func linearise(at p: [Double], withPriors: Bool) -> Linearisation? {
    let values = natural(p)
    let slopes = plan.free.compactMap { free in
      free.index.map { free.scale.slope(atNatural: values[$0]) }
    }
    guard let prediction = predictor.predict(values, seeds: seeds, slopes: slopes),
      let terms = terms(prediction, p)
    else { return nil }
    let n = plan.free.count
    var rows: [[Double]] = []
    var residuals: [Double] = []
    func add(_ weight: Double, _ score: Double, _ direction: [Double]) {
      guard weight > 1e-300 else { return }
      let root = weight.squareRoot()
      rows.append(direction.map { $0 * root })
      residuals.append(score / root)
    }
    for (index, (term, context)) in terms.enumerated() {
      var location = [Double](repeating: 0, count: n)
      var spread = [Double](repeating: 0, count: n)
      var column = 0
      for j in 0..<n {
        if j == spreadColumn {
          spread[j] = context.donor * context.donor / (context.scale * context.scale)
        } else {
          let slot = index * prediction.directionCount + column
          location[j] = context.meanSlope * prediction.meanSlopes[slot] / context.scale
          spread[j] =
            prediction.noise[index] * prediction.noiseSlopes[slot] / (context.scale * context.scale)
          column += 1
        }
      }
      if let lever = term.lever {
        add(
          term.location.weight, term.location.score, zip(location, spread).map { $0 + lever * $1 })
      } else {
        add(term.location.weight, term.location.score, location)
        add(term.spread.weight, term.spread.score, spread)
      }
    }
    var value = terms.reduce(0) { $0 + $1.term.value }
    if withPriors {
      value += priorTerm(p)
      for (j, free) in plan.free.enumerated() {
        guard let prior = free.prior else { continue }
        var row = [Double](repeating: 0, count: n)
        row[j] = 1 / prior.sd
        rows.append(row)
        residuals.append((p[j] - prior.mean) / prior.sd)
      }
    }
    return Linearisation(
      objective: value, rows: Matrix(rows: rows.count, columns: n) { rows[$0][$1] },
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
      let counting = family.scale == .log ? target.observation.countingVariance : 0
      let noise = prediction.noise[index]
      let scale = (noise * noise + counting + donor * donor).squareRoot()
      guard
        let term = NoiseTerm.evaluate(
          reading: readings[index], family: family, mean: family.scale.toEstimation(mean),
          scale: scale)
      else { return nil }
      result.append(
        (
          term,
          Context(meanSlope: 1 / family.scale.slope(atNatural: mean), scale: scale, donor: donor)
        ))
    }
    return result
  }
}
