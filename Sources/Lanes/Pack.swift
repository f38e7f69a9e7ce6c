/// Several parameter draws that are computed together: one draw a SIMD element.
///
/// An integrator on packs takes one step for all draws, controlled by the draw that needs the
/// shortest. `value` is the first draw's.
public struct Pack<Values: SIMD & Sendable>: Lane
where Values.Scalar == Double, Values.MaskStorage.Scalar == Int64 {
  /// The draws' values.
  public var values: Values

  /// Values of the draws.
  @inlinable @inline(__always) public init(_ values: Values) { self.values = values }
  /// The same constant in every draw.
  @inlinable @inline(__always)
  public init(_ constant: Double) { values = Values(repeating: constant) }

  /// Draws in a pack.
  @inlinable @inline(__always) public static var drawCount: Int { Values.scalarCount }
  /// The first draw's value.
  @inlinable @inline(__always) public var value: Double { values[0] }
  /// One draw's value.
  @inlinable
  public subscript(draw: Int) -> Double {
    get { values[draw] }
    set { values[draw] = newValue }
  }

  /// Sum, draw by draw.
  @inlinable @inline(__always)
  public static func + (a: Pack, b: Pack) -> Pack { Pack(a.values + b.values) }
  /// Difference, draw by draw.
  @inlinable @inline(__always)
  public static func - (a: Pack, b: Pack) -> Pack { Pack(a.values - b.values) }
  /// Product, draw by draw.
  @inlinable @inline(__always)
  public static func * (a: Pack, b: Pack) -> Pack { Pack(a.values * b.values) }
  /// Quotient, draw by draw.
  @inlinable @inline(__always)
  public static func / (a: Pack, b: Pack) -> Pack { Pack(a.values / b.values) }
  /// Negation, draw by draw.
  @inlinable @inline(__always)
  public static prefix func - (a: Pack) -> Pack { Pack(a.values * -1) }

  /// The product with a plain constant.
  @inlinable @inline(__always)
  public static func scaled(_ a: Pack, by factor: Double) -> Pack { Pack(a.values * factor) }
  /// a * factor + b with a plain constant factor.
  @inlinable @inline(__always)
  public static func axpy(_ factor: Double, _ a: Pack, _ b: Pack) -> Pack {
    Pack(a.values * factor + b.values)
  }

  /// e^a, draw by draw.
  @inlinable @inline(__always)
  public static func exp(_ a: Pack) -> Pack { Pack(VectorFunctions.exp(a.values)) }
  /// Natural logarithm, draw by draw.
  @inlinable @inline(__always)
  public static func log(_ a: Pack) -> Pack { Pack(VectorFunctions.log(a.values)) }
  /// Square root, draw by draw.
  @inlinable @inline(__always)
  public static func sqrt(_ a: Pack) -> Pack { Pack(a.values.squareRoot()) }
  /// a^b, draw by draw, by the C library's function.
  @inlinable
  public static func pow(_ a: Pack, _ b: Pack) -> Pack {
    var result = a
    for i in 0..<Values.scalarCount { result.values[i] = Double.pow(a.values[i], b.values[i]) }
    return result
  }

  /// a^b where a is above 0, else 0, draw by draw.
  @inlinable
  public static func positivePower(_ a: Pack, _ b: Pack) -> Pack {
    var result = Pack(0)
    for i in 0..<Values.scalarCount where a.values[i] > 0 {
      result.values[i] = Double.pow(a.values[i], b.values[i])
    }
    return result
  }

  /// The smallest value of any draw.
  @inlinable @inline(__always) public var least: Double { values.min() }

  /// One: the draws are not components of one number, each must meet the tolerance by itself.
  @inlinable @inline(__always) public static var componentCount: Int { 1 }

  /// The largest squared error of any draw in units of the tolerance; NaN unless every draw of
  /// `a` and `b` is finite.
  @inlinable @inline(__always)
  public static func scaledErrorSquared(
    _ error: Pack, _ a: Pack, _ b: Pack, absolute: Double, relative: Double
  ) -> Double {
    let sizes = a.values.magnitudes + b.values.magnitudes
    let scale = sizes * (0.5 * relative) + Values(repeating: absolute)
    let ratio = error.values / scale + sizes * 0
    let squares = ratio * ratio
    // `max` skips NaN; the sum does not.
    return squares.max() + 0 * squares.sum()
  }

  /// True when every draw is finite.
  @inlinable @inline(__always) public var isFinite: Bool { (values * 0).sum() == 0 }
}

/// Four draws.
public typealias Pack4 = Pack<SIMD4<Double>>
/// Eight draws.
public typealias Pack8 = Pack<SIMD8<Double>>
