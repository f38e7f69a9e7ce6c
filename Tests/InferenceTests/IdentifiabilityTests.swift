import Bioreactor
import Foundation
import LinearAlgebra
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

@testable import Inference

/// A model, a run and what the run cannot or must tell.
struct Design {
  let label: String
  let model: Model
  let run: Run
  let parameters: [String]
  var usesPriors = false
}

@Suite("What data cannot tell is not told") struct IdentifiabilityTests {
  static let honest: Set<String> = [
    "not_identifiable", "prior_only", "at_bound", "held", "no_influence",
  ]

  private func fit(_ design: Design) throws -> FitResult {
    var options = FitOptions()
    options.usesPriors = design.usesPriors
    options.starts = 6
    return try Fit.run(try Culture(model: design.model, run: design.run), options: options)
  }

  private func noisy(
    _ times: [Double], _ sd: Double, _ seed: Int, _ logMean: (Double) -> Double
  ) -> [Double] {
    var stream = RandomStream(
      seed: 11, name: "designs", purpose: "noise", index: UInt64(seed))
    return times.map { exp(logMean($0) + sd * stream.normal()) }
  }

  private static let counted = """
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
    V(0) = 0.5 [1e6 cells/mL]
    cells V [1e6 cells/mL] "viable"
    """

  private func flat() throws -> [Design] {
    var designs: [Design] = []
    let product = try textModel(
      Self.counted + """

        param a [1/h] "one" = 0.03 in 0.0001 ... 10 log
        param b [1] "other" = 1 in 0.001 ... 1000 log
        V' = a * b * V
        """)
    let productPrior = try textModel(
      Self.counted + """

        param a [1/h] "one" = 0.03 in 0.0001 ... 10 log prior median 0.03 sd_ln 0.2
        param b [1] "other" = 1 in 0.001 ... 1000 log
        V' = a * b * V
        """)
    let sum = try textModel(
      Self.counted + """

        param a [1/h] "one" = 0.02 in 0.0001 ... 1 log
        param b [1/h] "other" = 0.01 in 0.0001 ... 1 log
        V' = (a + b) * V
        """)
    let net = try textModel(
      Self.counted + """

        param a [1/h] "growth" = 0.04 in -1 ... 1 linear
        param b [1/h] "death" = 0.01 in -1 ... 1 linear
        V' = (a - b) * V
        """)
    let ratio = try textModel(
      Self.counted + """

        solute glucose [mmol/L] "glucose"
        param a [1/h] "largest rate" = 20 in 0.1 ... 1000 log
        param b [mmol/L] "half-saturation" = 600 in 10 ... 100000 log
        glucose(0) = 1 [mmol/L]
        glucose' = 0 [1/h] * glucose
        V' = a * monod(glucose, b) * V
        """)
    let early = [24.0, 48, 72, 96, 120]
    for k in 0..<20 {
      let mu = 0.018 + 0.001 * Double(k)
      let counts = noisy(early, 0.08, 5000 + k) { log(0.5) + mu * $0 }
      for (label, model) in [("product", product), ("sum", sum), ("net", net)] {
        designs.append(
          Design(label: label, model: model, run: made(early, counts), parameters: ["a", "b"]))
      }
      let slow = noisy(early, 0.08, 5000 + k) { log(0.5) + mu * $0 }
      designs.append(
        Design(
          label: "product, prior on one", model: productPrior, run: made(early, slow),
          parameters: ["a", "b"], usesPriors: true))
      let fed = operation(
        0, .seed(volume: 100, viableDensity: nil, viability: nil, solutes: ["glucose": 1]))
      designs.append(
        Design(
          label: "ratio", model: ratio, run: made(early, counts, operations: [fed]),
          parameters: ["a", "b"]))
    }
    // A capacity far above every count; exact growth, so that chance does not bend the curve.
    for name in ["logistic", "baranyi_roberts", "live_dead_density"] {
      for k in 0..<12 {
        let mu = 0.02 + 0.0014 * Double(k)
        let times = name == "logistic" ? [0.0, 24, 48, 72] : [0.0, 12, 24, 48, 72, 96]
        let counts = times.map {
          exp(baranyiLog($0, logN0: log(0.5), mu: mu, lag: 14, logK: 40))
        }
        designs.append(
          Design(
            label: "early counts, \(name)", model: try shipped(name), run: made(times, counts),
            parameters: [name == "live_dead_density" ? "Vmax" : "K"]))
      }
    }
    // One time point, counted again and again.
    for k in 0..<18 {
      let times = [Double](repeating: 48 + 12 * Double(k), count: 2 + k % 6)
      designs.append(
        Design(
          label: "one time", model: try shipped("exponential"),
          run: made(times, noisy(times, 0.1, 40 + k) { 0.02 * $0 }), parameters: ["V0", "mu"]))
    }
    // Nothing grows: there is no lag to see.
    for k in 0..<16 {
      let times = (0...(3 + k % 8)).map { 24 * Double($0) }
      designs.append(
        Design(
          label: "constant", model: try shipped("exponential_lag"),
          run: made(times, times.map { _ in 0.6 + 0.1 * Double(k) }), parameters: ["lag"]))
    }
    // Every count is long after the lag: start and lag trade off.
    for k in 0..<18 {
      let times = [96.0, 120, 144, 168, 192]
      let counts = noisy(times, 0.03, 60 + k) {
        log(0.5) + lagLogFold($0, mu: 0.02 + 0.0007 * Double(k), lag: 20)
      }
      designs.append(
        Design(
          label: "after the lag", model: try shipped("exponential_lag"),
          run: made(times, counts), parameters: ["V0", "lag"]))
    }
    // Dead cells that nobody counted.
    for k in 0..<12 {
      let times = (0...8).map { 24 * Double($0) }
      let counts = noisy(times, 0.05, 80 + k) {
        baranyiLog($0, logN0: log(0.3), mu: 0.03, lag: 24, logK: log(8))
      }
      designs.append(
        Design(
          label: "no dead counts", model: try shipped("live_dead_density"),
          run: made(times, counts), parameters: ["D0", "s_dead", "s_viability", "kd"]))
    }
    return designs
  }

