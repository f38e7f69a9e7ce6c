import Foundation
import Harvest
import Population
import Quantities
import RunRecords
import Testing

/// Runs in closed form whose growth fades: three media of each donor from one well at 42 h.
enum Fading {
  static func run(_ donor: Int, _ medium: Int) -> Run {
    let (d, m) = (Double(donor), Double(medium))
    let times = [42, 68, 92, 116, 140.0]
    let level = 0.4 * cos(0.9 * d)
    let rate = 1.5 + 0.2 * cos(1.1 * d)
    let fade = 0.4 + 0.1 * m + 0.06 * sin(2.3 * d)
    return Run(
      name: "r\(donor)-\(medium)", donor: .one("d\(donor)"),
      attributes: ["medium": .word("m\(medium)")],
      observations: times.enumerated().flatMap { j, time -> [Observation] in
        let t = (time - 42) / 24
        let wave = j == 0 ? 0 : 0.07 * sin(5.1 * (3 * d + m) + 3.7 * Double(j))
        let cells = exp(level + rate * t - 0.5 * fade * t * t + wave)
        let wells = j == 0 ? [1.0] : [0.97, 1.03]
        return wells.enumerated().map { w, factor in
          Observation(
            time: time, quantity: "tvc", value: .exact(cells * factor),
            sample: "\(Int(time))-\(w)", place: Place(file: "made", line: 2 * j + w + 2))
        }
      })
  }

  static func runs(_ donors: Range<Int>) -> [Run] {
    donors.flatMap { donor in (0..<3).map { run(donor, $0) } }
  }
}

struct GrowthOutlookTests {
  /// The distribution function of Student's t with 4 degrees of freedom in closed form (Abramowitz and
  /// Stegun 1972, 26.7.4).
  private func below(_ t: Double) -> Double {
    let c = 1 + t * t / 4
    return 0.5 + 3.0 / 8 * t / c.squareRoot() * (1 - t * t / (12 * c))
  }

  /// Intervals and probabilities of the days, and the p of the latest count, against the closed form.
  /// Catches quantiles of a normal in place of Student's t, intervals of a count given for those of the
  /// culture, a one-sided p, a forecast that has seen later counts.
  @Test func closedForm() throws {
    let runs = try GrowthRuns(Fading.runs(0..<10), factors: ["medium"])
    try runs.checkTeaching()
    #expect(runs.sharedCounts == 10 && runs.counts == 10 + 30 * 4)
    let growth = try GrowthProcess.learn(runs.histories, origin: "made", origins: [92])
    var question = GrowthOutlook.Question()
    (question.until, question.times, question.need) = (92, [140, 116], 10)
    let new = Fading.run(20, 1)
    let told = try GrowthOutlook(
      new, growth: growth, factors: ["medium"], quantity: "tvc", question: question)
    #expect(told.basis == .surface && told.days.map(\.time) == [116, 140] && told.counts == 3)
    #expect(told.wells == 5 && told.now == 92 && told.kind == "m1")
    var history = try GrowthRuns([new], factors: ["medium"]).histories[0]
    history.counts = Array(history.counts[..<3])
    let direct = try growth.forecast(history, at: [116, 140])
    for (i, day) in told.days.enumerated() {
      let (centre, spread) = (direct.median[i], direct.spread(at: i))
      #expect(abs(log(day.culture.median) - centre) < 1e-9)
      for (level, value) in zip(GrowthOutlook.Spread.levels, day.culture.values) {
        #expect(abs(below((log(value) - centre) / spread) - level) < 1e-7)
      }
      let p = try #require(day.probability)
      #expect(abs(p - (1 - below((log(10) - centre) / spread))) < 1e-7)
      #expect(day.reading.ninety.upperBound > day.culture.ninety.upperBound)
    }
    let latest = try #require(told.latest)
    var before = history
    before.counts.removeLast()
    let above = try growth.forecast(before, at: [92], replicates: 2)
      .probability(above: history.counts[2].logCells, at: 0)
    #expect(abs(latest.pValue - 2 * min(above, 1 - above)) < 1e-12)
    #expect(latest.time == 92 && latest.pValue > 0.01 && !latest.contradicts)
    #expect(latest.foretold.ninety.contains(latest.observed))
    #expect(abs(latest.observed - exp(history.counts[2].logCells)) < 1e-12)
    var odd = new
    for k in odd.observations.indices where odd.observations[k].time == 92 {
      odd.observations[k].value = .exact(0.01)
    }
    let contradicted = try GrowthOutlook(
      odd, growth: growth, factors: ["medium"], quantity: "tvc", question: question)
    #expect(contradicted.latest?.contradicts == true)
  }

