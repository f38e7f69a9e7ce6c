#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Akaike's criterion corrected for small samples: -2 L + 2k + 2k(k+1)/(n-k-1).
///
/// `logLikelihood` is the maximum, with all its constants, of a model with `parameters` estimated
/// parameters on `observations` data. Nil when n <= k + 1, where the correction has no meaning,
/// or when the likelihood is not finite.
/// Reference: Hurvich and Tsai (1989), Biometrika 76, 297-307.
public func aicc(logLikelihood: Double, observations: Int, parameters: Int) -> Double? {
  let n = Double(observations)
  let k = Double(parameters)
  guard n > k + 1, k >= 0, logLikelihood.isFinite else { return nil }
  return -2 * logLikelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1)
}

/// Schwarz's criterion: -2 L + k ln n. Nil without observations or with a likelihood that is not
/// finite.
///
/// Reference: Schwarz (1978), Annals of Statistics 6, 461-464.
public func bic(logLikelihood: Double, observations: Int, parameters: Int) -> Double? {
  guard observations > 0, parameters >= 0, logLikelihood.isFinite else { return nil }
  return -2 * logLikelihood + Double(parameters) * log(Double(observations))
}
