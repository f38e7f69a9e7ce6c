import Bioreactor
import Foundation
import Harvest
import Inference
import Population
import Quantities
import RunRecords
import Testing

/// Covariates from the lesson to the replay.
struct CovariateLessonTests {
  /// Odd donors grow at a fraction of their rate.
  private func runs(_ count: Int, slow: Double = 0.55) -> [Run] {
    (0..<count).map { index in
      var run = Growers.run(index).0
      run.attributes["start"] = .word(index % 2 == 1 ? "thawed" : "fresh")
      guard index % 2 == 1 else { return run }
      run.observations = run.observations.map { observation in
        var slower = observation
        let log = Foundation.log(observation.value.number / 0.5)
        slower.value = .exact(0.5 * Foundation.exp(slow * log))
        return slower
      }
      return run
    }
  }

  private func question(_ covariates: [String]) -> DonorLesson.Question {
    var question = Growers.question()
    question.specification.covariates = covariates.compactMap { .init(parsing: $0) }
    return question
  }

  private func replay(_ count: Int, _ covariates: [String], folds: Int? = nil) throws -> Backtest {
    let model = try Growers.model()
    let runs = runs(count)
    var asked = Backtest.Question()
    asked.from = 24
    asked.target = 144
    asked.folds = folds
    asked.threads = 2
    asked.outlook.options = Growers.question().fitOptions
    asked.outlook.draws = 300
    return try Backtest(
      runs, platforms: [:],
      teachers: [
        .learn(
          label: "made", cultures: try runs.map { try Culture(model: model, run: $0) },
          question: question(covariates))
      ], question: asked)
  }

  /// Forecasts from one count, with and without. Catches an effect that the replay does not use, and
  /// donors left out whose own counts still tell it.
  @Test func replayUsesIt() throws {
    let (with, without) = (try replay(16, ["mu~start"]), try replay(16, []))
    let scores = try [with, without].map { test in
      try #require(BacktestSummary(test, seed: 1)).hours.first?.row.crps ?? .nan
    }
    #expect(scores[0] < 0.85 * scores[1], "\(scores)")
    #expect(with.refused.isEmpty && with.cases.count == without.cases.count)
  }

  /// A Newton step without one donor beside a fit of the others, in one coding. Catches a reference
  /// that changes when donors leave.
  @Test func leavingOneOut() throws {
    let model = try Growers.model()
    let cultures = try runs(17).map { try Culture(model: model, run: $0) }
    let all = try DonorLesson(cultures, question(["mu~start"]))
    let others = cultures.filter { $0.run.name != "run 4" && $0.run.name != "run 2" }
    let fitted = try DonorLesson(others, question(["mu~start"]), near: all)
    let effect = try #require(fitted.prior.covariates.first)
    #expect(effect.values == .word("thawed", reference: "fresh"))
    #expect(effect.values == all.prior.covariates.first?.values)
    // Eight thawed, nine fresh: without two of the fresh ones thawed would be more frequent.
    let step = try #require(all.result.leaving(["donor 4", "donor 2"]))
    let moved = step.result.fixed.last?.estimate ?? .nan
    #expect(abs(moved - effect.effect) < 0.3 * effect.error, "\(moved) \(effect)")
  }

  /// A group of donors that is all of one word cannot be held out. Catches a singular fit that is
  /// reported in place of its cause.
  @Test func wordHeldOut() {
    #expect {
      _ = try replay(8, ["mu~start"], folds: 2)
    } throws: { error in
      "\(error)".contains("start thawed is the same") && "\(error)".contains("hold out fewer")
    }
  }
}
