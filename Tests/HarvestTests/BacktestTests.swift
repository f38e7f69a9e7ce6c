import Bioreactor
import Foundation
import Harvest
import Inference
import ModelLanguage
import Population
import Quantities
import Randomness
import RunRecords
import Statistics
import Testing

/// Donors that grow exponentially, each at its own rate.
struct Growers {
  static let text = """
    model made "exponential growth"
    cells V [1e6 cells/mL] "viable cells"
    param V0 [1e6 cells/mL] "start" = 0.5 in 1e-3 ... 100 log prior seed(vcd) sd_ln 0.1
    param mu [1/h] "rate" = 0.02 in 1e-4 ... 0.1 log prior median 0.02 sd_ln 0.5
    param s [1] "noise" = 0.1 in 1e-3 ... 10 log prior median 0.1 sd_ln 0.5
    V(0) = V0
    V' = mu * V
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: s)

    """

  static func model() throws -> Model { try Model(parsing: text, file: "made") }

  /// The counts of days 0 ... 6 in ln, and the run that holds them.
  static func run(_ index: Int, spread: Double = 0.3, noise: Double = 0.1) -> (Run, [Double]) {
    var stream = RandomStream(seed: 9, name: "growers", purpose: "test", index: UInt64(index))
    let mu = 0.02 * Foundation.exp(spread * stream.normal())
    let logs = (0..<7).map { day in
      Foundation.log(0.5) + mu * 24 * Double(day) + noise * stream.normal()
    }
    func place(_ line: Int) -> Place { Place(file: "made", line: line) }
    return (
      Run(
        name: "run \(index)", donor: .one("donor \(index)"),
        observations: logs.enumerated().map { day, log in
          Observation(
            time: 24 * Double(day), quantity: "vcd", value: .exact(Foundation.exp(log)),
            place: place(day + 2))
        },
        operations: [
          .init(
            time: 0,
            action: .seed(volume: 100, viableDensity: 0.5, viability: nil, solutes: [:]),
            place: place(1))
        ]), logs
    )
  }

  static func question() -> DonorLesson.Question {
    var options = FitOptions()
    options.relativeTolerance = 1e-6
    var population = PopulationOptions()
    population.checkDraws = 0
    return DonorLesson.Question(
      specification: PopulationSpecification(donorEffects: ["mu"]), fitOptions: options,
      options: population, origin: "a test")
  }
}

struct BacktestTests {
  private func replay(
    _ count: Int, threads: Int = 2, folds: Int? = nil, noise: Double = 0.1, target: Double? = nil
  ) throws -> Backtest {
    let model = try Growers.model()
    let runs = (0..<count).map { Growers.run($0, noise: noise).0 }
    var question = Backtest.Question()
    question.from = 48
    question.threads = threads
    question.folds = folds
    question.target = target
    question.outlook.options = Growers.question().fitOptions
    question.outlook.draws = 300
    return try Backtest(
      runs, platforms: [:],
      teachers: [
        .learn(
          label: "made", cultures: try runs.map { try Culture(model: model, run: $0) },
          question: Growers.question())
      ], question: question)
  }

  /// Every later count is foretold once from each day; the line goes through the last two counts.
  /// Catches a count that is foretold from itself, an hour that is lost, and an extrapolation from
  /// the wrong pair.
  @Test func everyLaterCountOnce() throws {
    let test = try replay(6)
    // From days 2 ... 5: 4 + 3 + 2 + 1 later counts a donor.
    #expect(test.cases.count == 60 && test.refused.isEmpty && test.quantity == "vcd")
    var wrong = 0
    for c in test.cases {
      let index = Int(c.run.dropFirst(4)) ?? 0
      let logs = Growers.run(index).1
      let now = Int(c.now / 24)
      let line = logs[now] + (logs[now] - logs[now - 1]) * (c.time / 24 - Double(now))
      if c.now != c.from || c.time <= c.now || abs((c.line ?? .nan) - line) > 1e-12
        || abs(c.observed - logs[Int(c.time / 24)]) > 1e-12 || c.prior == nil || c.baseline == nil
      {
        wrong += 1
      }
    }
    #expect(wrong == 0)
    let late = try replay(6, target: 144)
    #expect(late.cases.count == 24 && late.cases.allSatisfy { $0.time == 144 })
  }

  /// The model is true, so it beats the line and the prior alone, and its intervals hold. Catches a
  /// forecast that has seen the donor (coverage falls when the own donor narrows the prior), noise that
  /// is left out of a reading, and a sign of the difference.
  @Test func trueModelWins() throws {
    let test = try replay(24, folds: 6)
    let summary = try #require(BacktestSummary(test, seed: 1))
    let all = summary.all
    #expect(summary.verdict == .better)
    #expect((all.priorDifference?.interval?.upperBound ?? 1) < 0)
    #expect(all.coverage[2] > 0.8 && all.coverage[2] < 0.98, "\(all.coverage)")
    #expect(all.medianError < (all.lineError ?? 0) && all.medianError < (all.priorError ?? 0))
    #expect(abs(summary.histogram.reduce(0, +) - 1) < 1e-12 && summary.donors.count == 24)
    #expect(test.holding.contains("6 groups"))
  }

