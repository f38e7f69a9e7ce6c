import ModelLanguage
import RunRecords

/// Likelihoods of fixed readings, so that a change of any noise family can be seen from outside.
public enum NoiseProbe {
  /// Negative log-likelihood by family and reading; none where a family has no such reading.
  public static func values() -> [String: Double] {
    let families: [(String, NoiseFamily, Double)] = [
      ("lognormal", .lognormal, 0.2), ("normal", .normal, 2.1),
      ("student_t", .studentT(df: 4), 2.1),
      ("student_t on ln", .studentTLog(df: 4), 0.2), ("logit_normal", .logitNormal, 1.3),
    ]
    let readings: [(String, NoiseFamily) -> (String, Observation.Reading)] = [
      { name, family in (name + " exact", .exact(family.scale == .logit ? 0.7 : 1.4)) },
      { name, family in (name + " below", .below(family.scale == .logit ? 0.7 : 1.4)) },
      { name, family in (name + " above", .above(family.scale == .logit ? 0.7 : 1.4)) },
    ]
    var values: [String: Double] = [:]
    for (name, family, mean) in families {
      for reading in readings {
        let (label, value) = reading(name, family)
        let term = NoiseTerm.evaluate(reading: value, family: family, mean: mean, scale: 0.3)
        values[label] = term?.value
      }
    }
    return values
  }
}
