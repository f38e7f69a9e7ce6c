import Lanes

/// A response in closed form: its mean at one point of the independent variables.
///
/// Written once for any `Lane`, it has exact derivatives of every order that a fit asks for:
///
///     enum Rise: Curve {
///       static var parameterCount: Int { 2 }
///       static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
///         psi[0] * (N(1) - N.exp(-N.scaled(N.exp(psi[1]), by: x[0])))
///       }
///     }
public protocol Curve: Sendable {
  /// Parameters of the mean, the first elements of psi; at most 15.
  static var parameterCount: Int { get }
  /// The mean at x; `psi` may have the noise numbers after the curve's own parameters.
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N
}

/// How measurements of a curve scatter about it; s is the exponential of the last element of psi.
public enum CurveNoise: Sendable, Hashable {
  /// Normal with standard deviation s.
  case additive
  /// Normal with standard deviation s |mean|. A mean of 0 has no likelihood.
  case proportional
  /// ln y is normal about ln mean with standard deviation s; the density is that of y. A mean that
  /// is not above 0 has no likelihood.
  case lognormal
}
