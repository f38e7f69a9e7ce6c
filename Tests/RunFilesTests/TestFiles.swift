import Quantities
import RunRecords

@testable import RunFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files beside the tests, and text handed over as a file.
enum TestFiles {
  static let folder = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  static let runs = folder + "/../../data/runs"

  static func bytes(_ path: String) throws -> [UInt8] {
    try InputFile.bytes(of: path, limit: 1 << 26)
  }

  static func read(_ observations: String, _ operations: String? = nil) throws(InputRefused)
    -> RunBatch
  {
    try RunFolder.read(
      observations: ("obs.csv", Array(observations.utf8)),
      operations: operations.map { ("ops.csv", Array($0.utf8)) })
  }

  /// The findings with which an input is refused; empty when it is read.
  static func refusal(_ body: () throws -> Void) -> [Finding] {
    do {
      try body()
      return []
    } catch let refused as InputRefused {
      return refused.findings
    } catch {
      return [
        Finding(.error, "not InputRefused", at: Place(file: ""), "\(error)", remedy: "")
      ]
    }
  }

  /// A directory for one test, deleted afterwards.
  static func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let path = "\(FileManager.default.temporaryDirectory.path)/runfiles-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  static func write(_ bytes: [UInt8], to path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
  }
}

/// A small generator so that the tests repeat (SplitMix64, Steele et al. 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
