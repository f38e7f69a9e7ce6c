/// A number with four tangents, each on the same lane as the number: dual numbers that nest.
///
/// `Jet<Double>` carries four columns of a Jacobian. On `Jet<Dual>` the tangents carry the
/// partial derivatives of the Jacobian as well, so a solver that uses the Jacobian stays exactly
/// differentiable. Each operation applies the chain rule, d f(a, b) = f_a da + f_b db.
/// Reference: Griewank and Walther (2008), Evaluating Derivatives, chapter 3.
public struct Jet<Base: Lane>: Lane {
  /// The number itself, with its own derivatives if it has any.
  public var base: Base
  /// The tangents.
  public var d0, d1, d2, d3: Base

  /// Number of tangents.
  @inlinable @inline(__always) public static var width: Int { 4 }

  /// A number with given tangents.
  @inlinable @inline(__always)
  public init(_ base: Base, _ d0: Base, _ d1: Base, _ d2: Base, _ d3: Base) {
    self.base = base
    self.d0 = d0
    self.d1 = d1
    self.d2 = d2
    self.d3 = d3
  }

  /// A number whose tangents are zero.
  @inlinable @inline(__always)
  public init(still base: Base) {
    let zero = Base(0)
    self.init(base, zero, zero, zero, zero)
  }

  /// A constant: every derivative is zero.
  @inlinable @inline(__always)
  public init(_ constant: Double) { self.init(still: Base(constant)) }

  /// The value without any derivative.
  @inlinable @inline(__always) public var value: Double { base.value }

  /// Tangent `k`; setting one outside 0 ..< 4 does nothing and reading one there gives the last.
  @inlinable @inline(__always)
  public subscript(tangent k: Int) -> Base {
    get { k == 0 ? d0 : k == 1 ? d1 : k == 2 ? d2 : d3 }
    set {
      switch k {
      case 0: d0 = newValue
      case 1: d1 = newValue
      case 2: d2 = newValue
      case 3: d3 = newValue
      default: break
      }
    }
  }

  /// Sum; da + db.
  @inlinable @inline(__always)
  public static func + (a: Jet, b: Jet) -> Jet {
    Jet(a.base + b.base, a.d0 + b.d0, a.d1 + b.d1, a.d2 + b.d2, a.d3 + b.d3)
  }
  /// Difference; da - db.
  @inlinable @inline(__always)
  public static func - (a: Jet, b: Jet) -> Jet {
    Jet(a.base - b.base, a.d0 - b.d0, a.d1 - b.d1, a.d2 - b.d2, a.d3 - b.d3)
  }
  /// Product; b da + a db.
  @inlinable @inline(__always)
  public static func * (a: Jet, b: Jet) -> Jet {
    let (u, v) = (a.base, b.base)
    return Jet(
      u * v, a.d0 * v + b.d0 * u, a.d1 * v + b.d1 * u, a.d2 * v + b.d2 * u, a.d3 * v + b.d3 * u)
  }
  /// Quotient; (da - (a/b) db) / b.
  @inlinable @inline(__always)
  public static func / (a: Jet, b: Jet) -> Jet {
    let inverse = Base(1) / b.base
    let q = a.base / b.base
    return Jet(
      q, (a.d0 - b.d0 * q) * inverse, (a.d1 - b.d1 * q) * inverse, (a.d2 - b.d2 * q) * inverse,
      (a.d3 - b.d3 * q) * inverse)
  }
  /// Negation.
  @inlinable @inline(__always)
  public static prefix func - (a: Jet) -> Jet { Jet(-a.base, -a.d0, -a.d1, -a.d2, -a.d3) }

  /// The product with a plain constant.
  @inlinable @inline(__always)
  public static func scaled(_ a: Jet, by factor: Double) -> Jet {
    Jet(
      Base.scaled(a.base, by: factor), Base.scaled(a.d0, by: factor),
      Base.scaled(a.d1, by: factor), Base.scaled(a.d2, by: factor),
      Base.scaled(a.d3, by: factor))
  }

