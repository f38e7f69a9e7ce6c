import Capacity
import Quantities
import RunFiles

/// Harvest days from the JSON of `thymus forecast`, `harvest` or `backtest`.
public enum DurationsFile {
  static let remedy =
    "Make one with a need: thymus forecast RUNS --prior prior.json --need '2e8 cells' --json, or "
    + "thymus harvest RUNS --model NAME --need '2e8 cells' --json."

  /// Reads one record.
  ///
  /// From a forecast or a harvest: the probability by day that the culture has what is needed, made
  /// into a law of the day on which it first has (`CultureEvidence`); what is missing to 1 at the end
  /// is the share that fails. From a back-test: the days on which the replayed runs were last counted,
  /// without a failure. Throws `InputRefused` for other documents and for those without a need.
  public static func read(
    _ path: String
  ) throws(InputRefused) -> (evidence: CultureEvidence, sha256: String) {
    let bytes = try SourceBytes.read(path)
    let reader = JSONReader(try JSONValue(parsing: bytes, file: path))
    let sha256 = Digest.sha256(bytes)
    do {
      switch try reader["schema"].string {
      case "thymus.harvest/1", "thymus.report/1":
        return (try harvest(reader, path), sha256)
      case "thymus.forecast/1": return (try forecast(reader, path), sha256)
      case BacktestPage.schema:
        let (content, digest) = try SealedRecord.open(
          bytes, file: path, schema: BacktestPage.schema, remedy: BacktestPage.remedy)
        return (try backtest(content, path), digest)
      case let other:
        throw refused(path, "a record '\(other)' tells no harvest days.")
      }
    } catch let mismatch as JSONMismatch {
      throw SealedRecord.shape(mismatch, file: path, remedy: remedy)
    } catch let refusal as InputRefused {
      throw refusal
    } catch {
      throw refused(path, "\(error)")
    }
  }

  private static func refused(_ path: String, _ cause: String) -> InputRefused {
    InputRefused([
      Finding(.error, "E_DURATIONS", at: Place(file: path), cause, remedy: remedy)
    ])
  }

  private static func number(_ reader: JSONReader?) throws -> Double? {
    guard let reader, reader.value != .null else { return nil }
    return try reader.double
  }

  /// One culture of a record: when it is ready, and what that rests on.
  private struct Culture {
    var run: String
    /// Day of its last count; nil where none is told.
    var now: Double?
    /// Counts of its own; nil where the record does not say.
    var counts: Int?
    var ready: [(day: Double, probability: Double)]
  }

  private static func law(
    _ cultures: [Culture], _ path: String, _ what: String, _ teachers: String?
  ) throws -> CultureEvidence {
    let told = cultures.filter { !$0.ready.isEmpty }
    guard var evidence = CultureEvidence(ready: told.map(\.ready), origin: "") else {
      throw refused(
        path, "it gives no probability by day, or none above 0: nothing was asked to be reached.")
    }
    let never = evidence.failure.map {
      $0 >= 0.0005 ? " \(PlanWords.share($0)) never have what is needed." : ""
    }
    evidence.origin =
      "\(path): \(spread(evidence.law)) from the start to the first day with what is needed, from "
      + "\(NumberText.counted(told.count, what)).\(never ?? "")\(alike(evidence.law)) "
      + holds(told, teachers)
    return evidence
  }

  /// `mean 8.9 d, spread (sd) 0.7 d, p10 to p90 8 to 10 d`.
  private static func spread(_ law: Law) -> String {
    "mean \(PlanWords.days(law.mean)) d, spread (sd) \(PlanWords.days(law.variance.squareRoot())) d, "
      + "p10 to p90 \(NumberText.significant(law.quantile(0.1), 3)) to "
      + "\(NumberText.significant(law.quantile(0.9), 3)) d"
  }

  /// A warning where all cultures take as long.
  private static func alike(_ law: Law) -> String {
    law.variance > 0
      ? "" : " Without spread all cultures of the plan take as long, so its waits are too short."
  }

