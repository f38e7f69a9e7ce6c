import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

@testable import Inference

@Suite("Joint fits") struct JointFitTests {
  private func options(priors: Bool = false) -> FitOptions {
    var options = FitOptions()
    options.usesPriors = priors
    options.held = ["s_count": 0.10]
    return options
  }

  /// Counts of one exponential run with lag, with ln noise 0.10, and its name, group and counters.
  private func run(
    _ name: String, mu: Double = 0.03, start: Double = 0.5, group: String? = nil, index: UInt64,
    counters: [String?] = [nil], factors: [Double] = [1]
  ) -> Run {
    var stream = RandomStream(seed: 5, name: "joint", purpose: "counts", index: index)
    let observations = (0...9).map { day -> Observation in
      let time = 24 * Double(day)
      let kind = day % counters.count
      let value =
        factors[kind] * exp(log(start) + lagLogFold(time, mu: mu, lag: 36) + 0.1 * stream.normal())
      return Observation(
        time: time, quantity: "vcd", value: .exact(value), counter: counters[kind],
        place: Place(file: name, line: day + 2))
    }
    return Run(name: name, group: group, observations: observations, operations: seeded())
  }

  // Catches: a run counted twice or left out, slopes put into another run's columns, a shared
  // parameter that moves one run only.
  @Test("parameters of their own: the joint fit is the sum of separate fits")
  func separate() throws {
    let model = try shipped("exponential_lag")
    let cultures = try (0..<3).map {
      try Culture(
        model: model, run: run("r\($0)", mu: 0.024 + 0.004 * Double($0), index: UInt64($0)))
    }
    let joint = try Fit.run(
      joint: cultures, sharing: Sharing(["mu": .run, "lag": .run, "V0": .run]), options: options())
    let alone = try cultures.map { try Fit.run($0, options: options()) }
    #expect(joint.isUsable)
    #expect(joint.estimated == 9)
    #expect(abs(joint.logLikelihood - alone.reduce(0) { $0 + $1.logLikelihood }) < 1e-6)
    for (k, fit) in alone.enumerated() {
      let own = try #require(fit.parameter("mu"))
      let common = try #require(joint.parameter("mu[r\(k)]"))
      #expect(abs(own.estimate / common.estimate - 1) < 1e-5)
      let ratio = try #require(common.standardError) / #require(own.standardError)
      #expect(abs(ratio - 1) < 1e-4)
    }
  }

  // Catches: information that does not add up over runs.
  @Test("n copies of one run: the estimates of one, errors smaller by sqrt(n)")
  func copies() throws {
    let model = try shipped("exponential_lag")
    let alone = try Culture(model: model, run: run("a", index: 7))
    let cultures = try ["a", "b", "c", "d"].map { name in
      var copy = run("a", index: 7)
      copy.name = name
      return try Culture(model: model, run: copy)
    }
    let one = try Fit.run(alone, options: options())
    let four = try Fit.run(
      joint: cultures, sharing: Sharing(["V0": .shared]), options: options())
    for name in ["mu", "lag", "V0"] {
      let single = try #require(one.parameter(name))
      let joint = try #require(four.parameter(name))
      #expect(abs(single.estimate / joint.estimate - 1) < 1e-5)
      let ratio = try #require(single.standardError) / #require(joint.standardError)
      #expect(abs(ratio - 2) < 1e-4)
    }
    let turned = try Fit.run(
      joint: cultures.reversed(), sharing: Sharing(["V0": .shared]), options: options())
    #expect(turned.point == four.point)
    #expect(turned.runs == four.runs)
  }

  // Catches: groups joined across labels, a group's runs that do not share.
  @Test("a parameter by group: two rates are told apart, seeds stay each run's own")
  func groups() throws {
    let model = try shipped("exponential_lag")
    let cultures = try [("a", "fast", 0.034), ("b", "slow", 0.026), ("c", "fast", 0.034)]
      .enumerated().map { index, entry in
        try Culture(
          model: model,
          run: run(
            entry.0, mu: entry.2, start: 0.3 + 0.2 * Double(index), group: entry.1,
            index: UInt64(20 + index)))
      }
    let fit = try Fit.run(
      joint: cultures, sharing: Sharing(["mu": .group(.group)]), options: options())
    #expect(
      fit.plan.free.map(\.name) == ["V0[a]", "V0[b]", "V0[c]", "mu[fast]", "mu[slow]", "lag"])
    let fast = try #require(fit.parameter("mu[fast]"))
    let slow = try #require(fit.parameter("mu[slow]"))
    // Four standard errors: far less than what lies between the two rates.
    #expect(abs(log(fast.estimate / 0.034)) < 4 * (try #require(fast.standardError)))
    #expect(abs(log(slow.estimate / 0.026)) < 4 * (try #require(slow.standardError)))
    #expect(fast.estimate > 1.15 * slow.estimate)
  }

  // Catches: a bias with the wrong sign, one that moves the reference too, a lost slope of the bias.
  @Test("two counters in one run: the second reads 1.3 times the first")
  func counters() throws {
    let model = try shipped("exponential_lag")
    let culture = try Culture(
      model: model,
      run: run("a", index: 40, counters: ["NC-200", "NC-200", "chamber"], factors: [1, 1, 1.3]))
    let fit = try Fit.run(culture, options: options())
    let bias = try #require(fit.parameter("bias[chamber]"))
    let interval = try #require(bias.interval)
    #expect(interval.contains(1.3))
    #expect(interval.upperBound / interval.lowerBound < 1.5)
    #expect(fit.notes.contains { $0.contains("several counters") })
    let mu = try #require(fit.parameter("mu")?.interval)
    #expect(mu.contains(0.03))
    // The gradient of the bias, by central difference.
    let problem = FitProblem(culture, plan: fit.plan, options: options())
    let line = try #require(problem.linearise(at: fit.point.map { $0 + 0.03 }))
    let gradient = try line.rows.transposedTimes(line.residuals)
    var worst = 0.0
    for j in fit.point.indices {
      func value(_ h: Double) -> Double {
        var p = fit.point.map { $0 + 0.03 }
        p[j] += h
        return problem.objective(at: p) ?? .nan
      }
      let slope = (value(1e-4) - value(-1e-4)) / 2e-4
      worst = max(worst, abs(slope - gradient[j]) / max(1, abs(slope)))
    }
    #expect(worst < 1e-5)
  }

  // Catches: a mixture of models fitted as one.
  @Test("no run and two models are refused")
  func refused() throws {
    #expect(throws: InputRefused.self) { try Fit.run(joint: []) }
    let a = try Culture(model: shipped("exponential_lag"), run: run("a", index: 1))
    let b = try Culture(model: shipped("baranyi_roberts"), run: run("b", index: 2))
    #expect(throws: InputRefused.self) { try Fit.run(joint: [a, b]) }
  }
}
