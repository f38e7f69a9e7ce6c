import Quantities

extension WeightBand {
  /// `500,000 cells/kg to 1,000,000 cells/kg`, with target, tolerance and cap.
  public var doseWords: String {
    var parts: [String] = []
    switch (minimum, maximum) {
    case (let low?, let high?): parts.append("\(low) to \(high)")
    case (let low?, nil): parts.append("at least \(low)")
    case (nil, let high?): parts.append("at most \(high)")
    case (nil, nil): break
    }
    if let target {
      parts.append("target \(target)" + (tolerance.map { " within \($0) to both sides" } ?? ""))
    }
    if let cap { parts.append("never above \(cap)") }
    return parts.joined(separator: ", ")
  }
}

extension DoseRule {
  /// The rule in words: a line for each band or level, then how the dose is given.
  public var words: [String] {
    let isPlain = bands.count == 1 && bands[0].lower == nil && bands[0].upper == nil
    var lines = bands.map { isPlain ? $0.doseWords : "\($0): \($0.doseWords)" }
    for level in levels {
      for band in level.bands {
        let weights = level.bands.count == 1 ? "" : ", \(band)"
        lines.append("level \(level.name)\(weights): \(band.doseWords)")
      }
    }
    return lines + course.words
  }
}

extension DoseCourse {
  /// How the dose is given, in words; empty for a single dose.
  public var words: [String] {
    switch self {
    case .single: return []
    case .repeated(let repeats):
      return [
        "given up to \(repeats.most) times"
          + (repeats.after.map { ", at least \($0) apart" } ?? ", the interval is not stated")
      ]
    case .fractions(let fractions):
      return fractions.enumerated().map { index, fraction in
        let conditions = [
          fraction.after.map { "at least \($0) after the one before" },
          fraction.latestDay.map { "on day \($0) at the latest" },
          fraction.gate,
        ].compactMap(\.self)
        return "fraction \(index + 1): \(shareWords(fraction.share))"
          + conditions.map { ", " + $0 }.joined()
      }
    case .components(let components):
      return components.enumerated().map { index, component in
        "component \(index + 1), \(component.name): \(shareWords(component.share))"
          + (component.allowed.map {
            ", allowed \(shareWords($0.lowerBound)) to \(shareWords($0.upperBound))"
          } ?? "")
      }
    case .split(let split):
      return split.regimens.map(\.words) + ["blasts: \(split.sample)"]
    }
  }
}

extension BlastSplit.Regimen {
  /// `blasts above 20 %: day 1 ..., day 10 (2 d to both sides) ...`.
  public var words: String {
    if state == .unverified { return "\(self): not read, so refused" }
    let days = portions.map { portion in
      "day \(portion.day)"
        + (portion.tolerance.map { " (up to \($0) d earlier or later)" } ?? "")
        + " \(portion.cells)"
        + (portion.bags.isEmpty
          ? ""
          : " as "
            + NumberText.list(
              portion.bags.map { bag in
                NumberText.grouped(bag.cells.cells) + (bag.name.map { " from \($0)" } ?? "")
              }))
        + (portion.latestDay.map { ", on day \($0) at the latest" } ?? "")
        + (portion.gate.map { ", \($0)" } ?? "")
    }
    return "\(self): " + days.joined(separator: "; ")
  }
}

/// `10 %`, or `1/3` where the decimals of the percentage do not end.
private func shareWords(_ share: Rational) -> String {
  guard ExactText.endsAsDecimal(share), let fraction = try? Fraction(share) else {
    return share.description
  }
  return fraction.description
}
