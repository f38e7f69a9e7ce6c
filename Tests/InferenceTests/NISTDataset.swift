import Foundation

#if arch(x86_64)
  /// What residuals are computed in where 53 bits are too few: 64 bits of significand.
  typealias Extended = Float80
#else
  /// This processor has nothing wider.
  typealias Extended = Double
#endif

/// One nonlinear regression of the NIST Statistical Reference Datasets.
///
/// Read from `Records/nist/NAME.csv`, which `Records/nist/convert.py` writes.
struct NISTDataset {
  struct Malformed: Error {
    let name: String
    let line: String
  }

  let name: String
  /// Two starting points.
  var starts: [[Double]] = [[], []]
  var certified: [Double] = []
  var certifiedDeviations: [Double] = []
  var residualSumOfSquares = Double.nan
  /// Response first, then the predictors.
  var data: [[Extended]] = []

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Records/nist")

  init(_ name: String) throws {
    self.name = name
    let file = NISTDataset.folder.appendingPathComponent(name + ".csv")
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: ",").map(String.init)
      switch words[0] {
      case "residual sum of squares":
        residualSumOfSquares = Double(words[1]) ?? .nan
      case "parameter", "y":
        continue
      default:
        if line.hasPrefix("#") { continue }
        let isParameter = words[0].hasPrefix("b")
        let numbers = (isParameter ? Array(words[1...]) : words).compactMap(Extended.init)
        guard numbers.count == words.count - (isParameter ? 1 : 0) else {
          throw Malformed(name: name, line: String(line))
        }
        if isParameter {
          let values = words[1...].compactMap(Double.init)
          starts[0].append(values[0])
          starts[1].append(values[1])
          certified.append(values[2])
          certifiedDeviations.append(values[3])
        } else {
          data.append(numbers)
        }
      }
    }
  }
}
