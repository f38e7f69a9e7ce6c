/// What all pages of forecasts have in common: a section for each run, the earlier donors, what was
/// noticed while reading, and the provenance.
enum ForecastFrame {
  /// A page of runs with their blocks.
  static func page(
    _ runs: [(name: String, blocks: [Page.Block])], basis: [Page.Block], findings: [String],
    _ provenance: Provenance
  ) -> Page {
    var sections = runs.map { Page.Section($0.name, $0.blocks) }
    sections.append(Page.Section("The earlier donors", basis))
    if !findings.isEmpty {
      sections.append(Page.Section("What was noticed while reading", [.notes(findings)]))
    }
    sections.append(provenance.section)
    return Page(
      title: "Forecast", subtitle: runs.map(\.name).joined(separator: ", "), sections: sections,
      footer: LimitsOfUse.lines)
  }

  /// A run without a forecast.
  static func refused(_ reason: String) -> [Page.Block] {
    [.verdict(Page.Verdict(.stop, label: "Refused", text: reason))]
  }
}
