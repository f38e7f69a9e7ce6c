import Foundation
import RunRecords
import Testing

@testable import Harvest

@Suite("CAR+ fraction of a run") struct CARFractionTests {
  private func run(_ readings: [(Double, Double)], transducedAt time: Double? = nil) -> Run {
    Run(
      name: "car",
      observations: readings.map { HarvestCase.reading($0, "car_positive", .exact($1)) },
      operations: time.map { [HarvestCase.operation($0, .transduction)] } ?? [])
  }

  // Catches: a mean of fractions in place of logits, the spread not divided by the root of n.
  @Test("the mean logit, with the assay's spread over the root of the number")
  func mean() throws {
    let found = try #require(
      try CARFraction.measured(in: run([(120, 0.3), (192, 0.4), (240, 0.9)]), until: 200))
    let logit = 0.5 * (log(0.3 / 0.7) + log(0.4 / 0.6))
    #expect(abs(found.median - 1 / (1 + exp(-logit))) < 1e-12)
    #expect(abs(found.sdLogit - CARFraction.assaySD / 2.0.squareRoot()) < 1e-12)
    #expect(found.origin == "2 measurements of this run")
    #expect(!found.origin.contains("measure again"))
  }

  // Catches: a reading of the future used, a reading within 5 days of transduction not marked.
  @Test("none before it is measured; early ones are marked")
  func early() throws {
    #expect(try CARFraction.measured(in: run([(120, 0.3)]), until: 119) == nil)
    #expect(try CARFraction.measured(in: run([]), until: 300) == nil)
    let early = try #require(
      try CARFraction.measured(in: run([(120, 0.3)], transducedAt: 24), until: 300))
    #expect(early.origin.contains("measure again"))
    let late = try #require(
      try CARFraction.measured(in: run([(144, 0.3)], transducedAt: 24), until: 300))
    #expect(!late.origin.contains("measure again"))
  }

  // Catches: a collapse hidden by the mean of older readings; an early reading that stays in the
  // mean; a censored latest reading that vanishes.
  @Test("the latest readings decide")
  func latest() throws {
    let fell = try #require(
      try CARFraction.measured(
        in: run([(150, 0.8), (180, 0.6), (240, 0.1)], transducedAt: 24), until: 300))
    #expect(abs(fell.median - 0.1) < 1e-12 && fell.origin.contains("left out"))
    let mixed = try #require(
      try CARFraction.measured(in: run([(100, 0.5), (200, 0.3)], transducedAt: 24), until: 300))
    #expect(abs(mixed.median - 0.3) < 1e-12 && !mixed.origin.contains("reads high"))
    #expect(throws: (any Error).self) {
      try CARFraction.measured(in: run([(150, 0.3), (240, 1)]), until: 300)
    }
  }
}
