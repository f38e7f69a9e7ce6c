import Foundation
import Quantities
import Timing

/// The 200 parameter sets of the reference problem.
enum ParameterSets {
  /// Rows of mumax, lag, kd, Yxg, Ylg; the first column is the number of the run.
  static func read(_ path: String) throws -> [[Double]] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",").dropFirst().compactMap {
        StrictNumber.double($0)
      }
      guard cells.count == 5 else { throw Unanswerable("\(path): not five parameters") }
      return cells
    }
  }
}
