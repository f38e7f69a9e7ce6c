import Bioreactor
import Foundation
import ModelLanguage
import RunFiles
import RunRecords
import Testing

@testable import Inference

@Suite("What speaks against a fit") struct ModelDoubtTests {
  private func options(until: Double = .infinity) -> FitOptions {
    var options = FitOptions()
    options.starts = 3
    options.checksProfiles = false
    options.until = until
    return options
  }

  private func prodigy() throws -> (run: Run, platform: Platform) {
    (
      try shippedRun("prodigy_example", "synthetic_prodigy_01"),
      try PlatformFile.platform(named: "prodigy", data: testData)
    )
  }

  // A level with a known count error of 0.1 and the prior ln V0 ~ N(0, 0.2^2), four counts with the mean
  // ln 0.8: z = 0.8 / sqrt(0.2^2 + 0.1^2/4) (Box 1980). Catches: the compromise held against the prior
  // without undoing its pull (z = 0.76/0.2), the error of the data left out (z = 4).
  @Test("prior and data contradict each other by the distance of their centres")
  func priorConflict() throws {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable cells"
      param V0 [1e6 cells/mL] "level" = 1 in 1e-3 ... 100 log prior median 1 sd_ln 0.2
      V(0) = V0
      V' = 0 [1/h] * V
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
      """)
    for (shift, isFound) in [(0.8, true), (0.4, false)] {
      let counts = [-0.05, 0.05, -0.02, 0.02].map { exp(shift + $0) }
      let run = made([0, 24, 48, 72], counts)
      let fit = try Fit.run(try Culture(model: model, run: run), options: options())
      let expected = shift / (0.04 + 0.01 / 4).squareRoot()
      #expect(fit.priorConflicts.isEmpty == !isFound)
      if isFound {
        let found = try #require(fit.priorConflicts.first)
        #expect(found.name == "V0" && abs(found.distance - expected) < 1e-6)
        #expect(fit.notes.contains(found.sentence))
      } else {
        #expect(expected < Assessment.conflict)
      }
    }
  }

  // ln counts y ~ N(V0, 0.1^2) with ln V0 ~ N(0, 0.2^2) are jointly normal: ln Z is the density of
  // N(0, 0.2^2 + 0.1^2 on the diagonal), less sum ln count for the density of counts, here by the formula of
  // one effect. A second parameter that nothing depends on changes nothing, one that only its prior tells
  // neither. Catches: a prior without its normalisation, the determinant of the precision for that of the
  // covariance, d/2 ln(2 pi) left out.
  @Test("the evidence of a normal model is its marginal density")
  func evidence() throws {
    let counts = [0.12, -0.08, 0.2, 0.05]
    let run = made([0, 24, 48, 72], counts.map { exp($0) })
    func fit(_ more: String, _ rate: String) throws -> FitResult {
      let model = try textModel(
        """
        cells V [1e6 cells/mL] "viable cells"
        param V0 [1e6 cells/mL] "level" = 1 in 1e-6 ... 1e6 log prior median 1 sd_ln 0.2
        \(more)
        V(0) = V0
        V' = \(rate) * V
        observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
        """)
      return try Fit.run(try Culture(model: model, run: run), options: options())
    }
    let (n, s2, w2) = (4.0, 0.01, 0.04)
    let sum = counts.reduce(0, +)
    let squares = counts.reduce(0) { $0 + $1 * $1 }
    let quadratic = (squares - w2 / (s2 + n * w2) * sum * sum) / s2
    let logDeterminant = (n - 1) * log(s2) + log(s2 + n * w2)
    let expected = -0.5 * (n * log(2 * Double.pi) + logDeterminant + quadratic) - sum
    let plain = try #require(try fit("", "0 [1/h]").logEvidence)
    #expect(abs(plain - expected) < 1e-6)
    let rate = try fit(
      "param g [1/h] \"growth\" = 1e-9 in 1e-12 ... 1e-6 log prior median 1e-9 sd_ln 0.5", "g")
    #expect(abs(try #require(rate.logEvidence) - expected) < 1e-3)
  }

  // Catches: noise of an assay that was not made counted among what the data do not tell; a parameter of
  // the mean taken for noise.
  @Test("the noise of an assay that was not made is noise all the same")
  func noiseNames() throws {
    let model = try shipped("live_dead")
    #expect(
      Set(model.parameters.filter(\.isNoise).map(\.name)) == ["s_count", "s_dead", "s_viability"])
    var (run, platform) = try prodigy()
    run.observations.removeAll { $0.quantity != "vcd" }
    let fit = try Fit.run(
      try Culture(model: model, run: run, platform: platform), options: options())
    #expect(fit.plan.noiseNames == ["s_count", "s_dead", "s_viability"])
  }

  // The counts to day 6 double twice a day short of nothing that slows them; a vessel of about 4e9 cells
  // cannot hold what an exponential has on day 12. Catches: the platform not asked; the model put out of
  // the ranking where nothing else is left; a run that is over ranked by its future.
  @Test("a model that outgrows the platform by the planned harvest comes after those that do not")
  func capacity() throws {
    let (run, platform) = try prodigy()
    let names = ["erlang_lag", "exponential_lag", "baranyi_roberts"]
    let models = try names.map(shipped)
    let early = try ModelComparison(
      run, models: models, platform: platform, options: options(until: 144))
    #expect(early.entries.map(\.standing) == [.contender, .beyondCapacity, .beyondCapacity])
    #expect(early.entries.first?.fit.model == "baranyi_roberts")
    #expect(early.leadWords?.contains("by the harvest than the platform") == true)
    let unknown = try ModelComparison(run, models: models, options: options(until: 144))
    #expect(unknown.entries.allSatisfy { $0.standing == .contender })
    let alone = try ModelComparison(
      run, models: Array(models.prefix(2)), platform: platform, options: options(until: 144))
    #expect(alone.entries.allSatisfy { $0.standing == .contender })
    let doubts = ModelDoubts(alone, run: run, now: 144, options: options(until: 144))
    #expect(doubts.capacity?.contains("4E9") == true)
    let over = try ModelComparison(run, models: models, platform: platform, options: options())
    #expect(!over.entries.contains { $0.standing == .beyondCapacity })
    #expect(
      ModelDoubts(over, run: run, now: 288, options: options()).forecast == nil)
  }

  // Four counts to day 7, none in the lag: a model with a delay of another shape reads another lag from the
  // same counts and the viability beside them. Catches: rivals that read more measurements not asked; an
  // interval taken for the truth; advice for a harvest day that is past the last useful count.
  @Test("where few counts leave several models standing the lag depends on the model")
  func growth() throws {
    let (run, platform) = try prodigy()
    let options = options(until: 168)
    let names = ["baranyi_roberts", "logistic", "biomaterial"]
    let comparison = try ModelComparison(
      run, models: try names.map(shipped), platform: platform, options: options)
    #expect(comparison.criterion == ModelComparison.evidence)
    #expect(comparison.entries.first?.fit.model == "baranyi_roberts")
    let doubts = ModelDoubts(comparison, run: run, now: 168, options: options)
    let growth = try #require(doubts.growth)
    #expect(growth.contains("the lag (") && growth.contains("biomaterial"), "\(growth)")
    #expect(doubts.choice?.next?.contains("days 1 and 2") == true && doubts.isDisputed)
    // biomaterial reads the viability too and was not ranked with the others.
    #expect(growth.contains("residual checks rule none"))
    // The same run, over: a day of the next one. Catches: a dispute without a remedy where nothing is
    // forecast; a day named that this run counted, which did not choose.
    var over = run
    over.observations.removeAll { $0.time > 168 }
    over.operations.removeAll { $0.time > 168 }
    over.operations.append(operation(168, .harvest))
    let ended = try ModelComparison(
      over, models: try names.map(shipped), platform: platform, options: options)
    let left = ModelDoubts(ended, run: over, now: 168, options: options)
    #expect(left.growth != nil && left.forecast == nil)
    #expect(left.choice?.now == nil)
    let choice = try #require(left.choice?.next)
    for time in Set(over.observations.filter { $0.quantity == "vcd" }.map(\.time)) {
      #expect(!choice.contains("ount on \(NextSample.day(time)) "), "\(choice)")
    }
    let only = try ModelComparison(
      run, models: [try shipped("baranyi_roberts")], platform: platform, options: options)
    #expect(ModelDoubts(only, run: run, now: 168, options: options).sentences.isEmpty)
  }

  // Catches: later readings held against the curve without their own scatter, or counted as foreseen when
  // they lie beyond the band.
  @Test("readings that were left out are held against the forecast of them")
  func later() throws {
    let (run, platform) = try prodigy()
    for (name, isOff) in [("erlang_lag", true), ("baranyi_roberts", false)] {
      let options = options(until: 144)
      let culture = try Culture(
        model: try shipped(name), run: run, platform: platform, until: 144)
      let fit = try Fit.run(culture, options: options)
      let posterior = try Posterior.sample(fit, culture, options: options, count: 400)
      let later = try #require(
        LaterReadings(fit, culture, posterior, run: run, options: options))
      #expect(later.readings.count == 6 && later.isOff == isOff)
      #expect(later.sentence.contains(isOff ? "did not foresee" : "all lie in the 95 % band"))
    }
  }
}
