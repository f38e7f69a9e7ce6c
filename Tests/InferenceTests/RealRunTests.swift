import Bioreactor
import Foundation
import ModelLanguage
import RunFiles
import Testing

@testable import Inference

/// Real runs beside an independent maximum likelihood: Records/real_runs.py, numpy and scipy 1.17.1.
@Suite("Real runs beside an independent fit") struct RealRunTests {
  /// What the script found, in Records/real_runs.json.
  struct Records: Decodable {
    struct Found: Decodable {
      let logLikelihood: Double
      let readings: Int
      let estimates: [String: Double]
    }
    struct Scatter: Decodable {
      let poisson: Double
      let negativeBinomial: Double
    }
    let cells: [String: Found]
    let joint: [String: Found]
    let fibroblast: [String: Found]
    let flasks: [String: [String: Scatter]]
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Records")

  static func records() throws -> Records {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Records.self, from: Data(contentsOf: folder.appending(path: "real_runs.json")))
  }

  /// Fits one run, and says what is wrong: a likelihood that differs at the script's own estimates, or
  /// an optimum that is worse than the script's, or a good deal better.
  private func fault(
    _ name: String, _ culture: Culture, starts: Int = 12, beside found: Records.Found
  ) throws -> String? {
    var options = FitOptions()
    options.usesPriors = false
    options.starts = starts
    options.checksProfiles = false
    let plan = ParameterPlan(culture, options: options)
    let problem = FitProblem(culture, plan: plan, options: options)
    let theirs = plan.free.map { free in
      let index = culture.model.parameters.firstIndex { $0.name == free.name }
      // What moves nothing here, such as the noise of a viability that was not measured, stays put.
      guard let index, let printed = found.estimates[free.name] else { return free.start }
      return free.scale.toEstimation(culture.model.parameters[index].unit.toBase(printed))
    }
    guard let there = problem.objective(at: theirs) else { return "\(name): not computed" }
    let fit = try Fit.run(culture, options: options)
    let line =
      "\(name): \(fit.measurements) readings, ours \(fit.logLikelihood), theirs "
      + "\(found.logLikelihood), our function at their estimates \(-there), \(fit.termination)"
    let isRight =
      fit.termination.isConverged && fit.measurements == found.readings
      && abs(there + found.logLikelihood) < 1e-4
      && fit.logLikelihood > found.logLikelihood - 1e-4
      && fit.logLikelihood < found.logLikelihood + 1e-3
    return isRight ? nil : line
  }

  // Catches: a count read as a rounded density, exposure without the dilution, live and dead sharing
  // one noise, constants dropped, the feeds' loss of cells left out.
  @Test func cellsOfWholeCHORuns() throws {
    let faults = try Self.records().cells.sorted { $0.key < $1.key }.compactMap { name, found in
      let run = try shippedRun("cho_fedbatch_2024nov", name)
      return try fault(
        name, Culture(model: shipped("live_dead_density"), run: run), beside: found)
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }

  // Catches: relative and absolute errors added instead of their squares, glucose of a later feed used.
  @Test func countsGlucoseAndLactateTogether() throws {
    let faults = try Self.records().joint.sorted { $0.key < $1.key }.compactMap { name, found in
      // What a feed brought is not known, and the first comes after the sample at 96 h.
      var run = try shippedRun("cho_fedbatch_2024nov", name)
      run.operations = []
      return try fault(
        name, Culture(model: shipped("glucose_lactate"), run: run, until: 96), starts: 24,
        beside: found)
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }

  // Catches: evaporation that takes solutes along, replicates of one time dropped, total cells at the
  // first volume.
  @Test func fibroblastsInMediumThatEvaporates() throws {
    let file = Self.folder.appending(path: "fibroblast_flux.thymus").path
    let model = try ModelFile.read(path: file).model
    let faults = try Self.records().fibroblast.sorted { $0.key < $1.key }
      .compactMap { name, found in
        let run = try shippedRun("fibroblast_flux", name)
        return try fault(name, Culture(model: model, run: run), starts: 6, beside: found)
      }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }
}
