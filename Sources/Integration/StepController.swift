import Lanes

/// The proportional-integral controller of the step length.
///
/// After an accepted step with error norm r (1 = the tolerance) and a previous accepted norm q,
/// the step is multiplied by 0.9 r^-(1/k - 0.75 beta) q^beta, beta = 0.04, k = embedded order + 1;
/// the factor of one step stays within 0.2 ... 10. After a rejected step it is multiplied by
/// max(0.2, 0.9 r^-(1/k - 0.75 beta)) and may not grow on the next one. Powers are taken by a
/// binary logarithm and exponential good to three digits, which is more than an error estimate has.
/// Reference: Gustafsson (1991); Hairer and Wanner (1996), Solving ODE II, section IV.2, with the
/// constants of DOPRI5.
@usableFromInline
struct StepController {
  @usableFromInline let exponent: Double
  /// log2 of the last accepted norm.
  @usableFromInline var logMemory: Double
  @usableFromInline var mayGrow = true

  @inlinable
  init(embeddedOrder: Int) {
    exponent = 1 / Double(embeddedOrder + 1) - 0.75 * Self.beta
    logMemory = Self.logLeastMemory
  }

  @inlinable static var beta: Double { 0.04 }
  @inlinable static var safety: Double { 0.9 }
  @inlinable static var least: Double { 0.2 }
  @inlinable static var most: Double { 10 }
  /// log2(1e-4): a smaller remembered norm would only make the controller timid.
  @inlinable static var logLeastMemory: Double { -13.287712379549449 }

  /// log2(x) of a positive number, continuous, exact at powers of 2, else to 0.002; below -1000
  /// at 0.
  @inlinable @inline(__always)
  static func log2(_ x: Double) -> Double {
    let bits = x.bitPattern
    let f = Double(bitPattern: bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000) - 1
    let whole = Double(Int(bits >> 52) - 1023)
    return whole + f + f * (1 - f) * (0.4427 - 0.2057 * f)
  }

  /// 2^x for x within -4 ... 4 and the value at the nearer end outside; to 0.002 of itself.
  @inlinable @inline(__always)
  static func exp2(_ x: Double) -> Double {
    let shifted = min(max(x, -4), 4) + 4
    let whole = Int(shifted)
    let f = shifted - Double(whole)
    return Double(1 << whole) * 0.0625 * (1 + f - f * (1 - f) * (0.3069 + 0.0725 * f))
  }

  /// The next proposal after an accepted step.
  ///
  /// `proposal` is what the controller had asked for and `step` what was taken. A step clipped to
  /// less than half to land on a stop says little, its error being mostly rounding: the proposal
  /// stands. `squaredNorm` is r^2, finite.
  @inlinable
  mutating func proposal(after step: Double, squaredNorm: Double, proposal: Double) -> Double {
    guard step >= 0.5 * proposal else { return proposal }
    let logNorm = 0.5 * Self.log2(squaredNorm)
    let factor = Self.safety * Self.exp2(Self.beta * logMemory - exponent * logNorm)
    let ceiling = mayGrow ? Self.most * step : proposal
    mayGrow = true
    logMemory = max(logNorm, Self.logLeastMemory)
    return min(ceiling, max(Self.least, factor) * step)
  }

  /// The next proposal after a rejected step; a norm that is not finite halves the step.
  @inlinable
  mutating func proposal(afterRejected step: Double, squaredNorm: Double) -> Double {
    mayGrow = false
    guard squaredNorm.isFinite else { return 0.5 * step }
    let factor = Self.safety * Self.exp2(-0.5 * exponent * Self.log2(squaredNorm))
    return max(Self.least, factor) * step
  }
}
