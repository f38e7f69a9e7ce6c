import Bioreactor
import Foundation
import RunRecords
import Testing

@testable import Inference

@Suite("What residuals that show nothing are of") struct ResidualCoverageTests {
  // Eight counts on a line, with and without other columns. Catches: "nothing against the model" taken for the
  // columns that it does not read; a limit, which has no residual, counted as checked.
  @Test("unread columns are counted")
  func words() throws {
    let times = (0...7).map { 12 * Double($0) }
    let errors = [0.05, -0.08, 0.03, 0.1, -0.04, -0.06, 0.07, -0.05]
    let run = made(times, zip(times, errors).map { 0.5 * exp(0.02 * $0.0 + $0.1) })
    func silence(_ more: [Observation]) throws -> String {
      let whole = Run(
        name: run.name, observations: run.observations + more, operations: run.operations)
      let culture = try Culture(model: try shipped("exponential"), run: whole)
      let options = FitOptions()
      let fit = try Fit.run(culture, options: options)
      return ResidualChecks(fit, culture, options: options).silence(of: fit)
    }
    #expect(try silence([]) == "The residuals show nothing against the model.")
    let viability = reading(24, "viability", .exact(0.9))
    #expect(
      try silence([viability])
        == "The residuals of the 8 counts show nothing against the model; 1 reading of viability was not "
        + "part of it.")
    #expect(
      try silence([
        viability, reading(48, "viability", .exact(0.8)), reading(48, "car_positive", .exact(0.3)),
        reading(96, "vcd", .above(3)),
      ])
        == "The residuals of the 8 counts show nothing against the model; 4 readings of vcd, viability and "
        + "CAR+ were not part of it.")
  }
}
