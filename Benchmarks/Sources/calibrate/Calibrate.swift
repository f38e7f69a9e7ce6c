import Foundation
import Inference
import RunFiles
import Timing

/// Coverage of the intervals and simulation-based calibration of the sampler.
///
/// Usage: calibrate [--only coverage|sbc] [--model NAME] [--replicates N] [--threads N]
///        [--seed N] [--data FOLDER] [--work FOLDER] [--resume]
/// Prints the report in Markdown; progress goes to standard error. Ends with status 1 when a bar is
/// missed.
@main
enum Calibrate {
  static func main() throws {
    let question = try Question(CommandLine.arguments.dropFirst())
    let folder = try DataFolder.locate(question.data)
    let seed = question.seed
    let home = "\(question.work)/\(seed)"
    if !question.resumes, FileManager.default.fileExists(atPath: home) {
      try FileManager.default.removeItem(atPath: home)
    }
    let slices = Slices(folder: home, threads: question.threads)
    let replicates = question.replicates
    var report = CalibrationReport(seed: seed)
    if question.only != "sbc" {
      for name in question.models {
        let study = try Study(name, data: folder, options: Coverage.options)
        report.addCoverage(
          name,
          try slices.records("coverage \(name)", count: replicates) {
            Coverage.replicate(study, $0, seed: seed)
          },
          fixed: try slices.records("fixed truth \(name)", count: (replicates + 3) / 4) {
            Coverage.fixedTruth(study, $0, seed: seed)
          })
      }
    }
    if question.only != "coverage" {
      let study = try Study(RankStudy.model, data: folder, options: RankStudy.options)
      report.addRanks(
        try slices.records("sbc", count: replicates) {
          RankStudy.replicate(study, $0, noise: .model, seed: seed)
        },
        wrong: try slices.records(
          "sbc t noise", count: max((replicates + 3) / 4, min(100, replicates))
        ) {
          RankStudy.replicate(study, $0, noise: .studentT4, seed: seed)
        })
    }
    print(report.text)
    if !report.passes { exit(1) }
  }
}
