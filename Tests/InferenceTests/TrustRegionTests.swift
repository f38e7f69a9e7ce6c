import Foundation
import Inference
import LinearAlgebra
import Testing

@Suite("Trust region")
struct TrustRegionTests {
  /// Catches a step accepted without the gain ratio (the valley throws plain Gauss-Newton about).
  @Test func rosenbrockFromTheClassicStart() {
    let result = minimise(rosenbrock(), from: [-1.2, 1])
    #expect(result.isUsable)
    #expect(abs(result.parameters[0] - 1) < 1e-10 && abs(result.parameters[1] - 1) < 1e-10)
    #expect(result.activeBounds == [.none, .none])
    #expect(result.evaluations < 60)
  }

  /// With x <= 1/2 the minimum lies on the wall at (1/2, 1/4), f = (1 - 1/2)^2 / 2 = 1/8.
  /// Catches a wall that is stepped over, a frozen parameter that is never released, a projected
  /// gradient that still counts the frozen direction.
  @Test(arguments: [
    [-1.2, 1], [0.5, 3], [0.5, 0.25], [-5, -5], [0.4999, 0.2499], [0.499_999_999_999_999_94, 0.25],
    [0.5 - 1e-13, 0.25],
  ])
  func rosenbrockAgainstAWall(start: [Double]) {
    let result = minimise(
      rosenbrock(lower: [-10, -10], upper: [0.5, 10]), from: start)
    #expect(result.isUsable)
    #expect(result.parameters[0] == 0.5)
    #expect(abs(result.parameters[1] - 0.25) < 1e-10)
    #expect(abs(result.objective - 0.125) < 1e-12)
    #expect(result.activeBounds == [.upper, .none])
  }

  /// Random convex quadratics |M x - c|^2 / 2 in a box, checked by the Karush-Kuhn-Tucker
  /// conditions, which have one solution. Catches any fault of the active set.
  @Test func quadraticsInABoxMeetTheOptimalityConditions() throws {
    var random = TestRandom(7)
    var bad: [String] = []
    var activeSeen = 0
    for round in 0..<300 {
      let n = 2 + round % 6
      let rows = (0..<(n + 3)).map { _ in (0..<n).map { _ in random.normal() } }
      let c = (0..<(n + 3)).map { _ in 3 * random.normal() }
      let lower = (0..<n).map { _ in -random.uniform() }
      let upper = (0..<n).map { _ in random.uniform() }
      let problem = SquaresProblem(
        lowerBounds: lower, upperBounds: upper,
        residuals: { p in rows.indices.map { dot(rows[$0], p) - c[$0] } }, jacobian: { _ in rows })
      let start = (0..<n).map { _ in 4 * random.uniform() - 2 }
      let result = minimise(problem, from: start)
      let fit = try #require(result.linearisation)
      let gradient = try fit.rows.transposedTimes(fit.residuals)
      let size = euclideanNorm(fit.residuals)
      for i in 0..<n {
        let x = result.parameters[i]
        let g = gradient[i] / size
        let isRight =
          switch result.activeBounds[i] {
          case .none: abs(g) < 1e-7 && x >= lower[i] && x <= upper[i]
          case .lower: g >= 0 && x == lower[i]
          case .upper: g <= 0 && x == upper[i]
          }
        if !isRight || !result.isUsable {
          bad.append(
            "\(round)/\(i): x \(x) g \(g) \(result.termination) \(result.activeBounds[i]) \(result.firstError ?? "")"
          )
        }
      }
      activeSeen += result.activeBounds.filter { $0 != .none }.count
    }
    #expect(bad.isEmpty, "\(bad)")
    #expect(activeSeen > 300)
  }

  /// A forbidden half plane between start and minimum's neighbourhood: points there give nil.
  /// Catches an infeasible point read as a zero residual (it would be "the minimum").
  @Test func infeasiblePointsAreCountedAndAvoided() {
    var problem = rosenbrock(isFeasible: { $0[1] > $0[0] * $0[0] - 0.5 && $0[0] < 1.3 })
    for blind in [false, true] {
      problem.lineariseIsBlind = blind
      var options = TrustRegionOptions()
      options.linearisesTrials = !blind
      let result = minimise(problem, from: [-1.2, 1], options: options)
      #expect(result.isUsable)
      #expect(abs(result.parameters[0] - 1) < 1e-9)
      #expect(result.infeasiblePoints > 0)
    }
    let shut = SquaresProblem(
      lowerBounds: [-10], upperBounds: [10], isFeasible: { $0[0] < 1 }, lineariseIsBlind: true,
      residuals: { [$0[0] - 3] }, jacobian: { _ in [[1]] })
    var careful = TrustRegionOptions()
    careful.linearisesTrials = false
    let result = minimise(shut, from: [0], options: careful)
    #expect(!result.isUsable && result.parameters[0] < 1)
  }

  /// A region that shuts the minimum out: the search ends, and does not claim convergence.
  @Test func aMinimumOutsideTheFeasibleRegionIsNotConverged() {
    let result = minimise(rosenbrock(isFeasible: { $0[0] < 0.3 }), from: [-1.2, 1])
    #expect(!result.isUsable)
    #expect(result.termination == .stalled || result.termination == .maximumEvaluations)
    #expect(result.infeasiblePoints > 0 && result.parameters[0] < 0.3)
  }

  struct Failed: Error {}
  struct Throwing: LeastSquaresProblem {
    let parameterCount = 1
    let lowerBounds = [-Double.infinity]
    let upperBounds = [Double.infinity]
    func objective(at p: [Double]) throws -> Double? { throw Failed() }
    func linearise(at p: [Double]) throws -> Linearisation? { throw Failed() }
  }

