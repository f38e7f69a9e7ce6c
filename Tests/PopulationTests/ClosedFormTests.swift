import Foundation
import Lanes
import LinearAlgebra
import Population
import Testing

/// A straight line: intercept, slope.
enum Line: Curve {
  static var parameterCount: Int { 2 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N { psi[0] + N.scaled(psi[1], by: x[0]) }
}

/// A level.
enum Level: Curve {
  static var parameterCount: Int { 1 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N { psi[0] }
}

/// Records of `Records/make.py`: data, and exact maximum likelihood computed in Python.
enum Records {
  struct Fit: Decodable {
    let theta: [Double]
    let logLik: Double
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Records")

  static func fit(_ name: String) throws -> Fit {
    let data = try Data(contentsOf: folder.appending(path: "expected.json"))
    return try #require(try JSONDecoder().decode([String: Fit].self, from: data)[name])
  }

  static func rows(_ name: String) throws -> [[String]] {
    try table(folder.appending(path: name + ".csv"))
  }
}

private func number(_ text: String) -> Double { Double(text) ?? .nan }

/// Models that are linear in their random effects: the integral has a closed form, and the Laplace
/// approximation is exact.
struct ClosedFormTests {
  /// Davies' dyestuff yields; maximum likelihood as lme4 prints it (Bates et al. 2015): 1527.5,
  /// 37.26, 49.51, deviance 327.3271. In closed form for balanced data: sigma^2 = MSW, omega^2 =
  /// (SSB/batches - MSW)/n. Catches a lost constant of the likelihood.
  @Test func dyestuff() throws {
    let yields: [[Double]] = [
      [1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495],
      [1595, 1550, 1605, 1510, 1560], [1445, 1440, 1595, 1465, 1545],
      [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445],
    ]
    let rows = yields.enumerated().flatMap { i, batch in
      batch.map { (donor: "batch \(i)", x: [Double](), y: $0) }
    }
    let model = population(
      Level.self, rows, names: ["mean", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0])), start: [1500, 4], deviations: [30])
    let means = yields.map { $0.reduce(0, +) / 5 }
    let grand = means.reduce(0, +) / 6
    let within = zip(yields, means).reduce(0) { sum, pair in
      sum + pair.0.reduce(0) { $0 + ($1 - pair.1) * ($1 - pair.1) }
    }
    let between = 5 * means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) }
    let sigma = (within / 24).squareRoot()
    let omega = ((between / 6 - within / 24) / 5).squareRoot()
    for method in [PopulationMethod.laplace, .quadrature(nodes: 7)] {
      var options = PopulationOptions()
      options.method = method
      let fit = PopulationFit.run(model, options: options)
      #expect(fit.isUsable, "\(fit.notes)")
      #expect(abs(fit.fixed[0].estimate - grand) < 1e-5)
      #expect(abs(fit.donorEffects.deviations[0] / omega - 1) < 1e-6)
      #expect(abs(exp(fit.fixed[1].estimate) / sigma - 1) < 1e-6)
      #expect(abs(-2 * fit.logLikelihood - 327.3271) < 5e-5)
      #expect(abs(fit.laplace.value - fit.logLikelihood) < 1e-8)
      // The control variate makes sampling exact where the integrand is normal.
      #expect(abs((fit.importance?.value ?? 0) - fit.logLikelihood) < 1e-8)
      // Of a mean over equal batches: sqrt(omega^2/6 + sigma^2/30).
      let error = (omega * omega / 6 + sigma * sigma / 30).squareRoot()
      #expect(abs((fit.fixed[0].standardError ?? 0) / error - 1) < 1e-6)
      // The best linear predictor shrinks each batch's mean by omega^2/(omega^2 + sigma^2/5).
      let share = omega * omega / (omega * omega + sigma * sigma / 5)
      for (donor, mean) in zip(fit.donors, means) {
        #expect(abs(donor.mean[0] - share * (mean - grand)) < 1e-4)
        #expect(abs(donor.covariance[0] / (omega * omega * (1 - share)) - 1) < 1e-6)
      }
      // With these estimates the predictors' mean square is share^2 (omega^2 + sigma^2/5).
      #expect(abs((fit.donorEffects.shrinkage[0] ?? 0) - (1 - share)) < 1e-5)
    }
  }

  /// Random intercept and slope, correlated, unbalanced. Catches an off-diagonal element of the
  /// factor that moves the wrong effect.
  @Test func interceptAndSlope() throws {
    let expected = try Records.fit("slope")
    let rows = try Records.rows("slope").map {
      (donor: $0[0], x: [number($0[1])], y: number($0[2]))
    }
    let model = population(
      Line.self, rows, names: ["b0", "b1", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0, 1], isFull: true)), start: [2, 1, -1],
      deviations: [0.5, 0.5])
    for method in [PopulationMethod.laplace, .automatic] {
      var options = PopulationOptions()
      options.method = method
      let fit = PopulationFit.run(model, options: options)
      #expect(fit.isUsable, "\(fit.notes)")
      #expect(abs(fit.logLikelihood - expected.logLik) < 1e-8)
      #expect(abs(fit.laplace.value - fit.logLikelihood) < 1e-8)
      // theta of the fit: b0, b1, ln sigma, ln L00, L10, ln L11.
      let theirs = [0, 1, 5, 2, 3, 4].map { expected.theta[$0] }
      for (a, b) in zip(fit.theta, theirs) { #expect(abs(a - b) < 1e-4) }
    }
  }

  static func nested() throws -> PopulationModel {
    var names: [String] = []
    var runs: [String: [(String, [Double])]] = [:]
    for row in try Records.rows("nested") {
      if runs[row[0]] == nil { names.append(row[0]) }
      var known = runs[row[0]] ?? []
      if known.last?.0 == row[1] {
        known[known.count - 1].1.append(number(row[2]))
      } else {
        known.append((row[1], [number(row[2])]))
      }
      runs[row[0]] = known
    }
    let donors = names.map { name in
      PopulationDonor(
        name: name,
        occasions: (runs[name] ?? []).map { run, y in
          .init(
            name: run, likelihood: CurveLikelihood(Level.self, x: y.map { _ in [] }, y: y),
            design: .identity(2))
        })
    }
    return PopulationModel(
      donors: donors, parameters: ["level", "ln sigma"], fixedNames: ["level", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0]), run: RandomBlock([0])), start: [1.5, -1],
      startDeviations: [0.5, 0.5])
  }

  /// Runs within donors. Catches a run's effect that is shared by the donor's other runs.
  @Test func runsWithinDonors() throws {
    let expected = try Records.fit("nested")
    let model = try Self.nested()
    var options = PopulationOptions()
    options.method = .laplace
    let fit = PopulationFit.run(model, options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    #expect(abs(fit.logLikelihood - expected.logLik) < 1e-8)
    let theirs = [0, 3, 1, 2].map { expected.theta[$0] }
    for (a, b) in zip(fit.theta, theirs) { #expect(abs(a - b) < 1e-4) }
    // Importance sampling over four effects, in which the integrand is normal.
    options.method = .importance(draws: 400)
    let sampled = PopulationFit.run(model, options: options)
    #expect(sampled.isUsable && abs(sampled.logLikelihood - expected.logLik) < 1e-3)
  }
}
