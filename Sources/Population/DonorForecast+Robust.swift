import Bioreactor
import Inference
import Quantities
import Statistics

extension DonorForecast {
  /// The mixture of a forecast by the prior as it is and one by the prior twice as wide, weighted
  /// by how well each foretold the counts; `share` is the probability, before them, of the wide
  /// one.
  ///
  /// A robust prior: donors unlike those learned from leave it by themselves. Source: Schmidli et
  /// al. (2014), Biometrics 70:1023. Throws as the other initialiser.
  public static func robust(
    _ culture: Culture, prior: LearnedPrior, share: Double = 0.2, draws count: Int = 1000,
    seed: UInt64 = 1, fitOptions: FitOptions = FitOptions()
  ) throws(InputRefused) -> DonorForecast {
    guard share > 0, share < 1 else {
      throw refusal(
        culture, "The share of the wide prior must lie between 0 and 1.", "0.2 is the default.")
    }
    var narrow = try DonorForecast(
      culture, prior: prior, draws: count, seed: seed, fitOptions: fitOptions)
    let wide = try DonorForecast(
      culture, prior: prior, widening: 2, draws: count, seed: seed, fitOptions: fitOptions)
    let notes = narrow.notes + wide.notes.filter { !narrow.notes.contains($0) }
    guard !wide.weights.isEmpty, !narrow.weights.isEmpty else {
      var left = narrow.weights.isEmpty ? wide : narrow
      left.isUsable = false
      left.notes = notes + ["One part of the mixture could not be drawn, so there is no mixture."]
      return left
    }
    let logs = [Double.log(1 - share) + narrow.logEvidence, Double.log(share) + wide.logEvidence]
    let shares = LogSum.weights(logs)
    narrow.draws += wide.draws
    narrow.weights =
      narrow.weights.map { shares[0] * $0 } + wide.weights.map { shares[1] * $0 }
    narrow.effectiveDraws = LogSum.effectiveSize(narrow.weights)
    narrow.paretoShape = max(narrow.paretoShape, wide.paretoShape)
    narrow.logEvidence = LogSum.of(logs)
    // The evidence of draws that cannot be relied on cannot be relied on to put them aside.
    narrow.isUsable = narrow.isUsable && wide.isUsable
    narrow.notes = notes
    if shares[1] > 0.5 {
      narrow.mode = wide.mode
      narrow.covariance = wide.covariance
      narrow.notes.append(
        "The counts are more likely for a donor unlike those that the prior was learned from "
          + "(probability \(Int((100 * shares[1]).rounded())) %).")
    }
    return narrow
  }
}
