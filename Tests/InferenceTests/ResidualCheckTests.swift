import Bioreactor
import Foundation
import ModelLanguage
import Randomness
import RunRecords
import Testing

@testable import Inference

@Suite("Residual checks of cultures") struct ResidualCheckTests {
  /// Flags of simulated runs fitted by the exponential model.
  private func flags(
    _ name: String, count: Int, times: [Double], held: [String: Double] = [:],
    make: @escaping @Sendable (inout RandomStream, [Double]) -> [Double]
  ) throws -> [Set<ResidualChecks.Flag.Kind>] {
    let model = try shipped("exponential")
    var options = FitOptions()
    options.starts = 2
    options.checksProfiles = false
    options.held = held
    let settings = options
    return Parallel.map(chunksOf: 1, count: count, threads: 2) {
    } body: { _, index -> Set<ResidualChecks.Flag.Kind>? in
      var stream = RandomStream(seed: 41, name: name, purpose: "counts", index: UInt64(index))
      let run = made(times, make(&stream, times), operations: seeded(0.5))
      guard let culture = try? Culture(model: model, run: run),
        let fit = try? Fit.run(culture, options: settings), fit.isUsable
      else { return nil }
      return Set(ResidualChecks(fit, culture, options: settings).flags.map(\.kind))
    }.compactMap { $0 }
  }

  private func share(
    _ found: [Set<ResidualChecks.Flag.Kind>], _ meets: (Set<ResidualChecks.Flag.Kind>) -> Bool
  ) -> Double {
    Double(found.filter(meets).count) / Double(max(1, found.count))
  }

  // Catches: checks that are not corrected for each other, a reference that forgets the prior of the
  // noise, a latest count held against a fit that follows it.
  @Test("of 500 good runs fewer than 10 % carry any flag")
  func quiet() throws {
    let found = try flags("good", count: 500, times: (0...8).map { 24 * Double($0) }) { s, times in
      let sd = 0.1 * exp(0.35 * s.normal())
      return times.map { exp(log(0.5) + 0.028 * $0 + sd * s.normal()) }
    }
    #expect(found.count >= 490)
    let any = share(found) { !$0.isEmpty }
    #expect(any < 0.1, "\(any)")
    #expect(any > 0.01, "\(any)")
  }

  // Catches: a check that never fires on a culture, slopes or stated noise in the wrong unit.
  @Test("constructed misfits raise the right flag in at least 90 %")
  func misfits() throws {
    let nine = (0...8).map { 24 * Double($0) }
    let long = (0...19).map { 12 * Double($0) }
    let logistic = try flags("logistic", count: 60, times: nine) { s, times in
      times.map { exp(log(8) - log(1 + 15 * exp(-0.035 * $0)) + 0.1 * s.normal()) }
    }
    #expect(logistic.count > 40)
    #expect(share(logistic) { $0.contains(.shape) } >= 0.9)
    let noisy = try flags("noisy", count: 100, times: long, held: ["s_count": 0.1]) { s, times in
      times.map { exp(log(0.5) + 0.02 * $0 + 0.2 * s.normal()) }
    }
    let wide = share(noisy) { $0.contains(.tooLarge) }
    #expect(wide >= 0.9, "\(wide)")
    let outlying = try flags("outlier", count: 60, times: nine) { s, times in
      let bad = 1 + Int(s.integer(below: 7))
      return times.enumerated().map {
        exp(log(0.5) + 0.028 * $1 + 0.1 * s.normal()) * ($0 == bad ? 3 : 1)
      }
    }
    #expect(share(outlying) { $0.contains(.outlier) } >= 0.9)
    let drifting = try flags("drift", count: 60, times: Array(long.prefix(16))) { s, times in
      // A counter that reads 12 % more each time until it is set right.
      times.enumerated().map {
        exp(log(0.5) + 0.028 * $1 + 0.1 * s.normal() + ($0 < 8 ? 0.12 * Double($0) : 0))
      }
    }
    let drift = share(drifting) { $0.contains(.shape) }
    #expect(drift >= 0.9, "\(drift)")
  }
}
