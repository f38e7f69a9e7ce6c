import Bioreactor
import Foundation
import ModelLanguage
import Randomness
import RunRecords
import Testing

@testable import Inference

@Suite("Which model") struct ModelStudyTests {
  private func saturating() -> Run {
    var stream = RandomStream(seed: 12, name: "study", purpose: "counts")
    let times = (0...8).map { 24 * Double($0) }
    return made(
      times,
      times.map {
        exp(
          baranyiLog($0, logN0: log(0.5), mu: 0.035, lag: 30, logK: log(12)) + 0.08
            * stream.normal())
      }, operations: seeded(0.5))
  }

  private func study(
    _ run: Run, _ names: [String], threads: Int = 2, day: Double? = 240
  ) throws -> ModelStudy {
    var options = FitOptions()
    options.starts = 3
    options.checksProfiles = false
    var question = ModelStudy.Question()
    question.draws = 400
    question.scoreDraws = 150
    question.threads = threads
    question.forecastTime = day
    return try ModelStudy(run, models: try names.map(model), options: options, question: question)
  }

  private func model(_ name: String) throws -> Model {
    guard name == "made_up" else { return try shipped(name) }
    return try Model(
      parsing: """
        model made_up "made for a test"
        solute A [mmol/L] "ammonia"
        param r [mmol/L/h] "rate" = 0.1 in 0.001 ... 10 log
        A(0) = 0 [mmol/L]
        A' = r
        observe ammonia [mmol/L] = A ~ normal(sd: 0.1 [mmol/L])

        """, file: "made_up")
  }

  /// Every number of a study.
  private func numbers(_ s: ModelStudy) -> [Double] {
    s.candidates.flatMap { c -> [Double] in
      [
        c.entry.fit.aicc ?? -1, c.criterionWeight ?? -1, c.futureWeight ?? -1, c.score?.sum ?? -1,
        c.checks?.predictive?.overall ?? -1, c.checks?.predictive?.latest.first?.pValue ?? -1,
      ] + (c.checks?.series.compactMap(\.autocorrelationP) ?? [])
        + (c.future?.points.map { $0.score ?? -1 } ?? [])
    } + (s.forecast?.mixture.values ?? [])
  }

  // Catches: streams shared between threads, sums in the order of completion, a rank by position.
  @Test("the same numbers for 1, 2 and 8 threads and any order of models and rows")
  func independence() throws {
    let names = ["exponential", "logistic", "baranyi_roberts"]
    let run = saturating()
    let one = try study(run, names, threads: 1)
    #expect(numbers(one).count > 30)
    for threads in [2, 8] {
      let other = try study(run, names, threads: threads)
      #expect(numbers(other) == numbers(one))
      #expect(other.sentence == one.sentence && other.notes == one.notes)
    }
    let shuffled = Run(
      name: run.name, observations: run.observations.reversed(), operations: run.operations)
    let other = try study(shuffled, names.reversed())
    #expect(numbers(other) == numbers(one))
    #expect(other.candidates.map(\.model) == one.candidates.map(\.model))
  }

  // Catches: weights over the wrong set, a mixture that is one model's forecast.
  @Test("weights sum to 1, the model that bends leads, the mixture lies within the models")
  func weights() throws {
    let found = try study(saturating(), ["exponential", "logistic", "baranyi_roberts"])
    for weights in [found.candidates.map(\.criterionWeight), found.candidates.map(\.futureWeight)] {
      #expect(abs(weights.compactMap { $0 }.reduce(0, +) - 1) < 1e-9)
    }
    #expect(found.usesFutureWeights)
    #expect(found.best?.model != "exponential")
    let exponential = try #require(found.candidates.first { $0.model == "exponential" })
    #expect(exponential.checks?.isMisfit == true)
    #expect(found.weight(exponential) == nil && !exponential.isContender)
    #expect(!found.sentence.contains("exponential (") && !found.sentence.hasPrefix("exponential "))
    let forecast = try #require(found.forecast)
    let medians = forecast.parts.compactMap { $0.quantiles?.median }
    #expect(forecast.mixture.median >= (medians.min() ?? .infinity))
    #expect(forecast.mixture.median <= (medians.max() ?? -.infinity))
    #expect(forecast.measure == .cells && abs(forecast.covered - 1) < 1e-9)
  }

  // Catches: the least bad model ranked first as if it were a good one.
  @Test("when every model misfits, that is said; no weights and no forecast")
  func allMisfit() throws {
    let times = (0...11).map { 24 * Double($0) }
    let run = made(
      times, [0.5, 1, 2, 4, 8, 14, 16, 9, 4, 2, 1, 0.5], operations: seeded(0.5))
    let found = try study(run, ["exponential", "logistic"])
    #expect(found.verdict == .allMisfit)
    #expect(found.sentence.contains("No model that reads vcd describes these data"))
    #expect(found.forecast == nil && found.forecastRefusal != nil)
    #expect(found.candidates.allSatisfy { found.weight($0) == nil })
  }

