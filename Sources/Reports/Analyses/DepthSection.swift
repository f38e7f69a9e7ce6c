import Inference
import Quantities

/// What was found out about a fit beyond its estimates, as parts of its section.
enum DepthSection {
  /// Intervals side by side, and where they differ.
  static func intervals(_ sets: [IntervalSet], _ profiles: [ParameterProfile]) -> [Page.Block] {
    let kinds = IntervalSet.Kind.allCases.filter { kind in
      sets.contains { set in set.entries.contains { $0.kind == kind } }
    }
    guard kinds.count > 1 else { return [] }
    let rows = sets.map { set in
      [set.name, set.unit.symbol] + kinds.map { cell(set, $0) }
    }
    let blocks = Shown.table(
      "95 % intervals side by side.",
      [Table.Column("Parameter"), Table.Column("Unit")]
        + kinds.map { Table.Column(heading($0), .numbers) }, rows,
      footnotes: footnotes(kinds, rows))
    let differences = sets.compactMap(\.difference)
    let open = profiles.filter { $0.profile.isFlat }.map(\.words)
    let sentences = better(profiles) + differences + open
    return blocks + (sentences.isEmpty ? [] : [.bullets(sentences)]) + figures(profiles)
  }

  /// The record of the sets.
  static func record(_ sets: [IntervalSet]) -> JSONValue {
    .array(
      sets.map { set in
        var object: [String: JSONValue] = [
          "name": .string(set.name), "unit": .string(set.unit.symbol),
        ]
        for entry in set.entries {
          guard let range = set.shown(entry.kind) else { continue }
          var ends: [String: JSONValue] = [
            "low95": Record.number(range.low), "high95": Record.number(range.high),
          ]
          if !entry.remarks.isEmpty {
            ends["remarks"] = .array(entry.remarks.map { .string($0) })
          }
          object[entry.kind.rawValue] = .object(ends)
        }
        if let difference = set.difference { object["difference"] = .string(difference) }
        return .object(object)
      })
  }

  private static func cell(_ set: IntervalSet, _ kind: IntervalSet.Kind) -> String {
    guard let entry = set.entries.first(where: { $0.kind == kind }), let range = set.shown(kind)
    else { return "-" }
    var ends = (end(range.low), end(range.high))
    if let low = range.low, let high = range.high { ends = PrintedRange.apart(low, high) }
    return ([("\(ends.0) - \(ends.1)")] + entry.remarks).joined(separator: "\n")
  }

  private static func end(_ value: Double?) -> String {
    value.map { Shown.number($0) } ?? "open"
  }

  /// What the columns are; only of those that are there.
  private static func footnotes(_ kinds: [IntervalSet.Kind], _ rows: [[String]]) -> [String] {
    var notes = [kinds.map(explanation).joined(separator: " ")]
    let cells = rows.flatMap { $0 }
    if cells.contains(where: { $0.contains("open") }) {
      notes.append("'open': no value on that side is excluded.")
    }
    if cells.contains(where: { $0.contains("set by the bound") }) {
      notes.append(
        "'set by the bound of ...': values beyond are excluded only because that other parameter can go "
          + "no further; the data alone do not fix this end.")
    }
    return notes
  }

  private static func explanation(_ kind: IntervalSet.Kind) -> String {
    switch kind {
    case .wald: "Wald: the curvature at the estimate, priors included."
    case .profile:
      "Profile: how far a parameter can go with all others fitted anew, priors included."
    case .bootstrap: "Bootstrap: refits of data drawn anew."
    case .posterior: "Posterior: draws, priors included."
    }
  }

  /// Where a profile still saw a better optimum than the estimate.
  private static func better(_ profiles: [ParameterProfile]) -> [String] {
    let found = profiles.filter(\.profile.foundBetter)
    guard let best = found.max(by: { $0.profile.improvement < $1.profile.improvement }) else {
      return []
    }
    return [
      "The estimate is not the best one: the profile of \(best.name) found a point whose ln posterior "
        + "is higher by \(NumberText.significant(best.profile.improvement, 2)). Fit again with more "
        + "starts (--starts 50) before trusting any number here."
    ]
  }

  private static func heading(_ kind: IntervalSet.Kind) -> String {
    switch kind {
    case .wald: "Wald"
    case .profile: "Profile"
    case .bootstrap: "Bootstrap"
    case .posterior: "Posterior"
    }
  }

  /// The profiles of what is not settled: those that are open or skew; the others are parabolas.
  private static func figures(_ profiles: [ParameterProfile]) -> [Page.Block] {
    profiles.filter { $0.profile.isFlat }.prefix(4).map { profile in
      let points = profile.profile.points
      let unit = profile.unit.symbol == "1" ? "" : profile.unit.symbol
      return .figure(
        Figure(
          title: "Profile of \(profile.name)",
          description: "How much worse the best fit gets when \(profile.name) is held at a value"
            + (profile.hasPrior ? ", its own prior included" : "")
            + ". Values below the dashed line are not excluded at 95 %."
            + (profile.walls.map { " \($0)" } ?? ""),
          x: Axis(profile.name, unit: unit, scale: profile.scale == .log ? .log10 : .linear),
          y: Axis("Rise of -ln posterior", scale: .linear, from: 0),
          layers: [
            .line(
              x: points.map { profile.shown($0.value) }, y: points.map(\.rise), style: .series(0)),
            .points(
              points.map { DataPoint(x: profile.shown($0.value), y: $0.rise) }, style: .series(0)),
            .horizontal(y: profile.profile.limit, label: "95 %"),
          ]))
    }
  }
}
