import Foundation
import Lanes
import Population
import Randomness
import Testing

/// Stochastic approximation beside exact maximum likelihood.
struct SaemTests {
  private static var options: PopulationOptions {
    var options = PopulationOptions()
    options.method = .saem
    options.threads = 2
    return options
  }

  /// Within the bar of the reference sets: 0.5 % and 2 %, 0.05 in log-likelihood. Catches a regression
  /// about the wrong mean, a chain that leaves another distribution as it is, a lost weight 1/k.
  @Test(
    .enabled(if: hasOracles, "../shared/oracles/mixed_effects is not there"),
    arguments: ReferenceTests.cases)
  func agreesWithTheExactMaximum(_ name: String) throws {
    let expected = try #require(try Expected.read()[name])
    let model = try ReferenceTests.model(name)
    let fit = PopulationFit.run(model, options: Self.options)
    #expect(fit.isUsable, "\(fit.notes)")
    for (parameter, effect) in zip(model.parameters.dropLast(), fit.fixed) {
      let exact = try #require(expected.estimates[parameter])
      #expect(abs(effect.estimate / exact - 1) < 5e-3, "\(name) \(parameter)")
    }
    for (a, b) in zip(fit.donorEffects.deviations, expected.ranef_sd) {
      #expect(abs(a / b - 1) < 2e-2, "\(name)")
    }
    #expect(abs(fit.logLikelihood - expected.logLik) < 0.05, "\(name) \(fit.logLikelihood)")
    #expect(abs(fit.laplace.value - expected.logLik) < 0.5)
    // Standard errors come from the same draws.
    let last = expected.se_all.count - 1
    let p = model.parameters.count
    for (effect, k) in zip(fit.fixed, Array(0..<(p - 1)) + [last]) {
      #expect(abs((effect.standardError ?? 0) / expected.se_all[k] - 1) < 0.05, "\(effect)")
    }
  }

  /// Covariates, proportional noise, and Student's t with an outlier. Catches a centred column that
  /// forgets its covariate, and weights of outliers that are left out.
  @Test func covariatesAndStudent() throws {
    let bolus = try Records.fit("bolus")
    let fit = PopulationFit.run(try ExactTests.bolus(), options: Self.options)
    #expect(fit.isUsable, "\(fit.notes)")
    #expect(abs(fit.logLikelihood - bolus.logLik) < 0.05)
    for (a, b) in zip(fit.theta, [0, 1, 2, 5, 3, 4].map({ bolus.theta[$0] })) {
      #expect(abs(a - b) < 0.02, "\(a) \(b)")
    }
    let student = try Records.fit("student")
    let rows = try Records.rows("student").map {
      (donor: $0[0], x: [Double](), y: Double($0[1]) ?? .nan)
    }
    let heavy = PopulationFit.run(
      population(
        Level.self, rows, names: ["mu", "ln sigma"],
        structure: RandomStructure(donor: RandomBlock([0]), studentDegrees: 4),
        start: [0.5, -1], deviations: [0.5]), options: Self.options)
    #expect(heavy.isUsable, "\(heavy.notes)")
    for (a, b) in zip(heavy.theta, [0, 2, 1].map({ student.theta[$0] })) {
      #expect(abs(a - b) < 0.03, "\(a) \(b)")
    }
  }

  /// Runs within donors, with four effects a donor. Catches a run's chain that moves its sibling.
  @Test func runsWithinDonors() throws {
    let expected = try Records.fit("nested")
    let fit = PopulationFit.run(try ClosedFormTests.nested(), options: Self.options)
    #expect(fit.isUsable, "\(fit.notes)")
    #expect(abs(fit.logLikelihood - expected.logLik) < 0.05)
    for (a, b) in zip(fit.theta, [0, 3, 1, 2].map({ expected.theta[$0] })) {
      #expect(abs(a - b) < 0.03, "\(a) \(b)")
    }
  }

