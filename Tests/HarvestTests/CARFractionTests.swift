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

  // numpy.polyfit of the logits of 24, 19.5 and 15.5 % on days 6, 7, 8: slope -0.271616 a day, -1.693761 at
  // the last; sd 0.25 sqrt(1/3 + 1/2). Catches: a fall averaged away, a slope an hour for one a day, a rise
  // or a scatter taken for a fall.
  @Test("a share that falls is taken where its line stands")
  func falls() throws {
    let found = try #require(
      try CARFraction.measured(in: run([(144, 0.24), (168, 0.195), (192, 0.155)]), until: 192))
    #expect(abs(log(found.median / (1 - found.median)) + 1.693761) < 1e-6)
    #expect(abs(found.sdLogit - 0.25 * (5.0 / 6).squareRoot()) < 1e-12)
    #expect(abs((found.falls ?? 0) + 0.271616) < 1e-6)
    #expect(found.origin.contains("fall"))
    for readings: [(Double, Double)] in [
      [(144, 0.155), (168, 0.195), (192, 0.24)], [(144, 0.2), (168, 0.21), (192, 0.19)],
    ] {
      let found = try #require(try CARFraction.measured(in: run(readings), until: 192))
      #expect(found.falls == nil)
      #expect(abs(found.sdLogit - 0.25 / 3.0.squareRoot()) < 1e-12)
    }
  }
}
