import LinearAlgebra
import ModelLanguage
import Quantities
import Statistics

/// Turns a converged search into standard errors, criteria and verdicts.
enum Assessment {
  /// A data-only standard error above this on ln or logit scale means a factor of 4 either way at
  /// 95 %: the data do not fix the parameter.
  static let looseError = 0.7
  /// The data count as silent when they shrink the prior's variance by less than this.
  static let silentShare = 0.1

  static func fill(_ result: inout FitResult, problem: FitProblem) {
    let free = result.plan.free
    let active = result.assessedBounds
    let inside = free.indices.filter { active[$0] == .none }
    guard let slopes = problem.sensitivities(at: result.point),
      let whole = problem.linearise(slopes, at: result.point, withPriors: true),
      let data = problem.linearise(slopes, at: result.point, withPriors: false)
    else {
      result.isUsable = false
      result.notes.append("The model could not be differentiated at the estimate.")
      return
    }
    let ones = [Double](repeating: 1, count: inside.count)
    var covariance: Matrix?
    if !inside.isEmpty {
      do {
        let rows = try whole.rows.selecting(inside, scaledBy: ones)
        covariance = try StandardErrors(rows: rows, threshold: 1e-8).covariance
      } catch {
        result.covarianceRefusal = "\(error)"
      }
    }
    // A bound must not pass for information: what trades off with a parameter at its bound is as
    // free as that one would be without it.
    let dataErrors = dataStandardErrors(data.rows)
    let errors = free.indices.map { j in
      inside.firstIndex(of: j).flatMap { k in covariance.map { $0[k, k].squareRoot() } }
    }
    result.covariance = covariance.map { spreadOut($0, inside, free.count) }
    let correlations = result.covariance
    result.parameters = describe(
      result, problem, errors: errors, dataErrors: dataErrors,
      correlations: correlations ?? dataCorrelations(data.rows, free.count))
    criteria(&result)
    residuals(&result, problem: problem)
    notes(&result, problem: problem)
  }

  /// Standard errors from the likelihood alone; nil where the data do not fix a parameter.
  private static func dataStandardErrors(_ rows: Matrix) -> [Double?] {
    let count = rows.columns
    var errors = [Double?](repeating: nil, count: count)
    guard rows.rows >= 1, let svd = try? SingularValues(rows), let largest = svd.values.first,
      largest > 0
    else { return errors }
    // Fewer rows than parameters: the missing directions carry no information at all.
    guard svd.values.count == count else { return errors }
    for j in 0..<count {
      var variance = 0.0
      for (i, value) in svd.values.enumerated() {
        let share = svd.right[j, i]
        // A direction without information leaves every parameter in it unfixed.
        if value <= 1e-7 * largest {
          if abs(share) > 1e-3 { variance = .infinity }
        } else {
          variance += share * share / (value * value)
        }
      }
      if variance.isFinite { errors[j] = variance.squareRoot() }
    }
    return errors
  }

  /// Puts a covariance of the parameters inside their bounds back into all free parameters.
  private static func spreadOut(_ small: Matrix, _ inside: [Int], _ n: Int) -> Matrix {
    var whole = Matrix(rows: n, columns: n)
    for (a, i) in inside.enumerated() {
      for (b, j) in inside.enumerated() { whole[i, j] = small[a, b] }
    }
    return whole
  }

  /// A ridge-stabilised covariance, only to name the parameter that another trades off with.
  private static func dataCorrelations(_ rows: Matrix, _ n: Int) -> Matrix? {
    var padded = Matrix(rows: rows.rows + n, columns: n)
    for j in 0..<n {
      for i in 0..<rows.rows { padded[i, j] = rows[i, j] }
      padded[rows.rows + j, j] = 0.05
    }
    return try? StandardErrors(rows: padded).covariance
  }

  private static func describe(
    _ result: FitResult, _ problem: FitProblem, errors: [Double?], dataErrors: [Double?],
    correlations: Matrix?
  ) -> [FittedParameter] {
    let model = problem.members[0].culture.model
    let natural = result.natural
    var described: [FittedParameter] = []
    for (index, parameter) in model.parameters.enumerated() {
      let columns = result.plan.free.indices.filter { result.plan.free[$0].index == index }
      for j in columns {
        described.append(
          fitted(
            result, problem, j, text: parameter.text, unit: parameter.unit, errors[j],
            dataErrors[j],
            correlations, isUnverified: parameter.isUnverified))
      }
      if columns.isEmpty {
        let why = result.plan.heldBecause[parameter.name]
        described.append(
          FittedParameter(
            name: parameter.name, text: parameter.text, unitSymbol: parameter.unit.symbol,
            estimate: parameter.unit.fromBase(natural[index]), interval: nil,
            standardError: nil, dataStandardError: nil, scale: parameter.scale, prior: nil,
            verdict: why == ParameterPlan.noInfluence
              ? .noInfluence : .held(why ?? "fixed in the model"),
            isUnverified: parameter.isUnverified))
      }
    }
    for (j, free) in result.plan.free.enumerated() {
      let text: String
      switch free.role {
      case .parameter: continue
      case .donorSpread: text = "spread between donors, sd of ln"
      case .counterBias(let counter): text = "what \(counter) reads over the reference counter"
      }
      described.append(
        fitted(
          result, problem, j, text: text, unit: .one, errors[j], dataErrors[j], correlations,
          isUnverified: false))
    }
    return described
  }

