import LinearAlgebra
import Quantities

extension LearnedPrior {
  /// What is wrong with the covariates of a prior that was read from a file, naming the field; nil
  /// when they can be used.
  var covariateFault: String? {
    if covariates.isEmpty { return nil }
    if form == 1 { return "covariates: a file of form 1 does not say which runs they are of." }
    var seen: Set<String> = []
    var kinds: [String: String] = [:]
    for (k, covariate) in covariates.enumerated() {
      let field = "covariates[\(k)]"
      if covariate.name.isEmpty { return "\(field).name is empty." }
      if !seen.insert("\(covariate.parameter) ~ \(covariate.label)").inserted {
        return "\(field).name: \(covariate.label) occurs twice for \(covariate.parameter)."
      }
      if !parameters.contains(where: { $0.name == covariate.parameter }) {
        return "\(field).parameter: \(covariate.parameter) is no parameter of this prior."
      }
      if !covariate.effect.isFinite { return "\(field).effect is not finite." }
      if !(covariate.error >= 0 && covariate.error.isFinite) {
        return "\(field).error is \(covariate.error); it must be 0 or above and finite."
      }
      if !(1...donors).contains(covariate.donors) {
        return "\(field).donors is \(covariate.donors), of \(donors) donors."
      }
      if let fault = covariate.valuesFault { return "\(field).\(fault)" }
      let kind = covariate.kind
      if let other = kinds.updateValue(kind, forKey: covariate.name), other != kind {
        return "\(field).name: \(covariate.name) is \(kind) here and \(other) before."
      }
      for (name, row, count) in [
        ("meanCovariances", covariate.meanCovariances, parameters.count),
        ("effectCovariances", covariate.effectCovariances, covariates.count),
      ] {
        if row.count != count { return "\(field).\(name) has \(row.count) numbers, not \(count)." }
        if !row.allSatisfy(\.isFinite) { return "\(field).\(name) is not finite." }
      }
      if !(covariate.effectCovariances[k] > 0) {
        return "\(field).effectCovariances has the variance \(covariate.effectCovariances[k]); it "
          + "must be above 0."
      }
    }
    return jointFault
  }

  /// Means and effects must be able to vary together as they are said to.
  private var jointFault: String? {
    let m = parameters.count
    let scales =
      parameters.map(\.sd)
      + covariates.indices.map { covariates[$0].effectCovariances[$0].squareRoot() }
    func raw(_ i: Int, _ j: Int) -> Double {
      if i < m, j < m { return correlations[i][j] * scales[i] * scales[j] }
      if i >= m, j >= m { return covariates[i - m].effectCovariances[j - m] }
      return i >= m ? covariates[i - m].meanCovariances[j] : covariates[j - m].meanCovariances[i]
    }
    for e in covariates.indices {
      for f in 0..<e {
        let (a, b) = (covariates[e].effectCovariances[f], covariates[f].effectCovariances[e])
        if abs(a - b) > 1e-6 * scales[m + e] * scales[m + f] {
          return
            "covariates[\(e)].effectCovariances has \(a) with covariates[\(f)], which has \(b)."
        }
      }
    }
    let joint = Matrix(rows: scales.count, columns: scales.count) { i, j in
      i == j ? 1 + 1e-6 : 0.5 * (raw(i, j) + raw(j, i)) / (scales[i] * scales[j])
    }
    return (try? Cholesky(joint)) == nil
      ? "covariates: their covariances with the means are those of no distribution." : nil
  }
}

extension LearnedPrior.Covariate {
  /// What its values are, for two effects of one covariate to agree on.
  fileprivate var kind: String {
    switch values {
    case .number: "numbers"
    case .word(_, let reference): "words with the reference \(reference)"
    }
  }

  /// What is wrong with the values, starting with the field's name; nil when they can be used.
  fileprivate var valuesFault: String? {
    switch values {
    case .word(let word, let reference):
      if word.isEmpty { return "word is empty." }
      if reference.isEmpty || reference == word {
        return "reference is '\(reference)'; it must be another word than \(word)."
      }
    case .number(_, let unit, let centre, let low, let high):
      if (try? Unit(parsing: unit)) == nil { return "unit is '\(unit)', which is not known." }
      if !high.isFinite { return "high is not finite." }
      if !(low < high && low.isFinite) { return "low is \(low); it must lie below high." }
      if !(low...high).contains(centre) { return "centre is \(centre), outside low ... high." }
    }
    return nil
  }
}
