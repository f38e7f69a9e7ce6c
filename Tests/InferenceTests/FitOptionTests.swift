import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import RunRecords
import Testing

@testable import Inference

@Suite("Options and refusals of a fit") struct FitOptionTests {
  private struct Case: Sendable {
    let folder: String
    let run: String
    let model: String
    let priors: Bool
  }

  private static let cases = [
    Case(
      folder: "kaartinen2017_cart_il2", run: "il2_100", model: "exponential_lag", priors: false),
    Case(
      folder: "cho_fedbatch_2024nov", run: "C_rep1", model: "live_dead_density", priors: false),
    Case(folder: "prodigy_example", run: "synthetic_prodigy_01", model: "live_dead", priors: true),
  ]

  private let platform = Platform(name: "prodigy", capacity: .cells(4000))

  private func fit(_ index: Int, _ change: (inout FitOptions) -> Void = { _ in }) throws
    -> FitResult
  {
    let test = Self.cases[index]
    var options = FitOptions()
    options.usesPriors = test.priors
    if test.priors { options.until = 144 }
    change(&options)
    let culture = try Culture(
      model: try shipped(test.model), run: try shippedRun(test.folder, test.run),
      platform: test.priors ? platform : nil, until: options.until)
    return try Fit.run(culture, options: options)
  }

  // Catches: default tolerances too loose for the estimates.
  @Test("ten times tighter moves estimates by less than 1 % of a standard error", arguments: 0..<3)
  func tolerance(_ index: Int) throws {
    let usual = try fit(index)
    let tight = try fit(index) {
      $0.relativeTolerance /= 10
      $0.absoluteTolerance /= 10
    }
    var worst = 0.0
    var compared = 0
    for parameter in usual.parameters {
      guard let error = parameter.standardError,
        let j = usual.plan.free.firstIndex(where: { $0.name == parameter.name })
      else { continue }
      worst = max(worst, abs(usual.point[j] - tight.point[j]) / error)
      compared += 1
    }
    #expect(compared >= 3)
    #expect(worst < 0.01, "\(worst)")
  }

  // Catches: anything random or shared between calls.
  @Test("the same call gives the same bits")
  func repeated() throws {
    let a = try fit(2)
    let b = try fit(2)
    #expect(a.point == b.point)
    #expect(a.logLikelihood == b.logLikelihood)
    #expect(a.covariance == b.covariance)
    #expect(a.notes == b.notes)
    #expect(a.waterfall == b.waterfall)
  }

  // Catches: a held value that is moved, or counted as estimated.
  @Test("a held parameter stays where it is held")
  func held() throws {
    let free = try fit(0)
    let mu = try #require(free.parameter("mu")?.estimate)
    let fit = try fit(0) { $0.held = ["lag": 30] }
    #expect(fit.parameter("lag")?.estimate == 30)
    #expect(fit.parameter("lag")?.verdict == .held("held by the user"))
    #expect(fit.parameter("lag")?.interval == nil)
    #expect(fit.estimated == free.estimated - 1)
    #expect(try #require(fit.parameter("mu")?.estimate) < mu)
    #expect(fit.logLikelihood < free.logLikelihood)
  }

  // Catches: a value held that no model can take, printed as a result.
  @Test("a held value that is not finite gives no usable fit")
  func heldNaN() throws {
    let fit = try fit(0) { $0.held = ["lag": .nan] }
    #expect(!fit.isUsable)
    #expect(!fit.termination.isConverged)
    #expect(fit.parameters.isEmpty)
  }

  // Catches: ln 0 taken as a residual, a row dropped in silence.
  @Test("a zero reading is refused with its place")
  func zero() throws {
    let run = made([24, 48, 72], [0.6, 0, 1.2])
    let culture = try Culture(model: try shipped("exponential"), run: run)
    let refusal = try #require(throws: InputRefused.self) { try Fit.run(culture) }
    #expect(refusal.findings.map(\.code) == ["E_FIT_ZERO"])
    #expect(refusal.findings.first?.place == run.observations[1].place)
  }

