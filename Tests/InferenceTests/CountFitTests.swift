import Bioreactor
import ModelLanguage
import RunRecords
import Testing

@testable import Inference

/// Fits of counted cells from end to end.
@Suite("Fits of counted cells") struct CountFitTests {
  private static let times: [Double] = [0, 24, 48, 72, 96]

  private func fit(_ noise: String, _ observations: [Observation]) throws -> FitResult {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable"
      cells D [1e6 cells/mL] "dead"
      param mu [1/h] "rate" = 0.02 in 0.001 ... 0.1 log
      param s [1] "noise" = 0.1 in 0.01 ... 1 log
      param c [1] "concentration" = 40 in 1 ... 1e4 log
      V(0) = 0.5 [1e6 cells/mL]
      D(0) = 0.05 [1e6 cells/mL]
      V' = mu * V
      D' = 0 [1/h] * D
      observe vcd [1e6 cells/mL] = V ~ \(noise)
      observe viability [%] = V / (V + D) ~ beta_binomial(concentration: c, counted: 200)
      """)
    var run = made([], [])
    run.observations = observations
    return try Fit.run(try Culture(model: model, run: run))
  }

  // Catches: raw counts read by another law under lognormal than under its own word.
  @Test("lognormal reads raw counts as negative binomial, a density as a density")
  func sameLaw() throws {
    let counts: [Double] = [52, 77, 148, 201, 390]
    let counted = zip(Self.times, counts).map {
      reading($0, "vcd", .exact($1 / 100), counted: $1)
    }
    let plain = zip(Self.times, counts).map { reading($0, "vcd", .exact($1 / 100)) }
    let words = try fit("negative_binomial(cv: s)", counted)
    let usual = try fit("lognormal(sd_ln: s)", counted)
    let dense = try fit("lognormal(sd_ln: s)", plain)
    #expect(words.isUsable && usual.point == words.point)
    #expect(usual.logLikelihood == words.logLikelihood)
    #expect(dense.logLikelihood != usual.logLikelihood)
    // Part of the scatter is counting, so the counter's own is less.
    let (own, all) = (usual.parameter("s")?.estimate, dense.parameter("s")?.estimate)
    #expect(try #require(own) < (try #require(all)))
  }

  // Catches: no cell at all, or all of them, taken out of the fit.
  @Test("a count of none and a viability of 100 % are data")
  func extremes() throws {
    var observations = Self.times.map { reading($0, "viability", .exact(0.9)) }
    observations[4] = reading(96, "viability", .exact(1))
    observations.append(
      Observation(
        time: 0, quantity: "vcd", value: .below(0.1),
        count: Observation.Count(cells: .exact(0), exposure: 10), place: .init(file: "made")))
    observations.append(reading(96, "vcd", .exact(3)))
    observations[6].count = Observation.Count(cells: .above(20), exposure: 10)
    let fit = try fit("negative_binomial(cv: s)", observations)
    #expect(fit.isUsable && fit.measurements == 7)
    #expect(fit.residuals.filter { $0.standardised == nil }.count == 1)
    #expect(fit.logLikelihood.isFinite)
  }
}
