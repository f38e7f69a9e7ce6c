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

  private static func law(
    _ cultures: [[(day: Double, probability: Double)]], _ path: String, _ what: String
  ) throws -> CultureEvidence {
    let told = cultures.filter { !$0.isEmpty }
    let origin =
      "\(path): \(NumberText.counted(told.count, what)); the day on which each first has what is "
      + "needed."
    guard let evidence = CultureEvidence(ready: told, origin: origin) else {
      throw refused(
        path, "it gives no probability by day, or none above 0: nothing was asked to be reached.")
    }
    return evidence
  }

  private static func forecast(_ reader: JSONReader, _ path: String) throws -> CultureEvidence {
    let cultures = try reader["runs"].elements.map { run -> [(day: Double, probability: Double)] in
      guard try run.optional("refused") == nil else { return [] }
      return try run["days"].elements.compactMap { day in
        guard let p = try number(day.optional("probability")) else { return nil }
        return (try day["time_h"].double / 24, p)
      }
    }
    return try law(cultures, path, "forecast")
  }

  private static func harvest(_ reader: JSONReader, _ path: String) throws -> CultureEvidence {
    if let decisions = try reader.optional("decisions") {
      let cultures = try decisions.elements.map {
        decision -> [(day: Double, probability: Double)] in
        guard let times = try decision.optional("times") else { return [] }
        return try times.elements.compactMap { time in
          guard let p = try number(time.optional("p_met")) else { return nil }
          return (try time["time_h"].double / 24, p)
        }
      }
      return try law(cultures, path, "harvest decision")
    }
    let cultures = try reader["runs"].elements.map { run -> [(day: Double, probability: Double)] in
      guard let harvest = try run.optional("harvest") else { return [] }
      return try harvest["days"].elements.compactMap { day in
        guard let p = try number(day.optional("p_all")) else { return nil }
        return (try day["time_h"].double / 24, p)
      }
    }
    return try law(cultures, path, "harvest forecast")
  }

  private static func backtest(_ content: JSONReader, _ path: String) throws -> CultureEvidence {
    var last: [String: Double] = [:]
    for entry in try content["cases"].elements {
      let run = try entry["run"].string
      last[run] = max(last[run] ?? 0, try entry["time_h"].double / 24)
    }
    let days = last.keys.sorted().compactMap { last[$0] }
    guard !days.isEmpty else { throw refused(path, "it replays no run.") }
    return CultureEvidence(
      law: .empirical(values: days, weights: days.map { _ in 1 }), failure: nil,
      origin:
        "\(path): days on which \(NumberText.counted(days.count, "replayed run")) were last counted; "
        + "failures as in the facility's file.")
  }
}
