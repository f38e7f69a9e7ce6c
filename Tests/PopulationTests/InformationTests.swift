import Foundation
import Inference
import Lanes
import LinearAlgebra
import Randomness
import Testing

@testable import Population

/// ln N of Baranyi and Roberts in closed form: time and ln of the seeded cells; ln of the ratio to
/// them, ln mu, ln lag, ln K.
enum BaranyiCurve: Curve {
  static var parameterCount: Int { 4 }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    let growth = N.scaled(N.exp(psi[1]), by: x[0])
    let delay = N.exp(psi[1]) * N.exp(psi[2])
    let adapted =
      growth + N.log(N.exp(-growth) + N.exp(-delay) - N.exp(-(growth + delay)))
    let start = psi[0] + N(x[1])
    return start + adapted - N.log(N(1) + (N.exp(adapted) - N(1)) / N.exp(psi[3] - start))
  }
}

/// Donors of `BaranyiCurve`, as `Baranyi` simulates them.
func baranyiPopulation(_ count: Int, seed: UInt64) -> PopulationModel {
  let names = ["V0", "mu", "lag", "K", "s"]
  let days = [0.0, 3, 5, 6, 7, 8, 9]
  let donors = (0..<count).map { i -> PopulationDonor in
    var stream = RandomStream(
      seed: seed, name: "curves", purpose: "donors", index: UInt64(i))
    let psi = [
      0.10 * stream.normal(), log(0.030) + 0.15 * stream.normal(),
      log(36.0) + 0.25 * stream.normal(), log(5e3) + 0.30 * stream.normal(),
    ]
    let x = days.map { [24 * $0, log(50.0)] }
    let y = x.map { BaranyiCurve.mean(psi, $0) + 0.1 * stream.normal() }
    return PopulationDonor(
      name: "d\(i)",
      occasions: [
        .init(
          name: "d\(i)", likelihood: CurveLikelihood(BaranyiCurve.self, x: x, y: y),
          design: .identity(5))
      ])
  }
  return PopulationModel(
    donors: donors, parameters: names, fixedNames: names,
    structure: RandomStructure(donor: RandomBlock([0, 1, 2, 3])),
    start: [0, log(0.029), log(36.0), log(4e3), log(0.1)],
    startDeviations: [Double](repeating: 0.3, count: 4),
    bounds: [-5...5, -7.6 ... -2.6, 0...4.8, 0...14, -3.3 ... -0.9])
}

private func options(exact: Bool) -> PopulationOptions {
  var options = PopulationOptions()
  options.checkDraws = 0
  options.usesHessian = exact
  options.threads = 2
  return options
}

/// What standard errors rest on, and what leaving donors out does.
struct InformationTests {
  /// Runs without a Hessian whose donors tell the lag badly: expected curvatures give no information
  /// or one of half the truth, and the scores' agree with the observed one of exact Hessians. Catches
  /// the scores' product without the inverse Wishart's mean (a fifth too wide at 30 donors), scores of
  /// another point, and an information that is taken though the scores contradict it.
  @Test func scoresStandInForTheObservedInformation() throws {
    var logs = [Double](repeating: 0, count: 9)
    var kinds: Set<PopulationResult.Information> = []
    let histories: [UInt64] = [2, 3, 4, 5]
    for seed in histories {
      let model = baranyiPopulation(40, seed: seed)
      let truth = PopulationFit.run(model, options: options(exact: true))
      let found = PopulationFit.run(model, options: options(exact: false))
      #expect(truth.isUsable && found.isUsable, "\(seed) \(truth.notes) \(found.notes)")
      #expect(truth.information == .observed)
      if let kind = found.information { kinds.insert(kind) }
      let (a, b) = (try #require(truth.thetaCovariance), try #require(found.thetaCovariance))
      for k in 0..<9 {
        let error = a[k, k].squareRoot()
        // Both end within a few hundredths of a standard error of one point.
        #expect(abs(truth.theta[k] - found.theta[k]) < 0.25 * error, "\(seed) \(k)")
        logs[k] += 0.5 * log(b[k, k] / a[k, k]) / Double(histories.count)
      }
    }
    #expect(kinds.contains(.scores), "\(kinds)")
    // One fit's scores are off by a fifth; the mean over fits by less.
    let ratios = logs.map { exp($0) }
    #expect(ratios.allSatisfy { $0 > 0.75 && $0 < 1.35 }, "\(ratios)")
  }

  /// Catches an outer product of fewer donors than estimates, which has no inverse, and a refusal
  /// where the means' own errors are to be had.
  @Test func fewDonorsHaveNoScores() throws {
    func part(_ n: Int, _ louis: [Double]) throws -> PopulationInformation {
      try PopulationInformation(
        (0..<n).map { i in
          DonorInformation(
            score: [sin(1.3 * Double(i)), cos(2.1 * Double(i)), sin(0.7 * Double(i * i))],
            louis: louis.map { $0 / Double(n) })
        }, precisions: [0, 0], free: [0, 1, 2], isExact: false)
    }
    // The means tell, the deviation does not.
    let flat = [4.0, 0, 0, 0, 4, 0, 0, 0, -1]
    let few = try part(4, flat)
    #expect(few.source == .means && few.free == [0, 1])
    #expect(abs(few.covariance[0, 0] - 0.25) < 1e-12 && few.whole(3)[2, 2].isNaN)
    #expect(few.reasons.contains { $0.contains("at least 5") }, "\(few.reasons)")
    #expect(try part(12, flat).source == .scores)
    #expect(throws: PopulationInformation.Refusal.self) {
      try part(4, [-1, 0, 0, 0, -1, 0, 0, 0, -1])
    }
    // An information a hundred times below what the scores show is not believed.
    #expect(try part(12, [0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01]).source == .scores)
    #expect(try part(12, [6, 0, 0, 0, 6, 0, 0, 0, 6]).source == .expected)
  }

