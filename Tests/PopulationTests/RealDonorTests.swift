import Bioreactor
import Foundation
import Inference
import ModelLanguage
import Population
import RunRecords
import Testing

private let cohort = oracles.deletingLastPathComponent().deletingLastPathComponent().appending(
  path: "data/human_tcell_cohort_ced/data.csv")

/// CD4 cells of twenty people, which grow and then contract (see the data's SOURCE.md).
struct RealDonorTests {
  static let model = """
    model hump "growth that fades"
    cells N [1e6 cells/mL] "cells"
    param r [1/h] "rate at the start" = 0.06 in 1e-3 ... 1 log
    param fade [1/h] "loss of rate in a day" = 0.01 in 1e-4 ... 1 log
    param N0 [1e6 cells/mL] "start" = 1e-3 in 1e-7 ... 100 log
    param s [1] "noise" = 0.15 in 1e-3 ... 10 log
    N(0) = N0
    N' = (r - fade * time / 24 [h]) * N
    observe vcd [1e6 cells/mL] = N ~ lognormal(sd_ln: s)

    """

  /// Quadrature and sampling agree on people's cells; ln N is linear in the start, which does not
  /// vary between people, and nearly linear in both rates. Catches a boundary that real data reach
  /// and simulated ones do not, and importance draws that follow a real posterior badly.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: cohort.path),
      "../shared/data/human_tcell_cohort_ced is not there"))
  func twentyPeople() throws {
    let model = try Model(parsing: Self.model, file: "hump")
    var runs: [String: [(Double, Double)]] = [:]
    var order: [String] = []
    for row in try table(cohort) where row[1].contains("CD4") && row[2] == "Block+IL-2" {
      guard let time = Double(row[3]), let cells = Double(row[5]), cells > 0,
        let person = row.last
      else { continue }
      if runs[person] == nil { order.append(person) }
      runs[person, default: []].append((time, cells / 1e6))
    }
    let cultures = try order.map { person in
      let own = runs[person] ?? []
      return try Culture(
        model: model,
        run: Made.run(
          person, donor: person, seeded: 0.01, times: own.map(\.0),
          vcd: own.map { .exact($0.1) }))
    }
    var specification = PopulationSpecification(donorEffects: ["r", "fade", "N0"])
    var options = PopulationOptions()
    options.automaticNodes = [9, 7, 5]
    options.checkDraws = 500
    options.threads = 2
    var fitOptions = FitOptions()
    fitOptions.relativeTolerance = 1e-6
    let (fit, plan) = try PopulationFit.run(
      cultures: cultures, specification: specification, fitOptions: fitOptions, options: options)
    #expect(fit.isUsable && fit.donorCount == 20 && fit.measurements == 218, "\(fit.notes)")
    #expect(fit.donorEffects.atZero == ["N0"])
    let sampled = try #require(fit.importance)
    #expect(abs(sampled.value - fit.logLikelihood) < 0.02 && sampled.error < 0.02)
    // What does not seem to vary is not said to be certain for the next person.
    let prior = try LearnedPrior(fit, plan: plan, model: model.name, origin: "cohort")
    #expect(prior.parameters[2].spread > 0 && prior.notes.contains { $0.contains("N0") })
    // Correlated effects can only be as likely or more.
    specification.isFull = true
    options.checkDraws = 0
    let (full, _) = try PopulationFit.run(
      cultures: cultures, specification: specification, fitOptions: fitOptions, options: options)
    #expect(full.isUsable && full.logLikelihood > fit.logLikelihood - 0.01, "\(full.notes)")
  }
}
