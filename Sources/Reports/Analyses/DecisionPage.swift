import Dosing
import Harvest
import Inference
import Quantities
import RunRecords

/// The page of a harvest decision that rests on what earlier donors taught: the decision of every
/// run, its forecast, the donors, the dose.
public struct DecisionPage: Sendable {
  /// One run with its decision and the forecast behind it.
  public struct Entry: Sendable {
    let run: Run
    let outlook: DonorOutlook?
    /// The decision, or why there is none.
    public let decision: Result<HarvestDecision, Posterior.Refusal>

    /// A run with its decision; `outlook` is nil when the forecast itself is refused.
    public init(
      run: Run, outlook: DonorOutlook?, decision: Result<HarvestDecision, Posterior.Refusal>
    ) {
      self.run = run
      self.outlook = outlook
      self.decision = decision
    }
  }

  let title: String
  let schema: String
  let entries: [Entry]
  let priors: [(path: String, file: PriorFile)]
  let dose: DosePlan?
  let findings: [String]
  let provenance: Provenance
  let backtest: BacktestQuote?

  /// A page from its parts.
  public init(
    title: String, schema: String, entries: [Entry], priors: [(path: String, file: PriorFile)],
    dose: DosePlan?, findings: [String], provenance: Provenance, backtest: BacktestQuote?
  ) {
    (self.title, self.schema, self.entries) = (title, schema, entries)
    (self.priors, self.dose, self.findings) = (priors, dose, findings)
    (self.provenance, self.backtest) = (provenance, backtest)
  }

  /// The page.
  public var page: Page {
    var sections = DecisionSection.sections(
      entries.map { Optional($0.decision) }, runs: entries.map(\.run.name), backtest: backtest)
    for entry in entries {
      guard let outlook = entry.outlook else { continue }
      sections.append(
        Page.Section("Forecast of \(entry.run.name)", OutlookPage.blocks(outlook, backtest)))
    }
    sections.append(Page.Section("The earlier donors", OutlookPage.basis(priors)))
    if let dose { sections.append(DoseSection.section(dose)) }
    if !findings.isEmpty {
      sections.append(Page.Section("What was noticed while reading", [.notes(findings)]))
    }
    sections.append(provenance.section)
    return Page(
      title: title, subtitle: entries.map(\.run.name).joined(separator: ", "), sections: sections,
      footer: LimitsOfUse.lines)
  }

  /// The machine-readable record.
  public var record: JSONValue {
    var object: [String: JSONValue] = [
      "schema": .string(schema), "provenance": provenance.json,
      "decisions": .array(entries.map { Record.decision($0.decision, run: $0.run.name) }),
      "forecasts": .array(
        entries.map { $0.outlook.map(OutlookPage.outlookRecord) ?? .null }),
      "priors": OutlookPage.priors(priors), "backtest": backtest?.json ?? .null,
      "findings": .array(findings.map { .string($0) }),
    ]
    if let dose { object["dose"] = Record.dose(dose) }
    return .object(object)
  }
}
