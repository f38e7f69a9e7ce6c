import Bioreactor
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

  static func fill(_ result: inout FitResult, problem: FitProblem, coarse: FitProblem) {
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
    guard let known = Known(whole: whole.rows, data: data.rows, inside: inside, free: free)
    else {
      result.isUsable = false
      result.notes.append("The information at the estimate is not finite.")
      return
    }
    result.covariance = known.covariance
    if known.covariance != nil {
      result.boxCovariance =
        BoxInformation.covariance(whole.rows, bounds: free.map(\.bounds), active: active)
        ?? known.covariance
    }
    result.covarianceRefusal = known.refusal
    result.parameters = describe(result, problem, coarse, known)
    given(&result, problem, known)
    criteria(&result)
    residuals(&result, slopes, problem: problem)
    result.priorConflicts = priorConflicts(result, problem.members[0].culture.model)
    result.showsGrowth = showsGrowth(result, problem)
    result.contradiction = contradiction(result, problem)
    result.fastestDoubling = fastestDoubling(result, problem)
    result.idle = Influence.idle(slopes, in: problem).map { free[$0].name }.sorted()
    notes(&result, problem: problem)
  }

  private static func describe(
    _ result: FitResult, _ problem: FitProblem, _ coarse: FitProblem, _ known: Known
  ) -> [FittedParameter] {
    let model = problem.members[0].culture.model
    let natural = result.natural
    var described: [FittedParameter] = []
    for (index, parameter) in model.parameters.enumerated() {
      let columns = result.plan.free.indices.filter { result.plan.free[$0].index == index }
      for j in columns {
        described.append(
          fitted(
            result, coarse, known, j, text: parameter.text, unit: parameter.unit,
            isUnverified: parameter.isUnverified))
      }
      if columns.isEmpty {
        let why = result.plan.heldBecause[parameter.name]
        described.append(
          FittedParameter(
            name: parameter.name, text: parameter.text, unitSymbol: parameter.unit.symbol,
            estimate: parameter.unit.fromBase(natural[index]), interval: nil,
            standardError: nil, dataStandardError: nil, scale: parameter.scale, bounds: nil,
            prior: nil,
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
          result, coarse, known, j, text: text, unit: .one,
          isUnverified: free.prior?.origin.contains("unverified") ?? false))
    }
    return described
  }

  private static func fitted(
    _ result: FitResult, _ coarse: FitProblem, _ known: Known, _ j: Int, text: String,
    unit: Unit, isUnverified: Bool
  ) -> FittedParameter {
    let error = known.errors[j]
    let free = result.plan.free[j]
    let x = result.point[j]
    func natural(_ x: Double) -> Double { unit.fromBase(free.scale.toNatural(x)) }
    let span = Normal.reach95
    let bounds = free.bounds
    let verdict = verdict(result, coarse, known, j)
    // No interval is printed for what is not known at all, and none outside the model's bounds.
    var isKnown = true
    if case .notIdentifiable = verdict { isKnown = (error ?? .infinity) <= looseError }
    let interval =
      !isKnown
      ? nil
      : error.map { e in
        natural((x - span * e).clamped(to: bounds))...natural((x + span * e).clamped(to: bounds))
      }
    return FittedParameter(
      name: free.name, text: text, unitSymbol: unit.symbol, estimate: natural(x),
      interval: interval, standardError: error, dataStandardError: known.dataErrors[j],
      scale: free.scale, bounds: natural(bounds.lowerBound)...natural(bounds.upperBound),
      prior: free.prior, verdict: verdict, isUnverified: isUnverified)
  }

  private static func verdict(
    _ result: FitResult, _ coarse: FitProblem, _ known: Known, _ j: Int
  ) -> FittedParameter.Verdict {
    let free = result.plan.free[j]
    let (error, dataError) = (known.errors[j], known.dataErrors[j])
    // What the data leave wholly free drifts to a bound by chance; the bound is no finding.
    let isDrift = free.prior == nil && dataError == nil
    switch result.assessedBounds[j] {
    case .lower where !isDrift: return .atBound("lower")
    case .upper where !isDrift: return .atBound("upper")
    default: break
    }
    let loose =
      free.scale == .linear
      ? (free.bounds.upperBound - free.bounds.lowerBound) / 4 : looseError
    if let prior = free.prior, let error {
      let share = 1 - error * error / (prior.sd * prior.sd)
      if share < silentShare { return .priorOnly }
      if let dataError, dataError < 0.5 * prior.sd, dataError <= loose { return .fixedByData }
      return .dataAndPrior(share: share)
    }
    if error != nil, let dataError, dataError <= loose {
      // Where the error is a tenth of the limit and nothing trades off, no valley is bent enough to
      // reach it.
      let isFlat =
        coarse.checksProfiles && (dataError > 0.1 * loose || known.partner(of: j) != nil)
        && ProfileCheck.isFlat(
          j, coarse, at: result.point, reach: 1.96 * loose, options: coarse.search,
          countsBounds: !result.plan.noiseNames.contains(free.name))
      if !isFlat { return .fixedByData }
    } else if let error, error <= loose, result.plan.hasPriors {
      // Only the priors of its partners pin it.
      if let partner = known.pinning(j) { return .priorOf(partner: result.plan.free[partner].name) }
      return .dataAndPrior(share: dataError.map { error * error / ($0 * $0) } ?? 0)
    }
    let partner = known.partner(of: j)
    return .notIdentifiable(
      partner: partner.map { result.plan.free[$0.index].name }, correlation: partner?.value ?? 0)
  }

  private static func criteria(_ result: inout FitResult) {
    result.aicc = aicc(
      logLikelihood: result.logLikelihood, observations: result.measurements,
      parameters: result.estimated)
    result.bic = bic(
      logLikelihood: result.logLikelihood, observations: result.measurements,
      parameters: result.estimated)
    result.logEvidence = logEvidence(result)
  }

  private static func residuals(
    _ result: inout FitResult, _ predictions: [Prediction], problem: FitProblem
  ) {
    for (k, member) in problem.members.enumerated() {
      guard let terms = problem.terms(of: member, predictions[k], result.point) else { return }
      for (target, entry) in zip(member.culture.targets, terms) {
        let family = member.culture.model.observables[target.observable].family
        let mean = family.scale.toNatural(entry.context.mean)
        result.residuals.append(
          FitResult.Residual(
            member: k, observation: target.observation, mean: mean,
            scale: NoiseTerm.spread(
              family, mean: mean, scale: entry.context.scale, count: target.observation.count),
            standardised: entry.term.residual,
            isOutlier: entry.term.residual.map { isOutlier($0, family) } ?? false))
      }
    }
  }

  /// Beyond 3 of a normal: three in a thousand, whatever the law.
  private static func isOutlier(_ residual: Double, _ family: NoiseFamily) -> Bool {
    guard let df = family.studentDegrees else { return abs(residual) > 3 }
    return StudentT.upperTail(abs(residual), degreesOfFreedom: df) < 0.00135
  }
}