  private static func fitted(
    _ result: FitResult, _ problem: FitProblem, _ j: Int, text: String, unit: Unit,
    _ error: Double?,
    _ dataError: Double?, _ correlations: Matrix?, isUnverified: Bool
  ) -> FittedParameter {
    let free = result.plan.free[j]
    let x = result.point[j]
    func natural(_ x: Double) -> Double { unit.fromBase(free.scale.toNatural(x)) }
    let span = 1.959963984540054
    let bounds = free.bounds
    let known = verdict(
      result, problem, j, error: error, dataError: dataError, correlations)
    // No interval is printed for what is not known at all, and none outside the model's bounds.
    var isKnown = true
    if case .notIdentifiable = known { isKnown = (error ?? .infinity) <= looseError }
    let interval =
      !isKnown
      ? nil
      : error.map { e in
        natural((x - span * e).clamped(to: bounds))...natural((x + span * e).clamped(to: bounds))
      }
    return FittedParameter(
      name: free.name, text: text, unitSymbol: unit.symbol, estimate: natural(x),
      interval: interval, standardError: error, dataStandardError: dataError, scale: free.scale,
      prior: free.prior,
      verdict: known,
      isUnverified: isUnverified)
  }

  private static func verdict(
    _ result: FitResult, _ problem: FitProblem, _ j: Int, error: Double?, dataError: Double?,
    _ correlations: Matrix?
  ) -> FittedParameter.Verdict {
    let free = result.plan.free[j]
    switch result.assessedBounds[j] {
    case .lower: return .atBound("lower")
    case .upper: return .atBound("upper")
    case .none: break
    }
    let loose =
      free.scale == .linear
      ? (free.bounds.upperBound - free.bounds.lowerBound) / 4 : looseError
    if let prior = free.prior, let error {
      let share = 1 - error * error / (prior.sd * prior.sd)
      if share < silentShare { return .priorOnly }
      if let dataError, dataError < 0.5 * prior.sd { return .fixedByData }
      return .dataAndPrior(share: share)
    }
    if error != nil, let dataError, dataError <= loose {
      // Where the error is a tenth of the limit, no valley is bent enough to reach it.
      let isFlat =
        problem.checksProfiles && dataError > 0.1 * loose
        && ProfileCheck.isFlat(
          j, problem, at: result.point, reach: 1.96 * loose, options: problem.search)
      if !isFlat { return .fixedByData }
    } else if let error, error <= loose, result.plan.free.contains(where: { $0.prior != nil }) {
      // Only the priors of its partners pin it.
      return .dataAndPrior(share: dataError.map { error * error / ($0 * $0) } ?? 0)
    }
    let partner = partner(of: j, correlations)
    return .notIdentifiable(
      partner: partner.map { result.plan.free[$0.index].name }, correlation: partner?.value ?? 0)
  }

  /// The parameter with the strongest correlation, when it is strong.
  private static func partner(_ j: Int, in c: Matrix) -> (index: Int, value: Double)? {
    var best: (index: Int, value: Double)?
    for i in 0..<c.columns where i != j && c[i, i] > 0 && c[j, j] > 0 {
      let r = c[i, j] / (c[i, i] * c[j, j]).squareRoot()
      if abs(r) > abs(best?.value ?? 0.8) { best = (i, r) }
    }
    return best
  }

  private static func partner(of j: Int, _ c: Matrix?) -> (index: Int, value: Double)? {
    c.flatMap { partner(j, in: $0) }
  }

  private static func criteria(_ result: inout FitResult) {
    result.aicc = aicc(
      logLikelihood: result.logLikelihood, observations: result.measurements,
      parameters: result.estimated)
    result.bic = bic(
      logLikelihood: result.logLikelihood, observations: result.measurements,
      parameters: result.estimated)
  }

  private static func residuals(_ result: inout FitResult, problem: FitProblem) {
    for (k, member) in problem.members.enumerated() {
      guard let prediction = member.predictor.predict(problem.natural(result.point, member: k)),
        let terms = problem.terms(of: member, prediction, result.point)
      else { return }
      for (target, entry) in zip(member.culture.targets, terms) {
        let family = member.culture.model.observables[target.observable].family
        let mean = family.scale.toNatural(entry.context.mean)
        result.residuals.append(
          FitResult.Residual(
            member: k, observation: target.observation, mean: mean,
            scale: NoiseTerm.spread(
              family, mean: mean, scale: entry.context.scale, count: target.observation.count),
            standardised: entry.term.residual))
      }
    }
  }
}