  // Catches: errors of the posterior taken for those of the data, a pseudo-inverse printed as a
  // covariance, only `info` trusted (promise N4).
  @Test("no flat or collinear design has its parameter fixed by the data")
  func flatDesigns() throws {
    let designs = try flat()
    #expect(designs.count >= 200)
    var wrong: [String] = []
    var silent: [String] = []
    var open = 0
    for design in designs {
      let fit = try fit(design)
      let words = design.parameters.compactMap { fit.parameter($0)?.verdict.words }
      if words.contains(where: { $0.contains("not identifiable") }) {
        open += 1
      } else {
        silent.append("\(design.label): \(words)")
      }
      for name in design.parameters {
        let code = fit.parameter(name)?.verdict.code ?? "none"
        // A parameter without a prior of its own that only its partner's prior pins.
        let pinned =
          design.usesPriors && ["data_and_prior", "prior_of_another"].contains(code)
        if !Self.honest.contains(code), !pinned, fit.termination.isConverged {
          wrong.append(
            "\(design.label): \(name) \(code) \(fit.parameter(name)?.standardError ?? .nan)")
        }
      }
      if !design.usesPriors, ["product", "sum", "net"].contains(design.label),
        fit.covariance != nil, !fit.assessedBounds.contains(where: { $0 != .none })
      {
        wrong.append("\(design.label): covariance not refused")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "; "))")
    #expect(open == designs.count, "\(silent.joined(separator: "; "))")
  }

  // Catches: a threshold so strict that good data are called silent.
  @Test("good designs are not flagged")
  func goodDesigns() throws {
    var flagged: [String] = []
    var count = 0
    for k in 0..<67 {
      let mu = 0.02 + 0.00024 * Double(k)
      let days = (0...9).map { 24 * Double($0) }
      let designs = [
        Design(
          label: "exponential", model: try shipped("exponential"),
          run: made(days, noisy(days, 0.15, 100 + k) { log(0.5) + mu * $0 }),
          parameters: ["V0", "mu", "s_count"]),
        Design(
          label: "lag", model: try shipped("exponential_lag"),
          run: made(
            days, noisy(days, 0.12, 1200 + k) { log(0.5) + lagLogFold($0, mu: mu, lag: 50) }),
          parameters: ["V0", "mu", "lag", "s_count"]),
        Design(
          label: "logistic", model: try shipped("logistic"),
          run: made(
            days,
            noisy(days, 0.12, 2300 + k) {
              baranyiLog($0, logN0: log(0.5), mu: mu + 0.015, lag: 0, logK: log(12))
            }), parameters: ["V0", "mu", "K", "s_count"]),
      ]
      for design in designs {
        count += 1
        let fit = try fit(design)
        let bad = design.parameters.filter {
          fit.parameter($0)?.verdict.code != "fixed_by_data"
        }
        if !bad.isEmpty || !fit.isUsable || fit.covariance == nil {
          flagged.append("\(design.label) \(k): \(bad)")
        }
      }
    }
    #expect(count == 201)
    #expect(flagged.count <= 2, "\(flagged.joined(separator: "; "))")
  }

