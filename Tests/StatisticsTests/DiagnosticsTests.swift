#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Testing

@testable import Statistics

/// Convergence diagnostics against ArviZ 0.23.4; InferenceTests/Records/diagnostics.py made the
/// literals.
@Suite struct DiagnosticsTests {
  enum Kind { case plain, shifted, wide, heavy, tied }

  /// Knuth's MMIX generator, as in the script.
  struct Congruential {
    var state: UInt64

    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 32) + 0.5) / 4_294_967_296
    }
  }

  static func chains(
    _ seed: UInt64, _ count: Int, _ draws: Int, _ phi: Double, _ kind: Kind
  ) -> [[Double]] {
    var generator = Congruential(state: seed)
    return (0..<count).map { chain in
      var x = 0.0
      return (0..<draws).map { _ in
        x = phi * x + generator.uniform() - 0.5
        switch kind {
        case .plain: return x
        case .shifted: return chain == 0 ? x + 0.3 : x
        case .wide: return chain == 0 ? 2 * x : x
        case .heavy: return x / (0.001 + abs(x * x * x))
        case .tied: return (4 * x).rounded(.down)
        }
      }
    }
  }

  /// Columns: seed, chains, draws, autocorrelation, kind; R-hat, bulk ESS, tail ESS, MCSE of the
  /// mean, E-FMI of the first chain.
  static let records: [(UInt64, Int, Int, Double, Kind, [Double])] = [
    (
      1, 4, 200, 0.9, .plain,
      [
        1.036445304802662, 75.82790821370874, 159.99014948653092, 0.06620154803255375,
        0.2512929483514287,
      ]
    ),
    (
      2, 4, 101, 0.0, .plain,
      [
        1.0059839900646057, 358.3230888069866, 376.7674952826951, 0.015244861164288383,
        1.6789108275075584,
      ]
    ),
    (
      3, 4, 250, 0.5, .shifted,
      [
        1.0884914491385984, 35.51355662723413, 248.72475907072666, 0.06086899705620454,
        0.7931413190969353,
      ]
    ),
    (
      4, 4, 250, 0.3, .wide,
      [
        1.1110835231521423, 416.7987093503542, 33.8377477115679, 0.020007285383035672,
        1.439486604681423,
      ]
    ),
    (
      5, 2, 400, 0.7, .heavy,
      [
        1.0072747697011522, 284.9567730227706, 774.7853422004881, 1.345972244189569,
        1.7574049208685636,
      ]
    ),
    (
      6, 3, 150, 0.6, .tied,
      [
        1.0233354672710098, 104.14531011609321, 121.34452827783281, 0.15037133702175415,
        0.9401625697776909,
      ]
    ),
    (
      7, 4, 300, -0.6, .plain,
      [
        1.0016592564201192, 3695.0174952571497, 1162.0675185600628, 0.005724035077026473,
        3.066784407289225,
      ]
    ),
  ]

  /// Catches: R-hat without folding (kind wide) or ranks (heavy), ties that share no rank, an
  /// unsplit chain, the middle draw of an odd count kept, a sum that is not cut at the first
  /// negative pair, ESS of negative correlation without its limit.
  @Test func chainsAsArviZ() {
    for (seed, count, draws, phi, kind, expected) in Self.records {
      let chains = Self.chains(seed, count, draws, phi, kind)
      let found = ChainDiagnostics(chains)
      let values = [
        found.rHat, found.bulkESS, found.tailESS, found.meanError, energyFraction(chains[0]),
      ]
      for (value, record) in zip(values, expected) {
        #expect(abs(value / record - 1) < 1e-9, "seed \(seed): \(value), ArviZ \(record)")
      }
    }
  }

  /// Catches: a tail of another length, exceedances that are not above the cutoff, the prior on the
  /// shape left out.
  @Test func paretoShapesAsArviZ() {
    let records: [(seed: UInt64, size: Int, power: Double, shape: Double)] = [
      (11, 100, 0.3, 0.5030691801888867),
      (12, 1000, 0.6, 0.4980955571425352),
      (13, 4000, 0.9, 0.7555871582743353),
      (14, 2000, 0.0, -0.844424936364981),
    ]
    for record in records {
      var generator = Congruential(state: record.seed)
      let logs = (0..<record.size).map { _ -> Double in
        let u = generator.uniform()
        return record.power > 0 ? -record.power * log(u) : u.squareRoot()
      }
      let shape = ParetoTail.shape(logWeights: logs)
      #expect(abs(shape - record.shape) < 1e-9, "\(record): \(shape)")
      let shifted = ParetoTail.shape(logWeights: logs.map { $0 + 700 })
      #expect(abs(shifted - shape) < 1e-8)
    }
  }

  /// Catches: a chain that never moved, or has no number in it, and passes.
  @Test func nothingPassesWithoutDraws() {
    let constant = [[Double]](repeating: [Double](repeating: 2, count: 50), count: 4)
    var holed = Self.chains(1, 2, 50, 0, .plain)
    holed[1][3] = .nan
    for chains in [[], [[1, 2, 3]], constant, holed, [[1, 2, 3, 4], [1, 2, 3, 4, 5]]] {
      let found = ChainDiagnostics(chains)
      #expect(!(found.rHat < 1.01) && !(found.bulkESS > 0) && !(found.tailESS > 0))
    }
    #expect(energyFraction([1, 1, 1, 1]).isNaN && energyFraction([1, 2]).isNaN)
    #expect(energyFraction([1, .nan, 2]).isNaN)
    #expect(ParetoTail.shape(logWeights: [Double](repeating: 0, count: 100)) == -.infinity)
    #expect(ParetoTail.shape(logWeights: [0, 1, .nan]).isNaN)
    #expect(ParetoTail.shape(logWeights: []).isNaN)
    #expect(ParetoTail.shape(logWeights: [0, -1, -2, -3, -4]) == .infinity)
  }

  /// Catches: bins of unequal width, degrees of freedom off by one, a rank counted from 1. Literal:
  /// scipy.stats.chi2.sf(8, 4) = 0.09157819444367089.
  @Test func ranksInBins() throws {
    let even = (0..<10).flatMap { [Int](repeating: $0, count: 5) }
    let uniform = try #require(RankUniformity(ranks: even, draws: 9, bins: 5))
    #expect(uniform.counts == [10, 10, 10, 10, 10] && uniform.probability == 1)
    let tilted = even.map { $0 == 0 ? 9 : $0 }.map { $0 == 1 ? 9 : $0 }
    let found = try #require(RankUniformity(ranks: tilted, draws: 9, bins: 5))
    #expect(found.counts == [0, 10, 10, 10, 20] && found.chiSquare == 20)
    let less = [Int](repeating: 8, count: 14) + [Int](repeating: 0, count: 6) + Array(even[10..<40])
    let mild = try #require(RankUniformity(ranks: less, draws: 9, bins: 5))
    #expect(mild.counts == [6, 10, 10, 10, 14])
    #expect(abs(mild.chiSquare - 3.2) < 1e-12)
    #expect(abs(ChiSquare.upperTail(8, degreesOfFreedom: 4) - 0.09157819444367089) < 1e-12)
    #expect(RankUniformity(ranks: even, draws: 10, bins: 5) == nil)
    #expect(RankUniformity(ranks: [0, 1], draws: 9, bins: 5) == nil)
    #expect(RankUniformity(ranks: even + [10], draws: 9, bins: 5) == nil)
    #expect(RankUniformity.rank(of: 2, among: [1, 2, 3, 0]) == 2)
  }
}
