import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Statistics

/// Readings of known noise about a curve that is known too, so that residuals are noise.
private func known(
  _ series: [(times: [Double], residuals: [Double])]
) throws -> LinearisedFit {
  let readings = series.enumerated().flatMap { number, part in
    zip(part.times, part.residuals).map {
      LinearisedFit.Reading(series: number, time: $0, level: 0, residual: $1)
    }
  }
  return try LinearisedFit(
    readings, location: Matrix(rows: readings.count, columns: 0), priors: [],
    spread: Matrix(rows: readings.count, columns: 0), noisePriors: [])
}

/// Runs that share a straight line, fitted by least squares with known noise.
private func sharedLine(_ runs: [[Double]]) throws -> LinearisedFit {
  let y = runs.flatMap { $0 }
  let x = runs.flatMap { run in run.indices.map { Double($0) - Double(run.count - 1) / 2 } }
  let mean = y.reduce(0, +) / Double(y.count)
  let slope = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / x.reduce(0) { $0 + $1 * $1 }
  let number = runs.indices.flatMap { r in runs[r].map { _ in r } }
  return try LinearisedFit(
    y.indices.map {
      LinearisedFit.Reading(
        series: number[$0], time: x[$0], level: mean + slope * x[$0],
        residual: y[$0] - mean - slope * x[$0])
    },
    location: Matrix(rows: y.count, columns: 2) { i, j in j == 0 ? 1 : x[i] }, priors: [nil, nil],
    spread: Matrix(rows: y.count, columns: 0), noisePriors: [])
}

private func groups(_ runs: Int) -> [ResidualBattery.Group] {
  [.whole(Array(0..<runs))] + (0..<runs).map { .part($0) }
}

private func flags(_ fit: LinearisedFit, _ runs: Int, _ name: String) -> [ResidualBattery.Check] {
  ResidualBattery(fit, groups: groups(runs), seed: 1, name: name).checks
    .filter { $0.corrected < ResidualBattery.level }
}

@Suite("Residual checks of several series together") struct ResidualGroupTests {
  // Catches: the last reading of one assay paired with the first of the next, or readings of
  // different assays paired because they stand beside each other in time.
  @Test("neighbours are neighbours within their own series only")
  func acrossSeries() throws {
    let times = [0.0, 1, 2, 3, 4]
    let (a, b) = ([2.0, -1, 1, -2, 1], [3.0, 0.5, -1.5, 0, 2])
    let fit = try known([(times, a), (times, b)])
    let battery = ResidualBattery(fit, groups: [.whole([0, 1])], seed: 1, name: "pairs")
    let found = try #require(battery.checks.first { $0.kind == .autocorrelation })
    func part(_ e: [Double]) -> (products: Double, squares: Double) {
      let m = e.reduce(0, +) / 5
      let c = e.map { $0 - m }
      return (
        c[0] * c[1] + c[1] * c[2] + c[2] * c[3] + c[3] * c[4], c.reduce(0) { $0 + $1 * $1 }
      )
    }
    let (one, two) = (part(a), part(b))
    let exact = (one.products + two.products) / (one.squares + two.squares)
    #expect(abs(found.value - exact) < 1e-12, "\(found.value) \(exact)")
    // By itself a series has the textbook value.
    let alone = ResidualBattery(fit, seed: 1, name: "alone").checks
      .filter { $0.kind == .autocorrelation }
    #expect(alone.map(\.group) == [0, 1])
    #expect(abs(alone[1].value - (lagOneAutocorrelation(b) ?? 0)) < 1e-12)
  }

  // Catches: replicates of one time taken for neighbours, so that a file sorted by value looks
  // autocorrelated and another order of its rows does not.
  @Test("readings of one time have no order among themselves")
  func replicates() throws {
    let days = [1.0, 2, 3, 4, 5, 6]
    let sorted = days.enumerated().map { day, _ in
      [-1.6, -0.5, 0.4, 1.7].map { $0 + 0.1 * Double(day % 2) }
    }
    let times = days.flatMap { [$0, $0, $0, $0] }
    func checks(_ values: [[Double]]) throws -> [ResidualBattery.Check] {
      ResidualBattery(
        try known([(times, values.flatMap { $0 })]), seed: 1, name: "replicates"
      ).checks.filter { $0.kind == .autocorrelation || $0.kind == .runs }
    }
    let one = try checks(sorted)
    let other = try checks(sorted.map { [$0[2], $0[0], $0[3], $0[1]] })
    #expect(one.count == 2)
    for (a, b) in zip(one, other) {
      #expect(abs(a.value - b.value) < 1e-9 && a.pValue == b.pValue)
      #expect(a.pValue > 0.2, "\(a.kind) \(a.pValue)")
    }
    let means = sorted.map { $0.reduce(0, +) / 2 }
    #expect(abs(one[0].value - (lagOneAutocorrelation(means) ?? 0)) < 1e-9)
  }

  // Catches: pooled and single checks that are not corrected for each other, an offset held against
  // independent residuals although the runs made the curve.
  @Test("of 300 good joint fits 2 to 8 % carry any flag")
  func quiet() throws {
    var hits = 0
    for index in 0..<300 {
      var stream = RandomStream(seed: 4, name: "joint", purpose: "data", index: UInt64(index))
      let runs = (0..<4).map { _ -> [Double] in
        (0..<6).map { i -> Double in 0.4 * Double(i) + stream.normal() }
      }
      if !flags(try sharedLine(runs), 4, "\(index)").isEmpty { hits += 1 }
    }
    let share = Double(hits) / 300
    #expect(share > 0.02 && share < 0.08, "\(share)")
  }

  // Catches: a pooled check that averages one run's misfit away, a shape that all runs have and no
  // single run shows, a run named for the fault of another.
  @Test("a run off as a whole is named, and a bend too small for one run is seen over all")
  func misfits() throws {
    var (named, wrong, bent, single) = (0, 0, 0, 0)
    for index in 0..<60 {
      var stream = RandomStream(seed: 5, name: "off", purpose: "data", index: UInt64(index))
      let off = (0..<5).map { r -> [Double] in
        let shift: Double = r == 2 ? 2.2 : 0
        return (0..<6).map { i -> Double in 0.4 * Double(i) + stream.normal() + shift }
      }
      let found = flags(try sharedLine(off), 5, "off \(index)").filter { $0.kind == .offset }
      if found.contains(where: { $0.group == 3 }) { named += 1 }
      if found.contains(where: { $0.group != 3 }) { wrong += 1 }
      let curved = (0..<12).map { _ -> [Double] in
        (0..<8).map { i -> Double in -0.3 * pow(Double(i) - 3.5, 2) + stream.normal() }
      }
      let seen = flags(try sharedLine(curved), 12, "bent \(index)")
      if seen.contains(where: { $0.kind == .autocorrelation && $0.group == 0 }) { bent += 1 }
      if seen.contains(where: { $0.kind == .autocorrelation && $0.group != 0 }) { single += 1 }
    }
    #expect(named >= 54, "\(named)")
    // The shared line is itself drawn to the run that is off, by a fifth of its offset.
    #expect(wrong <= 12, "\(wrong)")
    #expect(bent >= 48, "\(bent)")
    #expect(single <= 20, "\(single)")
  }
}
