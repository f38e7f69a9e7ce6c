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
      [set.name, set.unit.symbol]
        + kinds.map { kind in
          set.shown(kind).map { "\(end($0.low)) - \(end($0.high))" } ?? "-"
        }
    }
    let blocks = Shown.table(
      "95 % intervals side by side.",
      [Table.Column("Parameter"), Table.Column("Unit")]
        + kinds.map { Table.Column(heading($0), .numbers) }, rows,
      footnotes: [
        "Wald: the curvature at the estimate. Profile: the likelihood with the priors, the "
          + "other parameters adjusted. Bootstrap: refits of data drawn anew. Posterior: draws, with the "
          + "priors. 'open': no value on that side is excluded."
      ])
    let differences = sets.compactMap(\.difference)
    let open = profiles.filter { $0.profile.isFlat }.map(\.words)
    let sentences = differences + open
    return blocks + (sentences.isEmpty ? [] : [.bullets(sentences)]) + figures(profiles)
  }

  /// The record of the sets.
  static func record(_ sets: [IntervalSet]) -> JSONValue {
    .array(
      sets.map { set in
        var object: [String: JSONValue] = [
          "name": .string(set.name), "unit": .string(set.unit.symbol),
        ]
        for kind in IntervalSet.Kind.allCases {
          guard let range = set.shown(kind) else { continue }
          object[kind.rawValue] = .object([
            "low95": Record.number(range.low), "high95": Record.number(range.high),
          ])
        }
        if let difference = set.difference { object["difference"] = .string(difference) }
        return .object(object)
      })
  }

  /// The record of the next best sample.
  static func record(_ next: NextSample) -> JSONValue {
    .object([
      "text": .string(next.words), "target_h": Record.number(next.question.target),
      "sd_ln_now": Record.number(next.sd), "helps": .bool(next.helps),
      "time_h": Record.number(next.best.first?.time),
      "assay": next.best.first.map { .string($0.assay) } ?? .null,
      "sd_ln_after": Record.number(next.best.first?.sd),
    ])
  }

  private static func end(_ value: Double?) -> String {
    value.map { Shown.number($0) } ?? "open"
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
          description: "How much worse the best fit gets when \(profile.name) is held at a value. "
            + "Values below the dashed line are not excluded at 95 %.",
          x: Axis(profile.name, unit: unit, scale: profile.scale == .log ? .log10 : .linear),
          y: Axis("Rise of -ln L", scale: .linear, from: 0),
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
