/// A value with a block of partial derivatives: forward-mode automatic differentiation.
///
/// Each operation applies the chain rule, d f(a, b) = f_a da + f_b db, to all directions at once.
/// `Partials` is a block of 2 to 32 directions; unused directions stay zero.
/// Reference: Griewank and Walther (2008), Evaluating Derivatives, chapter 3.
public struct Dual<Partials: DirectionBlock>: Lane {
  /// The value.
  public var value: Double
  /// The partial derivatives of the value.
  public var partials: Partials

  /// A value with given partial derivatives.
  @inlinable @inline(__always)
  public init(_ value: Double, partials: Partials) {
    self.value = value
    self.partials = partials
  }

  /// A constant: every partial derivative is zero.
  @inlinable @inline(__always)
  public init(_ constant: Double) {
    value = constant
    partials = Partials()
  }

  /// The independent variable of one direction: its own derivative is 1.
  ///
  /// `direction` must lie in 0 ..< Partials.count.
  @inlinable
  public init(_ value: Double, direction: Int) {
    self.value = value
    partials = Partials()
    partials[direction] = 1
  }

  /// Sum; da + db.
  @inlinable @inline(__always)
  public static func + (a: Dual, b: Dual) -> Dual {
    Dual(a.value + b.value, partials: a.partials + b.partials)
  }
  /// Difference; da - db.
  @inlinable @inline(__always)
  public static func - (a: Dual, b: Dual) -> Dual {
    Dual(a.value - b.value, partials: a.partials - b.partials)
  }
  /// Product; b da + a db.
  @inlinable @inline(__always)
  public static func * (a: Dual, b: Dual) -> Dual {
    Dual(a.value * b.value, partials: a.partials * b.value + b.partials * a.value)
  }
  /// Quotient; (da - (a/b) db) / b.
  @inlinable @inline(__always)
  public static func / (a: Dual, b: Dual) -> Dual {
    let inverse = 1 / b.value
    let quotient = a.value * inverse
    return Dual(a.value / b.value, partials: (a.partials - b.partials * quotient) * inverse)
  }
  /// Negation.
  @inlinable @inline(__always)
  public static prefix func - (a: Dual) -> Dual { Dual(-a.value, partials: a.partials * -1) }

  /// The product with a plain constant.
  @inlinable @inline(__always)
  public static func scaled(_ a: Dual, by factor: Double) -> Dual {
    Dual(a.value * factor, partials: a.partials * factor)
  }

  /// a * factor + b with a plain constant factor.
  @inlinable @inline(__always)
  public static func axpy(_ factor: Double, _ a: Dual, _ b: Dual) -> Dual {
    Dual(factor * a.value + b.value, partials: a.partials * factor + b.partials)
  }

  /// e^a; the derivative is e^a da.
  @inlinable @inline(__always)
  public static func exp(_ a: Dual) -> Dual {
    let e = Double.exp(a.value)
    return Dual(e, partials: a.partials * e)
  }

  /// Natural logarithm; the derivative is da / a.
  @inlinable @inline(__always)
  public static func log(_ a: Dual) -> Dual {
    Dual(Double.log(a.value), partials: a.partials * (1 / a.value))
  }

  /// Square root; the derivative is da / (2 sqrt a), zero at 0 where da is zero.
  @inlinable @inline(__always)
  public static func sqrt(_ a: Dual) -> Dual {
    let root = a.value.squareRoot()
    return Dual(root, partials: a.partials.sloped(by: 0.5 / root))
  }

  /// a^b; the derivative is b a^(b-1) da + a^b ln(a) db.
  ///
  /// *Edge cases:* at a = 0 the term in db is 0 (its limit for b > 0); where a^(b-1) is infinite
  /// a direction that does not move a keeps a zero derivative.
  @inlinable
  public static func pow(_ a: Dual, _ b: Dual) -> Dual {
    let power = Double.pow(a.value, b.value)
    let overBase = b.value == 0 ? 0 : b.value * Double.pow(a.value, b.value - 1)
    let overExponent = a.value == 0 ? 0 : power * Double.log(a.value)
    var partials = a.partials.sloped(by: overBase)
    if b.partials != Partials() { partials = partials + b.partials * overExponent }
    return Dual(power, partials: partials)
  }

  /// One for the value and one for each direction.
  @inlinable @inline(__always)
  public static var componentCount: Int { 1 + Partials.count }

  /// Squared errors of value and partials in units of the tolerance, summed; NaN unless every
  /// component of `a` and `b` is finite.
  @inlinable @inline(__always)
  public static func scaledErrorSquared(
    _ error: Dual, _ a: Dual, _ b: Dual, absolute: Double, relative: Double
  ) -> Double {
    Double.scaledErrorSquared(error.value, a.value, b.value, absolute: absolute, relative: relative)
      + Partials.scaledErrorSquared(
        error.partials, a.partials, b.partials, absolute: absolute, relative: relative)
  }

  /// True when the value and every partial are finite.
  @inlinable @inline(__always)
  public var isFinite: Bool { value.isFinite && partials.isFinite }
}

/// Up to four directions.
public typealias Dual4 = Dual<SIMD4<Double>>
/// Up to six directions: a fit of a growth curve with its noise.
public typealias Dual6 = Dual<JoinedBlock<SIMD4<Double>, SIMD2<Double>>>
/// Up to eight directions: most single-run fits.
public typealias Dual8 = Dual<SIMD8<Double>>
/// Up to sixteen directions.
public typealias Dual16 = Dual<SIMD16<Double>>
/// Up to thirty-two directions.
public typealias Dual32 = Dual<SIMD32<Double>>
