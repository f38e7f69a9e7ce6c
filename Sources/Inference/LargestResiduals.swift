import Quantities
import RunRecords

/// Names the readings that make most of a scatter.
enum LargestResiduals {
  /// At most so many are named.
  static let most = 3

  /// The first of `residuals`, the largest ones first, that make half of their sum of squares; empty
  /// when there are none.
  static func words(_ residuals: [(observation: Observation, size: Double)], unit: String) -> String
  {
    let total = residuals.reduce(0) { $0 + $1.size * $1.size }
    guard total > 0 else { return "" }
    var sum = 0.0
    var named: [String] = []
    for (observation, size) in residuals where named.count < most && sum < 0.5 * total {
      sum += size * size
      named.append(
        "\(observation.quantity) of day \(ResidualWords.day(observation.time)) "
          + "(\(observation.place)) lies \(NumberText.significant(abs(size), 2)) \(unit) "
          + "\(size < 0 ? "below" : "above")")
    }
    return "Look first at what adds most to it: \(named.joined(separator: ", "))."
  }
}
