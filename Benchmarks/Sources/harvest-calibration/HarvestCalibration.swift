import Foundation
import Inference
import RunFiles

/// Do harvests that are said to meet all criteria with P = 0.9 meet them in 90 %?
///
/// Usage: harvest-calibration [--runs N] [--threads N] [--seed N] [--donors N] [--data FOLDER]
///        [--work FILE]
/// With --donors decisions rest on a prior learned from so many other simulated donors.
/// Each simulated run is one line of the work file, kept as soon as a block of 20 is done; runs that
/// the file holds already are not made again. Prints the report in Markdown.
@main
enum HarvestCalibration {
  static func main() throws {
    var options: [String: String] = [:]
    let arguments = Array(CommandLine.arguments.dropFirst())
    var at = 0
    while at + 1 < arguments.count {
      options[arguments[at]] = arguments[at + 1]
      at += 2
    }
    func number(_ name: String, _ standard: Int) -> Int {
      options[name].flatMap { Int($0) } ?? standard
    }
    let runs = number("--runs", 2000)
    let threads = number("--threads", 2)
    let seed = UInt64(number("--seed", 20261122))
    let folder = try DataFolder.locate(options["--data"])
    let work = options["--work"] ?? "harvest-calibration.lines"
    let study = try SimulatedHarvest(
      data: folder, seed: seed, donors: number("--donors", 0))
    let kept = (try? String(contentsOfFile: work, encoding: .utf8)) ?? ""
    var records = kept.split(separator: "\n").compactMap { CalibrationRun($0) }
    let known = Set(records.map(\.index))
    let open = (0..<runs).filter { !known.contains($0) }
    if !FileManager.default.fileExists(atPath: work) {
      try "".write(toFile: work, atomically: true, encoding: .utf8)
    }
    guard let file = FileHandle(forWritingAtPath: work) else { return }
    try file.seekToEnd()
    for first in stride(from: 0, to: open.count, by: 20) {
      let block = Array(open[first..<min(first + 20, open.count)])
      let made = Parallel.map(chunksOf: 1, count: block.count, threads: threads) {
      } body: { _, k in
        study.run(block[k])
      }
      try file.write(contentsOf: Data(made.map { $0.line + "\n" }.joined().utf8))
      records += made
      FileHandle.standardError.write(Data("\(records.count) of \(runs)\n".utf8))
    }
    let report = CalibrationTable(
      records.filter { $0.index < runs }, seed: seed, donors: number("--donors", 0))
    print(report.text)
  }
}
