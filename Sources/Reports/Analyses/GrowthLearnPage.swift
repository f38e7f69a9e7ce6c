import Population
import Quantities

/// The page of `thymus learn --growth`: what earlier runs teach of growth, without a model.
public struct GrowthLearnPage: Sendable {
  let file: GrowthFile
  let runs: GrowthRuns
  let path: String
  let findings: [String]
  let provenance: Provenance

  /// What was learned of runs, the file that holds it, and what was noticed.
  public init(
    _ file: GrowthFile, of runs: GrowthRuns, path: String, findings: [String],
    provenance: Provenance
  ) {
    self.file = file
    self.runs = runs
    self.path = path
    self.findings = findings
    self.provenance = provenance
  }

  /// The page.
  public var page: Page {
    var sections = [
      Page.Section(
        "What a new run may do",
        [.verdict(verdict)] + windows + [.paragraph(reach)] + kinds
          + (notes.isEmpty ? [] : [.bullets(notes)])),
      Page.Section("What it cannot do", [.bullets(GrowthLearnPage.limits)]),
    ]
    if !findings.isEmpty {
      sections.append(Page.Section("What was noticed while reading", [.notes(findings)]))
    }
    sections.append(provenance.section)
    return Page(
      title: "Growth learned without a model", subtitle: path, sections: sections,
      footer: LimitsOfUse.lines)
  }

  private var notes: [String] { file.notes + file.growth.notes }

  private var verdict: Page.Verdict {
    let growth = file.growth
    let base =
      "Growth of \(file.quantity) from \(NumberText.counted(growth.donors, "donor")), "
      + "\(NumberText.counted(growth.runs, "run")), \(NumberText.counted(file.counts, "count"))"
      + (file.sharedCounts > 0 ? " (\(file.sharedCounts) of them shared by several runs)" : "")
      + "."
    if growth.donors < 5 {
      return Page.Verdict(
        .caution, label: "Few donors",
        text: base
          + " So few donors tell little of how far the next may differ, and nothing widens "
          + "what they tell.")
    }
    return growth.surfaces.isEmpty
      ? Page.Verdict(
        .caution, label: "Path alone", text: base + " No surface could be learned: read below.")
      : Page.Verdict(.good, label: "Learned", text: base)
  }

  private var windows: [Page.Block] {
    Shown.table(
      "Surfaces of growth, one a window of last counts.",
      [
        Table.Column("Last count", unit: "h"), Table.Column("Reaches further", unit: "h"),
        Table.Column("Runs", .numbers), Table.Column("Donors", .numbers),
        Table.Column("Search"),
      ],
      file.growth.surfaces.map { surface in
        [
          GrowthLearnPage.span(surface.origins), GrowthLearnPage.span(surface.horizons),
          "\(surface.runs)", "\(surface.donors)",
          surface.isConverged ? "converged" : "ended early",
        ]
      },
      footnotes: [
        "A run with three counts, the last within 4 h of a window, is foretold by that window's surface "
          + "as far as it reaches (and 4 h more); any other run by the path, from the counts that it has."
      ])
  }

  private var reach: String {
    let growth = file.growth
    return "The path foretells runs from any counts, from \(hours(growth.path.knots[0])) h up to "
      + "\(hours(growth.path.lastTaught + growth.options.reach)) h; the last count that taught is at "
      + "\(hours(growth.path.lastTaught)) h."
  }

  private var kinds: [Page.Block] {
    guard !file.factors.isEmpty else {
      return [.paragraph("All runs were taken as one kind (no --group).")]
    }
    return Shown.table(
      "Kinds of runs, told apart by \(NumberText.list(file.factors)).",
      [
        Table.Column("Kind"), Table.Column("Runs", .numbers), Table.Column("Donors", .numbers),
        Table.Column("Scatter", .numbers),
      ],
      file.growth.kinds.enumerated().map { k, kind in
        let own = runs.histories.filter { $0.group == kind }
        return [
          kind, "\(own.count)", "\(Set(own.map(\.donor)).count)",
          NumberText.fixed(file.growth.path.scale(of: k), decimals: 2),
        ]
      },
      footnotes: [
        "Scatter: how far runs of the kind depart from their mean path, beside the other kinds; about 1 "
          + "where nothing sets a kind apart."
      ])
  }

  /// What learned growth knows nothing of.
  static let limits = [
    "It knows no feeds, splits, harvests or volumes: it foretells runs that are handled like those that "
      + "taught. Runs whose operations change the cells are refused.",
    "It knows no lag, capacity, medium or dose beyond what the kinds and the counts say. Kinds are equal or "
      + "not; a kind that never taught is refused.",
    "It says nothing of viability, CAR+ fraction or phenotype, so 'thymus harvest' does not take it.",
    "It does not reach past the runs that taught by more than 24 h.",
  ]

  private func hours(_ value: Double) -> String { NumberText.significant(value, 4) }

  static func span(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (
      NumberText.significant(range.lowerBound, 4), NumberText.significant(range.upperBound, 4)
    )
    return low == high ? low : "\(low) - \(high)"
  }

  /// The machine-readable record.
  public var record: JSONValue {
    let growth = file.growth
    return .object([
      "schema": .string("thymus.learn-growth/1"), "prior": .string(path),
      "prior_sha256": .string(file.sha256), "quantity": .string(file.quantity),
      "factors": .array(file.factors.map { .string($0) }), "donors": .int(growth.donors),
      "runs": .int(growth.runs), "counts": .int(file.counts),
      "shared_counts": .int(file.sharedCounts),
      "kinds": .array(
        growth.kinds.map { kind in
          let own = runs.histories.filter { $0.group == kind }
          return .object([
            "kind": .string(kind), "runs": .int(own.count),
            "donors": .int(Set(own.map(\.donor)).count),
          ])
        }),
      "surfaces": .array(
        growth.surfaces.map { surface in
          .object([
            "last_count_from_h": Record.number(surface.origins.lowerBound),
            "last_count_to_h": Record.number(surface.origins.upperBound),
            "reaches_h": Record.number(surface.horizons.upperBound), "runs": .int(surface.runs),
            "donors": .int(surface.donors), "converged": .bool(surface.isConverged),
          ])
        }), "last_taught_h": Record.number(growth.path.lastTaught),
      "reaches_to_h": Record.number(growth.path.lastTaught + growth.options.reach),
      "notes": .array(notes.map { .string($0) }), "provenance": provenance.json,
    ])
  }
}
