import ModelLanguage
import Quantities

extension FitResult {
  /// The result with the central 95 % intervals of posterior draws in place of Wald's.
  ///
  /// Wald's intervals take the noise for known and the valley for straight: with ten counts they hold
  /// the truth in 80 to 92 % of simulated runs, where draws hold it in 94 to 96 %. Parameters that have
  /// no interval, or do not vary among the draws, stay as they are.
  public func adopting(_ posterior: Posterior, model: Model) -> FitResult {
    var result = self
    let ranges = posterior.intervals
    for (k, parameter) in parameters.enumerated() where parameter.interval != nil {
      guard let j = plan.free.firstIndex(where: { $0.name == parameter.name }), j < ranges.count,
        let range = ranges[j]
      else { continue }
      let unit = plan.unit(of: j, in: model)
      let low = unit.fromBase(parameter.scale.toNatural(range.lowerBound))
      let high = unit.fromBase(parameter.scale.toNatural(range.upperBound))
      if low <= high { result.parameters[k].interval = low...high }
    }
    result.intervalKind = .posterior
    // The sentence on weak growth quotes an interval.
    let (old, new) = (Assessment.growth(self), Assessment.growth(result))
    if let sentence = old.first, let place = notes.firstIndex(of: sentence), let fresh = new.first {
      result.notes[place] = fresh
    }
    return result
  }
}