  /// Catches: a split or a harvest on the way that is passed over, hours past all that taught, a refusal
  /// of one run that ends the forecasts of the others, a kind that never taught.
  @Test func refused() throws {
    let runs = try GrowthRuns(Fading.runs(0..<10), factors: ["medium"])
    let growth = try GrowthProcess.learn(runs.histories, origin: "made", origins: [92])
    func outlook(_ run: Run, _ times: [Double]) throws -> GrowthOutlook {
      var question = GrowthOutlook.Question()
      (question.until, question.times) = (92, times)
      return try GrowthOutlook(
        run, growth: growth, factors: ["medium"], quantity: "tvc", question: question)
    }
    var new = Fading.run(20, 1)
    #expect(throws: GrowthOutlook.Refusal.self) { try outlook(new, [400]) }
    for action in [RunRecords.Operation.Action.split(discarded: 0.5), .harvest] {
      new.operations = [.init(time: 120, action: action, place: Place(file: "ops", line: 2))]
      #expect(throws: GrowthOutlook.Refusal.self) { try outlook(new, [116, 140]) }
      #expect(try outlook(new, [116]).days.count == 1)
    }
    new.operations = []
    new.donor = .pooled
    #expect(throws: GrowthOutlook.Refusal.self) { try outlook(new, [116]) }
    new.donor = .one("d20")
    new.attributes["medium"] = .word("m7")
    #expect(throws: InputRefused.self) { try outlook(new, [116]) }
    new.attributes = [:]
    #expect(throws: InputRefused.self) { try outlook(new, [116]) }
  }

  /// A replay against lessons made one by one: each donor's forecasts come from the donors of the other
  /// groups, and a count that three runs share is foretold once. Catches a donor that teaches its own
  /// forecast, a later count that is seen, a wrong line, numbers that depend on threads.
  @Test func replay() throws {
    let runs = try GrowthRuns(Fading.runs(0..<12), factors: ["medium"])
    var question = Backtest.Question()
    (question.from, question.step, question.folds) = (92, 24, 3)
    let one = try Backtest(growth: runs, teacher: .learn(GrowthOptions()), question: question)
    question.threads = 2
    let two = try Backtest(growth: runs, teacher: .learn(GrowthOptions()), question: question)
    #expect(one.cases.map(\.forecast) == two.cases.map(\.forecast))
    // From 92 h two counts a run, from 116 h one.
    #expect(one.cases.count == 36 * 3 && one.refused.isEmpty && one.isModelFree)
    let names = Set(runs.histories.map(\.donor)).sorted()
    let gone = Set(names.enumerated().filter { $0.offset % 3 == 1 }.map(\.element))
    let learned = try GrowthProcess.learn(
      runs.histories.filter { !gone.contains($0.donor) }, origin: "others")
    let chosen = try #require(
      one.cases.first { gone.contains($0.donor) && $0.from == 92 && $0.time == 140 })
    var history = try #require(runs.histories.first { $0.run == chosen.run })
    let seen = history.counts[4].logCells
    let slope = (history.counts[2].logCells - history.counts[1].logCells) / 24
    #expect(abs(try #require(chosen.line) - (history.counts[2].logCells + slope * 48)) < 1e-9)
    history.counts = Array(history.counts[..<3])
    let told = try learned.forecast(history, at: [140], replicates: 2)
    #expect(abs(chosen.forecast.median - told.median[0]) < 1e-9)
    #expect(abs(chosen.forecast.crps - told.score(seen, at: 0)) < 1e-9)
    #expect(abs(1 - chosen.forecast.transform - told.probability(above: seen, at: 0)) < 1e-9)
    // The same well at 68 h for all media of a donor: foretold once a donor, from the count of 42 h.
    let shared = Fading.runs(0..<12).map { run in
      var run = run
      let first = Fading.run(Int(run.donorName.dropFirst()) ?? 0, 0)
      for k in run.observations.indices where run.observations[k].time == 68 {
        run.observations[k].value = first.observations[k].value
      }
      return run
    }
    let same = try GrowthRuns(shared, factors: ["medium"])
    #expect(same.sharedCounts == 24)
    (question.from, question.target) = (42, 68)
    question.step = 100
    let once = try Backtest(growth: same, teacher: .given(learned), question: question)
    #expect(once.cases.count == 12 && once.cases.allSatisfy { $0.run.hasSuffix("-0") })
    let summary = try #require(BacktestSummary(one, seed: 1))
    #expect(summary.all.medianError < 0.3 && summary.all.donors == 12)
  }
}