  /// Counts without error put the noise on its bound, which is no measurement: nothing is learned, and
  /// the back-test says which parameter. Catches a prior that takes a bound for an estimate.
  @Test func countsWithoutErrorTeachNothing() {
    #expect {
      _ = try replay(8, noise: 1e-4)
    } throws: { error in
      "\(error)".contains("s has no standard error")
    }
  }

  /// Catches work whose result depends on who did it.
  @Test func threadsDoNotMatter() throws {
    let (one, two) = (try replay(5, threads: 1), try replay(5, threads: 2))
    #expect(one.cases.map(\.forecast) == two.cases.map(\.forecast))
  }

  /// Catches pooled donors taken for one, and a single donor taken for a population.
  @Test func noDonorsNothingToLearn() throws {
    let model = try Growers.model()
    var pooled = Growers.run(0).0
    pooled.donor = .pooled
    let one = try Culture(model: model, run: Growers.run(1).0)
    #expect(throws: InputRefused.self) {
      try DonorLesson([one, Culture(model: model, run: pooled)], Growers.question())
    }
    #expect(throws: InputRefused.self) { try DonorLesson([one], Growers.question()) }
  }
}

struct DonorOutlookTests {
  private func lesson() throws -> DonorLesson {
    let model = try Growers.model()
    return try DonorLesson(
      (0..<20).map { try Culture(model: model, run: Growers.run($0).0) }, Growers.question())
  }

  private func outlook(_ run: Run, until: Double = 72) throws -> DonorOutlook {
    var question = DonorOutlook.Question()
    question.options = Growers.question().fitOptions
    question.until = until
    question.horizon = 144
    question.need = 100
    return try DonorOutlook(
      run,
      sources: [.init(label: "made", model: try Growers.model(), prior: try lesson().prior)],
      platform: nil, question: question)
  }

  /// An exponential with normal ln mu: the forecast of ln V(t) is nearly normal, and its mean and
  /// spread follow from the linear model ln V = ln V0 + mu t by weighted least squares. Catches a prior
  /// that is not used, and days in the wrong order.
  @Test func agreesWithLinearRegression() throws {
    let (run, logs) = Growers.run(77)
    let found = try outlook(run)
    let prior = try lesson().prior
    func learned(_ name: String) -> LearnedPrior.Parameter? {
      prior.parameters.first { $0.name == name }
    }
    let mu = try #require(learned("mu"))
    let s = Foundation.exp(try #require(learned("s")).mean)
    let start = try #require(learned("V0"))
    // Gauss-Newton on (ln V0, ln mu).
    var (a, b) = (Foundation.log(0.5) + start.mean, mu.mean)
    for _ in 0..<50 {
      var (h11, h12, h22) = (1 / (start.sd * start.sd), 0.0, 1 / (mu.sd * mu.sd))
      var (g1, g2) = (
        (Foundation.log(0.5) + start.mean - a) * h11, (mu.mean - b) * h22
      )
      for day in 0...3 {
        let slope = Foundation.exp(b) * 24 * Double(day)
        let r = (logs[day] - a - slope) / (s * s)
        g1 += r
        g2 += r * slope
        h11 += 1 / (s * s)
        h12 += slope / (s * s)
        h22 += slope * slope / (s * s)
      }
      let det = h11 * h22 - h12 * h12
      a += (h22 * g1 - h12 * g2) / det
      b += (h11 * g2 - h12 * g1) / det
    }
    let expected = a + Foundation.exp(b) * 144
    let day = try #require(found.days.first { $0.time == 144 })
    #expect(found.days.map(\.time) == [96, 120, 144] && found.now == 72 && found.counts == 4)
    #expect(abs(Foundation.log(day.value.median) - expected) < 0.05)
    #expect(abs((day.cells?.median ?? 0) / (100 * day.value.median) - 1) < 1e-9)
    #expect(found.latest?.contradicts == false)
  }

  /// Catches a contradiction that is not seen, or judged by a forecast that has seen the count.
  @Test func aStrangeCountIsSaid() throws {
    var run = Growers.run(78).0
    run.observations[3].value = .exact(0.05)
    let found = try outlook(run)
    #expect(found.latest?.contradicts == true)
  }

  /// Catches a forecast of nothing.
  @Test func withoutCountsOrSeedNothing() throws {
    var run = Growers.run(79).0
    run.operations = []
    run.observations = run.observations.filter { $0.time > 24 }
    #expect(throws: InputRefused.self) { try outlook(run, until: 24) }
    run.observations = []
    #expect(throws: (any Error).self) { try outlook(run) }
  }
}
