import ModelLanguage
import RunRecords

/// Likelihoods of fixed readings, so that a change of any noise family can be seen from outside.
public enum NoiseProbe {
  private struct Case {
    let name: String
    let family: NoiseFamily
    let mean: Double
    var scale = 0.3
    /// A number, and the upper of two limits.
    var value = (1.4, 1.7)
    /// Cells for one unit; nil for a reading that is not counted.
    var exposure: Double?
  }

  private static let cases = [
    Case(name: "lognormal", family: .lognormal, mean: 0.2),
    Case(name: "normal", family: .normal, mean: 2.1),
    Case(name: "student_t", family: .studentT(df: 4), mean: 2.1),
    Case(name: "student_t on ln", family: .studentTLog(df: 4), mean: 0.2),
    Case(name: "logit_normal", family: .logitNormal, mean: 1.3, value: (0.7, 0.8)),
    Case(
      name: "poisson", family: .poisson, mean: 0.2, scale: 0, value: (140, 170), exposure: 100),
    Case(
      name: "negative_binomial", family: .negativeBinomial, mean: 0.2, value: (140, 170),
      exposure: 100),
    Case(
      name: "lognormal counted", family: .lognormal, mean: 0.2, value: (140, 170), exposure: 100),
    Case(
      name: "beta_binomial", family: .betaBinomial(counted: 200), mean: 1.3, scale: 40,
      value: (0.7, 0.8)),
  ]

  /// Negative log-likelihood by family and reading.
  public static func values() -> [String: Double] {
    var values: [String: Double] = [:]
    for probe in cases {
      let (low, high) = probe.value
      let readings: [(String, Observation.Reading)] = [
        ("exact", .exact(low)), ("below", .below(low)), ("above", .above(low)),
        ("between", .between(low, high)),
      ]
      for (name, reading) in readings {
        let count = probe.exposure.map { Observation.Count(cells: reading, exposure: $0) }
        let term = NoiseTerm.evaluate(
          reading: reading, count: count, family: probe.family, mean: probe.mean,
          scale: probe.scale)
        values[probe.name + " " + name] = term?.value
      }
    }
    return values
  }
}
