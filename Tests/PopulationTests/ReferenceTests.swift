import Foundation
import Inference
import Lanes
import Population
import Testing

/// Bates' first-order absorption: dose, time; lKe, lKa, lCl.
enum FirstOrder: Curve {
  static var parameterCount: Int { 4 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    let (ke, ka) = (N.exp(psi[0]), N.exp(psi[1]))
    let scale = N.scaled(N.exp(psi[0] + psi[1] - psi[2]), by: x[0])
    return scale * (N.exp(N.scaled(ke, by: -x[1])) - N.exp(N.scaled(ka, by: -x[1]))) / (ka - ke)
  }
}

/// The logistic curve of the orange trees: Asym, xmid, scal.
enum Logistic: Curve {
  static var parameterCount: Int { 4 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    psi[0] / (N(1) + N.exp((psi[1] - N(x[0])) / psi[2]))
  }
}

/// ln N of logistic growth: lr, lK, lN0.
enum LogLogistic: Curve {
  static var parameterCount: Int { 4 }
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

@Suite(.enabled(if: hasOracles, "../shared/oracles/mixed_effects is not there"))
struct ReferenceTests {
  @Test func firstLook() throws {
    let expected = try Expected.read()
    let cases: [(String, PopulationModel)] = [
      ("orange", try Reference.orange()), ("theoph_diag2", try Reference.theoph([1, 2])),
      ("sim_logistic_diag", try Reference.logistic(full: false)),
      ("sim_logistic_full", try Reference.logistic(full: true)),
    ]
    for (name, model) in cases {
      for method in [PopulationMethod.automatic, .laplace, .importance(draws: 1000)] {
        var options = PopulationOptions()
        options.method = method
        let clock = ContinuousClock()
        var fit = PopulationResult()
        let time = clock.measure { fit = PopulationFit.run(model, options: options) }
        let e = expected[name]
        print("==", name, method, fit.termination, fit.gradient, fit.evaluations, fit.failures, time)
        print(fit.fixed.map(\.estimate), fit.donorEffects.deviations, fit.notes)
        print(e?.estimates ?? [:], e?.ranef_sd ?? [], e?.sigma ?? 0, Foundation.log(e?.sigma ?? 1))
        print(e?.laplace as Any)
        print("logL", fit.logLikelihood, fit.laplace, fit.importance as Any, "expected", e?.logLik ?? 0)
        print(fit.fixed.map { $0.standardError ?? .nan }, fit.donorEffects.logErrors, e?.se_all ?? [])
      }
    }
  }
}
