import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Statistics

/// A straight line fitted to n points with noise sd times `truth`, stated as 1 with a prior.
///
/// The noise is estimated by maximising sum(-e^2/(2 s^2) - ln s) - (ln s)^2 / (2 sd^2) by bisection,
/// apart from the code under test.
private func lineFit(
  _ y: [Double], priorSD: Double?
) throws -> LinearisedFit {
  let n = y.count
  let x = (0..<n).map { Double($0) - Double(n - 1) / 2 }
  let mean = y.reduce(0, +) / Double(n)
  let slope = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / x.reduce(0) { $0 + $1 * $1 }
  let e = zip(x, y).map { $1 - mean - slope * $0 }
  let squares = e.reduce(0) { $0 + $1 * $1 }
  var s = 1.0
  if let sd = priorSD {
    var (low, high) = (-6.0, 6.0)
    for _ in 0..<80 {
      let l = (low + high) / 2
      // d/dl of the negative log-posterior grows with l.
      if Double(n) - squares * exp(-2 * l) + l / (sd * sd) < 0 { low = l } else { high = l }
    }
    s = exp((low + high) / 2)
  }
  return try LinearisedFit(
    (0..<n).map {
      LinearisedFit.Reading(
        series: 0, time: Double($0), level: mean + slope * x[$0], residual: e[$0] / s,
        stated: -log(s))
    },
    location: Matrix(rows: n, columns: 2) { i, j in (j == 0 ? 1 : x[i]) / s }, priors: [nil, nil],
    spread: Matrix(rows: n, columns: priorSD == nil ? 0 : 1) { _, _ in 1 },
    noisePriors: priorSD.map { [.init(offset: -log(s), sd: $0)] } ?? [])
}

private func flags(_ battery: ResidualBattery) -> Set<ResidualBattery.Kind> {
  Set(battery.checks.filter { $0.corrected < ResidualBattery.level }.map(\.kind))
}

/// Share of 'count' made runs whose flags meet a condition.
private func share(
  _ count: Int, _ name: String, priorSD: Double?,
  make: (inout RandomStream) -> [Double], meets: (Set<ResidualBattery.Kind>) -> Bool
) throws -> Double {
  var hits = 0
  for index in 0..<count {
    var stream = RandomStream(seed: 3, name: name, purpose: "data", index: UInt64(index))
    let battery = ResidualBattery(
      try lineFit(make(&stream), priorSD: priorSD), seed: 1, name: "\(index)")
    if meets(flags(battery)) { hits += 1 }
  }
  return Double(hits) / Double(count)
}

@Suite("Residual checks against residuals of a true model") struct ResidualBatteryTests {
  // Catches: p-values that are not corrected for the number of checks, residuals taken as
  // independent, noise taken as known, a reference that is too narrow.
  @Test("of 500 good fits with estimated noise 2 to 8 % carry any flag")
  func quiet() throws {
    for n in [6, 9] {
      let found = try share(
        500, "good \(n)", priorSD: 0.35,
        make: { stream in
          let s = exp(0.35 * stream.normal())
          return (0..<n).map { 0.3 * Double($0) + s * stream.normal() }
        }, meets: { !$0.isEmpty })
      #expect(found > 0.02 && found < 0.08, "n = \(n): \(found)")
    }
  }

  // Catches: a check that never fires, or fires for something else.
  @Test("a bent curve, doubled noise, an outlier and a drifting counter are named in >= 90 %")
  func misfits() throws {
    let n = 20
    let bent = try share(
      100, "bent", priorSD: 0.35,
      make: { stream in (0..<n).map { -0.08 * pow(Double($0) - 9.5, 2) + stream.normal() } },
      meets: { !$0.isDisjoint(with: [.autocorrelation, .runs]) })
    #expect(bent >= 0.9, "bent \(bent)")
    let noisy = try share(
      100, "noisy", priorSD: nil,
      make: { stream in (0..<n).map { _ in 2 * stream.normal() } },
      meets: { $0.contains(.tooLarge) })
    #expect(noisy >= 0.9, "noisy \(noisy)")
    let outlying = try share(
      100, "outlying", priorSD: 0.35,
      make: { stream in
        let bad = 1 + Int(stream.integer(below: UInt64(n - 2)))
        return (0..<n).map { stream.normal() + ($0 == bad ? 11 : 0) }
      }, meets: { $0.contains(.outlier) })
    #expect(outlying >= 0.9, "outlying \(outlying)")
    let drifting = try share(
      100, "drifting", priorSD: 0.35,
      make: { stream in
        (0..<n).map { stream.normal() + ($0 < 10 ? 1.2 * Double($0) : 0) }
      }, meets: { !$0.isDisjoint(with: [.autocorrelation, .runs]) })
    #expect(drifting >= 0.9, "drifting \(drifting)")
    let copied = try share(
      100, "copied", priorSD: nil,
      make: { stream in (0..<n).map { _ in 0.3 * stream.normal() } },
      meets: { $0.contains(.tooSmall) })
    #expect(copied >= 0.9, "copied \(copied)")
  }

  // Catches: leverage from the wrong matrix (a hat matrix is a projection).
  @Test("leverages of a straight line in closed form")
  func leverages() throws {
    let fit = try lineFit([1, 3, 2, 5, 4, 6], priorSD: nil)
    let exact = (0..<6).map { 1.0 / 6 + pow(Double($0) - 2.5, 2) / 17.5 }
    #expect(zip(fit.leverages, exact).allSatisfy { abs($0 - $1) < 1e-7 })
    // What the fit leaves of noise along its own directions is nothing.
    let left = fit.residuals([1, 2, 3, 4, 5, 6], [0, 0])
    #expect(left.allSatisfy { abs($0) < 1e-7 })
  }

  // Catches: shared state, a stream that depends on anything but seed and name.
  @Test("the same checks for the same seed, an outlier with its reading")
  func repeatable() throws {
    var y = (0..<10).map { 0.2 * Double($0) + [0.3, -0.4, 0.1, 0.5, -0.6][$0 % 5] }
    y[4] += 9
    let fit = try lineFit(y, priorSD: 0.35)
    let one = ResidualBattery(fit, seed: 5, name: "a")
    let two = ResidualBattery(fit, seed: 5, name: "a")
    #expect(one.checks.map(\.corrected) == two.checks.map(\.corrected))
    #expect(one.outliers.map(\.reading) == [4])
  }
}
