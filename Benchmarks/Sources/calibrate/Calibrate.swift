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
    var only: String?
    var models = Study.names
    var replicates = 2000
    var threads = 2
    var seed: UInt64 = 20_261_121
    var data: String?
    var work = ".calibration"
    var resumes = false
    var words = CommandLine.arguments.dropFirst()
    while let word = words.popFirst() {
      if word == "--resume" {
        resumes = true
        continue
      }
      guard let value = words.popFirst() else { throw Unanswerable("\(word) needs a value") }
      switch word {
      case "--only" where ["coverage", "sbc"].contains(value): only = value
      case "--model" where Study.names.contains(value): models = [value]
      case "--replicates": replicates = try number(word, value)
      case "--threads": threads = try number(word, value)
      case "--seed": seed = UInt64(try number(word, value))
      case "--data": data = value
      case "--work": work = value
      default: throw Unanswerable("\(word) \(value) is not understood")
      }
    }
    let folder = try DataFolder.locate(data)
    let home = "\(work)/\(seed)"
    if !resumes, FileManager.default.fileExists(atPath: home) {
      try FileManager.default.removeItem(atPath: home)
    }
    let slices = Slices(folder: home, threads: threads)
    var report = CalibrationReport(seed: seed)
    if only != "sbc" {
      for name in models {
        let study = try Study(name, data: folder, options: Coverage.options)
        report.addCoverage(
          name,
          try slices.records("coverage \(name)", count: replicates) {
            Coverage.replicate(study, $0, seed: seed)
          },
          fixed: try slices.records("fixed truth \(name)", count: replicates / 4) {
            Coverage.fixedTruth(study, $0, seed: seed)
          })
      }
    }
    if only != "coverage" {
      let study = try Study(RankStudy.model, data: folder, options: RankStudy.options)
      report.addRanks(
        try slices.records("sbc", count: replicates) {
          RankStudy.replicate(study, $0, noise: .model, seed: seed)
        },
        wrong: try slices.records("sbc t noise", count: replicates / 2) {
          RankStudy.replicate(study, $0, noise: .studentT4, seed: seed)
        })
    }
    print(report.text)
    if !report.passes { exit(1) }
  }

  private static func number(_ word: String, _ value: String) throws -> Int {
    guard let number = Int(value), number > 0 else {
      throw Unanswerable("\(word) must be a whole number above 0")
    }
    return number
  }
}
