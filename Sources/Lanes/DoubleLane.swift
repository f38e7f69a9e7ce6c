#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Double: Lane {
  /// The value itself.
  @inlinable @inline(__always) public var value: Double { self }

  /// The product with a plain constant.
  @inlinable @inline(__always)
  public static func scaled(_ a: Double, by factor: Double) -> Double { a * factor }

  /// a * factor + b, rounded twice (no fused operation, so every processor gives equal bits).
  @inlinable @inline(__always)
  public static func axpy(_ factor: Double, _ a: Double, _ b: Double) -> Double { factor * a + b }

  /// e^a.
  @inlinable @inline(__always) public static func exp(_ a: Double) -> Double { plainExp(a) }
  /// Natural logarithm.
  @inlinable @inline(__always) public static func log(_ a: Double) -> Double { plainLog(a) }
  /// Square root.
  @inlinable @inline(__always) public static func sqrt(_ a: Double) -> Double { a.squareRoot() }
  /// a^b.
  @inlinable @inline(__always)
  public static func pow(_ a: Double, _ b: Double) -> Double { plainPow(a, b) }

  /// One real component.
  @inlinable @inline(__always) public static var componentCount: Int { 1 }

  /// Squared error in units of the tolerance; NaN unless `a` and `b` are finite.
  @inlinable @inline(__always)
  public static func scaledErrorSquared(
    _ error: Double, _ a: Double, _ b: Double, absolute: Double, relative: Double
  ) -> Double {
    let size = abs(a) + abs(b)
    let ratio = error / (absolute + 0.5 * relative * size) + 0 * size
    return ratio * ratio
  }
}

/// The C library's exp under a name that cannot collide with `Lane.exp`.
@inlinable @inline(__always) func plainExp(_ a: Double) -> Double { exp(a) }
/// The C library's log under a name that cannot collide with `Lane.log`.
@inlinable @inline(__always) func plainLog(_ a: Double) -> Double { log(a) }
/// The C library's pow under a name that cannot collide with `Lane.pow`.
@inlinable @inline(__always) func plainPow(_ a: Double, _ b: Double) -> Double { pow(a, b) }
