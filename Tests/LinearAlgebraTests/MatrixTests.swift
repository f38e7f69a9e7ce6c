import LinearAlgebra
import Testing

/// A seeded generator for tests (xorshift64*).
struct TestRandom {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  /// Uniform in [-1, 1).
  mutating func symmetric() -> Double {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) * 0x1p-52 - 1
  }
  mutating func vector(_ n: Int) -> [Double] { (0..<n).map { _ in symmetric() } }
  mutating func matrix(_ m: Int, _ n: Int) -> Matrix {
    Matrix(rows: m, columns: n) { _, _ in symmetric() }
  }
}

func distance(_ a: [Double], _ b: [Double]) -> Double {
  euclideanNorm(zip(a, b).map { $0 - $1 })
}

@Suite("Matrix")
struct MatrixTests {
  /// Catches rows and columns swapped.
  @Test func productsByHand() throws {
    let a = try Matrix(rows: 2, columns: 3, storage: [1, 4, 2, 5, 3, 6])
    #expect(a[0, 2] == 3 && a[1, 0] == 4)
    #expect(try a.times([1, 0, -1]) == [-2, -2])
    #expect(try a.transposedTimes([1, 1]) == [5, 7, 9])
    #expect(try a.times(a.transposed).storage == [14, 32, 32, 77])
    #expect(try a.selecting([2, 0], scaledBy: [2, 1]).storage == [6, 12, 1, 4])
    #expect(a.column(1) == [2, 5])
    #expect(throws: LinearAlgebraError.self) { try Matrix(rows: 2, columns: 2, storage: [1]) }
    #expect(throws: LinearAlgebraError.self) { try a.times([1]) }
    #expect(throws: LinearAlgebraError.self) { try a.transposedTimes([1]) }
    #expect(throws: LinearAlgebraError.self) { try a.selecting([3], scaledBy: [1]) }
    #expect(throws: LinearAlgebraError.self) { try a.times(a) }
  }

  @Test func normsDoNotOverflow() {
    #expect(abs(euclideanNorm([3e200, 4e200]) - 5e200) < 1e186)
    #expect(abs(euclideanNorm([3e-200, 4e-200]) - 5e-200) < 1e-214)
    #expect(euclideanNorm([]) == 0 && euclideanNorm([0, 0]) == 0)
    #expect(euclideanNorm([1, .nan]).isNaN && euclideanNorm([-.infinity, 1]) == .infinity)
  }

  /// The library answers for itself, and works on one thread once told to.
  @Test func library() {
    BLASThreads.useOne()
    #expect(BLASThreads.current == 1)
    #expect(BLASInfo().configuration.contains("OpenBLAS"))
    #expect(!BLASInfo().core.isEmpty)
  }
}
