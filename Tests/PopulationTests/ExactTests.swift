import Foundation
import Lanes
import LinearAlgebra
import Population
import Testing

/// A bolus of 100 with proportional noise: lV, lk, and ln of the noise's share.
///
/// Its noise moves with the random effects: without their interaction estimates are biased.
struct Bolus: OccasionLikelihood {
  let t: [Double]
  let y: [Double]

  var parameterCount: Int { 3 }
  var measurementCount: Int { y.count }

  func negative<N: Lane>(_ psi: [N]) -> N {
    var sum = N(0)
    for (t, y) in zip(t, y) {
      let log = N(Foundation.log(100)) - psi[0] - N.scaled(N.exp(psi[1]), by: t)
      let ratio = N.scaled(N.exp(-log), by: y) - N(1)
      let r = ratio * N.exp(-psi[2])
      sum = sum + N.scaled(r * r, by: 0.5) + psi[2] + log
    }
    return sum + N(0.5 * Double(y.count) * Foundation.log(2 * Double.pi))
  }

  func value(at psi: [Double]) -> Double? {
    let value: Double = negative(psi)
    return value.isFinite ? value : nil
  }

  func expansion(at psi: [Double], exactly: Bool) -> LikelihoodExpansion? {
    let jets = psi.enumerated().map { i, p -> Jet<Dual4> in
      var jet = Jet(still: Dual4(p, direction: i))
      jet[tangent: i] = Dual4(1)
      return jet
    }
    let f = negative(jets)
    var curvature = [Double](repeating: 0, count: 9)
    if exactly {
      for i in 0..<3 { for j in 0..<3 { curvature[i * 3 + j] = f[tangent: i].partials[j] } }
    } else {
      // Expected: ln mean moves by a; information a a^T (1/s^2 + 2), 2 a with ln s, 2.
      let s = Foundation.exp(psi[2])
      for t in t {
        let a = [-1, -t * Foundation.exp(psi[1])]
        for i in 0..<2 {
          for j in 0..<2 { curvature[i * 3 + j] += a[i] * a[j] * (1 / (s * s) + 2) }
          curvature[i * 3 + 2] += 2 * a[i]
          curvature[6 + i] += 2 * a[i]
        }
        curvature[8] += 2
      }
    }
    return f.value.isFinite
      ? LikelihoodExpansion(
        value: f.value, gradient: (0..<3).map { f.base.partials[$0] }, curvature: curvature,
        isExact: exactly) : nil
  }

  func residuals(at psi: [Double]) -> [Double?] { y.map { _ in nil } }
}

private func number(_ text: String) -> Double { Double(text) ?? .nan }

