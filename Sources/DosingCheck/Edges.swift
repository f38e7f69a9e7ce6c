import Quantities

/// The place of a value among intervals that cover a line, found by counting edges.
///
/// An absent lower edge counts as passed, an absent upper edge never. Passed lower edges less
/// passed upper edges is the number of intervals that hold the value; it must be one.
enum Edges {
  typealias Interval = (lower: DoseSheet.Edge?, upper: DoseSheet.Edge?)

  static func place(
    of value: Rational?, among intervals: [Interval], named name: String
  ) throws(CheckFault) -> Int {
    let needsValue = intervals.contains { $0.lower != nil || $0.upper != nil }
    if value == nil && needsValue { throw CheckFault("a missing \(name)") }
    let point = try Ratio(value ?? .zero)
    var tally = [Int](repeating: 0, count: intervals.count)
    for (index, interval) in intervals.enumerated() {
      tally[index] += try isPassed(interval.lower, by: point, at: true) ?? true ? 1 : 0
      tally[index] -= try isPassed(interval.upper, by: point, at: false) ?? false ? 1 : 0
    }
    guard tally.reduce(0, +) == 1, let place = tally.firstIndex(of: 1) else {
      throw CheckFault("a \(name) that not exactly one interval holds")
    }
    return place
  }

  /// A value on an edge has passed a lower one that is inclusive and an upper one that is not.
  private static func isPassed(
    _ edge: DoseSheet.Edge?, by point: Ratio, at lower: Bool
  ) throws(CheckFault) -> Bool? {
    guard let edge else { return nil }
    let at = try Ratio(edge.at)
    return at < point || (at == point && edge.inclusive == lower)
  }
}
