/// A block of partial derivatives that a dual number carries, in processor registers.
///
/// The SIMD vectors of 2, 4, 8, 16 and 32 numbers are blocks, and so are two blocks side by side
/// (`JoinedBlock`), for counts in between.
public protocol DirectionBlock: Sendable, Equatable {
  /// All partial derivatives zero.
  init()
  /// Number of directions.
  static var count: Int { get }
  /// One partial derivative; `direction` lies in 0 ..< count.
  subscript(direction: Int) -> Double { get set }

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, factor: Double) -> Self

  /// The block times a slope; an infinite slope leaves zero entries at zero, not NaN.
  func sloped(by slope: Double) -> Self
  /// Sum over directions of (error / (absolute + relative * mean of |a| and |b|))^2; NaN unless
  /// all of `a` and `b` are finite.
  static func scaledErrorSquared(
    _ error: Self, _ a: Self, _ b: Self, absolute: Double, relative: Double
  ) -> Double
  /// True when every entry is finite.
  var isFinite: Bool { get }
}

extension SIMD where Scalar == Double, MaskStorage.Scalar == Int64 {
  /// The absolute values: the sign bits are cleared.
  @inlinable @inline(__always)
  var magnitudes: Self {
    unsafeBitCast(
      unsafeBitCast(self, to: MaskStorage.self) & MaskStorage(repeating: Int64.max), to: Self.self)
  }
}

extension DirectionBlock where Self: SIMD, Scalar == Double, MaskStorage.Scalar == Int64 {
  /// Number of directions.
  @inlinable @inline(__always) public static var count: Int { scalarCount }

  /// The block times a slope; an infinite slope leaves zero entries at zero, not NaN.
  @inlinable
  public func sloped(by slope: Double) -> Self {
    let product = self * slope
    guard slope.isInfinite else { return product }
    return product.replacing(with: 0, where: self .== 0)
  }

  /// Sum over directions of (error / (absolute + relative * mean of |a| and |b|))^2.
  @inlinable @inline(__always)
  public static func scaledErrorSquared(
    _ error: Self, _ a: Self, _ b: Self, absolute: Double, relative: Double
  ) -> Double {
    let sizes = a.magnitudes + b.magnitudes
    // Infinity times zero is NaN, so a state that is not finite never looks accurate.
    let ratio = error / (sizes * (0.5 * relative) + Self(repeating: absolute)) + sizes * 0
    return (ratio * ratio).sum()
  }

  /// True when every entry is finite.
  @inlinable @inline(__always)
  public var isFinite: Bool { (self * 0).sum() == 0 }
}

extension SIMD2: DirectionBlock where Scalar == Double {}
extension SIMD4: DirectionBlock where Scalar == Double {}
extension SIMD8: DirectionBlock where Scalar == Double {}
extension SIMD16: DirectionBlock where Scalar == Double {}
extension SIMD32: DirectionBlock where Scalar == Double {}

/// Two blocks side by side: `JoinedBlock<SIMD4<Double>, SIMD2<Double>>` holds six directions.
public struct JoinedBlock<First: DirectionBlock, Second: DirectionBlock>: DirectionBlock {
  /// Directions 0 ..< First.count.
  public var first: First
  /// The directions after them.
  public var second: Second

  /// All partial derivatives zero.
  @inlinable @inline(__always)
  public init() {
    first = First()
    second = Second()
  }

  @inlinable @inline(__always)
  init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// Number of directions.
  @inlinable @inline(__always) public static var count: Int { First.count + Second.count }

  /// One partial derivative.
  @inlinable
  public subscript(direction: Int) -> Double {
    get { direction < First.count ? first[direction] : second[direction - First.count] }
    set {
      if direction < First.count {
        first[direction] = newValue
      } else {
        second[direction - First.count] = newValue
      }
    }
  }

  /// Sum, entry by entry.
  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self { Self(a.first + b.first, a.second + b.second) }
  /// Difference, entry by entry.
  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self { Self(a.first - b.first, a.second - b.second) }
  /// Product of every entry with a number.
  @inlinable @inline(__always)
  public static func * (a: Self, factor: Double) -> Self {
    Self(a.first * factor, a.second * factor)
  }

  /// The block times a slope; an infinite slope leaves zero entries at zero, not NaN.
  @inlinable
  public func sloped(by slope: Double) -> Self {
    Self(first.sloped(by: slope), second.sloped(by: slope))
  }

  /// Sum over directions of the squared error in units of the tolerance.
  @inlinable @inline(__always)
  public static func scaledErrorSquared(
    _ error: Self, _ a: Self, _ b: Self, absolute: Double, relative: Double
  ) -> Double {
    First.scaledErrorSquared(
      error.first, a.first, b.first, absolute: absolute, relative: relative)
      + Second.scaledErrorSquared(
        error.second, a.second, b.second, absolute: absolute, relative: relative)
  }

  /// True when every entry is finite.
  @inlinable @inline(__always)
  public var isFinite: Bool { first.isFinite && second.isFinite }
}