  /// a * factor + b with a plain constant factor.
  @inlinable @inline(__always)
  public static func axpy(_ factor: Double, _ a: Jet, _ b: Jet) -> Jet {
    Jet(
      Base.axpy(factor, a.base, b.base), Base.axpy(factor, a.d0, b.d0),
      Base.axpy(factor, a.d1, b.d1), Base.axpy(factor, a.d2, b.d2),
      Base.axpy(factor, a.d3, b.d3))
  }

  /// e^a; the derivative is e^a da.
  @inlinable @inline(__always)
  public static func exp(_ a: Jet) -> Jet {
    let e = Base.exp(a.base)
    return Jet(e, a.d0 * e, a.d1 * e, a.d2 * e, a.d3 * e)
  }

  /// 1 / (1 + exp(-a)); the slope is l (1 - l), by two logistic functions, so that it is 0 and not
  /// NaN far from the step.
  @inlinable
  public static func logistic(_ a: Jet) -> Jet {
    let l = Base.logistic(a.base)
    let slope = l * Base.logistic(-a.base)
    return Jet(l, a.d0 * slope, a.d1 * slope, a.d2 * slope, a.d3 * slope)
  }

  /// Natural logarithm; the derivative is da / a.
  @inlinable @inline(__always)
  public static func log(_ a: Jet) -> Jet {
    let slope = Base(1) / a.base
    return Jet(Base.log(a.base), a.d0 * slope, a.d1 * slope, a.d2 * slope, a.d3 * slope)
  }

  /// Square root; the derivative is da / (2 sqrt a), zero at 0 where da is zero.
  @inlinable
  public static func sqrt(_ a: Jet) -> Jet {
    let root = Base.sqrt(a.base)
    return a.sloped(root, by: Base(0.5) / root)
  }

  /// a^b; the derivative is b a^(b-1) da + a^b ln(a) db.
  ///
  /// *Edge cases:* at a = 0 the term in db is 0 (its limit for b > 0); where a^(b-1) is infinite
  /// a tangent that does not move a stays zero, and where ln(a) is not a number a tangent that
  /// does not move b contributes nothing.
  @inlinable
  public static func pow(_ a: Jet, _ b: Jet) -> Jet {
    let power = Base.pow(a.base, b.base)
    let overBase =
      b.value == 0 ? Base(0) : b.base * Base.pow(a.base, b.base - Base(1))
    let byBase = a.sloped(power, by: overBase)
    if a.value == 0 { return byBase }
    let byExponent = b.sloped(Base(0), by: power * Base.log(a.base))
    return Jet(
      power, byBase.d0 + byExponent.d0, byBase.d1 + byExponent.d1, byBase.d2 + byExponent.d2,
      byBase.d3 + byExponent.d3)
  }

  /// A result with this number's tangents times a slope; a slope that is not finite leaves zero
  /// tangents at zero, not NaN.
  @inlinable
  func sloped(_ result: Base, by slope: Base) -> Jet {
    if slope.isFinite { return Jet(result, d0 * slope, d1 * slope, d2 * slope, d3 * slope) }
    func product(_ d: Base) -> Base { d.value == 0 ? Base(0) : d * slope }
    return Jet(result, product(d0), product(d1), product(d2), product(d3))
  }

  /// Five times the base's.
  @inlinable @inline(__always)
  public static var componentCount: Int { 5 * Base.componentCount }

  /// The base's measure of the number and of every tangent, summed.
  @inlinable
  public static func scaledErrorSquared(
    _ error: Jet, _ a: Jet, _ b: Jet, absolute: Double, relative: Double
  ) -> Double {
    func part(_ path: KeyPath<Jet, Base>) -> Double {
      Base.scaledErrorSquared(
        error[keyPath: path], a[keyPath: path], b[keyPath: path], absolute: absolute,
        relative: relative)
    }
    return part(\.base) + part(\.d0) + part(\.d1) + part(\.d2) + part(\.d3)
  }

  /// True when every component is finite.
  @inlinable
  public var isFinite: Bool {
    base.isFinite && d0.isFinite && d1.isFinite && d2.isFinite && d3.isFinite
  }
}