  // Catches: a normal tail in place of a Student one, a limit that is dropped.
  @Test("a limit with Student t noise counts as the probability beyond it")
  func studentCensored() throws {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable"
      param mu [1/h] "rate" = 0.02 in 0.001 ... 0.1 log
      V(0) = 0.5 [1e6 cells/mL]
      V' = mu * V
      observe vcd [1e6 cells/mL] = V ~ student_t(sd_ln: 0.1, df: 4)
      """)
    var run = made([24, 48, 72], [0.8, 1.2, 2])
    run.observations[2].value = .above(4)
    let fit = try Fit.run(try Culture(model: model, run: run))
    run.observations.removeLast()
    let without = try Fit.run(try Culture(model: model, run: run))
    let (rate, alone) = (
      try #require(fit.parameter("mu")?.estimate), try #require(without.parameter("mu")?.estimate)
    )
    #expect(fit.isUsable && fit.measurements == 3)
    #expect(rate > alone)
  }

  // Catches: a density taken for a count, a refusal without a place.
  @Test("noise of counted cells needs counted cells")
  func uncounted() throws {
    for noise in ["poisson()", "negative_binomial(cv: 0.1)"] {
      let model = try textModel(
        """
        cells V [1e6 cells/mL] "viable"
        param mu [1/h] "rate" = 0.02 in 0.001 ... 0.1 log
        V(0) = 0.5 [1e6 cells/mL]
        V' = mu * V
        observe vcd [1e6 cells/mL] = V ~ \(noise)
        """)
      let run = made([24, 48, 72], [0.8, 1.2, 2])
      let culture = try Culture(model: model, run: run)
      let refusal = try #require(throws: InputRefused.self) { try Fit.run(culture) }
      #expect(refusal.findings.map(\.code) == Array(repeating: "E_FIT_NO_COUNTS", count: 3))
      #expect(refusal.findings.map(\.place) == run.observations.map(\.place))
    }
  }

  // Catches: a viability of 100 % as an infinite logit, or dropped.
  @Test("a viability of 100 % is beyond the last half per cent")
  func fullViability() throws {
    func fit(_ value: Observation.Reading) throws -> FitResult {
      var run = try shippedRun("prodigy_example", "synthetic_prodigy_01")
      let index = try #require(
        run.observations.firstIndex { $0.quantity == "viability" && $0.time == 120 })
      run.observations[index].value = value
      var options = FitOptions()
      options.starts = 3
      let culture = try Culture(
        model: try shipped("live_dead"), run: run, platform: platform)
      return try Fit.run(culture, options: options)
    }
    let full = try fit(.exact(1))
    let censored = try fit(.above(0.995))
    let plain = try fit(.exact(0.909))
    #expect(full.isUsable)
    #expect(full.point == censored.point)
    #expect(full.measurements == plain.measurements)
    #expect(full.residuals.filter { $0.standardised == nil }.count == 1)
    #expect(full.logLikelihood < plain.logLikelihood)
  }

  // Catches: a limit of 0 or 100 % that makes the whole fit infeasible.
  @Test("a viability limit that says nothing, or has no logit, does not end the fit")
  func extremeLimits() throws {
    for value in [Observation.Reading.below(1), .above(0), .above(1), .below(0)] {
      var run = try shippedRun("prodigy_example", "synthetic_prodigy_01")
      let index = try #require(run.observations.firstIndex { $0.quantity == "viability" })
      run.observations[index].value = value
      var options = FitOptions()
      options.starts = 2
      let culture = try Culture(
        model: try shipped("live_dead"), run: run, platform: platform)
      do {
        let fit = try Fit.run(culture, options: options)
        #expect(fit.termination.isConverged, "\(value)")
      } catch {
        #expect(error.findings.first?.place == run.observations[index].place)
      }
    }
  }

  // Catches: a prior on ln scale applied to a parameter that is estimated on its natural scale.
  @Test("a seed prior on a linear scale is refused where the model is read")
  func linearPrior() {
    #expect(throws: InputRefused.self) {
      try textModel(
        """
        cells V [1e6 cells/mL] "viable"
        param V0 [1e6 cells/mL] "start" = 0.5 in 0.001 ... 100 linear prior seed(vcd) sd_ln 0.1
        V(0) = V0
        V' = 0.02 [1/h] * V
        observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
        """)
    }
  }
}
