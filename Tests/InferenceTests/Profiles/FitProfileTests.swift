import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

@testable import Inference

@Suite("Profiles, bootstrap and verdicts of cultures") struct FitProfileTests {
  private func model(_ rate: String) throws -> Model {
    try textModel(
      """
      cells V [1e6 cells/mL] "viable"
      param V0 [1e6 cells/mL] "start" = 0.5 in 0.001 ... 100 log
      param a [1/h] "one" = 0.03 in 0.0001 ... 10 log
      param b [1] "other" = 1 in 0.001 ... 1000 log
      V(0) = V0
      V' = \(rate) * V
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
      """)
  }

  private static let times = [0.0, 24, 48, 72, 96]
  private static let counts = [0.52, 0.93, 2.15, 4.2, 9.1]

  // ln counts lie on a line with known sd: everything in closed form. With x the times, the variance
  // of the intercept is s^2 sxx / (n sxx - sx^2).
  // Catches: every parameter refused with the pair, a pseudo-inverse for the pair.
  @Test("a refused covariance leaves the estimable parameter its verdict and its error")
  func refused() throws {
    let culture = try Culture(model: try model("a * b"), run: made(Self.times, Self.counts))
    let fit = try Fit.run(culture)
    #expect(fit.covariance == nil && fit.covarianceRefusal?.contains("free: a, b") == true)
    let start = try #require(fit.parameter("V0"))
    #expect(start.verdict == .fixedByData)
    let (n, sx, sxx) = (5.0, 240.0, 17280.0)
    let error = 0.1 * sqrt(sxx / (n * sxx - sx * sx))
    #expect(abs((start.standardError ?? 0) / error - 1) < 1e-5)
    for (name, partner) in [("a", "b"), ("b", "a")] {
      let parameter = try #require(fit.parameter(name))
      #expect(parameter.standardError == nil && parameter.interval == nil)
      #expect(parameter.verdict == .notIdentifiable(partner: partner, correlation: -1))
    }
    let profiles = Fit.profiles(fit, [culture], options: FitOptions())
    #expect(profiles.map(\.name) == ["V0", "a", "b"])
    #expect(!profiles[0].profile.isFlat && profiles[1].profile.isFlat && profiles[2].profile.isFlat)
    let reach = 1.959963984540054 * error
    let interval = try #require(profiles[0].profile.interval)
    #expect(abs((interval.upperBound - interval.lowerBound) / (2 * reach) - 1) < 1e-4)
    // The forecast is told although its factors are not: ln V(120 h), by the line's closed form.
    let forecast = try #require(
      Fit.forecastProfile(
        fit, [culture], planned: culture, hour: 120, observable: 0, options: FitOptions()))
    let band = try #require(forecast.interval)
    let sd = 0.1 * sqrt((sxx - 2 * 120 * sx + n * 14400) / (n * sxx - sx * sx))
    #expect(abs((band.upperBound - band.lowerBound) / (2 * 1.959963984540054 * sd) - 1) < 1e-4)
  }

  // Catches: a bootstrap that refits the same data, failed refits unseen, unseeded draws, sets in
  // which a skew interval passes for a Wald one.
  @Test("the bootstrap of a straight line has the Wald interval, whatever the threads")
  func bootstrap() throws {
    let culture = try Culture(model: try model("a * b"), run: made(Self.times, Self.counts))
    var options = FitOptions()
    options.held = ["b": 1]
    let fit = try Fit.run(culture, options: options)
    let one = try #require(Fit.bootstrap(fit, [culture], options: options))
    let two = try #require(Fit.bootstrap(fit, [culture], options: options, threads: 3))
    #expect(one.points == two.points && one.failed == 0 && one.points.count == 200)
    let sets = IntervalSet.sets(
      fit, profiles: Fit.profiles(fit, [culture], options: options), bootstrap: one,
      model: culture.model)
    #expect(sets.map(\.name) == ["V0", "a"])
    for set in sets {
      #expect(set.entries.map(\.kind) == [.wald, .profile, .bootstrap])
      let widths = set.entries.map { ($0.upper ?? 0) - ($0.lower ?? 0) }
      // The sd of 200 draws is known to 5 %, their 2.5 % quantiles to about 10 %.
      #expect(abs(widths[2] / widths[0] - 1) < 0.2)
    }
  }

  @Test("differences between intervals are said in a sentence")
  func differences() {
    func set(_ entries: [IntervalSet.Entry]) -> String? {
      IntervalSet(name: "K", unit: .one, scale: .log, entries: entries).difference
    }
    let wald = IntervalSet.Entry(.wald, lower: 0, upper: 1)
    #expect(set([wald, .init(.profile, lower: 0.05, upper: 1.1)]) == nil)
    #expect(
      set([
        wald, .init(.profile, lower: -0.5, upper: 1.5), .init(.bootstrap, lower: 0.3, upper: 1.3),
      ])
        == "K: beside the Wald interval the profile is 2 times wider, the bootstrap lies higher; "
        + "trust the profile and the bootstrap more.")
    #expect(set([wald, .init(.profile, lower: 0.1, upper: nil)])?.contains("open above") == true)
    // Of a noise the profile is no better than Wald's. Catches: "trust the profile and the posterior
    // more" where the two disagree.
    func noise(_ entries: [IntervalSet.Entry]) -> String? {
      IntervalSet(name: "s", unit: .one, scale: .log, entries: entries, isNoise: true).difference
    }
    let profile = IntervalSet.Entry(.profile, lower: -0.1, upper: 0.9)
    let both = noise([wald, profile, .init(.posterior, lower: 0.3, upper: 1.6)])
    #expect(both?.contains("Trust the posterior: ") == true && both?.contains("more.") == false)
    #expect(both?.contains("the Wald interval and the profile, which start from it") == true)
    #expect(
      noise([wald, .init(.profile, lower: -1, upper: 0.9)])?.contains("ask for the posterior")
        == true)
    #expect(noise([wald, profile]) == nil)
  }

  // vcd = (1 + x^2)/2 leaves x = 1 and x = -1, and viability, logit x, tells them apart by half a
  // unit of ln L; the search starts on the wrong side.
  // Catches: Profile.improvement not acted upon, the fit redone from the same starts only.
  @Test("a fit is made anew from the better optimum that a profile found")
  func improved() throws {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable"
      param x [1] "place" = -1 in -3 ... 3 linear
      V(0) = 1 [1e6 cells/mL]
      V' = 0 [1/h] * V
      observe vcd [1e6 cells/mL] = V * (1 + 0.5 * (x * x - 1)) ~ lognormal(sd_ln: 0.5)
      observe viability [%] = logistic(x) ~ logit_normal(sd: 2)
      """)
    let run = Run(
      name: "two",
      observations: [
        reading(24, "vcd", .exact(1)), reading(24, "viability", .exact(1 / (1 + exp(-1)))),
      ], operations: seeded())
    let culture = try Culture(model: model, run: run)
    var options = FitOptions()
    options.starts = 1
    let fit = try Fit.run(culture, options: options)
    #expect(fit.point[0] < 0)
    let profiles = Fit.profiles(fit, [culture], options: options)
    #expect(profiles.contains { $0.profile.foundBetter })
    let better = try #require(
      try Fit.improved(fit, [culture], profiles: profiles, options: options))
    #expect(abs(better.point[0] - 1) < 1e-3)
    #expect(better.notes.contains { $0.contains("A profile led to a better optimum") })
    #expect(
      try Fit.improved(
        better, [culture], profiles: Fit.profiles(better, [culture], options: options),
        options: options) == nil)
  }

  // Negative binomial: mean mu, variance mu + cv^2 mu^2; Poisson without the extra.
  // Catches: exposure left out, the gamma's shape for its cv, a limit that is lost.
  @Test("drawn counts have their law's mean and variance; censored readings stay censored")
  func draws() {
    var stream = RandomStream(seed: 5, name: "draws", purpose: "test")
    let count = Observation.Count(cells: .exact(60), exposure: 50)
    let observed = Observation(
      time: 0, quantity: "vcd", value: .exact(1.2), count: count,
      place: Place(file: "made", line: 1))
    for (family, cv) in [(NoiseFamily.lognormal, 0.2), (.poisson, 0)] {
      let cells = (0..<4000).map { _ -> Double in
        let new = NoiseDraw.redrawn(
          observed, family: family, link: log(1.2), scale: cv, &stream)
        if case .exact(let k)? = new.count?.cells { return k }
        return .nan
      }
      let mean = cells.reduce(0, +) / 4000
      let variance = cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
      let expected = 60 + cv * cv * 3600
      #expect(abs(mean - 60) < 4 * sqrt(expected / 4000))
      #expect(abs(variance / expected - 1) < 0.12)
    }
    let low = reading(0, "glucose", .below(0.5))
    let draws = (0..<200).map { _ in
      NoiseDraw.redrawn(low, family: .normal, link: 0.5, scale: 0.2, &stream).value
    }
    let censored = draws.filter { $0 == .below(0.5) }.count
    #expect(censored > 70 && censored < 130)
  }
}
