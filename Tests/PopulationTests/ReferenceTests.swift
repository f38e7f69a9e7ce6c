import Foundation
import Inference
import Lanes
import Population
import Testing

/// Bates' first-order absorption: dose, time; lKe, lKa, lCl.
enum FirstOrder: Curve {
  static var parameterCount: Int { 3 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    let (ke, ka) = (N.exp(psi[0]), N.exp(psi[1]))
    let scale = N.scaled(N.exp(psi[0] + psi[1] - psi[2]), by: x[0])
    return scale * (N.exp(N.scaled(ke, by: -x[1])) - N.exp(N.scaled(ka, by: -x[1]))) / (ka - ke)
  }
}

/// The logistic curve of the orange trees: Asym, xmid, scal.
enum Logistic: Curve {
  static var parameterCount: Int { 3 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    psi[0] / (N(1) + N.exp((psi[1] - N(x[0])) / psi[2]))
  }
}

/// ln N of logistic growth: lr, lK, lN0.
enum LogLogistic: Curve {
  static var parameterCount: Int { 3 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    let decay = N.exp(N.scaled(N.exp(psi[0]), by: -x[0]))
    return psi[1] - N.log(N(1) + (N.exp(psi[1] - psi[2]) - N(1)) * decay)
  }
}

enum Reference {
  static func theoph(_ effects: [Int], full: Bool = false) throws -> PopulationModel {
    let rows = try table(oracles.appending(path: "Theoph.csv")).map {
      (donor: $0[0], x: [Double($0[2]) ?? .nan, Double($0[3]) ?? .nan], y: Double($0[4]) ?? .nan)
    }
    return population(
      FirstOrder.self, rows, names: ["lKe", "lKa", "lCl", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock(effects, isFull: full)),
      start: [-2.5, 0.5, -3, 0], deviations: effects.map { _ in 0.3 })
  }

  static func orange() throws -> PopulationModel {
    let rows = try table(oracles.appending(path: "Orange.csv")).map {
      (donor: $0[0], x: [Double($0[1]) ?? .nan], y: Double($0[2]) ?? .nan)
    }
    return population(
      Logistic.self, rows, names: ["Asym", "xmid", "scal", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0])), start: [190, 730, 350, 2],
      deviations: [20])
  }

  static func logistic(full: Bool) throws -> PopulationModel {
    let rows = try table(oracles.appending(path: "sim_logistic.csv")).map {
      (donor: $0[0], x: [Double($0[1]) ?? .nan], y: Double($0[2]) ?? .nan)
    }
    return population(
      LogLogistic.self, rows, names: ["lr", "lK", "lN0", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0, 1], isFull: full)),
      start: [-0.3, 3.5, -0.6, -2], deviations: [0.3, 0.3])
  }
}

/// Public and simulated data whose exact maximum likelihood somebody else computed: adaptive
/// quadrature with 25 nodes, or a closed form.
@Suite(.enabled(if: hasOracles, "../shared/oracles/mixed_effects is not there"))
struct ReferenceTests {
  static let cases = ["orange", "theoph_diag2", "sim_logistic_diag", "sim_logistic_full"]

  static func model(_ name: String) throws -> PopulationModel {
    switch name {
    case "orange": try Reference.orange()
    case "theoph_diag2": try Reference.theoph([1, 2])
    case "sim_logistic_diag": try Reference.logistic(full: false)
    default: try Reference.logistic(full: true)
    }
  }

  /// Largest relative difference of fixed effects, then of deviations with the residual one.
  private func differences(
    _ fit: PopulationResult, _ names: [String], _ estimates: [String: Double], _ sds: [Double],
    _ sigma: Double
  ) -> (fixed: Double, deviations: Double) {
    guard fit.fixed.count == names.count else { return (1, 1) }
    var fixed = 0.0
    for (name, effect) in zip(names, fit.fixed) {
      guard let expected = estimates[name] else { continue }
      fixed = max(fixed, abs(effect.estimate / expected - 1))
    }
    var deviation = abs(exp(fit.fixed[names.count - 1].estimate) / sigma - 1)
    for (a, b) in zip(fit.donorEffects.deviations, sds) {
      deviation = max(deviation, abs(a / b - 1))
    }
    return (fixed.isNaN ? 1 : fixed, deviation.isNaN ? 1 : deviation)
  }

