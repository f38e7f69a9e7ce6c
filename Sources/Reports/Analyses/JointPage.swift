import Inference
import Quantities
import RunRecords

/// The report of a joint fit: what the runs have in common, what is each run's own, every curve.
public enum JointPage {
  /// The page.
  public static func page(_ analysis: JointAnalysis, provenance: Provenance) -> Page {
    Page(
      title: "Joint fit report", subtitle: analysis.fit.runs.joined(separator: ", "),
      sections: [fit(analysis)]
        + analysis.cultures.indices.map { run(analysis, member: $0) }
        + noticed(analysis) + [provenance.section],
      footer: LimitsOfUse.lines)
  }

  /// The record for machines.
  public static func record(_ analysis: JointAnalysis) -> JSONValue {
    guard case .object(var object) = Record.fit(analysis.fit) else { return .null }
    object["runs"] = .array(analysis.fit.runs.map { .string($0) })
    object["findings"] = .array(analysis.findings.map { .string($0.description) })
    if !analysis.intervals.isEmpty { object["intervals"] = DepthSection.record(analysis.intervals) }
    if !analysis.next.isEmpty {
      object["next_samples"] = .array(analysis.next.map(NextSection.record))
    }
    if let checks = analysis.checks { object["residual_checks"] = CompareRecord.checks(checks) }
    if let words = analysis.posteriorWords { object["posterior"] = .string(words) }
    if let method = analysis.drawnBy { object["posterior_drawn_by"] = Record.drawnBy(method) }
    if let refusal = analysis.bandRefusal { object["bands_refused"] = .string(refusal) }
    return .object(object)
  }

  private static func fit(_ analysis: JointAnalysis) -> Page.Section {
    let fit = analysis.fit
    let verdict = FitVerdict(
      fit: fit, checks: analysis.checks, findings: analysis.findings,
      profiles: analysis.profiles)
    var blocks: [Page.Block] = [.verdict(verdict.page)]
    let notes = verdict.unitDoubts + fit.notes
    if !notes.isEmpty { blocks.append(.bullets(notes)) }
    blocks += TrustSection.blocks(verdict)
    blocks += NextSection.blocks(
      zip(fit.runs, analysis.next).map { (run: $0, answer: $1) }, verdict: verdict,
      isDrawn: analysis.drawnBy != nil)
    blocks += FitSection.parameters(fit)
    blocks += DepthSection.intervals(analysis.intervals, analysis.profiles)
    if let checks = analysis.checks {
      blocks.append(.heading("Residuals"))
      blocks += ResidualSection.blocks(checks, of: fit)
    }
    if let refusal = analysis.bandRefusal {
      blocks.append(.notes(["No bands are drawn: \(refusal)"]))
    }
    blocks.append(
      .notes([FitSection.facts(fit)] + (analysis.posteriorWords.map { [$0] } ?? [])))
    return Page.Section(
      "Joint fit of \(fit.runs.count) run\(fit.runs.count == 1 ? "" : "s"): \(fit.model)", blocks)
  }

  private static func run(_ analysis: JointAnalysis, member: Int) -> Page.Section {
    let culture = analysis.cultures[member]
    let subject = RunFigure.Subject(
      run: culture.run, culture: culture,
      residuals: analysis.fit.residuals.filter { $0.member == member },
      bands: analysis.bands.indices.contains(member) ? analysis.bands[member] : [])
    let measured = Set(culture.targets.map(\.observation.quantity))
    return Page.Section(
      "Run \(culture.run.name)",
      culture.model.observables.map(\.name).filter { measured.contains($0) }.map {
        .figure(RunFigure.figure(subject, quantity: $0))
      })
  }

  private static func noticed(_ analysis: JointAnalysis) -> [Page.Section] {
    analysis.findings.isEmpty
      ? []
      : [
        Page.Section(
          "What was noticed while reading", [.notes(analysis.findings.map(\.description))])
      ]
  }
}
