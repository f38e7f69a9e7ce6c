import Bioreactor
import Foundation
import Inference
import ModelLanguage
import Population
import Quantities
import RunRecords
import Testing

private let records = URL(filePath: #filePath).deletingLastPathComponent().appending(
  path: "Records")

/// Covariates: coding, learning, and the prior of one run.
struct CovariateTests {
  private struct Told: Decodable {
    struct Run: Decodable {
      let mean: [Double]
      let sd: [Double]
      let correlation: Double
      let meanError: [Double]
    }
    let logLikelihood: Double
    let fixed: [Double]
    let errors: [Double]
    let omega: [Double]
    let centre: Double
    let reference: Run
    let xuri31: Run
    let bag70: Run
  }

  private static let year = Unit(symbol: "a", dimension: Dimension(time: 1), scale: hours)
  private static let hours = (try? Rational(8766, over: 1)) ?? .one

  /// A run of ln-linear growth with what is known of it.
  private func culture(
    _ name: String, donor: String? = nil, platform: String? = nil, age: Double? = nil,
    attributes: [String: RunAttribute] = [:], readings: [(Double, Double)] = [(0, 1), (1, 1.6)],
    model: Model? = nil
  ) throws -> Culture {
    var run = Made.run(
      name, donor: donor ?? name, seeded: 1, times: readings.map(\.0),
      vcd: readings.map { .exact($0.1) })
    run.platform = platform
    run.attributes = attributes
    if let age { run.attributes["age"] = .number(age * 8766, Self.year) }
    return try Culture(model: model ?? line(), run: run)
  }

  private func line() throws -> Model {
    try Model(
      parsing: """
        model line "exponential growth from a level"
        cells N [1e6 cells/mL] "cells"
        param A [1e6 cells/mL] "level" = 1.5 in 1e-3 ... 1000 log
        param r [1/h] "rate" = 0.5 in -5 ... 5 linear
        param s [1] "noise" = 0.1 in 1e-3 ... 10 log
        N(0) = A
        N' = r * N
        observe vcd [1e6 cells/mL] = N ~ lognormal(sd_ln: s)

        """, file: "line")
  }

  private func record() throws -> (cultures: [Culture], told: Told) {
    let told = try JSONDecoder().decode(
      Told.self, from: Data(contentsOf: records.appending(path: "covariates.json")))
    var order: [String] = []
    var rows: [String: [[String]]] = [:]
    for row in try table(records.appending(path: "covariates.csv")) {
      if rows[row[0]] == nil { order.append(row[0]) }
      rows[row[0], default: []].append(row)
    }
    let model = try line()
    let cultures = try order.map { name in
      let own = try #require(rows[name])
      return try culture(
        name, platform: own[0][1], age: Double(own[0][2]),
        readings: own.map { (Double($0[3]) ?? .nan, exp(Double($0[4]) ?? .nan)) }, model: model)
    }
    return (cultures, told)
  }

  private func learned(
    _ cultures: [Culture], _ covariates: [PopulationSpecification.Covariate]
  ) throws -> (prior: LearnedPrior, result: PopulationResult) {
    var specification = PopulationSpecification(donorEffects: ["A", "r"])
    specification.covariates = covariates
    var fitOptions = FitOptions()
    fitOptions.held = ["s": 0.1]
    fitOptions.relativeTolerance = 1e-10
    fitOptions.absoluteTolerance = 1e-12
    var options = PopulationOptions()
    options.method = .quadrature(nodes: 5)
    options.checkDraws = 0
    let (result, plan) = try PopulationFit.run(
      cultures: cultures, specification: specification, fitOptions: fitOptions, options: options)
    return (
      try LearnedPrior(result, plan: plan, model: "line", origin: "made"), result
    )
  }

