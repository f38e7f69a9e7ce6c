import Quantities
import RunRecords
import Yams

extension HarvestPlanReader {
  /// The thresholds of a plan; the defaults where nothing is said.
  mutating func thresholds(_ node: Node) -> DecisionPlan.Thresholds {
    var found = DecisionPlan.Thresholds()
    let keys = [
      "confidence", "tolerance", "stop_below", "fall", "contradiction", "newest_count",
    ]
    guard let map = yaml.mapping(node, "The decision", keys: keys) else { return found }
    func share(_ key: String, _ range: Range<Double>, _ reader: inout HarvestPlanReader) -> Double?
    {
      guard let node = reader.yaml.optional(map, key),
        let value = reader.measure(node, "'\(key)'", ["%"], allowsZero: true)
      else { return nil }
      if range.contains(value) { return value }
      reader.yaml.report(
        "E_HARVEST_VALUE", node,
        "'\(key)' is not between \(NumberText.percent(range.lowerBound, decimals: 1)) and "
          + "\(NumberText.percent(range.upperBound, decimals: 1)).", "Write a per cent in between.")
      return nil
    }
    found.confidence = share("confidence", 0.5..<1, &self) ?? found.confidence
    found.tolerance = share("tolerance", 0..<0.5, &self) ?? found.tolerance
    found.stopBelow = share("stop_below", 0..<0.5, &self) ?? found.stopBelow
    found.fall = share("fall", 0..<1, &self) ?? found.fall
    found.contradiction = share("contradiction", 0..<0.2, &self) ?? found.contradiction
    if let node = yaml.optional(map, "newest_count") {
      found.newestCount = age(node) ?? found.newestCount
    }
    return found
  }

  /// `at most 36 h`.
  private mutating func age(_ node: Node) -> Double? {
    guard let text = yaml.text(node) else { return nil }
    guard text.hasPrefix("at most ") else {
      yaml.report(
        "E_HARVEST_LIMIT", node, "'\(Shown.text(text))' is no limit of an age.",
        "Write such as 'at most 36 h'.")
      return nil
    }
    return measure(
      text.dropFirst(8).trimmingSpaces(), node, "'newest_count'", ["h"], allowsZero: false)
  }
}
