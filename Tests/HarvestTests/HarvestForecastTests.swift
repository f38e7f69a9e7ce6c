import Bioreactor
import Foundation
import RunRecords
import Testing

@testable import Harvest
@testable import Inference

@Suite("Harvest forecast") struct HarvestForecastTests {
  /// P(normal > x), by the error function of the C library.
  private func above(_ x: Double, mean: Double, sd: Double) -> Double {
    0.5 * erfc((x - mean) / (sd * 2.0.squareRoot()))
  }

  // Catches: cells without volume or CAR+ fraction, P(<) for P(>=), the noise of a count added to
  // the cells themselves, weights left out.
  @Test("probability of the dose is the closed form, day by day")
  func closedForm() throws {
    let made = try HarvestCase()
    let middle = HarvestCase.exactLogCells(at: 192)
    for shift in [-1.5, -0.5, 0, 0.7, 1.6] {
      let need = 0.4 * exp(middle.mean + shift * middle.sd)
      let forecast = try made.forecast(made.question(need: need))
      #expect(forecast.days.map(\.time) == [120, 144, 168, 192, 216, 240])
      for day in forecast.days {
        let truth = HarvestCase.exactLogCells(at: day.time)
        let p = above(log(need / 0.4), mean: truth.mean, sd: truth.sd)
        #expect(abs(day.probabilityOfDose - p) < 4 * max(day.probabilityError, 0.002))
        #expect(day.probability == day.probabilityOfDose)
        #expect(day.volume == HarvestCase.volume)
        let middle = log(day.totalViable.median)
        #expect(abs(middle - truth.mean) < 0.1 * truth.sd)
        #expect(abs(log(day.carPositive.median / 0.4) - middle) < 1e-6)
        let width = log(day.totalViable.eighty.upperBound / day.totalViable.eighty.lowerBound)
        #expect(abs(width / (2 * 1.281552 * truth.sd) - 1) < 0.1)
      }
      #expect(forecast.effectiveSampleSize > 1000)
    }
  }

  // Catches: an inequality turned round, a fresh draw for every need.
  @Test("probability falls as the need rises; at the median it is one half")
  func need() throws {
    let made = try HarvestCase()
    var last = 2.0
    for factor in stride(from: 0.5, through: 2, by: 0.1) {
      let need = factor * 0.4 * exp(HarvestCase.exactLogCells(at: 192).mean)
      let forecast = try made.forecast(made.question(need: need))
      let p = try #require(forecast.days.first { $0.time == 192 }).probability
      #expect(p <= last)
      last = p
    }
    let first = try made.forecast(made.question(need: 1))
    let day = try #require(first.days.first { $0.time == 192 })
    let again = try made.forecast(made.question(need: day.carPositive.median))
    let half = try #require(again.days.first { $0.time == 192 })
    #expect(abs(half.probability - 0.5) < 3 * half.probabilityError)
    #expect(half.probabilityError > 0.005 && half.probabilityError < 0.02)
  }

  // Catches: the CAR+ spread left out or drawn anew each day.
  @Test("the spread of the CAR+ fraction widens the dose")
  func carSpread() throws {
    let made = try HarvestCase()
    let forecast = try made.forecast(
      made.question(need: 1, car: CARFraction(median: 0.02, sdLogit: 0.5, origin: "test")))
    for day in forecast.days {
      // At 2 % the logit is nearly the logarithm.
      let truth = HarvestCase.exactLogCells(at: day.time)
      let sd = (truth.sd * truth.sd + 0.5 * 0.5 * 0.98 * 0.98).squareRoot()
      let width = log(day.carPositive.eighty.upperBound / day.carPositive.eighty.lowerBound)
      #expect(abs(width / (2 * 1.281552 * sd) - 1) < 0.1)
    }
  }

  // Catches: > in place of >=, the best day taken for the first safe one, days out of order.
  @Test("first safe day and best day follow from the probabilities")
  func safeDay() throws {
    let made = try HarvestCase()
    let truth = HarvestCase.exactLogCells(at: 168)
    // Day 7 is safe at 90 % with room to spare, day 6 is not.
    var question = made.question(need: 0.4 * exp(truth.mean - 2 * truth.sd))
    let forecast = try made.forecast(question)
    #expect(forecast.firstSafeDay?.time == 168)
    #expect(try #require(forecast.days.first { $0.time == 144 }).probability < 0.9)
    #expect(forecast.bestDay?.probability == forecast.days.map(\.probability).max())
    question.need = 1e9
    let never = try made.forecast(question)
    #expect(never.firstSafeDay == nil)
    #expect(never.bestDay?.time == 120)
    question.need = 1e-9
    let always = try made.forecast(question)
    #expect(always.firstSafeDay?.time == 120)
    #expect(always.bestDay?.time == 120)
    #expect(always.days.allSatisfy { abs($0.probability - 1) < 1e-12 })
  }

