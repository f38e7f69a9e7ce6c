/// Decides between explicit and implicit steps from what each sees of |lambda| h.
///
/// An explicit step finds the system stiff when |lambda| h lies near the boundary of the method's
/// stability; fifteen such findings, with fewer than six others in a row between them, switch to
/// implicit steps. At tight tolerances the two stages differ by more than the fast component, and
/// that estimate is too low; so after every 25 steps, and up to 400 where it was found small,
/// h rho(J) is looked at itself, and two findings in a row switch.
///
/// An implicit step finds the system calm when h rho(J) lies well inside that boundary; a long
/// unbroken row of such findings switches back, and each return doubles the row's length, so that
/// a system that hovers is not carried to and fro.
/// Reference: Hairer and Wanner (1996), Solving ODE II, section IV.2, "stiffness detection".
@usableFromInline
struct StiffnessMonitor {
  /// The real number at which |R(-z)| of the explicit method passes 1.
  @usableFromInline let limit: Double
  @usableFromInline var stiff = 0
  @usableFromInline var other = 0
  @usableFromInline var calm = 0
  /// Explicit steps until the Jacobian is looked at, and how many there are between two looks.
  @usableFromInline var untilLook = 25
  @usableFromInline var interval = 25
  @usableFromInline var looks = 0
  @usableFromInline var patience = 25

  @inlinable
  init(limit: Double) { self.limit = limit }

  /// Notes |lambda| h, squared, of an explicit step; true when it is time to step implicitly.
  @inlinable
  mutating func isStiff(squared: Double) -> Bool {
    if squared > 0.81 * limit * limit {
      other = 0
      stiff += 1
      return stiff >= 15
    }
    if stiff > 0 {
      other += 1
      if other >= 6 { stiff = 0 }
    }
    return false
  }

  /// True when h rho(J) should be looked at after an explicit step.
  @inlinable
  mutating func wantsLook() -> Bool {
    untilLook -= 1
    return untilLook <= 0
  }

  /// Notes h rho(J) of an explicit step; true when it is time to step implicitly.
  @inlinable
  mutating func isStiff(looked product: Double) -> Bool {
    interval = product < 0.35 * limit ? min(2 * interval, 400) : 25
    untilLook = product > 0.7 * limit ? 5 : interval
    looks = product > 0.7 * limit ? looks + 1 : 0
    return looks >= 2
  }

  /// Notes h rho(J) of an implicit step; true when it is time to step explicitly.
  @inlinable
  mutating func isCalm(_ product: Double) -> Bool {
    calm = product < 0.25 * limit ? calm + 1 : 0
    return calm >= patience
  }

  /// Starts anew after a switch.
  @inlinable
  mutating func switched(toImplicit: Bool) {
    stiff = 0
    other = 0
    calm = 0
    looks = 0
    interval = 25
    untilLook = 25
    if !toImplicit { patience = min(2 * patience, 1600) }
  }
}

extension ButcherTableau {
  /// The first z > 0 at which |R(-z)| passes 1, R being the method's stability function, to 0.05;
  /// 20 for a method that is stable beyond.
  static func stabilityLimit(stages: [[Double]], weights: [Double]) -> Double {
    let count = weights.count
    var z = 0.05
    while z < 20 {
      var stage = [Double](repeating: 0, count: count)
      for i in 0..<count {
        stage[i] = 1 - z * (0..<i).reduce(0) { $0 + stages[i][$1] * stage[$1] }
      }
      let growth = 1 - z * (0..<count).reduce(0) { $0 + weights[$1] * stage[$1] }
      if abs(growth) > 1.0001 { return z }
      z += 0.05
    }
    return 20
  }
}
