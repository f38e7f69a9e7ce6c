/// A number that a model program and an integrator can run on.
///
/// `Double` gives values. `Dual` gives values with exact partial derivatives. One generic body
/// serves both, so a gradient can never belong to another formula than its value.
public protocol Lane: Sendable {
  /// A constant: every partial derivative is zero.
  init(_ constant: Double)

  /// The value without its derivatives.
  var value: Double { get }

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self

  /// The product with a plain constant.
  static func scaled(_ a: Self, by factor: Double) -> Self
  /// a * factor + b, with a plain constant factor. The integrator's inner operation.
  static func axpy(_ factor: Double, _ a: Self, _ b: Self) -> Self

  static func exp(_ a: Self) -> Self
  static func log(_ a: Self) -> Self
  static func sqrt(_ a: Self) -> Self
  static func pow(_ a: Self, _ b: Self) -> Self
  /// a^b where a is above 0, else 0 with derivatives 0.
  static func positivePower(_ a: Self, _ b: Self) -> Self
  /// 1 / (1 + exp(-a)).
  static func logistic(_ a: Self) -> Self

  /// Number of real components: 1 for `Double`, 1 + directions for `Dual`.
  static var componentCount: Int { get }

  /// The smallest value of any draw; the value itself where there is one draw.
  var least: Double { get }

  /// Number of parameter draws that it carries: 1 except for `Pack`.
  static var drawCount: Int { get }

  /// Sum over components of (error / (absolute + relative * mean of |a| and |b|))^2.
  ///
  /// The integrator's step control reads this, so steps are controlled on the derivatives too.
  /// NaN in any component of any argument gives NaN, and so does infinity in `a` or `b`: a step
  /// to a state that is not finite can never look accurate.
  static func scaledErrorSquared(
    _ error: Self, _ a: Self, _ b: Self, absolute: Double, relative: Double
  ) -> Double

  /// True when every component is finite.
  var isFinite: Bool { get }
}

extension Lane {
  /// The value of the one draw.
  @inlinable @inline(__always) public var least: Double { value }

  /// a^b where a is above 0, else 0 with derivatives 0: the power of a Hill term, whose substrate
  /// an error of the integrator may carry a little below nothing.
  @inlinable
  public static func positivePower(_ a: Self, _ b: Self) -> Self {
    a.value > 0 ? Self.pow(a, b) : Self(0)
  }

  /// One draw.
  @inlinable public static var drawCount: Int { 1 }

  /// 1 / (1 + exp(-a)).
  @inlinable @inline(__always)
  public static func logistic(_ a: Self) -> Self { Self(1) / (Self(1) + Self.exp(-a)) }
}
