import Harvest
import Inference
import Population
import Quantities
import RunRecords

/// The page of `thymus forecast`: what a run will do, how sure that is, and what it rests on.
public struct OutlookPage: Sendable {
  /// One run with its forecast, or why there is none.
  public struct Entry: Sendable {
    let run: Run
    /// The forecast.
    public let outcome: Result<DonorOutlook, Posterior.Refusal>

    /// A run with its forecast.
    public init(run: Run, outcome: Result<DonorOutlook, Posterior.Refusal>) {
      self.run = run
      self.outcome = outcome
    }
  }

  let entries: [Entry]
  let priors: [(path: String, file: PriorFile)]
  let findings: [String]
  let provenance: Provenance
  let backtest: BacktestQuote?

  /// A page of forecasts with the priors that they rest on, and the back-test that tells how good
  /// such forecasts were.
  public init(
    entries: [Entry], priors: [(path: String, file: PriorFile)], findings: [String],
    provenance: Provenance, backtest: BacktestQuote? = nil
  ) {
    self.entries = entries
    self.priors = priors
    self.findings = findings
    self.provenance = provenance
    self.backtest = backtest
  }

  /// The page.
  public var page: Page {
    ForecastFrame.page(
      entries.map { entry in
        switch entry.outcome {
        case .success(let outlook): (entry.run.name, OutlookPage.blocks(outlook, backtest))
        case .failure(let refusal): (entry.run.name, ForecastFrame.refused(refusal.description))
        }
      }, basis: OutlookPage.basis(priors), findings: findings, provenance)
  }

  /// What is said of one run.
  static func blocks(_ outlook: DonorOutlook, _ backtest: BacktestQuote?) -> [Page.Block] {
    var blocks: [Page.Block] = []
    if let latest = outlook.latest, latest.contradicts {
      blocks.append(
        .verdict(
          Page.Verdict(
            .stop, label: "The latest counts contradict the model",
            text: OutlookWords.warning(latest, outlook))))
    }
    for other in outlook.others where other.contradicts {
      blocks.append(
        .verdict(
          Page.Verdict(
            .stop, label: "A reading contradicts the model",
            text: OutlookWords.latest(other)
              + " Read it again. If it stands, do not rely on what is "
              + "forecast below: the models do not foretell it.")))
    }
    blocks.append(.verdict(OutlookWords.verdict(outlook)))
    blocks.append(.paragraph(OutlookWords.premises(outlook)))
    blocks.append(.paragraph(OutlookWords.quoted(outlook, backtest)))
    blocks += OutlookTables.days(outlook)
    blocks.append(.figure(OutlookFigure.figure(outlook)))
    if outlook.components.count > 1 { blocks += OutlookTables.weights(outlook) }
    if case .models = outlook.basis { blocks += OutlookTables.parameters(outlook) }
    if !outlook.notes.isEmpty { blocks.append(.bullets(outlook.notes)) }
    return blocks
  }

  /// The priors: how many donors each rests on, its hash, what is widened.
  static func basis(_ priors: [(path: String, file: PriorFile)]) -> [Page.Block] {
    priors.flatMap { path, file -> [Page.Block] in
      [
        .definitions(
          [
            Page.Definition(
              path,
              "\(file.prior.model) from \(NumberText.counted(file.prior.donors, "donor")), "
                + "\(NumberText.counted(file.prior.runs, "run")), "
                + "\(NumberText.counted(file.prior.measurements, "measurement")); SHA-256 "
                + file.sha256),
            Page.Definition(
              "learned from", file.prior.source ?? "not said ('thymus learn --note' or SOURCE.md)"),
            Page.Definition("learned by", "\(file.prior.origin); \(file.prior.method)"),
            Page.Definition(
              "depends on",
              file.prior.covariates.isEmpty
                ? "nothing of the run but its counts and seed"
                : file.prior.covariates.map { "\($0.parameter) ~ \($0.label)" }
                  .joined(separator: ", ")),
            Page.Definition(
              "widened by",
              "\(NumberText.fixed(file.prior.widening, decimals: 2)). \(file.prior.wideningReason)"),
          ])
      ] + (file.prior.notes.isEmpty ? [] : [.bullets(file.prior.notes)])
    }
  }
}