  /// For whom the days hold.
  private static func holds(_ cultures: [Culture], _ teachers: String?) -> String {
    let isNew = cultures.allSatisfy { $0.counts == 0 }
    let names = cultures.prefix(3).map(\.run).joined(separator: ", ")
    let latest = cultures.compactMap(\.now).max()
    var text: String
    if isNew, let teachers {
      text = "Holds for a new donor of the population of \(teachers), with this process and need."
    } else {
      text =
        "Holds for \(cultures.count == 1 ? "this batch" : "these batches"): \(names)"
        + (cultures.count > 3 ? " and \(cultures.count - 3) more" : "")
        + (latest.map { ", counted to day \(NumberText.significant($0, 3)) at the latest" } ?? "")
        + (teachers.map { ", with a prior of \($0)" } ?? ", each by its own counts") + "."
      text +=
        cultures.count < 5
        ? " \(cultures.count == 1 ? "One batch tells" : "So few batches tell") nothing of how donors differ: "
          + "for the patients of a whole year take a forecast of many donors."
        : " For other donors as far as they are like these."
    }
    return text
  }

  private static func forecast(_ reader: JSONReader, _ path: String) throws -> CultureEvidence {
    let cultures = try reader["runs"].elements.compactMap { run -> Culture? in
      guard try run.optional("refused") == nil else { return nil }
      return Culture(
        run: try run["run"].string, now: try number(run.optional("now_h")).map { $0 / 24 },
        counts: try run.optional("measurements")?.int,
        ready: try run["days"].elements.compactMap { day in
          guard let p = try number(day.optional("probability")) else { return nil }
          return (try day["time_h"].double / 24, p)
        })
    }
    let priors = try reader.optional("priors")?.elements.map { try $0["donors"].int } ?? []
    return try law(cultures, path, "forecast", donors(priors))
  }

  /// `14 earlier donors`; nil without any.
  private static func donors(_ counts: [Int]) -> String? {
    counts.max().map { NumberText.counted($0, "earlier donor") }
  }

  private static func harvest(_ reader: JSONReader, _ path: String) throws -> CultureEvidence {
    if let decisions = try reader.optional("decisions") {
      var teachers: [Int] = []
      let cultures = try decisions.elements.compactMap { decision -> Culture? in
        guard let times = try decision.optional("times") else { return nil }
        teachers +=
          try decision.optional("teachers")?.elements.map { try $0["donors"].int } ?? []
        return Culture(
          run: try decision["run"].string,
          now: try number(decision.optional("newest_count_h")).map { $0 / 24 }, counts: nil,
          ready: try times.elements.compactMap { time in
            guard let p = try number(time.optional("p_met")) else { return nil }
            return (try time["time_h"].double / 24, p)
          })
      }
      return try law(cultures, path, "harvest decision", donors(teachers))
    }
    let cultures = try reader["runs"].elements.compactMap { run -> Culture? in
      guard let harvest = try run.optional("harvest") else { return nil }
      return Culture(
        run: try run["run"].string, now: try number(harvest.optional("now_h")).map { $0 / 24 },
        counts: nil,
        ready: try harvest["days"].elements.compactMap { day in
          guard let p = try number(day.optional("p_all")) else { return nil }
          return (try day["time_h"].double / 24, p)
        })
    }
    return try law(cultures, path, "harvest forecast", nil)
  }

  private static func backtest(_ content: JSONReader, _ path: String) throws -> CultureEvidence {
    var last: [String: Double] = [:]
    var donors: Set<String> = []
    for entry in try content["cases"].elements {
      let run = try entry["run"].string
      last[run] = max(last[run] ?? 0, try entry["time_h"].double / 24)
      if let donor = try entry.optional("donor")?.string { donors.insert(donor) }
    }
    let days = last.keys.sorted().compactMap { last[$0] }
    guard !days.isEmpty else { throw refused(path, "it replays no run.") }
    let law = Law.empirical(values: days, weights: days.map { _ in 1 })
    return CultureEvidence(
      law: law, failure: nil,
      origin:
        "\(path), a back-test: no harvest days. It knows only when each replayed run was counted for the "
        + "last time, and that day stands for its harvest: \(spread(law)), from "
        + "\(NumberText.counted(days.count, "run")) of \(NumberText.counted(donors.count, "donor")).\(alike(law)) Holds "
        + "for how long these runs were followed: one that was counted to day 12 counts as 12 d, whenever "
        + "it had enough. For a plan take a forecast with a need (thymus forecast --need). Failures are "
        + "those of the facility's file.")
  }
}