  /// A normal population whose likelihood, errors and predictive distribution were computed in Python.
  /// Catches a centre that is forgotten or taken off twice, an effect that is added twice or in
  /// standard deviations, a covariance of effects and means that is left out or has the other sign,
  /// and degrees of freedom that the effects do not take.
  @Test func predictiveDistribution() throws {
    let (cultures, told) = try record()
    let (prior, result) = try learned(
      cultures,
      [
        .init(parameter: "A", name: "platform"), .init(parameter: "r", name: "platform"),
        .init(parameter: "r", name: "age"),
      ])
    #expect(prior.fault == nil && prior.form == 2)
    // The density of a reading in place of its logarithm's.
    let logs = cultures.flatMap { $0.targets }.reduce(0) { $0 + log($1.observation.value.number) }
    #expect(abs(result.logLikelihood + logs - told.logLikelihood) < 1e-4)
    func near(_ a: Double, _ b: Double, _ rounding: Double = 1e-3) -> Bool {
      abs(a - b) < rounding * max(abs(b), 0.05)
    }
    let wanted = [2, 3, 4].map { (told.fixed[$0], told.errors[$0]) }
    for (effect, (value, error)) in zip(prior.covariates, wanted) {
      #expect(near(effect.effect, value, 1e-2 / 50) && abs(effect.error / error - 1) < 2e-3)
    }
    #expect(prior.covariates.map(\.label) == ["platform xuri", "platform xuri", "age"])
    #expect(prior.covariates.map(\.donors) == [4, 4, 10])
    guard case .number(.none, "a", let centre, 23, 70) = prior.covariates[2].values else {
      Issue.record("\(prior.covariates[2].values)")
      return
    }
    #expect(abs(centre - told.centre) < 1e-9)
    for (platform, age, own) in [
      ("bag", told.centre, told.reference), ("xuri", 31, told.xuri31), ("bag", 70, told.bag70),
    ] {
      let run = try culture("new", platform: platform, age: age).run
      let (here, notes) = try prior.resolved(for: run)
      #expect(here.fault == nil && here.covariates.isEmpty && notes.count == 3, "\(notes)")
      for k in 0...1 {
        let parameter = here.parameters[k]
        #expect(near(parameter.mean, own.mean[k]), "\(platform) \(age) mean \(k)")
        #expect(abs(parameter.sd / own.sd[k] - 1) < 2e-3, "\(platform) \(age) sd \(k)")
        #expect(abs(parameter.meanError / own.meanError[k] - 1) < 2e-3)
      }
      #expect(abs(here.correlations[0][1] - own.correlation) < 2e-3)
    }
  }

