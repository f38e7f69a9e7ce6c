import Inference
import LinearAlgebra
import Testing

@Suite("Standard errors")
struct TrustRegionCovarianceTests {
  /// Straight line through (0,1) (1,3) (2,4) (3,4): slope 1, intercept 1.5, SSE 1; var(slope) =
  /// s^2 / 5, var(intercept) = s^2 * 0.7, s^2 = 1/2 (textbook formulas).
  /// Catches a wrong number of degrees of freedom and a permuted covariance.
  @Test func straightLine() throws {
    let rows = try Matrix(rows: 4, columns: 2, storage: [1, 1, 1, 1, 0, 1, 2, 3])
    let residuals = [0.5, -0.5, -0.5, 0.5]
    let errors = try StandardErrors(
      sumOfSquares: Linearisation(residuals: residuals, jacobian: rows))
    #expect(abs(errors.residualStandardDeviation - 0.5.squareRoot()) < 1e-15)
    #expect(abs(errors.covariance[0, 0] - 0.35) < 1e-15)
    #expect(abs(errors.covariance[1, 1] - 0.1) < 1e-15)
    #expect(abs(errors.covariance[0, 1] + 0.15) < 1e-15)
    #expect(abs(errors.correlation[0, 1] + 0.15 / 0.035.squareRoot()) < 1e-14)
  }

  /// 200 designs with a collinear or a flat column, in mixed units: all refused, with the numbers
  /// that say why. 200 sound ones in the same units: at least 198 accepted.
  /// Catches `info` as the only guard, a pseudo-inverse, a threshold that depends on units.
  @Test func collinearDesignsAreRefused() throws {
    var random = TestRandom(42)
    var refused = 0
    var accepted = 0
    for round in 0..<200 {
      let n = 2 + round % 7
      let m = n + 3 + round % 20
      let units = (0..<n).map { _ in 10 * (random.uniform() - 0.5) }.map { pow10($0) }
      let good = Matrix(rows: m, columns: n) { _, j in random.normal() * units[j] }
      let mix = (0..<n).map { _ in random.normal() }
      let victim = round % n
      let flat = round % 4 == 3
      let bad = Matrix(rows: m, columns: n) { i, j in
        guard j == victim else { return good[i, j] }
        if flat { return 0 }
        return (0..<n).reduce(0.0) { $1 == victim ? $0 : $0 + mix[$1] * good[i, $1] / units[$1] }
          * units[victim]
      }
      let b = (0..<m).map { _ in random.normal() }
      do {
        _ = try StandardErrors(sumOfSquares: Linearisation(residuals: b, jacobian: bad))
      } catch LinearAlgebraError.singular(let rcond, let threshold) {
        if rcond <= threshold && threshold == StandardErrors.defaultThreshold { refused += 1 }
      }
      if (try? StandardErrors(sumOfSquares: Linearisation(residuals: b, jacobian: good))) != nil {
        accepted += 1
      }
    }
    #expect(refused == 200)
    #expect(accepted >= 198)
  }

  private func pow10(_ x: Double) -> Double {
    (0..<abs(Int(x))).reduce(1.0) { value, _ in x > 0 ? value * 10 : value / 10 }
  }

  /// No freedom, no rows, poison: typed errors.
  @Test func refusals() throws {
    let square = Linearisation(residuals: [1, 2], jacobian: .identity(2))
    #expect(throws: LinearAlgebraError.self) { try StandardErrors(sumOfSquares: square) }
    for poison in [Double.nan, .infinity, -.infinity, -1] {
      #expect(throws: LinearAlgebraError.notFinite("the dispersion")) {
        try StandardErrors(rows: .identity(2), dispersion: poison)
      }
    }
    var rows = Matrix.identity(2)
    rows[1, 0] = .nan
    #expect(throws: LinearAlgebraError.self) { try StandardErrors(rows: rows) }
  }
}
