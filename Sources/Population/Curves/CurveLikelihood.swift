import Lanes

/// The measurements of one run about a closed curve, with exact derivatives up to the third.
///
/// psi holds the curve's parameters and, last, ln s of the noise. The curve is written out for each
/// kind of number where the likelihood is made: make it where the curve is named, not inside a
/// function that is generic in the curve, or it runs some times slower.
public struct CurveLikelihood: OccasionLikelihood {
  /// The independent variables of each measurement.
  public let x: [[Double]]
  /// The measurements.
  public let y: [Double]
  /// How they scatter.
  public let noise: CurveNoise
  /// The curve's parameters and ln s.
  public let parameterCount: Int
  @usableFromInline let mean: ([Double], [Double]) -> Double
  @usableFromInline let negative: ([Double]) -> Double
  @usableFromInline let information: ([Double]) -> LikelihoodExpansion?
  @usableFromInline let hessian: ([Double]) -> LikelihoodExpansion?
  @usableFromInline let slope: ([Double], [Double], Int) -> [Double]?

  /// Measurements `y` of a curve at `x`, as many as there are.
  ///
  /// A measurement that is not finite, or not above 0 for lognormal noise, has no likelihood: every
  /// value is then nil.
  @inlinable
  public init<Shape: Curve>(
    _ shape: Shape.Type, x: [[Double]], y: [Double], noise: CurveNoise = .additive
  ) {
    (self.x, self.y, self.noise) = (x, y, noise)
    parameterCount = Shape.parameterCount + 1
    let kernel = CurveKernel<Shape>(x: x, y: y, noise: noise)
    mean = { Shape.mean($0, $1) }
    negative = { kernel.negative($0) }
    information = { psi in
      switch psi.count {
      case ...4: kernel.information(psi, of: SIMD4<Double>.self)
      case ...8: kernel.information(psi, of: SIMD8<Double>.self)
      case ...16: kernel.information(psi, of: SIMD16<Double>.self)
      default: nil
      }
    }
    hessian = { psi in
      switch psi.count {
      case ...4: kernel.hessian(psi, of: SIMD4<Double>.self)
      case ...8: kernel.hessian(psi, of: SIMD8<Double>.self)
      case ...16: kernel.hessian(psi, of: SIMD16<Double>.self)
      default: nil
      }
    }
    slope = { kernel.curvatureSlope(at: $0, root: $1, columns: $2) }
  }

  /// Number of measurements.
  public var measurementCount: Int { y.count }

  /// The negative log-likelihood; nil where it is not finite.
  public func value(at psi: [Double]) -> Double? {
    guard psi.count == parameterCount else { return nil }
    let value = negative(psi)
    return value.isFinite ? value : nil
  }

  /// The negative log-likelihood with its gradient, and its Hessian or its expected information.
  public func expansion(at psi: [Double], exactly: Bool) -> LikelihoodExpansion? {
    guard psi.count == parameterCount else { return nil }
    return exactly ? hessian(psi) : information(psi)
  }

  /// Third derivatives, on jets of jets.
  public func curvatureSlope(at psi: [Double], root: [Double], columns: Int) -> [Double]? {
    guard psi.count == parameterCount, root.count == psi.count * columns else { return nil }
    return slope(psi, root, columns)
  }

  /// Standardised residuals on the scale of the noise.
  public func residuals(at psi: [Double]) -> [Double?] {
    guard psi.count == parameterCount else { return y.map { _ in nil } }
    let s = Double.exp(psi[psi.count - 1])
    return zip(x, y).map { x, y in
      let mean = mean(psi, x)
      return switch noise {
      case .additive: (y - mean) / s
      case .proportional: (y / mean - 1) / s
      case .lognormal: (Double.log(y) - Double.log(mean)) / s
      }
    }
  }
}