  /// The most frequent word is the reference, of equal ones the first in order. Catches a reference
  /// by the order of runs, and a centre over donors.
  @Test func coding() throws {
    func of(_ words: [String]) throws -> CovariateCoding {
      try CovariateCoding(
        "start", transform: .none,
        of: words.enumerated().map {
          try culture("r\($0)", attributes: ["start": .word($1)])
        })
    }
    #expect(
      try of(["b", "b", "a", "a", "b"]).kind == .words(reference: "b", others: ["a"]))
    #expect(
      try of(["c", "b", "c", "b", "a", "a"]).kind == .words(reference: "a", others: ["b", "c"]))
    let plain = Unit.one
    let levels = try CovariateCoding(
      "level", transform: .ln,
      of: [1.0, 10, 100, 10].enumerated().map {
        try culture("r\($0)", donor: "d\($0 / 2)", attributes: ["level": .number($1, plain)])
      })
    guard case .number(_, let centre, _, let low, let high) = levels.kind else {
      Issue.record("no number")
      return
    }
    #expect(abs(centre - log(10)) < 1e-12 && low == 0 && abs(high - log(100)) < 1e-12)
    #expect(levels.columns.map(\.donors) == [2] && levels.labels == ["ln(level)"])
  }

  /// What cannot be learned is refused by name. Catches a singular information that is reported in
  /// place of its cause, two runs of one donor that count as two donors, and text that is guessed.
  @Test func whatCannotBeLearned() throws {
    let level = { (x: Double) in ["level": RunAttribute.number(x, .one)] }
    func refusal(
      _ cultures: [Culture], _ texts: [String]
    ) -> String {
      do {
        let covariates = try texts.map {
          try #require(PopulationSpecification.Covariate(parsing: $0))
        }
        _ = try learned(cultures, covariates)
        return ""
      } catch let refused as InputRefused {
        return refused.findings.map { "\($0.code) \($0.cause) \($0.remedy)" }.joined()
      } catch { return "\(error)" }
    }
    let six = try (0..<6).map {
      try culture(
        "r\($0)", platform: $0 < 3 ? "bag" : "xuri",
        attributes: ["site": .word($0 < 3 ? "north" : "south")].merging(
          level(Double($0 - 2))
        ) { $1 })
    }
    #expect(refusal(six, ["r~level"]).isEmpty)
    var bad = refusal(six, ["r~group"])
    #expect(bad.contains("6 runs") && bad.contains("column group"), "\(bad)")
    bad = refusal(six, ["r~sit"])
    #expect(bad.contains("'site'") && bad.contains("runs.csv"), "\(bad)")
    bad = refusal(six, ["r~seed_density"])
    #expect(bad.contains("1 1e6 cells/mL in all runs"), "\(bad)")
    bad = refusal(six, ["r~platform", "r~site"])
    #expect(bad.contains("site south follows from platform"), "\(bad)")
    #expect(refusal(six, ["A~platform", "r~site"]).isEmpty)
    bad = refusal(six, ["r~ln(level)"])
    #expect(bad.contains("no logarithm") && bad.contains("-2"), "\(bad)")
    #expect(refusal(six, ["r~ln(site)"]).contains("holds words"))
    #expect(refusal(six, ["s~level"]).contains("not an estimated parameter"))
    #expect(refusal(six, ["r~level", "r ~ level"]).contains("named twice"))
    let one = try six.dropLast(2) + [culture("s", donor: "r3", platform: "xuri")]
    bad = refusal(Array(one), ["r~platform"])
    #expect(bad.contains("xuri has 1 donor") && bad.contains("bag has 3 donors"), "\(bad)")
    let mixed = six + [try culture("t", platform: "bag", attributes: ["level": .word("high")])]
    #expect(refusal(mixed, ["r~level"]).contains("the word high here"))
    #expect(refusal(Array(six.prefix(2)), ["r~level"]).contains("cannot tell them"))
    for text in ["mu", "mu~", "~age", "mu~a~b", "mu~ln(", "mu~1a", "mu~ln()"] {
      #expect(PopulationSpecification.Covariate(parsing: text) == nil, "\(text)")
    }
    #expect(
      PopulationSpecification.Covariate(parsing: "mu ~ LN(IL2_level)")?.text == "mu ~ ln(il2_level)"
    )
  }

  /// A run that the prior has nothing to say of is refused. Catches a value taken for 0, a word
  /// taken for the reference, and an extrapolation that is not said.
  @Test func valuesOfARun() throws {
    let prior = LearnedPrior(
      form: 2, model: "line", origin: "made", donors: 9, runs: 9, measurements: 40, method: "exact",
      logLikelihood: 1,
      parameters: [
        .init(
          named: "A", scale: "log", isRelative: false, mean: 0.5, meanError: 0.1, spread: 0.2,
          sd: 0.3, widening: 1.3)
      ], correlations: [[1]],
      covariates: [
        .init(
          of: "age", on: "A",
          values: .number(transform: .none, unit: "a", centre: 40, low: 20, high: 60),
          effect: -0.01, error: 0.005, donors: 9, meanCovariances: [0],
          effectCovariances: [0.0001, 0]),
        .init(
          of: "platform", on: "A", values: .word("xuri", reference: "bag"), effect: 0.31,
          error: 0.1, donors: 4, meanCovariances: [-0.01], effectCovariances: [0, 0.02]),
      ], widening: 1.3, wideningReason: "few", notes: [])
    #expect(prior.fault == nil)
    func refusal(_ culture: Culture) -> String {
      do {
        _ = try prior.resolved(for: culture.run)
        return ""
      } catch { return error.findings.map { "\($0)" }.joined(separator: "\n") }
    }
    let young = try prior.resolved(for: culture("a", platform: "xuri", age: 30).run)
    // 0.5 - 0.01 (30 - 40) + 0.31, and 0.09 + 100 x 0.0001 + 0.02 - 2 x 0.01.
    #expect(abs(young.prior.parameters[0].mean - 0.91) < 1e-12)
    #expect(abs(young.prior.parameters[0].sd - 0.1.squareRoot()) < 1e-12)
    #expect(young.notes.contains("A for platform xuri: +0.31 on ln (learned from 4 donors)."))
    #expect(young.notes.contains("A for age 30 a: +0.1 on ln (learned from 9 donors)."))
    #expect(
      prior.described(try culture("a", platform: "xuri", age: 30).run) == [
        "age 30 a", "platform xuri",
      ])
    let nothing = try refusal(culture("b"))
    #expect(nothing.contains("runs.csv") && nothing.contains("observations.csv"), "\(nothing)")
    #expect(nothing.contains("made:"))
    let word = try refusal(culture("c", platform: "xury", age: 30))
    #expect(word.contains("'xuri'") && word.contains("bag and xuri"), "\(word)")
    #expect(try prior.resolved(for: culture("d", platform: "bag", age: 63).run).notes.count == 2)
    let old = try prior.resolved(for: culture("d", platform: "bag", age: 65).run).notes
    #expect(old.contains { $0.contains("extrapolated") && $0.contains("20 to 60 a") }, "\(old)")
    #expect(try refusal(culture("e", platform: "bag", age: 141)).contains("too far"))
    #expect(
      try refusal(
        culture("f", platform: "bag", attributes: ["age": .number(3, .one)])
      ).contains("in 1, and the prior has it in a"))
    #expect(
      try refusal(culture("g", platform: "bag", attributes: ["age": .word("old")]))
        .contains("has numbers"))
    #expect(throws: InputRefused.self) {
      try DonorForecast(culture("h", platform: "bag"), prior: prior)
    }
    let forecast = try DonorForecast(
      culture("i", platform: "xuri", age: 30), prior: prior, draws: 200,
      fitOptions: {
        var options = FitOptions()
        options.held = ["r": 0.5, "s": 0.1]
        return options
      }())
    #expect(forecast.covariates == ["age 30 a", "platform xuri"])
    #expect(forecast.notes.contains { $0.hasPrefix("A for platform xuri") })
  }
}
