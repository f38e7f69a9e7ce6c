import Bioreactor
import Foundation
import Inference
import Lanes
import ModelLanguage
import Population
import Quantities
import Randomness
import RunRecords
import Statistics
import Testing

/// Runs that no file holds.
enum Made {
  static func run(
    _ name: String, donor: String, seeded: Double, times: [Double], vcd: [Observation.Reading]
  ) -> Run {
    func place(_ line: Int) -> Place { Place(file: "made", line: line) }
    let operations = [
      RunRecords.Operation(
        time: 0,
        action: .seed(volume: 100, viableDensity: seeded, viability: nil, solutes: [:]),
        place: place(1)),
      RunRecords.Operation(time: 0, action: .activation, place: place(2)),
    ]
    let observations = zip(times, vcd).enumerated().map { k, pair in
      Observation(
        time: pair.0, quantity: "vcd", value: pair.1, count: nil, place: place(k + 3))
    }
    return Run(
      name: name, donor: .one(donor), observations: observations, operations: operations)
  }

  static func logistic() throws -> Model {
    try Model(
      parsing: """
        model made "logistic growth"
        cells N [1e6 cells/mL] "cells"
        param r [1/h] "rate" = 0.03 in 1e-4 ... 1 log
        param K [1e6 cells/mL] "capacity" = 30 in 0.1 ... 1000 log
        param N0 [1e6 cells/mL] "start" = 0.5 in 1e-3 ... 100 log
        param s [1] "noise" = 0.15 in 1e-3 ... 10 log
        N(0) = N0
        N' = r * N * (1 - N / K)
        observe vcd [1e6 cells/mL] = N ~ lognormal(sd_ln: s)

        """, file: "made")
  }

  static func baranyi() throws -> Model {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "data/models/baranyi_roberts.thymus")
    return try Model(parsing: String(contentsOf: file, encoding: .utf8), file: "baranyi_roberts")
  }
}

/// Text models as members of a population.
struct CultureTests {
  /// The simulated logistic donors through a differential equation in text: the same estimates, and
  /// the same log-likelihood but for the density of a reading in place of its logarithm. Catches a
  /// lost slope of the estimation scale and a gradient that belongs to another point.
  @Test(.enabled(if: hasOracles, "../shared/oracles/mixed_effects is not there"))
  func textEqualsClosedForm() throws {
    let expected = try #require(try Expected.read()["sim_logistic_full"])
    let model = try Made.logistic()
    var order: [String] = []
    var readings: [String: [(Double, Double)]] = [:]
    var logs = 0.0
    for row in try table(oracles.appending(path: "sim_logistic.csv")) {
      let (day, log) = (Double(row[1]) ?? .nan, Double(row[2]) ?? .nan)
      if readings[row[0]] == nil { order.append(row[0]) }
      readings[row[0], default: []].append((24 * day, exp(log)))
      logs += log
    }
    let cultures = try order.map { name in
      let own = readings[name] ?? []
      return try Culture(
        model: model,
        run: Made.run(
          "run \(name)", donor: name, seeded: 0.5, times: own.map(\.0),
          vcd: own.map { .exact($0.1) }))
    }
    var specification = PopulationSpecification(donorEffects: ["r", "K"])
    specification.isFull = true
    var options = PopulationOptions()
    options.automaticNodes = [9, 7, 5]
    options.checkDraws = 200
    options.threads = 2
    let (fit, _) = try PopulationFit.run(
      cultures: cultures, specification: specification, options: options)
    #expect(fit.isUsable, "\(fit.notes) \(fit.gradient)")
    #expect(abs(fit.logLikelihood + logs - expected.logLik) < 5e-3)
    let theirs = [
      (expected.estimates["lr"] ?? 0) - log(24), expected.estimates["lK"] ?? 0,
      expected.estimates["lN0"] ?? 0, log(expected.sigma),
    ]
    for (effect, value) in zip(fit.fixed, theirs) {
      #expect(abs(effect.estimate / value - 1) < 1e-3, "\(effect)")
    }
    for (a, b) in zip(fit.donorEffects.deviations, expected.ranef_sd) {
      #expect(abs(a / b - 1) < 2e-3)
    }
    for (effect, k) in zip(fit.fixed, [0, 1, 2, 6]) {
      #expect(abs((effect.standardError ?? 0) / expected.se_all[k] - 1) < 0.02, "\(effect)")
    }
    // The curvature of a simulation is the expected one, and is called so.
    #expect(!fit.laplace.isExact && fit.information != .observed)
    #expect(fit.donors.count == 16 && fit.donors[0].residuals[0].count == 10)
  }

  /// Censored readings reach the likelihood. Catches a limit that is read as a number.
  @Test func limitsAreNotNumbers() throws {
    let model = try Made.logistic()
    let times = [0.0, 48, 96, 144]
    func fit(_ last: (Double) -> Observation.Reading) throws -> PopulationResult {
      let cultures = try (0..<4).map { d in
        let rate = 0.02 + 0.004 * Double(d)
        let readings = times.map { t -> Observation.Reading in
          let n = 20 / (1 + 39 * exp(-rate * t)) * (1 + 0.05 * sin(Double(d) + t))
          return t == 144 ? last(n) : .exact(n)
        }
        return try Culture(
          model: model,
          run: Made.run("r\(d)", donor: "d\(d)", seeded: 0.5, times: times, vcd: readings))
      }
      var fitOptions = FitOptions()
      fitOptions.held = ["K": 20]
      var options = PopulationOptions()
      options.checkDraws = 0
      return try PopulationFit.run(
        cultures: cultures, specification: PopulationSpecification(donorEffects: ["r"]),
        fitOptions: fitOptions, options: options
      ).result
    }
    let exact = try fit { .exact($0) }
    let limited = try fit { .above($0 / 2) }
    let asNumber = try fit { .exact($0 / 2) }
    #expect(exact.isUsable && limited.isUsable, "\(limited.notes)")
    #expect(abs(exact.fixed[0].estimate - limited.fixed[0].estimate) < 0.03)
    #expect(abs(exact.fixed[0].estimate - asNumber.fixed[0].estimate) > 0.05)
    #expect(limited.donors.allSatisfy { $0.residuals[0][3] == nil })
  }

  /// Catches names that are guessed.
  @Test func unknownNamesAreRefused() throws {
    let culture = try Culture(
      model: Made.logistic(),
      run: Made.run("r", donor: "d", seeded: 1, times: [0], vcd: [.exact(1)]))
    #expect(throws: InputRefused.self) {
      try PopulationFit.run(
        cultures: [culture], specification: PopulationSpecification(donorEffects: ["mu"]))
    }
    var specification = PopulationSpecification(donorEffects: ["r"])
    specification.covariates = [.init(parameter: "r", name: "age")]
    #expect(throws: InputRefused.self) {
      try PopulationFit.run(cultures: [culture], specification: specification)
    }
  }
}
