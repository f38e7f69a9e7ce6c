import Bioreactor
import Foundation
import ModelLanguage
import RunRecords
import Testing

@testable import Inference

@Suite("What depends on a parameter") struct InfluenceTests {
  private static let corner = """
    cells V [1e6 cells/mL] "viable"
    param x [1] "share that is read" = 0.5 in 0.01 ... 1 linear
    param b [1/h] "rate in the corner" = 0 in -2 ... 2 linear
    V(0) = 1 [1e6 cells/mL]
    V' = b * max(x - 0.99, 0) * V
    observe vcd [1e6 cells/mL] = V * x ~ lognormal(sd_ln: 0.02)
    """

  // vcd = x exp(0.005 b t) at x = 0.995: b moves nothing where the searches start, x <= 0.99, and is
  // told well where they end. Catches: "no measurement depends on it" judged at starts alone.
  @Test("a parameter that matters only at the optimum is fitted")
  func matters() throws {
    let times = (0...8).map { 24 * Double($0) }
    let slope = 0.004
    let run = made(times, times.map { 0.995 * exp(slope * $0) })
    let fit = try Fit.run(try Culture(model: try textModel(Self.corner), run: run))
    let b = try #require(fit.parameter("b"))
    let x = try #require(fit.parameter("x"))
    #expect(b.verdict != .noInfluence && fit.estimated == 2)
    #expect(abs(b.estimate * (x.estimate - 0.99) - slope) < 1e-5, "\(b.estimate) \(x.estimate)")
  }

  // The other way about: x starts in the corner, and the data lie far from it. Catches: a parameter
  // of which nothing is said but "not identifiable" although no reading depends on it.
  @Test("a parameter that matters only at the start is said to move nothing at the estimate")
  func mattersNot() throws {
    let times = (0...8).map { 24 * Double($0) }
    let run = made(times, times.enumerated().map { 0.4 * exp($0.0 % 2 == 0 ? 0.02 : -0.02) })
    let text = Self.corner.replacingOccurrences(of: "= 0.5 in 0.01", with: "= 0.995 in 0.01")
    let fit = try Fit.run(try Culture(model: try textModel(text), run: run))
    #expect(fit.idle == ["b"])
    #expect(fit.notes.contains { $0.hasPrefix("No measurement depends on b at the estimate") })
    let b = try #require(fit.parameter("b"))
    #expect(b.interval == nil && b.verdict.code == "not_identifiable")
    #expect(abs(try #require(fit.parameter("x")).estimate - 0.4) < 0.01)
  }
}

@Suite("What adds most to a scatter") struct LargestResidualTests {
  // Squares 16, 9, 4, 1, 1: 16 of 31 is more than half, 9 of 16 likewise; of equal ones three.
  // Catches: places left out, signs lost, a list of all readings.
  @Test("the readings that make half of the squares, at most three")
  func words() {
    func said(_ sizes: [Double]) -> String {
      LargestResiduals.words(
        sizes.enumerated().map { (reading(24 * Double($0 + 1), "vcd", .exact(1)), $1) },
        unit: "sd")
    }
    #expect(
      said([-4, 3, 2, 1, 1])
        == "Look first at what adds most to it: vcd of day 1 (made:25) lies 4 sd below.")
    #expect(said([2, 2, 2, 2, 2, 2, 2, 2]).components(separatedBy: "made:").count == 4)
    #expect(said([]).isEmpty)
  }

  // Counts that alternate by a factor of exp(+-0.35) about a line, where the model states 0.1: no
  // one of them is an outlier. Catches: "scatter too large" without a place to look at.
  @Test("too large a scatter names where to look")
  func scatter() throws {
    let times = (0...13).map { 12 * Double($0) }
    let run = made(
      times, times.enumerated().map { 0.5 * exp(0.02 * $0.1 + ($0.0 % 2 == 0 ? 0.35 : -0.35)) })
    let culture = try Culture(model: try shipped("exponential"), run: run)
    let options = FitOptions()
    let checks = ResidualChecks(
      try Fit.run(culture, options: options), culture, options: options)
    let flag = try #require(checks.flags.first { $0.kind == .tooLarge || $0.kind == .predictive })
    #expect(!checks.flags.contains { $0.kind == .outlier })
    #expect(flag.sentence.contains("Look first at") && flag.sentence.contains("(made:"))
  }
}
