import LinearAlgebra
import ModelLanguage

extension Assessment {
  /// ln of the marginal likelihood by Laplace's approximation at the estimate x of d parameters:
  /// ln Z = ln L(x) + sum ln p(x_j) + d/2 ln(2 pi) + 1/2 ln det C, with C the posterior covariance and
  /// p_j the normal prior of a parameter or, where it has none, 1 over its range on its estimation scale.
  ///
  /// A parameter that only its prior tells changes nothing, however many there are of them, which is what
  /// criteria that count parameters cannot say. nil when C was refused. Parameters on a bound have the
  /// information of their box (`BoxInformation`). Source: Tierney and Kadane (1986), JASA 81:82; Kass and
  /// Raftery (1995), JASA 90:773, equation 5.
  static func logEvidence(_ result: FitResult) -> Double? {
    guard result.logLikelihood.isFinite, let box = result.boxCovariance else { return nil }
    let free = result.plan.free
    let inside = free.indices.filter { box[$0, $0] > 0 }
    guard inside.count == free.count,
      let factor = try? Cholesky(
        Matrix(rows: free.count, columns: free.count) { box[$0, $1] }, threshold: 0)
    else { return nil }
    let logTurn = Double.log(2 * Double.pi)
    let priors = free.indices.reduce(0.0) { sum, j in
      guard let prior = free[j].prior else {
        return sum - Double.log(free[j].bounds.upperBound - free[j].bounds.lowerBound)
      }
      let z = (result.point[j] - prior.mean) / prior.sd
      return sum - 0.5 * z * z - Double.log(prior.sd) - 0.5 * logTurn
    }
    return result.logLikelihood + priors + 0.5 * Double(free.count) * logTurn
      + 0.5 * factor.logDeterminant
  }
}
