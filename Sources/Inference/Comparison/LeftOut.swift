import Bioreactor
import LinearAlgebra
import Randomness
import RunRecords

/// Draws from the posterior of a culture without some of its measurements.
struct LeftOut {
  /// The optimum without them.
  let optimum: [Double]
  /// Draws about it; scores are what was asked of the measurements left out.
  let draws: LaplaceDraws

  /// Why there are no draws.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
    /// True where more draws may mend it.
    var isOfDraws = false
  }

  /// Effective sample size below which draws are not used.
  static let leastSize = 40.0

  /// A search on `rest`, the culture without the measurements, and draws about its optimum.
  ///
  /// `start` may come from a fit that has seen the measurements; so that they do not choose among
  /// optima, the plan's own start is searched too, and the lower optimum is taken.
  /// `whole` holds all measurements, so that one simulation serves both: `isOut` tells which of its
  /// targets were left out, and `score` reads their terms.
  static func sample(
    _ fit: FitResult, rest: Culture, whole: Culture, isOut: [Bool], from start: [Double],
    options: FitOptions, count: Int, purpose: String,
    score: ([(term: NoiseTerm, context: FitProblem.Context)]) -> [Double]
  ) -> Result<LeftOut, Refusal> {
    let problem = FitProblem(rest, plan: fit.plan, options: options)
    let searches = [start, fit.plan.free.map(\.start)].map {
      minimise(problem, from: $0, options: problem.search)
    }
    guard
      let search = searches.filter(\.isUsable).min(by: { $0.objective < $1.objective })
    else {
      return .failure(Refusal(description: "the fit to the samples before did not converge"))
    }
    let optimum = search.parameters
    let inside = Array(optimum.indices)
    guard !inside.isEmpty, let line = problem.linearise(at: optimum),
      let covariance = BoxInformation.covariance(
        line.rows, bounds: fit.plan.free.map(\.bounds), active: search.activeBounds)
    else {
      return .failure(Refusal(description: "the samples before leave some direction free"))
    }
    let full = FitProblem(whole, plan: fit.plan, options: options)
    let draws = LaplaceDraws(
      center: optimum, covariance: covariance, inside: inside, bounds: fit.plan.free.map(\.bounds),
      count: count, wanted: 0.3 * Double(count)
    ) { stage, index in
      RandomStream(
        seed: options.seed, name: "\(fit.run) \(fit.model)", purpose: "\(purpose) \(stage)",
        index: UInt64(index))
    } evaluate: { point in
      guard let member = full.members.first,
        let prediction = member.predictor.predict(full.natural(point)),
        let terms = full.terms(of: member, prediction, point)
      else { return nil }
      let objective = zip(terms, isOut).reduce(full.priorTerm(point)) {
        $1.1 ? $0 : $0 + $1.0.term.value
      }
      return (objective, score(terms))
    }
    guard let draws, draws.effectiveSampleSize >= leastSize else {
      return .failure(
        Refusal(
          description: "the posterior is too far from its approximation", isOfDraws: true))
    }
    return .success(LeftOut(optimum: optimum, draws: draws))
  }
}
