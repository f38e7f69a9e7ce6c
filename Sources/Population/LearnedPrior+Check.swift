import LinearAlgebra
import ModelLanguage

extension LearnedPrior {
  /// What is wrong with a prior that was read from a file, naming the field; nil when it can be used.
  ///
  /// Wrong shapes, numbers that are not finite, deviations below 0, correlations that no
  /// distribution has, names that occur twice, unknown scales, fewer than two donors, a widening
  /// below 1 and deviations for a new donor that are not above 0.
  public var fault: String? {
    if form != 1, form != 2 { return "form is \(form); this program reads forms 1 and 2." }
    if model.isEmpty { return "model is empty." }
    if donors < 2 { return "donors is \(donors); a spread between donors needs at least two." }
    if runs < donors { return "runs is \(runs), fewer than its \(donors) donors." }
    if measurements < 1 { return "measurements is \(measurements); nothing was measured." }
    if !logLikelihood.isFinite { return "logLikelihood is not finite." }
    if !(widening >= 1 && widening.isFinite) {
      return "widening is \(widening); it must be 1 or above and finite."
    }
    if parameters.isEmpty { return "parameters is empty." }
    var seen: Set<String> = []
    for (k, parameter) in parameters.enumerated() {
      if let fault = parameter.fault { return "parameters[\(k)].\(fault)" }
      if !seen.insert(parameter.name).inserted {
        return "parameters[\(k)].name: \(parameter.name) occurs twice."
      }
    }
    return correlationFault ?? covariateFault
  }

  /// The same prior. Throws `Refusal` with its `fault`.
  public func validated() throws(Refusal) -> LearnedPrior {
    if let fault { throw Refusal(description: "This is no usable prior: \(fault)") }
    return self
  }

  /// Rounding that a correlation read from a file may have.
  private static let rounding = 1e-6

  private var correlationFault: String? {
    let m = parameters.count
    if correlations.count != m {
      return "correlations has \(correlations.count) rows for \(m) parameters."
    }
    for (i, row) in correlations.enumerated() where row.count != m {
      return "correlations[\(i)] has \(row.count) numbers, not \(m)."
    }
    for (i, row) in correlations.enumerated() {
      for (j, value) in row.enumerated() {
        let field = "correlations[\(i)][\(j)]"
        if !value.isFinite { return "\(field) is not finite." }
        if abs(value) > 1 { return "\(field) is \(value); a correlation lies in -1 ... 1." }
        if i == j, abs(value - 1) > Self.rounding { return "\(field) is \(value), not 1." }
        if abs(value - correlations[j][i]) > Self.rounding {
          return "\(field) is \(value), and correlations[\(j)][\(i)] is \(correlations[j][i])."
        }
      }
    }
    let lifted = Matrix(rows: m, columns: m) { i, j in
      i == j ? 1 + Self.rounding : 0.5 * (correlations[i][j] + correlations[j][i])
    }
    if (try? Cholesky(lifted)) == nil {
      return "correlations is not positive semidefinite: no distribution has these correlations."
    }
    return nil
  }
}

extension LearnedPrior.Parameter {
  /// What is wrong, starting with the field's name; nil when it can be used.
  fileprivate var fault: String? {
    if name.isEmpty { return "name is empty." }
    if EstimationScale(rawValue: scale) == nil {
      return "scale is '\(scale)'; log, logit and linear are known."
    }
    if !mean.isFinite { return "mean is not finite." }
    if !(sd > 0 && sd.isFinite) { return "sd is \(sd); it must be above 0 and finite." }
    for (field, value) in [("meanError", meanError), ("spread", spread)]
    where !(value >= 0 && value.isFinite) {
      return "\(field) is \(value); it must be 0 or above and finite."
    }
    if !(widening > 0 && widening.isFinite) {
      return "widening is \(widening); it must be above 0 and finite."
    }
    return nil
  }
}
