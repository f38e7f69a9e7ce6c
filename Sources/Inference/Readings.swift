import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// Checks that every reading has a place in its noise family before anything is computed.
enum Readings {
  static func check(_ culture: Culture) throws(InputRefused) {
    var findings: [Finding] = []
    for target in culture.targets {
      let observation = target.observation
      let observable = culture.model.observables[target.observable]
      let number = observation.value.number
      switch observable.family {
      case .lognormal, .studentTLog:
        if number <= 0 {
          findings.append(
            Finding(
              .error, "E_FIT_ZERO", at: observation.place,
              "\(observation.quantity) is 0, which has no logarithm.",
              remedy: "Write the counter's limit, such as <0.01, or the raw counts."))
        }
      case .logitNormal:
        if case .below(let limit) = observation.value, limit >= 1 {
          findings.append(nothing(observation))
        }
        if case .above(let limit) = observation.value, limit <= 0 {
          findings.append(nothing(observation))
        }
      case .studentT, .normal: break
      }
      if case .exact = observation.value { continue }
      switch observable.family {
      case .studentT, .studentTLog:
        findings.append(
          Finding(
            .error, "E_FIT_CENSORED_T", at: observation.place,
            "A censored reading with student_t noise is not supported.",
            remedy: "Use lognormal or normal noise for \(observation.quantity)."))
      default: break
      }
    }
    if !findings.isEmpty { throw InputRefused(findings) }
  }

  private static func nothing(_ observation: Observation) -> Finding {
    Finding(
      .error, "E_FIT_LIMIT", at: observation.place,
      "This limit of \(observation.quantity) says nothing: every fraction lies within it.",
      remedy: "Write the counter's real limit, or leave the cell empty.")
  }
}