  // Catches: viability in per cent against a fraction, the joint probability as a product, the
  // criterion forgotten.
  @Test("the viability criterion closes the window that the dose opens")
  func viability() throws {
    let made = try HarvestCase(HarvestCase.dying)
    #expect(made.fit.isUsable)
    var question = made.question(need: 0.4 * exp(HarvestCase.exactLogCells(at: 150).mean))
    question.minimumViability = 0.62
    let forecast = try made.forecast(question)
    for day in forecast.days {
      let viable = try #require(day.probabilityOfViability)
      #expect(day.probability <= min(viable, day.probabilityOfDose) + 1e-12)
      #expect(day.probability >= viable + day.probabilityOfDose - 1 - 1e-12)
      let viability = try #require(day.viability)
      #expect(abs(viability.median / (0.9 * exp(-0.002 * day.time)) - 1) < 0.02)
    }
    let probabilities = forecast.days.map { $0.probabilityOfViability ?? .nan }
    #expect(probabilities == probabilities.sorted(by: >))
    #expect(probabilities[0] > 0.99)
    #expect(probabilities[5] < 0.2)
    // Neither the earliest nor the latest day: the dose needs time, viability has none.
    let best = try #require(forecast.bestDay?.time)
    #expect(best > 120 && best < 216)
    question.minimumViability = nil
    #expect(try made.forecast(question).days.allSatisfy { $0.probabilityOfViability == nil })
  }

  // Catches: cells counted after the sample or split of the harvest's own hour.
  @Test("cells and volume are those before the operations of that time")
  func beforeOperations() throws {
    let made = try HarvestCase(
      planned: [
        HarvestCase.operation(144, .sample(volume: 10)),
        HarvestCase.operation(192, .split(discarded: 0.5)),
      ])
    let forecast = try made.forecast(made.question(need: 1))
    #expect(forecast.days.map(\.volume) == [50, 50, 40, 40, 20, 20])
    for (day, kept) in zip(forecast.days, [1, 1, 0.8, 0.8, 0.4, 0.4]) {
      let truth = HarvestCase.exactLogCells(at: day.time)
      #expect(abs(log(day.totalViable.median / kept) - truth.mean) < 0.1 * truth.sd)
    }
    // The bands show both sides of an operation; density does not jump at a sample or split.
    let sides = forecast.density.points.filter { $0.instant.time == 192 }
    #expect(sides.contains { $0.instant.phase == .after })
    let medians = sides.map(\.curve.median)
    #expect(abs((medians.max() ?? 0) / (medians.min() ?? 1) - 1) < 1e-9)
  }

  // Catches: a volume of 1 mL, a CAR+ fraction or a viability taken for granted.
  @Test("refused without a volume, without vcd, without viability, without a day left")
  func refusals() throws {
    let blind = try HarvestCase(volume: nil)
    #expect(throws: Posterior.Refusal.self) { try blind.forecast(blind.question(need: 1)) }
    let dead = try HarvestCase(
      HarvestCase.growth.replacingOccurrences(of: "observe vcd", with: "observe tcd"))
    #expect(throws: Posterior.Refusal.self) { try dead.forecast(dead.question(need: 1)) }
    let made = try HarvestCase()
    var question = made.question(need: 1)
    question.minimumViability = 0.7
    #expect(throws: Posterior.Refusal.self) { try made.forecast(question) }
    #expect(throws: Posterior.Refusal.self) {
      try made.forecast(made.question(need: 1, horizon: 110))
    }
    // A need, a fraction or a confidence that is not a number is no question.
    for need in [Double.nan, -1] {
      #expect(throws: Posterior.Refusal.self) { try made.forecast(made.question(need: need)) }
    }
    for car in [0, 1.2, Double.nan] {
      #expect(throws: Posterior.Refusal.self) {
        try made.forecast(
          made.question(need: 1, car: CARFraction(median: car, sdLogit: 0.1, origin: "test")))
      }
    }
  }

  // Catches: draws that depend on the number of threads.
  @Test("the same forecast on any number of threads")
  func threads() throws {
    let made = try HarvestCase()
    var question = made.question(need: 0.4 * exp(HarvestCase.exactLogCells(at: 192).mean))
    question.draws = 600
    let one = try made.forecast(question)
    for threads in [2, 8] {
      question.threads = threads
      let other = try made.forecast(question)
      #expect(one.days.map(\.probability) == other.days.map(\.probability))
      #expect(one.days.map(\.carPositive) == other.days.map(\.carPositive))
      #expect(one.density.points.map(\.measurement) == other.density.points.map(\.measurement))
    }
  }
}
