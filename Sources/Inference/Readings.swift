import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// Checks that every reading has a place in its noise family before anything is computed.
enum Readings {
  static func check(_ culture: Culture) throws(InputRefused) {
    let findings = culture.targets.compactMap { target in
      finding(target.observation, culture.model.observables[target.observable].family)
    }
    if !findings.isEmpty { throw InputRefused(findings) }
  }

  private static func finding(_ observation: Observation, _ family: NoiseFamily) -> Finding? {
    let counted = observation.count != nil
    switch family {
    case .poisson, .negativeBinomial:
      return counted ? nil : uncounted(observation)
    case .betaBinomial(let looked):
      if !counted, looked == nil { return unlooked(observation) }
      if let count = observation.count, !(count.cells.number <= count.exposure.rounded()) {
        return tooMany(observation, count)
      }
      return !counted && saysNothing(observation.value) ? nothing(observation) : nil
    case .lognormal:
      return counted ? nil : zero(observation)
    case .studentTLog: return zero(observation)
    case .logitNormal: return saysNothing(observation.value) ? nothing(observation) : nil
    case .studentT, .normal: return nil
    }
  }

  private static func zero(_ observation: Observation) -> Finding? {
    switch observation.value {
    case .exact(let value), .below(let value), .above(let value):
      if value > 0 { return nil }
    // From 0 up to a limit is below that limit.
    case .between(_, let high):
      if high > 0 { return nil }
    }
    return Finding(
      .error, "E_FIT_ZERO", at: observation.place,
      "\(observation.quantity) is 0, which has no logarithm.",
      remedy: "Write the counter's limit, such as <0.01, or the raw counts.")
  }

  private static func uncounted(_ observation: Observation) -> Finding {
    Finding(
      .error, "E_FIT_NO_COUNTS", at: observation.place,
      "\(observation.quantity) has no raw counts, and the model's noise is one of counted cells.",
      remedy: "Give the counted cells, the counted volume and the dilution, or write the model's "
        + "noise as lognormal(sd_ln: s).")
  }

  private static func unlooked(_ observation: Observation) -> Finding {
    Finding(
      .error, "E_FIT_NO_COUNTS", at: observation.place,
      "How many cells \(observation.quantity) was counted on is not known.",
      remedy: "Give the counted cells, or the usual number in the model, such as "
        + "beta_binomial(concentration: c, counted: 200).")
  }

  private static func tooMany(_ observation: Observation, _ count: Observation.Count) -> Finding {
    Finding(
      .error, "E_FIT_COUNTS", at: observation.place,
      "\(observation.quantity) counts \(NumberText.significant(count.cells.number)) cells of the "
        + "\(NumberText.significant(count.exposure)) that were looked at.",
      remedy: "Correct one of the two numbers.")
  }

  /// True for a limit on a fraction that every fraction keeps.
  private static func saysNothing(_ reading: Observation.Reading) -> Bool {
    switch reading {
    case .exact: false
    case .below(let limit): limit >= 1
    case .above(let limit): limit <= 0
    case .between(let low, let high): low <= 0 && high >= 1
    }
  }

  private static func nothing(_ observation: Observation) -> Finding {
    Finding(
      .error, "E_FIT_LIMIT", at: observation.place,
      "This limit of \(observation.quantity) says nothing: every fraction lies within it.",
      remedy: "Write the counter's real limit, or leave the cell empty.")
  }
}
