import Inference
import LinearAlgebra

/// A problem from closures, with half a sum of squares and an optional feasible region.
struct SquaresProblem: LeastSquaresProblem {
  var lowerBounds: [Double]
  var upperBounds: [Double]
  var isFeasible: @Sendable ([Double]) -> Bool = { _ in true }
  /// Whether only the objective knows the feasible region.
  var lineariseIsBlind = false
  let residuals: @Sendable ([Double]) -> [Double]
  let jacobian: @Sendable ([Double]) -> [[Double]]

  var parameterCount: Int { lowerBounds.count }

  func objective(at p: [Double]) -> Double? {
    guard isFeasible(p) else { return nil }
    let r = residuals(p)
    return dot(r, r) / 2
  }

  func linearise(at p: [Double]) -> Linearisation? {
    guard lineariseIsBlind || isFeasible(p) else { return nil }
    let rows = jacobian(p)
    return Linearisation(
      residuals: residuals(p),
      jacobian: Matrix(rows: rows.count, columns: p.count) { rows[$0][$1] })
  }
}

/// Rosenbrock's valley, r = (10 (y - x^2), 1 - x); minimum 0 at (1, 1).
func rosenbrock(
  lower: [Double] = [-.infinity, -.infinity], upper: [Double] = [.infinity, .infinity],
  isFeasible: @escaping @Sendable ([Double]) -> Bool = { _ in true }
) -> SquaresProblem {
  SquaresProblem(
    lowerBounds: lower, upperBounds: upper, isFeasible: isFeasible,
    residuals: { [10 * ($0[1] - $0[0] * $0[0]), 1 - $0[0]] },
    jacobian: { [[-20 * $0[0], 10], [-1, 0]] })
}

/// A seeded generator for tests (xorshift64*).
struct TestRandom {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  /// Uniform in [0, 1).
  mutating func uniform() -> Double {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) * 0x1p-53
  }
  /// About normal: twelve uniforms, less six.
  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + uniform() }
  }
}