  /// A mean whose sign no donor's data tell: two modes a donor. Quadrature about one of them loses
  /// ln 2 a donor; chains that jump do not. Catches chains that stay where they began.
  @Test func twoModes() throws {
    enum Absolute: Curve {
      static var parameterCount: Int { 1 }
      static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N { psi[0] * psi[0] }
    }
    var stream = RandomStream(seed: 9, name: "modes", purpose: "data")
    var rows: [(donor: String, x: [Double], y: Double)] = []
    for donor in 0..<40 {
      let level = stream.normal()
      for _ in 0..<3 { rows.append(("d\(donor)", [], level * level + 0.2 * stream.normal())) }
    }
    var model = population(
      Absolute.self, rows, names: ["mu", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0])), start: [0, -1], deviations: [0.5])
    model.bounds[0] = 0...0
    // The likelihood by a fine rectangle rule over the effect.
    func exact(_ theta: [Double]) -> Double {
      var total = 0.0
      for donor in model.donors {
        var sum = 0.0
        for k in -4000...4000 {
          let e = Double(k) * 1e-3 * 6 * exp(theta[2]) / 4
          let f = donor.occasions[0].likelihood.value(at: [e, theta[1]]) ?? .infinity
          sum += exp(-f - 0.5 * pow(e / exp(theta[2]), 2))
        }
        total += log(sum * 1.5e-3 / (2 * Double.pi).squareRoot())
      }
      return total
    }
    var options = Self.options
    options.saem.draws = 4000
    let fit = PopulationFit.run(model, options: options)
    // Where draws do not carry the gradient the fit may say that it is not sure; the estimate holds.
    #expect(fit.isUsable || fit.notes.contains { $0.contains("stationary point") })
    #expect(abs(fit.logLikelihood - exact(fit.theta)) < 0.3, "\(fit.logLikelihood)")
    // A maximum: the exact likelihood falls to both sides of both numbers.
    let top = exact(fit.theta)
    for k in 1...2 {
      for step in [-0.15, 0.15] {
        var aside = fit.theta
        aside[k] += step
        #expect(exact(aside) < top, "\(k) \(step)")
      }
    }
    let one = PopulationFit.run(model)
    #expect(abs(one.logLikelihood - exact(fit.theta)) > 5 || !one.isUsable)
  }

  /// Catches chains that depend on the order in which threads come by.
  @Test(.enabled(if: hasOracles, "../shared/oracles/mixed_effects is not there"))
  func threadsDoNotMatter() throws {
    var options = Self.options
    options.saem.burnIn = 20
    options.saem.smoothing = 20
    options.saem.rounds = 1
    options.saem.draws = 60
    options.threads = 1
    let one = PopulationFit.run(try Reference.logistic(full: true), options: options)
    options.threads = 2
    let two = PopulationFit.run(try Reference.logistic(full: true), options: options)
    #expect(one.theta == two.theta && one.logLikelihood == two.logLikelihood)
    options.seed = 2
    #expect(
      PopulationFit.run(try Reference.logistic(full: true), options: options).theta != one.theta)
  }

  /// A rate that does not vary is named, and shared by all then. Catches a deviation that falls for
  /// ever and holds its mean back.
  @Test(.enabled(if: hasOracles, "../shared/oracles/mixed_effects is not there"))
  func aVarianceOfZeroIsNamed() throws {
    let fit = PopulationFit.run(try Reference.theoph([0, 1, 2]), options: Self.options)
    #expect(fit.isUsable, "\(fit.notes)")
    #expect(fit.donorEffects.atZero == ["lKe"], "\(fit.donorEffects)")
    let two = try #require(try Expected.read()["theoph_diag2"])
    #expect(abs(fit.logLikelihood - two.logLik) < 0.1)
  }

  /// Catches options without meaning that are computed.
  @Test func optionsAreChecked() {
    let model = FindingTests.quartic()
    func notes(_ change: (inout SaemOptions) -> Void) -> String {
      var options = Self.options
      change(&options.saem)
      return PopulationFit.run(model, options: options).notes.first ?? ""
    }
    #expect(notes { $0.burnIn = 0 }.contains("burn-in"))
    #expect(notes { $0.decay = 0.4 }.contains("decay"))
    #expect(notes { $0.chains = 0 }.contains("chain"))
    #expect(notes { $0.annealing = 1 }.contains("annealing"))
    #expect(notes { $0.draws = 1 }.contains("draws"))
    #expect(notes { $0.rounds = 0 }.contains("rounds"))
  }
}
