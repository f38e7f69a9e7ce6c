import Capacity
import Quantities
import Yams

extension FacilityReader {
  private static let forms =
    "4 h, 'lognormal mean 9 d cv 15 %', 'normal mean 9 d sd 1 d at least 7 d', "
    + "'triangular 2 h 3 h 6 h', 'exponential mean 4 h' or 'empirical 8 d 20 %, 9 d 80 %'"

  /// A time that varies, in one of the forms.
  mutating func duration(_ node: Node?, _ path: String) -> Law? {
    guard let node, let text = words(node, path) else { return nil }
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first, StrictNumber.double(first) == nil else {
      return time(text, node, path).map { .fixed($0) }
    }
    func at(_ i: Int) -> String { words[i] + " " + words[i + 1] }
    switch first {
    case "exponential" where words.count == 4 && words[1] == "mean":
      return time(at(2), node, path, allowsZero: false).map { .exponential(mean: $0) }
    case "lognormal" where words.count == 7 && words[1] == "mean" && words[4] == "cv":
      guard let mean = time(at(2), node, path, allowsZero: false),
        let cv = share(at(5), node, path + " cv")
      else { return nil }
      return .lognormal(mean: mean, cv: cv)
    case "normal"
    where words.count == 11 && words[1] == "mean" && words[4] == "sd" && words[7] == "at"
      && words[8] == "least":
      guard let mean = time(at(2), node, path, allowsZero: false),
        let sd = time(at(5), node, path), let least = time(at(9), node, path)
      else { return nil }
      guard least < mean else {
        return impossible(node, path, "its least value is not below its mean")
      }
      return sd > 0 ? .normal(mean: mean, sd: sd, least: least, most: .infinity) : .fixed(mean)
    case "triangular" where words.count == 7:
      guard let a = time(at(1), node, path), let b = time(at(3), node, path),
        let c = time(at(5), node, path)
      else { return nil }
      guard a <= b, b <= c else { return impossible(node, path, "its values are not in order") }
      return a == c ? .fixed(a) : .triangular(least: a, mode: b, most: c)
    case "empirical" where words.count > 1:
      return empirical(text.dropFirst(first.count), node, path)
    default:
      let laws = ["exponential", "lognormal", "normal", "triangular", "empirical"]
      yaml.report(
        "E_FACILITY_LAW", node,
        "'\(path)' is no time and no law of times."
          + Suggestion.phrase(for: first, among: laws.filter { $0 != first }),
        "Write such as \(Self.forms).")
      return nil
    }
  }

  private mutating func empirical(
    _ text: Substring, _ node: Node, _ path: String
  ) -> Law? {
    var values: [Double] = []
    var weights: [Double] = []
    for item in text.split(separator: ",") {
      let words = item.split(separator: " ").map(String.init)
      guard words.count == 4, let value = time(words[0] + " " + words[1], node, path),
        let weight = share(words[2] + " " + words[3], node, path)
      else {
        if words.count != 4 {
          yaml.report(
            "E_FACILITY_LAW", node, "'\(path)' has a part that is not 'time share'.",
            "Write such as empirical 8 d 20 %, 9 d 80 %.")
        }
        return nil
      }
      values.append(value)
      weights.append(weight)
    }
    let sum = weights.reduce(0, +)
    guard abs(sum - 1) < 1e-6 else {
      yaml.report(
        "E_FACILITY_SHARES", node,
        "The shares of '\(path)' sum to \(NumberText.percent(sum, decimals: 2)).",
        "Correct them so that they sum to 100 %.")
      return nil
    }
    return .empirical(values: values, weights: weights)
  }

  private mutating func impossible(
    _ node: Node, _ path: String, _ why: String
  ) -> Law? {
    yaml.report("E_FACILITY_VALUE", node, "'\(path)' is impossible: \(why).", "Correct the law.")
    return nil
  }
}
