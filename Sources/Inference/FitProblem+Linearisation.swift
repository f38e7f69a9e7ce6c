import Bioreactor
import LinearAlgebra
import ModelLanguage

extension FitProblem {
  /// The linearisation, of the likelihood alone or with the priors.
  func linearise(
    _ predictions: [Prediction], at p: [Double], withPriors: Bool
  ) -> Linearisation? {
    let n = plan.free.count
    var rows: [Double] = []
    var residuals: [Double] = []
    rows.reserveCapacity((2 * measurementCount + n) * n)
    residuals.reserveCapacity(2 * measurementCount + n)
    var value = withPriors ? priorTerm(p) : 0
    for (member, prediction) in zip(members, predictions) {
      guard let terms = terms(of: member, prediction, p) else { return nil }
      // Every column of both that this run has is written anew for each term; the others stay zero.
      var location = [Double](repeating: 0, count: n)
      var spread = location
      for (index, (term, context)) in terms.enumerated() {
        value += term.value
        let slot = index * prediction.directionCount
        let squared = context.scale * context.scale
        for (direction, column) in member.columns.enumerated() {
          location[column] = context.meanSlope * prediction.meanSlopes[slot + direction]
          spread[column] =
            squared > 0
            ? prediction.noise[index] * prediction.noiseSlopes[slot + direction] / squared : 0
        }
        if let column = member.spread, squared > 0 {
          spread[column] = context.donor * context.donor / squared
        }
        for column in member.biases { location[column] = 0 }
        if let column = member.laws[index].bias { location[column] = context.biasSlope }
        let movesNoise = spread.contains { $0 != 0 }
        term.rows { mean, scale, residual in
          // A row without slopes adds nothing but work.
          guard mean != 0 || movesNoise else { return }
          for j in 0..<n { rows.append(mean * location[j] + scale * spread[j]) }
          residuals.append(residual)
        }
      }
    }
    if withPriors {
      for (j, free) in plan.free.enumerated() {
        guard let prior = free.prior else { continue }
        for k in 0..<n { rows.append(k == j ? 1 / prior.sd : 0) }
        residuals.append((p[j] - prior.mean) / prior.sd)
      }
    }
    return Linearisation(
      objective: value,
      rows: Matrix(columns: n, rowByRow: rows),
      residuals: residuals)
  }
}