  /// One Newton step without a donor against fits of the others. Catches a sign of the step, the
  /// information of all in place of those that stay, and a donor that is still counted.
  @Test(arguments: [true, false]) func leavingEqualsFitting(_ exact: Bool) throws {
    let model = baranyiPopulation(60, seed: 7)
    let all = PopulationFit.run(model, options: options(exact: exact))
    let covariance = try #require(all.thetaCovariance)
    var steps = 0.0
    var moves = 0.0
    for k in stride(from: 0, to: 60, by: 10) {
      let left = try #require(all.leaving(["d\(k)"]))
      var others = model
      others.donors.remove(at: k)
      let near = PopulationFit.run(others, options: options(exact: exact), near: all)
      let far = PopulationFit.run(others, options: options(exact: exact))
      #expect(near.isUsable && near.evaluations < far.evaluations)
      #expect(left.result.donorCount == 59 && left.result.measurements == 59 * 7)
      #expect(abs(left.result.logLikelihood - far.logLikelihood) < 0.4)
      for j in 0..<9 {
        let error = covariance[j, j].squareRoot()
        #expect(abs(near.theta[j] - far.theta[j]) < 0.1 * error)
        steps = max(steps, abs(left.result.theta[j] - far.theta[j]) / error / left.doubt)
        moves = max(moves, abs(all.theta[j] - far.theta[j]) / error / left.doubt)
      }
    }
    // Off by about its doubt, the largest of 54 numbers by less than two and a half, and nearer than no
    // step at all.
    #expect(steps < 2.5 && steps < 0.8 * moves, "\(steps) \(moves)")
    #expect(all.leaving(["nobody"]) == nil)
  }
}

/// A population that cannot be a prior.
struct PriorRefusalTests {
  private func refusal(_ model: PopulationModel) -> String {
    let fit = PopulationFit.run(model, options: options(exact: true))
    let frame = LearnedPrior.Frame(
      elements: model.parameters.map { .init(name: $0, scale: "log", isRelative: false) },
      structure: model.structure)
    do {
      _ = try LearnedPrior(fit, frame: frame, model: "made", origin: "a test")
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// Catches a bound taken for an estimate, and a scale of t taken for a covariance that it has not.
  @Test func boundsAndHeavyTails() {
    var model = baranyiPopulation(20, seed: 11)
    #expect(refusal(model) == "")
    var bounded = model
    bounded.bounds[3] = 0...log(4e3)
    bounded.start[3] = log(3e3)
    #expect(refusal(bounded).contains("K has no standard error (it lies on a bound)"))
    model.structure.studentDegrees = 2
    #expect(refusal(model).contains("2 degrees of freedom or fewer"))
  }
}

/// How much a spread is worth.
struct WorthTests {
  /// Satterthwaite's degrees of freedom. Catches a spread that is hardly told and widened as if it were
  /// known from all donors.
  @Test func hardlyToldSpreadsAreWider() {
    #expect(LearnedPrior.degreesOfFreedom(logError: nil, donors: 30) == 29)
    #expect(LearnedPrior.degreesOfFreedom(logError: 0.01, donors: 30) == 29)
    #expect(abs(LearnedPrior.degreesOfFreedom(logError: 0.25, donors: 30) - 8) < 1e-12)
    #expect(LearnedPrior.degreesOfFreedom(logError: 5, donors: 30) == 2)
  }
}
