import Foundation

/// One nonlinear regression file of the NIST Statistical Reference Datasets.
struct NISTDataset {
  let name: String
  /// Two starting points.
  var starts: [[Double]] = [[], []]
  var certified: [Double] = []
  var certifiedDeviations: [Double] = []
  var residualSumOfSquares = Double.nan
  /// Response first, then the predictors.
  var data: [[Double]] = []

  /// The folder beside the package.
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("../shared/oracles/nist_strd").standardized

  static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

  init(_ name: String) throws {
    self.name = name
    let file = NISTDataset.folder.appendingPathComponent(name + ".dat")
    let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init)
    var inData = false
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      let numbers = words.compactMap(Double.init)
      if inData {
        if numbers.count == words.count && numbers.count >= 2 { data.append(numbers) }
      } else if words.count == 6, words[0].hasPrefix("b"), words[1] == "=", numbers.count == 4 {
        starts[0].append(numbers[0])
        starts[1].append(numbers[1])
        certified.append(numbers[2])
        certifiedDeviations.append(numbers[3])
      } else if line.hasPrefix("Residual Sum of Squares:"), let value = numbers.last {
        residualSumOfSquares = value
      }
      // The last line that begins so heads the columns.
      if line.hasPrefix("Data:"), words.count > 1, !words[1].allSatisfy(\.isNumber) {
        inData = true
      }
    }
  }
}