  // Catches: a half-saturation printed as an estimate from daily glucose.
  @Test(
    "Monod's constant is not identifiable from a batch",
    arguments: [(96.0, 9.4342), (144, 1.77469), (192, 1.58281)])
  func monod(until end: Double, error: Double) throws {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable cells"
      cells D [1e6 cells/mL] "dead cells"
      solute glucose [mmol/L] "glucose"
      solute lactate [mmol/L] "lactate"
      param mu [1/h] "growth" = 0.03 in 0.001 ... 0.2 log
      param Ks [mmol/L] "half-saturation" = 0.5 in 0.001 ... 100 log
      param qG [pmol/cell/h] "uptake" = 0.10 in 0.005 ... 1 log
      param YL [1] "lactate per glucose" = 1.6 in 0.2 ... 4 log
      param KL [mmol/L] "lactate at half rate" = 20 in 1 ... 1000 log
      param kd [1/h] "death" = 0.002 in 0.0001 ... 0.05 log
      let fed = monod(glucose, Ks)
      V(0) = 0.494 [1e6 cells/mL]
      D(0) = 0.02 [1e6 cells/mL]
      glucose(0) = 25 [mmol/L]
      lactate(0) = 0.5 [mmol/L]
      V' = (mu * fed / (1 + lactate / KL) - kd) * V
      D' = kd * V
      glucose' = -qG * fed * V
      lactate' = YL * qG * fed * V
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.10)
      observe dead [1e6 cells/mL] = D ~ lognormal(sd_ln: 0.25)
      observe glucose [mmol/L] = glucose ~ normal(sd: 0.2 [mmol/L], relative: 0.05)
      observe lactate [mmol/L] = lactate ~ normal(sd: 0.2 [mmol/L], relative: 0.05)
      """)
    let operations = [
      operation(
        0,
        .seed(
          volume: 100, viableDensity: 0.494, viability: nil,
          solutes: ["glucose": 25, "lactate": 0.5]
        ))
    ]
    let empty = Run(name: "monod", observations: [], operations: operations)
    let times = stride(from: 24.0, through: end, by: 24).map { $0 }
    let truth = try Culture(model: model, run: empty).simulate(
      model.parameters.map(\.value), at: times.map { Instant(time: $0) })
    // sd of ln Ks at the truth, from the Fisher information by central differences (scipy, LSODA at
    // 1e-10): noise depends on the mean, so its slope counts too.
    let shape = times.flatMap { time in
      ["vcd", "dead", "glucose", "lactate"].map { reading(time, $0, .exact(1)) }
    }
    let options = FitOptions()
    let blank = try Culture(
      model: model, run: Run(name: "monod", observations: shape, operations: operations))
    let problem = FitProblem(
      blank, plan: ParameterPlan(blank, options: options), options: options)
    let rows = try #require(problem.linearise(at: problem.plan.free.map(\.start))).rows
    let covariance = try StandardErrors(rows: rows).covariance
    #expect(abs(covariance[1, 1].squareRoot() / error - 1) < 0.01)
    for seed in 0..<2 {
      var stream = RandomStream(seed: 3, name: "monod", purpose: "noise", index: UInt64(seed))
      var observations: [Observation] = []
      for snapshot in truth {
        for (k, name) in ["vcd", "dead", "glucose", "lactate"].enumerated() {
          let mean = snapshot.means[k]
          // Seed 0 is the curve itself; a metabolite below its own noise is read as the noise.
          let z = seed == 0 ? 0 : stream.normal()
          let value = k < 2 ? mean * exp((k == 0 ? 0.1 : 0.25) * z) : mean + snapshot.noise[k] * z
          observations.append(reading(snapshot.instant.time, name, .exact(max(value, 0.01))))
        }
      }
      let run = Run(name: "monod", observations: observations, operations: operations)
      let fit = try fit(
        Design(label: "monod", model: model, run: run, parameters: ["Ks"]))
      let code = fit.parameter("Ks")?.verdict.code ?? "none"
      #expect(code == "not_identifiable" || (seed > 0 && code == "at_bound"))
      #expect(fit.notes.contains { $0.contains("Ks") })
      let culture = try Culture(model: model, run: run)
      let profile = try #require(
        Fit.profiles(fit, [culture], names: ["Ks"], options: options).first)
      #expect(profile.profile.isFlat, "\(end) \(seed) \(profile.words)")
    }
  }
}
