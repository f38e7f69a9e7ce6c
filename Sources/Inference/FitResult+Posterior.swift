import ModelLanguage
import Quantities
import Statistics

extension FitResult {
  /// The result with the central 95 % intervals of posterior draws in place of Wald's.
  ///
  /// Wald's intervals take the noise for known and the valley for straight: with ten counts they hold
  /// the truth in 80 to 92 % of simulated runs, where draws hold it in 94 to 96 %. Parameters that have
  /// no interval and lie on no bound, or do not vary among the draws, stay as they are. One without a
  /// prior that the curvature took for fixed and the draws find wider than `Assessment.looseError` is
  /// not identifiable. Of one with a prior the draws tell what the data add, see `Posterior.shares`: below
  /// 10 % it is the prior's, and the data fix it only where they add 75 %.
  public func adopting(_ posterior: Posterior, model: Model) -> FitResult {
    var result = self
    let ranges = posterior.intervals
    for (k, parameter) in parameters.enumerated()
    where parameter.interval != nil || parameter.verdict.isAtBound {
      guard let j = plan.free.firstIndex(where: { $0.name == parameter.name }), j < ranges.count,
        let range = ranges[j]
      else { continue }
      let unit = plan.unit(of: j, in: model)
      let low = unit.fromBase(parameter.scale.toNatural(range.lowerBound))
      let high = unit.fromBase(parameter.scale.toNatural(range.upperBound))
      // An estimate on its bound is the end of its interval.
      let isHeld = parameter.verdict.isAtBound
      let ends =
        isHeld ? (min(low, parameter.estimate), max(high, parameter.estimate)) : (low, high)
      if low <= high { result.parameters[k].interval = ends.0...ends.1 }
      let reach = max(range.upperBound - point[j], point[j] - range.lowerBound)
      if parameter.verdict == .fixedByData, parameter.prior == nil, parameter.scale != .linear,
        reach > Normal.reach95 * Assessment.looseError
      {
        result.parameters[k].verdict = .notIdentifiable(partner: nil, correlation: 0)
        result.notes.append(
          "\(parameter.name): the curvature at the estimate takes it for fixed, but the posterior is "
            + "too wide for that; use neither value nor interval.")
      }
    }
    result.adoptShares(posterior)
    result.intervalKind = .posterior
    let silence = (Assessment.silent(self), Assessment.silent(result))
    if silence.0 != silence.1 {
      let place = silence.0.flatMap(notes.firstIndex(of:))
      if let place { result.notes.remove(at: place) }
      if let fresh = silence.1 {
        result.notes.insert(fresh, at: min(place ?? result.notes.count, result.notes.count))
      }
    }
    // The sentence on weak growth quotes an interval.
    let (old, new) = (Assessment.growth(self), Assessment.growth(result))
    if let sentence = old.first, let place = notes.firstIndex(of: sentence), let fresh = new.first {
      result.notes[place] = fresh
    }
    return result
  }

  /// Takes what the data add to each prior from draws, and drops the constants on which an estimate no
  /// longer hangs beside its wider interval.
  private mutating func adoptShares(_ posterior: Posterior) {
    let shares = posterior.shares
    let ranges = posterior.intervals
    for k in parameters.indices {
      guard let j = plan.free.firstIndex(where: { $0.name == parameters[k].name }), j < shares.count
      else { continue }
      if let range = ranges[j] {
        let half = (range.upperBound - range.lowerBound) / 2
        parameters[k].given.removeAll { $0.shift <= FittedParameter.givenShare * half }
      }
      guard let share = shares[j] else { continue }
      switch parameters[k].verdict {
      case .fixedByData where share >= Posterior.fixingShare: break
      case .fixedByData, .dataAndPrior, .priorOnly:
        parameters[k].verdict =
          share < Assessment.silentShare ? .priorOnly : .dataAndPrior(share: share)
        if parameters[k].verdict == .priorOnly { parameters[k].given = [] }
      default: break
      }
    }
  }
}