  /// Catches a wrong derivative of the covariance factor, a lost log-determinant, a sign of the
  /// score.
  @Test(arguments: cases) func quadratureReachesTheExactMaximum(_ name: String) throws {
    let expected = try #require(try Expected.read()[name])
    let model = try Self.model(name)
    let fit = PopulationFit.run(model)
    #expect(fit.isUsable && fit.termination.isConverged, "\(fit.notes)")
    let off = differences(
      fit, model.parameters, expected.estimates, expected.ranef_sd, expected.sigma)
    #expect(off.fixed < 2e-4 && off.deviations < 5e-4, "\(name) \(off)")
    #expect(abs(fit.logLikelihood - expected.logLik) < 1e-3)
    // The estimate's own Laplace value, and its importance sampling: two further ways to one
    // number.
    #expect(fit.laplace.isExact && abs(fit.laplace.value - expected.logLik) < 0.5)
    let sampled = try #require(fit.importance)
    #expect(abs(sampled.value - expected.logLik) < 0.05 && sampled.error < 0.05)
    // Observed information of the marginal likelihood; theta is (fixed, tau, ln sigma) there.
    let p = model.parameters.count
    let order = Array(0..<(p - 1)) + [expected.se_all.count - 1]
    for (effect, k) in zip(fit.fixed, order) {
      let error = try #require(effect.standardError)
      #expect(abs(error / expected.se_all[k] - 1) < 2e-3, "\(name) \(effect.name)")
    }
  }

  /// The Laplace approximation has an optimum of its own, which is reached by its own gradient.
  /// Catches a lost term of the implicit derivative of the mode or of the log-determinant.
  @Test(arguments: cases) func laplaceReachesItsOwnMaximum(_ name: String) throws {
    let expected = try #require(try Expected.read()[name])
    let model = try Self.model(name)
    var options = PopulationOptions()
    options.method = .laplace
    options.checkDraws = 0
    let fit = PopulationFit.run(model, options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    let laplace = try #require(expected.laplace)
    let off = differences(fit, model.parameters, laplace.estimates, laplace.ranef_sd, laplace.sigma)
    #expect(off.fixed < 1e-6 && off.deviations < 1e-6, "\(name) \(off)")
    #expect(abs(fit.logLikelihood - laplace.logLik) < 1e-8)
    #expect(abs(fit.logLikelihood - expected.logLik) < 0.5)
  }

  /// Importance sampling estimates, not only checks. Catches weights without the proposal's
  /// density, and draws that donors share, whose errors would add up.
  @Test(arguments: cases) func importanceSamplingComesNear(_ name: String) throws {
    let expected = try #require(try Expected.read()[name])
    let model = try Self.model(name)
    var options = PopulationOptions()
    options.method = .importance(draws: 1000)
    let fit = PopulationFit.run(model, options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    let off = differences(
      fit, model.parameters, expected.estimates, expected.ranef_sd, expected.sigma)
    #expect(off.fixed < 5e-3 && off.deviations < 2e-2, "\(name) \(off)")
    let sampled = try #require(fit.importance)
    #expect(abs(sampled.value - expected.logLik) < 0.05)
  }

  /// nlme gives lKe a deviation of 2e-5: it does not vary. Catches a boundary that is reported as a
  /// small number with a standard error, or a search that never ends there.
  @Test func aVarianceOfZeroIsNamed() throws {
    var options = PopulationOptions()
    options.automaticNodes = [15, 11, 5]
    options.checkDraws = 0
    let fit = PopulationFit.run(try Reference.theoph([0, 1, 2]), options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    #expect(fit.donorEffects.atZero == ["lKe"])
    #expect(fit.donorEffects.deviations[0] == 0)
    #expect(fit.donorEffects.logErrors[0] == nil && fit.donorEffects.logErrors[1] != nil)
    let two = try #require(try Expected.read()["theoph_diag2"])
    #expect(abs(fit.logLikelihood - two.logLik) < 0.01)
    #expect(abs(fit.donorEffects.deviations[1] / two.ranef_sd[0] - 1) < 0.01)
  }

  /// Catches results that depend on the number of threads.
  @Test func threadsDoNotMatter() throws {
    var options = PopulationOptions()
    options.checkDraws = 100
    let one = PopulationFit.run(try Reference.logistic(full: true), options: options)
    options.threads = 2
    let two = PopulationFit.run(try Reference.logistic(full: true), options: options)
    #expect(one.theta == two.theta && one.logLikelihood == two.logLikelihood)
  }
}
