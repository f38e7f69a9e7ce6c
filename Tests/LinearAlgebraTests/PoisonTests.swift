import LinearAlgebra
import Testing

/// NaN and both infinities in each element of each input of each function.
///
/// dpotrf lets a NaN pass with info = 0. Seeded defect: remove one `requireFinite`.
@Suite("Poison")
struct PoisonTests {
  static let poisons = [Double.nan, .infinity, -.infinity]

  /// True when the body throws `notFinite` and names an input (not an output) as the place.
  private func refuses(
    naming inputs: [String] = ["given to", "right-hand side", "normal vector"],
    _ body: () throws -> Void
  ) -> Bool {
    do {
      try body()
      return false
    } catch LinearAlgebraError.notFinite(let place) {
      return inputs.contains { place.contains($0) }
    } catch {
      return false
    }
  }

  @Test func everyMatrixElement() throws {
    var random = TestRandom(11)
    let tall = random.matrix(5, 3)
    var spd = try tall.transposed.times(tall)
    for i in 0..<3 { spd[i, i] += 1 }
    var missed: [String] = []
    for poison in PoisonTests.poisons {
      for j in 0..<3 {
        for i in 0..<5 {
          var a = tall
          a[i, j] = poison
          if !refuses({ _ = try PivotedQR(a) }) { missed.append("QR \(i) \(j) \(poison)") }
          if !refuses({ _ = try SingularValues(a) }) { missed.append("SVD \(i) \(j) \(poison)") }
          guard i < 3 else { continue }
          var s = spd
          s[i, j] = poison
          if !refuses({ _ = try Cholesky(s) }) { missed.append("Cholesky \(i) \(j) \(poison)") }
        }
      }
    }
    #expect(missed.isEmpty, "\(missed)")
  }

  @Test func everyVectorElement() throws {
    var random = TestRandom(12)
    let tall = random.matrix(5, 3)
    let qr = try PivotedQR(tall)
    let cholesky = try Cholesky(.identity(3))
    var missed: [String] = []
    for poison in PoisonTests.poisons {
      for i in 0..<5 {
        var b = random.vector(5)
        b[i] = poison
        if !refuses({ _ = try qr.solve(b) }) { missed.append("solve \(i)") }
        if !refuses({ _ = try qr.transposedQTimes(b) }) { missed.append("Q \(i)") }
        guard i < 3 else { continue }
        let c = Array(b[0..<3])
        if !refuses({ _ = try cholesky.solve(c) }) { missed.append("Cholesky solve \(i)") }
        if !refuses({ _ = try cholesky.solveLower(c) }) { missed.append("lower \(i)") }
        if !refuses({ _ = try cholesky.timesLower(c) }) { missed.append("draw \(i)") }
      }
      // A threshold that is not a number refuses too.
      #expect(throws: LinearAlgebraError.self) { try Cholesky(.identity(2), threshold: .nan) }
      #expect(throws: LinearAlgebraError.self) { try qr.inverseGram(threshold: .nan) }
    }
    #expect(missed.isEmpty, "\(missed)")
  }

  /// Finite input whose answer overflows is an error, too.
  @Test func overflowIsTyped() throws {
    let tiny = try Matrix(rows: 2, columns: 1, storage: [1e-200, 0])
    #expect(refuses(naming: ["inverse"]) { _ = try PivotedQR(tiny).inverseGram() })
    #expect(refuses(naming: ["solution"]) { _ = try PivotedQR(tiny).solve([1e200, 0]) })
  }
}
