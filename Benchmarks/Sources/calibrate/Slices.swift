import Foundation
import Inference
import Timing

/// Replicates in slices of 100, each kept in a file as soon as it is done.
///
/// A replicate depends on its index and the seed alone, so slices can be made in any order, on any
/// number of threads, and a run that was stopped goes on where it was.
struct Slices {
  static let size = 100
  let folder: String
  let threads: Int

  func records(
    _ part: String, count: Int, _ body: @escaping @Sendable (Int) -> Record
  ) throws -> [Record] {
    let home = "\(folder)/\(part)"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let began = Date()
    var records: [Record] = []
    for first in stride(from: 0, to: count, by: Slices.size) {
      let indices = first..<min(first + Slices.size, count)
      let path = "\(home)/\(first)-\(indices.upperBound - 1)"
      if let kept = kept(path), kept.map(\.index) == Array(indices) {
        records += kept
        continue
      }
      let made = Parallel.map(chunksOf: 1, count: indices.count, threads: threads) {
      } body: { _, k in
        body(first + k)
      }
      let text = made.map { $0.line + "\n" }.joined()
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      records += made
      let seconds = Int(Date().timeIntervalSince(began))
      try Streams.remark("\(part): \(indices.upperBound) of \(count), \(seconds) s")
    }
    return records
  }

  private func kept(_ path: String) -> [Record]? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let records = text.split(separator: "\n").map { Record($0) }
    let whole = records.compactMap { $0 }
    return whole.count == records.count ? whole : nil
  }
}
