import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Testing

@testable import Inference

/// Growth is denied only where nothing rises, and an estimate is fixed only by what was measured.
@Suite("What denies growth, and what an estimate hangs on") struct GrowthDenialTests {
  private func counts(
    _ values: [Double], options: FitOptions = FitOptions()
  ) throws -> FitResult {
    try Fit.run(
      Culture(
        model: shipped("exponential_lag"),
        run: made([72, 120, 168, 216], values, operations: seeded(0.2, volume: 500))),
      options: options)
  }

  // The counts 0.859, 2.677, 3.793, 3.953 with one decimal point off. Catches: growth judged by the curve
  // alone, or by the counts without the seed; a reading not named; a flat run said to grow.
  @Test("one wrong count denies no growth, and the one farthest off is named")
  func oneWrongCount() throws {
    for wrong in [[8.59, 2.677, 3.793, 3.953], [0.859, 2.677, 3.793, 0.3953]] {
      let fit = try counts(wrong)
      #expect(fit.showsGrowth == true, "\(wrong)")
      #expect(!fit.notes.contains { $0.hasPrefix("No growth is seen") })
    }
    // A curve that stays flat: day 9 lies farthest from it, on either side of no other count.
    var still = FitOptions()
    still.usesPriors = false
    still.held = ["mu": 0.0005]
    let flatCurve = try counts([0.859, 2.677, 3.793, 0.3953], options: still)
    #expect(flatCurve.showsGrowth == true)
    #expect(
      flatCurve.contradiction?.contains("the vcd of day 9 (made:") == true, "\(flatCurve.notes)")
    #expect(flatCurve.contradiction?.contains("rise 4.4-fold") == true)
    let right = try counts([0.859, 2.677, 3.793, 3.953])
    #expect(right.showsGrowth == true && right.contradiction == nil)
    let flat = try counts([0.21, 0.19, 0.2, 0.205])
    #expect(flat.showsGrowth == false && flat.contradiction == nil)
  }

  // kd' = kd V - kl D: with viability alone only what dies and what dissolves are known together. The
  // reference is the fit itself with kl at twice and half its value. Catches: a constant that is not freed,
  // its shift without the other parameters' answer, noise constants or verified ones blamed.
  @Test("an estimate that hangs on an assumed constant says so")
  func assumed() throws {
    let model = try shipped("live_dead")
    let culture = try Culture(
      model: model, run: shippedRun("prodigy_example", "synthetic_prodigy_01"))
    let fit = try Fit.run(culture)
    let kd = try #require(fit.parameter("kd"))
    let given = try #require(kd.given.first, "\(kd.verdict) \(kd.standardError ?? 0)")
    #expect(given.name == "kl" && kd.given.count == 1)
    #expect(given.words == "kl = 0.005 1/h (assumed)")
    #expect(kd.words.hasSuffix("given kl = 0.005 1/h (assumed)"), "\(kd.words)")
    #expect(fit.parameter("K")?.given.isEmpty == true)
    #expect(fit.parameter("s_count")?.given.isEmpty == true)
    var (low, high) = (FitOptions(), FitOptions())
    low.held = ["kl": 0.005 / 1.3]
    high.held = ["kl": 0.005 * 1.3]
    let ends = try [low, high].map { try Fit.run(culture, options: $0) }
    let column = try #require(fit.plan.free.firstIndex { $0.name == "kd" })
    let moved = ends[1].point[column] - ends[0].point[column]
    let slope = moved / (2 * Double.log(1.3)) * Double.log(2)
    #expect(abs(abs(slope) / given.shift - 1) < 0.15, "\(slope) \(given.shift)")
  }
}