  /// Every way in which a search cannot begin, and the unfilled result, is a failure.
  @Test func failuresAreFailures() {
    #expect(!TrustRegionResult().isUsable)
    let nowhere = minimise(rosenbrock(isFeasible: { _ in false }), from: [0, 0])
    #expect(nowhere.termination == .infeasibleStart && nowhere.infeasiblePoints == 1)
    let thrown = minimise(Throwing(), from: [0])
    #expect(thrown.termination == .infeasibleStart && thrown.firstError != nil)
    for start in [[0.0], [0, .nan], [.infinity, 0], []] {
      #expect(minimise(rosenbrock(), from: start).termination == .invalidProblem)
    }
    #expect(
      minimise(rosenbrock(lower: [1, 1], upper: [0, 2]), from: [0, 0]).termination
        == .invalidProblem)
    #expect(
      minimise(rosenbrock(lower: [.nan, 1]), from: [0, 0]).termination == .invalidProblem)
    var short = TrustRegionOptions()
    short.maximumEvaluations = 5
    let cut = minimise(rosenbrock(), from: [-1.2, 1], options: short)
    #expect(cut.termination == .maximumEvaluations && cut.evaluations <= 6)
    for verdict in TrustRegionTermination.allCases { #expect(!verdict.advice.isEmpty) }
  }

  /// NaN and infinity in each part of the linearisation or in the objective never reach an answer.
  /// Catches a missing finite check.
  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func poisonIsInfeasible(poison: Double) {
    for part in 0..<3 {
      let problem = SquaresProblem(
        lowerBounds: [-10, -10], upperBounds: [10, 10],
        residuals: { part == 0 && $0[0] > -1 ? [poison, 1] : [10 * ($0[1] - $0[0]), 1 - $0[0]] },
        jacobian: {
          part == 1 && $0[0] > -1 ? [[-10, poison], [-1, 0]] : [[-10, 10], [-1, 0]]
        })
      let result = minimise(problem, from: part == 2 ? [0, 0] : [-1.2, 1])
      #expect(allFinite(result.parameters))
      #expect(part == 2 ? result.isUsable : !result.isUsable)
      #expect(part == 2 || result.infeasiblePoints > 0)
    }
  }

  /// Derivatives that contradict the objective end in a stall, never in convergence.
  @Test func aWrongGradientIsNotConvergence() {
    let problem = SquaresProblem(
      lowerBounds: [-.infinity], upperBounds: [.infinity],
      residuals: { [$0[0] - 3, $0[0] - 1] }, jacobian: { _ in [[-1], [-1]] })
    let result = minimise(problem, from: [0])
    #expect(result.termination == .stalled)
  }

  /// Units of a parameter scaled by 2^k change no digit of the path beyond the scaling itself.
  /// Catches a tolerance or a radius that depends on units.
  @Test func unitsDoNotMatter() {
    let plain = minimise(rosenbrock(), from: [-1.2, 1])
    for factor in [0x1p-40, 0x1p30] {
      let problem = SquaresProblem(
        lowerBounds: [-.infinity, -.infinity], upperBounds: [.infinity, .infinity],
        residuals: { [10 * ($0[1] / factor - $0[0] * $0[0]), 1 - $0[0]] },
        jacobian: { [[-20 * $0[0], 10 / factor], [-1, 0]] })
      let result = minimise(problem, from: [-1.2, factor])
      #expect(result.evaluations == plain.evaluations)
      #expect(abs(result.parameters[1] / factor - plain.parameters[1]) < 1e-12)
    }
  }

  /// Fewer residuals than parameters: the objective reaches 0, and rcond says undetermined.
  @Test func underdeterminedIsSaid() {
    let problem = SquaresProblem(
      lowerBounds: [-9, -9], upperBounds: [9, 9], residuals: { [$0[0] + $0[1] - 3] },
      jacobian: { _ in [[1, 1]] })
    let result = minimise(problem, from: [0.5, 0])
    #expect(result.objective < 1e-20 && result.rcond == 0)
  }

  /// Poisson counts with one rate, parametrised by its logarithm: f = m e^p - (sum y) p. The
  /// estimate is ln(mean), its information sum y. A and b hold one row: sqrt(m e^p) and gradient
  /// over it, so that b lies in the range of A. Catches a criterion that only knows residuals.
  struct Poisson: LeastSquaresProblem {
    let counts: [Double]
    let parameterCount = 1
    let lowerBounds = [-Double.infinity]
    let upperBounds = [Double.infinity]
    func objective(at p: [Double]) -> Double? {
      Double(counts.count) * Foundation.exp(p[0]) - counts.reduce(0, +) * p[0]
    }
    func linearise(at p: [Double]) -> Linearisation? {
      guard let f = objective(at: p) else { return nil }
      let rate = Double(counts.count) * Foundation.exp(p[0])
      let row = rate.squareRoot()
      return Linearisation(
        objective: f, rows: Matrix(rows: 1, columns: 1) { _, _ in row },
        residuals: [(rate - counts.reduce(0, +)) / row])
    }
  }

  @Test func likelihoodWithoutResiduals() throws {
    let result = minimise(Poisson(counts: [3, 7, 4, 6, 10, 6]), from: [0])
    #expect(result.isUsable)
    #expect(abs(result.parameters[0] - Foundation.log(6.0)) < 1e-8)
    let fit = try #require(result.linearisation)
    #expect(abs(try StandardErrors(rows: fit.rows).standardErrors[0] - 1 / 6) < 1e-8)
  }
}
