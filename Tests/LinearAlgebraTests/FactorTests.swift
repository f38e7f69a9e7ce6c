import LinearAlgebra
import Testing

@Suite("Factorisations")
struct FactorTests {
  /// 2,000 random systems: backward error |A x - b| / (|A| |x| + |b|) within 50 n eps by QR and by
  /// Cholesky of A^T A + I, and rcond within 10 times of the singular values' truth.
  /// Catches a wrong leading dimension, a lost pivot, a lost column scale.
  @Test func backwardErrors() throws {
    var random = TestRandom(2)
    var worst = 0.0
    var worstRatio = 1.0
    for round in 0..<2000 {
      let n = 1 + round % 12
      let a = random.matrix(n, n)
      let b = random.vector(n)
      let unit = Double(n) * Double.ulpOfOne
      let norm = try SingularValues(a).values[0]
      let x = try PivotedQR(a).solve(b, threshold: 0)
      worst = max(
        worst,
        distance(try a.times(x), b) / (norm * euclideanNorm(x) + euclideanNorm(b)) / unit)
      var g = try a.transposed.times(a)
      for i in 0..<n { g[i, i] += 1 }
      let factor = try Cholesky(g)
      let y = try factor.solve(b)
      let gNorm = try SingularValues(g).values[0]
      worst = max(
        worst,
        distance(try g.times(y), b) / (gNorm * euclideanNorm(y) + euclideanNorm(b)) / unit)
      let truth = try SingularValues(g).rcond
      worstRatio = max(worstRatio, factor.rcond / truth, truth / factor.rcond / Double(n))
    }
    #expect(worst <= 50)
    #expect(worstRatio <= 10)
  }

  /// Least squares: the residual is orthogonal to the columns, for tall random systems.
  @Test func leastSquaresResidualsAreOrthogonal() throws {
    var random = TestRandom(3)
    var worst = 0.0
    for round in 0..<500 {
      let n = 1 + round % 9
      let a = random.matrix(n + 1 + round % 40, n)
      let b = random.vector(a.rows)
      let x = try PivotedQR(a).solve(b)
      let r = zip(try a.times(x), b).map { $0 - $1 }
      worst = max(worst, euclideanNorm(try a.transposedTimes(r)))
    }
    #expect(worst < 1e-12)
  }

  /// (A^T A)^-1 times A^T A is the identity. Catches a permutation applied on one side only.
  @Test func inverseGram() throws {
    var random = TestRandom(4)
    var worst = 0.0
    for round in 0..<300 {
      let n = 1 + round % 8
      let a = random.matrix(n + 5, n)
      let product = try PivotedQR(a).inverseGram().times(a.transposed.times(a))
      let identity = Matrix.identity(n)
      worst = max(worst, distance(product.storage, identity.storage))
    }
    #expect(worst < 1e-9)
  }

  /// Collinear columns in any units: QR refuses with numbers (dgels answers with info = 0 here).
  @Test func collinearColumnsAreRefused() throws {
    let a = try Matrix(rows: 4, columns: 2, storage: [1, 2, 3, 4, 3e9, 6e9, 9e9, 12e9])
    let factor = try PivotedQR(a)
    #expect(factor.rcond < 1e-15)
    for attempt in [{ _ = try factor.solve([1, 2, 3, 5]) }, { _ = try factor.inverseGram() }] {
      #expect(
        throws: LinearAlgebraError.singular(
          rcond: factor.rcond, threshold: PivotedQR.defaultThreshold)
      ) { try attempt() }
    }
    // The same columns made independent, in units 12 decades apart: accepted.
    let good = try Matrix(rows: 4, columns: 2, storage: [1, 1, 1, 1, 1e12, 2e12, 3e12, 4e12])
    let x = try PivotedQR(good).solve([3, 5, 7, 9])
    #expect(abs(x[0] - 1) < 1e-12 && abs(x[1] - 2e-12) < 1e-24)
  }

  /// Singular values of [[3, 0], [4, 5]] are sqrt(45) and sqrt(5) (Strang); U S V^T gives A back.
  @Test func singularValues() throws {
    let a = try Matrix(rows: 2, columns: 2, storage: [3, 4, 0, 5])
    let s = try SingularValues(a)
    #expect(abs(s.values[0] - 45.0.squareRoot()) < 1e-14)
    #expect(abs(s.values[1] - 5.0.squareRoot()) < 1e-14)
    var random = TestRandom(5)
    var worst = 0.0
    for (m, n) in [(5, 3), (3, 5), (1, 4), (4, 1), (30, 12)] {
      let b = random.matrix(m, n)
      let parts = try SingularValues(b)
      let scaled = try parts.left.selecting(Array(0..<min(m, n)), scaledBy: parts.values)
      worst = max(worst, distance(try scaled.times(parts.right.transposed).storage, b.storage))
    }
    #expect(worst < 1e-13)
    #expect(try SingularValues(Matrix(rows: 3, columns: 0)).rcond == 0)
    #expect(try SingularValues(Matrix(rows: 3, columns: 2)).rank(threshold: 1e-12) == 0)
  }

  /// [[4, 2], [2, 10]] = L L^T with L = [[2, 0], [1, 3]]; det 36.
  @Test func choleskyByHand() throws {
    let factor = try Cholesky(Matrix(rows: 2, columns: 2, storage: [4, 2, 2, 10]))
    #expect(factor.lower.storage == [2, 1, 0, 3])
    #expect(abs(factor.logDeterminant - 3.58351893845611) < 1e-14)
    #expect(try factor.timesLower([1, 1]) == [2, 4])
    #expect(try factor.solveLower([2, 4]) == [1, 1])
    #expect(abs(try factor.inverse()[0, 0] - 10.0 / 36) < 1e-16)
    #expect(try factor.inverse()[0, 1] == factor.inverse()[1, 0])
    // Units 14 decades apart are no ill condition.
    let wide = try Cholesky(Matrix(rows: 2, columns: 2, storage: [4e-14, 2, 2, 10e14]))
    #expect(abs(wide.rcond - factor.rcond) < 0.5)
  }

  @Test func choleskyRefusals() throws {
    func factor(_ storage: [Double]) throws -> Cholesky {
      try Cholesky(Matrix(rows: 2, columns: 2, storage: storage))
    }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 2)) { try factor([1, 2, 2, 1]) }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 1)) { try factor([0, 0, 0, 1]) }
    #expect(throws: LinearAlgebraError.notSymmetric(row: 0, column: 1)) {
      try factor([1, 0.5, 0.4, 1])
    }
    #expect(throws: LinearAlgebraError.self) { try factor([1, 1, 1, 1]) }
    #expect(throws: LinearAlgebraError.self) { try factor([1, 1, 1, 1 + 1e-15]) }
    #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix(rows: 2, columns: 3)) }
    #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix(rows: 0, columns: 0)) }
    #expect(throws: LinearAlgebraError.self) { try PivotedQR(Matrix(rows: 1, columns: 2)) }
    #expect(throws: LinearAlgebraError.self) { try PivotedQR(.identity(2)).solve([1]) }
  }
}