  // Catches: a lead within the errors called a lead, a difference ranked without its errors, errors
  // of the scores added in place of their squares.
  @Test("scores within their errors are a tie")
  func ties() {
    // Five differences with mean 0.4 and standard deviation 0.5: t on 4 degrees of freedom.
    let points = [0.9, -0.1, 0.4, 1.0, -0.2]
    let tied = ModelStudy.Score(points, errors: [])
    let mean = 0.4
    let variance = points.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
    #expect(abs(tied.margin - 2.776445105 * (5 * variance).squareRoot()) < 1e-6)
    #expect(!tied.isClear)
    let clear = ModelStudy.Score([1, 1.1, 0.9, 1, 1], errors: [])
    #expect(clear.isClear)
    // The same difference, known to 3 only.
    let rough = ModelStudy.Score([1, 1.1, 0.9, 1, 1], errors: [1.8, 2.4])
    #expect(abs(rough.monteCarloError - 3) < 1e-12 && !rough.isClear)
    #expect(!ModelStudy.Score([7], errors: []).isClear)
  }

  // Catches: a verdict that ranks models whose forecasts cannot be told apart, a model that ties
  // with itself counted as a second one.
  @Test("the verdict agrees with the scores, the weights and the sentence")
  func consistent() throws {
    let times = (0...7).map { 24 * Double($0) }
    let straight = made(times, times.map { 0.5 * exp(0.03 * $0) }, operations: seeded(0.5))
    for (run, names) in [
      (straight, ["exponential", "exponential_lag"]),
      (saturating(), ["exponential", "logistic", "baranyi_roberts", "richards"]),
    ] {
      let found = try study(run, names, day: nil)
      let contenders = found.candidates.filter(\.isContender)
      let weights = contenders.compactMap { found.weight($0) }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-9)
      #expect(found.candidates.allSatisfy { $0.isContender || found.weight($0) == nil })
      let tied = contenders.filter(\.isTied).count
      switch found.verdict {
      case .leader: #expect(contenders.count == 1 || tied == 1)
      case .several: #expect((weights.max() ?? 1) < 0.9 || tied > 1)
      default: Issue.record("\(found.verdict)")
      }
      #expect(found.forecast == nil && !found.sentence.contains("forecast below"))
      if found.usesFutureWeights, found.scoredTimes.count < found.laterSamples {
        #expect(
          found.sentence.contains("\(found.scoredTimes.count) of the \(found.laterSamples)"))
      }
      for c in contenders {
        #expect(c.score == nil || c.score?.count == found.scoredTimes.count)
      }
    }
  }

  // Catches: a model that observes nothing fitted and shown as a failure.
  @Test("a model that observes nothing that was measured is named once, with what it observes")
  func silent() throws {
    let found = try study(saturating(), ["exponential", "logistic", "made_up"], day: nil)
    #expect(found.candidates.map(\.model).sorted() == ["exponential", "logistic"])
    #expect(found.comparison.silent.map(\.model) == ["made_up"])
    let notes = found.notes.filter { $0.contains("made_up") }
    #expect(notes.count == 1 && notes[0].contains("made_up (ammonia)"), "\(notes)")
  }

  // Catches: an outlier that is not named by its place, or that is taken for a misfit of the model.
  @Test("an outlier is named by file and line")
  func outlier() throws {
    let run = saturating()
    var observations = run.observations
    observations[4].value = .exact(observations[4].value.number * 3)
    let spoilt = Run(name: run.name, observations: observations, operations: run.operations)
    let culture = try Culture(model: try shipped("baranyi_roberts"), run: spoilt)
    let options = FitOptions()
    let checks = ResidualChecks(
      try Fit.run(culture, options: options), culture, options: options)
    let flag = try #require(checks.flags.first { $0.kind == .outlier })
    #expect(flag.place == observations[4].place)
    #expect(flag.sentence.contains("made:97"))
  }

  // Catches: a weight for a model whose fit cannot be trusted.
  @Test("without a usable model there is a verdict, no weight and no forecast")
  func noneUsable() throws {
    let times = (0...6).map { 24 * Double($0) }
    let run = made(times, [900, 1e-4, 900, 1e-4, 900, 1e-4, 900], operations: seeded())
    let found = try study(run, ["exponential", "logistic"])
    #expect(found.verdict == .noneUsable || found.verdict == .allMisfit)
    #expect(found.forecast == nil)
    #expect(found.candidates.allSatisfy { found.weight($0) == nil })
  }
}
