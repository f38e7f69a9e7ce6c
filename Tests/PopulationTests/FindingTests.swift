import Bioreactor
import Foundation
import Inference
import Lanes
import LinearAlgebra
import Population
import Quantities
import Randomness
import RunRecords
import Testing

/// What a fit says of itself: widths, shrinkage, draws, refusals.
struct FindingTests {
  /// Level, slope, curvature and a fourth power about donors: linear, so that Laplace is exact.
  enum Quartic: Curve {
    static var parameterCount: Int { 4 }
    static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
      let t = x[0]
      return psi[0] + N.scaled(psi[1], by: t) + N.scaled(psi[2], by: t * t)
        + N.scaled(psi[3], by: t * t * t)
    }
  }

  static func quartic() -> PopulationModel {
    var stream = RandomStream(seed: 4, name: "quartic", purpose: "data")
    var rows: [(donor: String, x: [Double], y: Double)] = []
    for donor in 0..<20 {
      let b = [2, 1, -0.5, 0.3].map { $0 + 0.6 * stream.normal() }
      for k in 0..<8 {
        let t = -1.5 + 3 * Double(k) / 7
        let mean = b[0] + b[1] * t + b[2] * t * t + b[3] * t * t * t
        rows.append(("d\(donor)", [t], mean + 0.3 * stream.normal()))
      }
    }
    return population(
      Quartic.self, rows, names: ["a", "b", "c", "d", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0, 1, 2, 3])), start: [1, 1, 0, 0, -1],
      deviations: [0.5, 0.5, 0.5, 0.5])
  }

  /// With normal effects and noise the covariance given the data is (Z^T Z/s^2 + Omega^-1)^-1.
  /// Catches a covariance of zero where one point stands for the distribution.
  @Test func laplaceTellsTheWidth() throws {
    var options = PopulationOptions()
    options.method = .laplace
    options.checkDraws = 0
    let fit = PopulationFit.run(Self.quartic(), options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    let s = exp(fit.fixed[4].estimate)
    let times = (0..<8).map { -1.5 + 3 * Double($0) / 7 }
    let precision = Matrix(rows: 4, columns: 4) { i, j in
      times.reduce(0) { $0 + pow($1, Double(i)) * pow($1, Double(j)) } / (s * s)
        + (i == j ? 1 / pow(fit.donorEffects.deviations[i], 2) : 0)
    }
    let covariance = try Cholesky(precision).inverse()
    for k in 0..<16 {
      #expect(abs(fit.donors[0].covariance[k] - covariance[k / 4, k % 4]) < 1e-8)
    }
  }

  /// Balanced runs within donors: the best linear predictors of a run's effect shrink it by known
  /// amounts. Catches a run's shrinkage that is left out, or taken from the donor's effect.
  @Test func runEffectsShrink() throws {
    // Two donors apart by 2, two runs each apart by 1, four readings of spread 0.1.
    let noise = [0.1, -0.1, 0.1, -0.1]
    let donors = (0..<12).map { d in
      PopulationDonor(
        name: "d\(d)",
        occasions: (0..<2).map { r in
          let level = (d % 2 == 0 ? 1.0 : -1) + (r == 0 ? 0.5 : -0.5)
          return .init(
            name: "d\(d) r\(r)",
            likelihood: CurveLikelihood(
              Level.self, x: noise.map { _ in [] }, y: noise.map { level + $0 }),
            design: .identity(2))
        })
    }
    let model = PopulationModel(
      donors: donors, parameters: ["level", "ln sigma"], fixedNames: ["level", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0]), run: RandomBlock([0])), start: [0, -1],
      startDeviations: [0.5, 0.5])
    var options = PopulationOptions()
    options.method = .laplace
    options.checkDraws = 0
    let fit = PopulationFit.run(model, options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    let between = pow(fit.donorEffects.deviations[0], 2)
    let within = pow(fit.runEffects.deviations[0], 2)
    let error = exp(2 * fit.fixed[1].estimate) / 4
    // Sum of the runs' effects follows the donor's mean, their difference the runs' own.
    let sum = within / (2 * between + within + error) * 2
    let apart = within / (within + error)
    let square = 0.5 * (pow(0.5 * apart + 0.5 * sum, 2) + pow(-0.5 * apart + 0.5 * sum, 2))
    #expect(abs((fit.runEffects.shrinkage[0] ?? 9) - (1 - square / within)) < 1e-4)
    #expect(fit.donors[0].runMeans.count == 2)
  }

  /// Catches a shrinkage of t donors against their scale, which is smaller than their variance.
  @Test func studentShrinkageIsOfTheVariance() throws {
    let rows = try Records.rows("student").map {
      (donor: $0[0], x: [Double](), y: Double($0[1]) ?? .nan)
    }
    func fit(_ degrees: Double?) -> PopulationResult {
      var options = PopulationOptions()
      options.checkDraws = 0
      return PopulationFit.run(
        population(
          Level.self, rows, names: ["mu", "ln sigma"],
          structure: RandomStructure(donor: RandomBlock([0]), studentDegrees: degrees),
          start: [0.5, -1], deviations: [0.5]), options: options)
    }
    let heavy = fit(4)
    let square =
      heavy.donors.reduce(0) { $0 + $1.mean[0] * $1.mean[0] } / Double(heavy.donors.count)
    let variance = 2 * pow(heavy.donorEffects.deviations[0], 2)
    #expect(abs((heavy.donorEffects.shrinkage[0] ?? 9) - (1 - square / variance)) < 1e-10)
    #expect(fit(1.5).donorEffects.shrinkage == [nil])
  }

  /// A donor with two far modes: draws about one of them say so, and so does the fit that rests on
  /// them. Catches draws that nobody judges.
  @Test func badDrawsAreNamed() throws {
    /// The sign of an effect cannot be told: y = (mu + eta)^2.
    enum Folded: Curve {
      static var parameterCount: Int { 1 }
      static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N { psi[0] * psi[0] * psi[0] }
    }
    var rows: [(donor: String, x: [Double], y: Double)] = []
    for donor in 0..<8 {
      // Small cubes tell next to nothing of the effect on one side and much on the other.
      let level = donor == 0 ? 0.0 : 0.2 * Double(donor - 4)
      for k in 0..<4 { rows.append(("d\(donor)", [], level + 1e-3 * Double(k - 2))) }
    }
    var model = population(
      Folded.self, rows, names: ["mu", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0])), start: [0.1, -6], deviations: [0.6])
    model.bounds[0] = 0.1...0.1
    model.bounds[1] = (-6.5)...(-6.5)
    model.start[1] = -6.5
    var options = PopulationOptions()
    options.method = .importance(draws: 60)
    options.checkDraws = 0
    let fit = PopulationFit.run(model, options: options)
    let doubtful = fit.donors.filter { !$0.isWellDrawn }
    #expect(
      !doubtful.isEmpty && !fit.isUsable,
      "\(fit.donors.map { ($0.effectiveDraws ?? 0, $0.paretoShape ?? 0) })")
    #expect(
      doubtful.allSatisfy { donor in fit.notes.contains { $0.contains("donor \(donor.name) ") } })
  }

  /// Catches a table of points that fills the memory, and options without meaning that are computed.
  @Test func methodsThatCannotBeAreRefused() throws {
    func notes(_ model: PopulationModel, _ change: (inout PopulationOptions) -> Void) -> [String] {
      var options = PopulationOptions()
      change(&options)
      let fit = PopulationFit.run(model, options: options)
      #expect(!fit.isUsable && fit.termination == .invalidProblem && fit.logLikelihood.isNaN)
      return fit.notes
    }
    let quartic = Self.quartic()
    let many = notes(quartic) { $0.method = .quadrature(nodes: 20) }
    #expect(many.count == 1 && many[0].contains("20^4") && many[0].contains("SAEM"))
    #expect(notes(quartic) { $0.method = .quadrature(nodes: 0) }[0].contains("1 to 64"))
    #expect(notes(quartic) { $0.method = .importance(draws: 3) }[0].contains("50"))
    let blind = notes(quartic) {
      $0.method = .laplace
      $0.usesHessian = false
    }
    #expect(blind[0].contains("usesHessian"))
    var twins = quartic
    twins.donors[1] = PopulationDonor(name: "d0", occasions: quartic.donors[1].occasions)
    #expect(notes(twins) { _ in }[0].contains("d0"))
    var twice = quartic
    twice.structure.donor.parameters = [0, 0, 1, 2]
    #expect(notes(twice) { _ in }[0].contains("two random effects"))
  }

  /// Text models have no third derivatives. Catches a Laplace fit of them that runs and then fails.
  @Test func laplaceOfTextIsRefused() throws {
    let cultures = try (0..<3).map {
      try Culture(
        model: Made.logistic(),
        run: Made.run(
          "r\($0)", donor: "d\($0)", seeded: 0.5, times: [0, 48], vcd: [.exact(0.5), .exact(2)]))
    }
    var options = PopulationOptions()
    options.method = .laplace
    let (fit, _) = try PopulationFit.run(
      cultures: cultures, specification: PopulationSpecification(donorEffects: ["r"]),
      options: options)
    #expect(!fit.isUsable && fit.notes.contains { $0.contains("first ones only") })
  }

  /// Catches a pool of donors that teaches a spread.
  @Test func poolsAreRefused() throws {
    let run = Run(name: "pool", donor: .pooled, observations: [], operations: [])
    let made = Made.run("pool", donor: "x", seeded: 1, times: [0], vcd: [.exact(1)])
    let culture = try Culture(
      model: Made.logistic(),
      run: Run(
        name: run.name, donor: run.donor, observations: made.observations,
        operations: made.operations))
    let refused = #expect(throws: InputRefused.self) {
      try PopulationFit.run(
        cultures: [culture], specification: PopulationSpecification(donorEffects: ["r"]))
    }
    #expect(refused?.findings.first?.cause.contains("pool of donors") == true)
  }
}
