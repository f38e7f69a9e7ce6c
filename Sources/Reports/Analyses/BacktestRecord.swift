import Harvest
import Quantities
import RunFiles
import Statistics

extension BacktestPage {
  /// The form of the record.
  public static let schema = "thymus.backtest/1"
  static let remedy = "Make it again: thymus backtest RUNS --model NAME --json > backtest.json."

  /// The sealed record; forecasts can quote it.
  public func record() throws(JSONMismatch) -> JSONValue {
    try SealedRecord.seal(content, schema: BacktestPage.schema).record
  }

  private var content: JSONValue {
    .object([
      "headline": .string(headline), "verdict": .string(summary.verdict.rawValue),
      "models": .array(models.map { .string($0) }), "quantity": .string(backtest.quantity),
      "holding": .string(backtest.holding), "all": row(summary.all),
      "hours": .array(
        summary.hours.map { .object(["from_h": Record.number($0.from), "row": row($0.row)]) }),
      "donors": .array(
        summary.donors.map { .object(["donor": .string($0.donor), "row": row($0.row)]) }),
      "histogram": .array(summary.histogram.map { .double($0) }),
      "calibration": .array(
        summary.calibration.map {
          .object(["level": .double($0.level), "share": .double($0.share)])
        }),
      "cases": .array(backtest.cases.map(record)),
      "refused": .array(
        backtest.refused.map {
          .object([
            "run": .string($0.run), "from_h": Record.number($0.from), "reason": .string($0.reason),
          ])
        }), "warnings": .array(warnings.map { .string($0) }), "provenance": provenance.json,
    ])
  }

  private func row(_ row: BacktestSummary.Row) -> JSONValue {
    func bootstrap(_ value: ClusterBootstrap?) -> JSONValue {
      guard let value else { return .null }
      return .object([
        "mean": Record.number(value.mean), "clusters": .int(value.clusters),
        "low": Record.number(value.interval?.lowerBound),
        "high": Record.number(value.interval?.upperBound),
      ])
    }
    return .object([
      "cases": .int(row.cases), "donors": .int(row.donors),
      "median_error": Record.number(row.medianError),
      "median_error_line": Record.number(row.lineError),
      "median_error_prior": Record.number(row.priorError),
      "levels": .array(BacktestSummary.levels.map { .double($0) }),
      "coverage": .array(row.coverage.map { .double($0) }), "factor90": Record.number(row.factor),
      "crps": Record.number(row.crps), "crps_beside_line": Record.number(row.crpsBeside),
      "crps_line": Record.number(row.baselineCRPS), "crps_prior": Record.number(row.priorCRPS),
      "difference": bootstrap(row.difference), "difference_prior": bootstrap(row.priorDifference),
    ])
  }

  private func record(_ c: Backtest.Case) -> JSONValue {
    func score(_ score: Backtest.Score?) -> JSONValue {
      guard let score else { return .null }
      return .object([
        "ln_median": Record.number(score.median), "crps": Record.number(score.crps),
        "pit": Record.number(score.transform), "half_width90": Record.number(score.halfWidth),
      ])
    }
    return .object([
      "run": .string(c.run), "donor": .string(c.donor), "from_h": Record.number(c.from),
      "now_h": Record.number(c.now), "time_h": Record.number(c.time),
      "ln_observed": Record.number(c.observed), "forecast": score(c.forecast),
      "prior": score(c.prior), "line": score(c.baseline), "ln_line": Record.number(c.line),
    ])
  }
}

extension BacktestQuote {
  /// Reads a back-test that a forecast shall quote.
  ///
  /// What it has to do with the priors is checked: other models, and other runs than those that the
  /// priors were learned from, are said. Throws `InputRefused` for a file that is missing, damaged,
  /// of another version or changed.
  public static func read(
    _ path: String, priors: [PriorFile]
  ) throws(InputRefused) -> BacktestQuote {
    try read(path, models: priors.map(\.prior.model), inputs: priors.map(\.inputs))
  }

  /// The same for a forecast with growth that was learned without a model.
  public static func read(_ path: String, growth: GrowthFile) throws(InputRefused) -> BacktestQuote
  {
    try read(path, models: [GrowthFile.name], inputs: [growth.inputs])
  }

  /// `names` are the models of the forecast that quotes, `taught` the run files of each of its priors.
  private static func read(
    _ path: String, models names: [String], inputs taught: [[PriorFile.Input]]
  ) throws(InputRefused) -> BacktestQuote {
    let bytes = try SourceBytes.read(path)
    let (content, sha256) = try SealedRecord.open(
      bytes, file: path, schema: BacktestPage.schema, remedy: BacktestPage.remedy)
    do {
      var days: [Day] = []
      for entry in try content["hours"].elements {
        let row = try entry["row"]
        let own = try row.optional("crps_beside_line")?.double
        let difference = try row.optional("difference")
        var interval: ClosedRange<Double>?
        if let low = try difference?.optional("low")?.double,
          let high = try difference?.optional("high")?.double, low <= high
        {
          interval = low...high
        }
        days.append(
          Day(
            time: try entry["from_h"].double, cases: try row["cases"].int,
            medianError: try row["median_error"].double,
            coverage90: try row["coverage"][2].double, crps: own,
            baseline: try row.optional("crps_line")?.double, difference: interval))
      }
      var models: [String] = []
      for entry in try content["models"].elements { models.append(try entry.string) }
      var inputs: Set<String> = []
      for entry in try content["provenance"]["inputs"].elements {
        inputs.insert(try entry["sha256"].string)
      }
      var warnings: [String] = []
      for entry in try content["warnings"].elements { warnings.append(try entry.string) }
      return BacktestQuote(
        path: path, sha256: sha256, headline: try content["headline"].string, days: days,
        doubts: warnings.map { "Its own caution: " + $0 }
          + doubts(models: models, inputs: inputs, names: names, taught: taught))
    } catch {
      throw SealedRecord.shape(error, file: path, remedy: BacktestPage.remedy)
    }
  }

  private static func doubts(
    models: [String], inputs: Set<String>, names: [String], taught: [[PriorFile.Input]]
  ) -> [String] {
    var doubts: [String] = []
    if models.sorted() != names.sorted() {
      doubts.append(
        "It was made with \(models.joined(separator: ", ")), this forecast with "
          + "\(names.joined(separator: ", ")).")
    }
    if !taught.allSatisfy({ Set($0.map(\.sha256)).isSubset(of: inputs) }) {
      doubts.append("It replayed other runs than those that the prior was learned from.")
    }
    return doubts
  }
}
