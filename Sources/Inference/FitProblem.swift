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
      Member(culture, number: k, plan: plan, options: options)
    }
  }

  /// The same runs and predictors under another plan.
  init(_ other: FitProblem, plan: ParameterPlan) {
    self.plan = plan
    search = other.search
    checksProfiles = other.checksProfiles
    lowerBounds = plan.free.map(\.bounds.lowerBound)
    upperBounds = plan.free.map(\.bounds.upperBound)
    members = other.members.enumerated().map { Member($1, number: $0, plan: plan) }
  }

  var parameterCount: Int { plan.free.count }

  /// Measurements of all runs.
  var measurementCount: Int { members.reduce(0) { $0 + $1.laws.count } }

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

  /// The objective at many points, simulated side by side; nil where it has no value.
  func objectives(at points: [[Double]]) -> [Double?] {
    var sums = points.map { Optional(priorTerm($0)) }
    for (k, member) in members.enumerated() {
      let predictions = member.predictor.predict(each: points.map { natural($0, member: k) })
      for (index, prediction) in predictions.enumerated() {
        guard let sum = sums[index], let prediction,
          let terms = terms(of: member, prediction, points[index])
        else {
          sums[index] = nil
          continue
        }
        sums[index] = terms.reduce(sum) { $0 + $1.term.value }
      }
    }
    return sums
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
}