/// Simulated sets whose exact maximum likelihood `Records/make.py` computed.
struct ExactTests {
  static func bolus() throws -> PopulationModel {
    var order: [String] = []
    var groups: [String: (weight: Double, t: [Double], y: [Double])] = [:]
    for row in try Records.rows("bolus") {
      if groups[row[0]] == nil { order.append(row[0]) }
      let known = groups[row[0]] ?? (number(row[1]), [], [])
      groups[row[0]] = (known.weight, known.t + [number(row[2])], known.y + [number(row[3])])
    }
    let donors = order.compactMap { name in
      groups[name].map { group in
        // beta: lV, lV ~ weight, lk, ln sigma.
        let design = Matrix(rows: 3, columns: 4) { i, j in
          i == 0 ? (j == 0 ? 1 : j == 1 ? group.weight : 0) : (j == i + 1 ? 1 : 0)
        }
        return PopulationDonor(
          name: name,
          occasions: [
            .init(name: name, likelihood: Bolus(t: group.t, y: group.y), design: design)
          ])
      }
    }
    return PopulationModel(
      donors: donors, parameters: ["lV", "lk", "ln sigma"],
      fixedNames: ["lV", "lV ~ weight", "lk", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0, 1])), start: [0.5, 0, -1, -1],
      startDeviations: [0.3, 0.3])
  }

  /// Proportional noise and a covariate. Catches noise that is held while the random effects move,
  /// and a covariate's column that reaches another parameter.
  @Test(arguments: [true, false]) func interaction(_ usesHessian: Bool) throws {
    let expected = try Records.fit("bolus")
    var options = PopulationOptions()
    options.usesHessian = usesHessian
    let fit = PopulationFit.run(try Self.bolus(), options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    // Points about a curvature that is not the Hessian's are a little worse.
    #expect(abs(fit.logLikelihood - expected.logLik) < (usesHessian ? 1e-3 : 3e-3))
    #expect(fit.laplace.isExact == usesHessian && (fit.information == .observed) == usesHessian)
    #expect(abs(fit.laplace.value - expected.logLik) < 0.5)
    #expect(abs((fit.importance?.value ?? 0) - expected.logLik) < 0.05)
    let theirs = [0, 1, 2, 5, 3, 4].map { expected.theta[$0] }
    for (a, b) in zip(fit.theta, theirs) { #expect(abs(a - b) < 1e-3) }
  }

  /// Donors that follow a t with 4 degrees of freedom, one far off. Catches a normal prior under
  /// another name.
  @Test func studentDonors() throws {
    let expected = try Records.fit("student")
    let rows = try Records.rows("student").map {
      (donor: $0[0], x: [Double](), y: number($0[1]))
    }
    var model = population(
      Level.self, rows, names: ["mu", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0]), studentDegrees: 4), start: [0.5, -1],
      deviations: [0.5])
    let fit = PopulationFit.run(model)
    #expect(fit.isUsable, "\(fit.notes)")
    #expect(abs(fit.logLikelihood - expected.logLik) < 2e-3)
    let theirs = [0, 2, 1].map { expected.theta[$0] }
    for (a, b) in zip(fit.theta, theirs) { #expect(abs(a - b) < 5e-3) }
    var options = PopulationOptions()
    options.method = .laplace
    let laplace = PopulationFit.run(model, options: options)
    #expect(laplace.isUsable && abs(laplace.logLikelihood - expected.logLik) < 0.5)
    // Normal donors let the far one widen all.
    model.structure.studentDegrees = nil
    let normal = PopulationFit.run(model)
    #expect(normal.donorEffects.deviations[0] > 1.3 * fit.donorEffects.deviations[0])
    #expect(normal.logLikelihood < fit.logLikelihood)
  }
}

/// A fit that cannot be made says so.
struct RefusalTests {
  /// Catches a model that is computed although it has no answer, and a likelihood that fails read
  /// as 0.
  @Test func faultsAreNamed() throws {
    let good = try ExactTests.bolus()
    var few = good
    few.donors = Array(good.donors.prefix(1))
    var wide = good
    wide.start.append(0)
    var sharp = good
    sharp.startDeviations = [0, 1]
    for model in [few, wide, sharp] {
      let fit = PopulationFit.run(model)
      #expect(!fit.isUsable && fit.termination == .invalidProblem && fit.notes.count == 1)
      #expect(fit.logLikelihood.isNaN && fit.fixed.isEmpty)
    }
    var broken = good
    broken.donors[3] = PopulationDonor(
      name: "broken",
      occasions: [
        .init(
          name: "broken", likelihood: Bolus(t: [1], y: [.nan]),
          design: good.donors[3].occasions[0].design)
      ])
    let fit = PopulationFit.run(broken)
    #expect(!fit.isUsable && fit.failures > 0 && fit.notes.contains { $0.contains("broken") })
  }

  /// Two fixed effects that only act together have no standard errors. Catches a pseudo-inverse.
  @Test func unidentifiedEffectsAreRefused() throws {
    var model = try ExactTests.bolus()
    model.donors = model.donors.map { donor in
      let design = donor.occasions[0].design
      return PopulationDonor(
        name: donor.name,
        occasions: [
          .init(
            name: donor.name, likelihood: donor.occasions[0].likelihood,
            design: Matrix(rows: 3, columns: 5) { i, j in
              j < 4 ? design[i, j] : design[i, 0]
            })
        ])
    }
    model.fixedNames.append("lV again")
    model.start.append(0)
    model.bounds.append(-10...10)
    var options = PopulationOptions()
    options.checkDraws = 0
    let fit = PopulationFit.run(model, options: options)
    #expect(fit.covarianceRefusal != nil && fit.fixed.allSatisfy { $0.standardError == nil })
  }
}
