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

  /// Viabilities of a fixed number of cells, scattered about 0.9 with a concentration.
  private func viabilities(
    _ name: String, concentration: Double, count: Int
  ) throws -> [Set<ResidualChecks.Flag.Kind>] {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable"
      cells D [1e6 cells/mL] "dead"
      param ratio [1] "dead per viable" = 0.11 in 0.001 ... 10 log
      param c [1] "concentration" = 60 in 1 ... 1e5 log prior median 60 sd_ln 0.2
      V(0) = 1 [1e6 cells/mL]
      D(0) = ratio * 1 [1e6 cells/mL]
      V' = 0 [1/h] * V
      D' = 0 [1/h] * D
      observe viability [%] = V / (V + D) ~ beta_binomial(concentration: c, counted: 100)
      """)
    var options = FitOptions()
    options.starts = 2
    options.checksProfiles = false
    let settings = options
    let family = model.observables[0].family
    return Parallel.map(chunksOf: 1, count: count, threads: 2) {
    } body: { _, index -> Set<ResidualChecks.Flag.Kind>? in
      var stream = RandomStream(seed: 43, name: name, purpose: "counts", index: UInt64(index))
      let times = (0..<16).map { 12 * Double($0) }
      let noise = 60 * exp(0.2 * stream.normal()) * concentration / 60
      var run = made([], [])
      run.observations = times.map { time in
        NoiseDraw.redrawn(
          reading(time, "viability", .exact(0.9), counted: 90), family: family, link: log(9.0),
          scale: noise, &stream)
      }
      guard let culture = try? Culture(model: model, run: run),
        let fit = try? Fit.run(culture, options: settings), fit.isUsable
      else { return nil }
      return Set(ResidualChecks(fit, culture, options: settings).flags.map(\.kind))
    }.compactMap { $0 }
  }

  // Catches: fractions without a check of their scale, a concentration taken for a spread (wide
  // scatter called small), a reference that holds the concentration's slope at zero.
  @Test("the scale of beta-binomial fractions: quiet when true, named when far too wide")
  func fractions() throws {
    let good = try viabilities("good", concentration: 60, count: 200)
    #expect(good.count >= 190)
    let any = share(good) { !$0.isEmpty }
    #expect(any < 0.1, "\(any)")
    let wide = try viabilities("wide", concentration: 6, count: 60)
    #expect(wide.count >= 55)
    let named = share(wide) { $0.contains(.tooLarge) }
    #expect(named >= 0.9, "\(named)")
    #expect(share(wide) { $0.contains(.tooSmall) } == 0)
  }

  /// Runs of the exponential model fitted together.
  private func joint(
    _ name: String, sets: Int, rate: @escaping @Sendable (Int) -> Double
  ) throws -> [ResidualChecks] {
    let model = try shipped("exponential")
    var options = FitOptions()
    options.starts = 2
    options.checksProfiles = false
    let settings = options
    return Parallel.map(chunksOf: 1, count: sets, threads: 2) {
    } body: { _, index -> ResidualChecks? in
      var stream = RandomStream(seed: 44, name: name, purpose: "counts", index: UInt64(index))
      let times = (0...5).map { 24 * Double($0) }
      let sd = 0.1 * exp(0.35 * stream.normal())
      let runs = (0..<4).map { r -> Run in
        made(
          times,
          times.map { t -> Double in exp(log(0.5) + rate(r) * t + sd * stream.normal()) },
          name: "run \(r)", operations: seeded(0.5))
      }
      guard let cultures = try? runs.map({ try Culture(model: model, run: $0) }),
        let fit = try? Fit.run(joint: cultures, options: settings), fit.isUsable
      else { return nil }
      return ResidualChecks(fit, joint: cultures.reversed(), options: settings)
    }.compactMap { $0 }
  }

  // Catches: joint fits left unchecked, runs mixed up when the cultures come in another order, a run
  // that does not share the others' rate passed over.
  @Test("joint fits: quiet when the runs share a rate, the run that does not is named")
  func jointFits() throws {
    let good = try joint("good", sets: 100) { _ in 0.028 }
    #expect(good.count >= 98)
    #expect(good.allSatisfy { $0.refusal == nil && $0.points.count == 24 })
    #expect(good.allSatisfy { $0.series.map(\.run) == [nil, "run 0", "run 1", "run 2", "run 3"] })
    let any = Double(good.filter { !$0.flags.isEmpty }.count) / Double(good.count)
    #expect(any < 0.12, "\(any)")
    let odd = try joint("odd", sets: 40) { $0 == 2 ? 0.018 : 0.028 }
    let named = odd.filter { $0.flags.contains { $0.run == "run 2" && $0.isMisfit } }
    #expect(Double(named.count) >= 0.9 * Double(odd.count), "\(named.count) of \(odd.count)")
  }
}
