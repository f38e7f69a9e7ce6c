import Dosing
import Quantities
import RunFiles

/// A batch of patients: an answer a row as CSV, and what became of all of them.
public struct DoseBatchTable: Sendable {
  /// What became of a patient.
  public enum Outcome: String, Sendable, CaseIterable {
    /// The planned dose, with nothing open but two signatures.
    case met
    /// Less than planned, and nothing else is open.
    case reduced
    /// A doubt must be settled.
    case held
    /// A limit is broken.
    case outOfSpecification = "out of specification"
    /// No dose was computed.
    case refused
  }

  private static let columns: [CSVTable.Column] = [
    .init("patient"), .init("line"), .init("outcome"), .init("weight", unit: "kg"),
    .init("minimum", unit: "cells"), .init("target", unit: "cells"),
    .init("maximum", unit: "cells"), .init("planned", unit: "cells"),
    .init("volume", unit: "mL"), .init("dose", unit: "cells"), .init("containers"),
    .init("harvest", unit: "cells"), .init("volume_per_kg", unit: "mL/kg"),
    .init("dmso", unit: "g/kg"), .init("endotoxin", unit: "EU/kg"),
    .init("vcn", unit: "copies/CAR+ cell"), .init("p_within", unit: "1"), .init("holds"),
    .init("outside"), .init("refusal"), .init("field"), .init("cause"),
  ]

  /// The answers as CSV, in the order of the patients.
  public private(set) var text: String
  /// Patients by what became of them.
  public private(set) var counts: [Outcome: Int] = [:]
  /// Patients by hold, by broken limit and by refusal.
  private var reasons: [String: Int] = [:]
  /// Patients by what is missing, as the request or the table names it.
  private var missing: [String: Int] = [:]
  private var viabilities: [Fraction] = []
  /// Patients.
  public private(set) var total = 0

  /// A batch without patients.
  public init() {
    text = Self.columns.map { CSVTable.field(of: .text($0.heading)) }.joined(separator: ",") + "\n"
  }

  /// True when every patient's planned dose is met.
  public var isAllMet: Bool { counts[.met, default: 0] == total }

  /// Adds a patient's agreed calculation.
  public mutating func add(_ row: DoseBatchRow, _ dose: DoseCalculation) {
    let holds = dose.holds.filter(\.isOpen).map(\.hold.code)
    let outside = dose.limits.filter { $0.state == .outside }.map(\.item)
    let outcome: Outcome
    switch dose.verdict {
    case .outOfSpecification: outcome = .outOfSpecification
    case .held where holds.contains { $0 != .short }: outcome = .held
    case .held: outcome = .reduced
    case .forTwoSignatures:
      outcome = dose.portions.contains { $0.drawn?.isShort == true } ? .reduced : .met
    }
    for hold in Set(holds) { reasons[hold.rawValue, default: 0] += 1 }
    for item in outside { reasons["outside: \(item.rawValue)", default: 0] += 1 }
    let f = dose.figures
    begin(row, outcome)
    exact(row.request.weight?.mass?.kilograms, 6)
    for cells in [f.minimum, f.target, f.maximum, f.planned] { count(cells) }
    exact(volume(f), 6)
    count(f.dose)
    count(f.dose == nil ? nil : max(1, f.portions.reduce(0) { $0 + $1.containers.count }))
    count(f.harvest)
    exact(f.safety.volumePerKilogram, 4, up: true)
    exact(f.safety.dmsoPerKilogram, 4, up: true)
    exact(f.safety.endotoxinPerKilogram, 4, up: true)
    exact(f.safety.copiesPerCarPositive, 4, up: true)
    cell(f.within.map { NumberText.fixed($0, decimals: 4) } ?? "")
    cell(holds.isEmpty ? "" : holds.map(\.rawValue).joined(separator: " "))
    cell(outside.isEmpty ? "" : outside.map(\.rawValue).joined(separator: " "))
    text += ",,,\n"
  }

  /// Adds a patient whose dose is refused.
  public mutating func add(_ row: DoseBatchRow, _ refusal: Refusal) {
    reasons[refusal.code.rawValue, default: 0] += 1
    if refusal.code == .missing {
      for field in [refusal.field] + refusal.alsoMissing.map(\.field) {
        missing[DoseRequestFile.key(of: field) ?? field, default: 0] += 1
      }
    }
    begin(row, .refused)
    exact(row.request.weight?.mass?.kilograms, 6)
    // All between the weight and the refusal is empty.
    text += String(repeating: ",", count: Self.columns.count - 7)
    cell(refusal.code.rawValue)
    let fields = [refusal.field] + refusal.alsoMissing.map(\.field)
    cell(CSVTable.field(of: .text(fields.joined(separator: " "))))
    cell(CSVTable.field(of: .text(refusal.cause)))
    text += "\n"
  }

  private mutating func begin(_ row: DoseBatchRow, _ outcome: Outcome) {
    total += 1
    counts[outcome, default: 0] += 1
    if let viability = row.viability { viabilities.append(viability) }
    text += CSVTable.field(of: row.patient.map { .text($0) } ?? .blank)
    cell(String(row.line))
    cell(outcome.rawValue)
  }

  private mutating func cell(_ words: String) {
    text += ","
    text += words
  }

  private mutating func count(_ value: Int?) { cell(value.map { String($0) } ?? "") }

  private func volume(_ figures: DoseFigures) -> Rational? {
    guard figures.dose != nil else { return nil }
    return figures.portions.compactMap(\.volume)
      .reduce(Optional(Rational.zero)) { sum, part in try? sum?.plus(part) }
  }

  /// A plain decimal without digit groups, rounded where it does not end: to the nearest with halves
  /// away from zero, or *up* for what is set against a greatest value; a fraction `52/3` when it is
  /// too long for that.
  private mutating func exact(_ value: Rational?, _ decimals: Int, up: Bool = false) {
    text += ","
    guard let value else { return }
    if value.isInteger {
      text += String(value.numerator)
      return
    }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let (scaled, overflow) = value.numerator.multipliedReportingOverflow(by: Int128(scale))
    let (cut, rest) = scaled.quotientAndRemainder(dividingBy: value.denominator)
    guard !overflow, cut >= 0, cut < Int128(Int.max) else {
      text += value.description
      return
    }
    let isUp = rest > 0 && (up || rest >= value.denominator - rest)
    var (whole, part) = (Int(cut) + (isUp ? 1 : 0)).quotientAndRemainder(dividingBy: scale)
    text += String(whole)
    if part == 0 { return }
    text += "."
    while part > 0 {
      scale /= 10
      (whole, part) = part.quotientAndRemainder(dividingBy: scale)
      text += String(whole)
    }
  }

  // MARK: Summary

  /// The summary: how many of what, and why.
  public func page(_ product: Product, file: String) -> Page {
    let open = total - counts[.met, default: 0]
    let verdict =
      open == 0
      ? Page.Verdict(
        .good, label: "All met",
        text: "\(NumberText.counted(total, "patient")): the planned dose is met for each, for two "
          + "signatures.")
      : Page.Verdict(
        .caution, label: "Not all met",
        text: "\(NumberText.counted(total, "patient")), \(NumberText.grouped(open)) of them not "
          + "met: see the results for each.")
    var blocks: [Page.Block] = [.verdict(verdict)]
    blocks += Shown.table(
      "Patients by outcome.",
      [
        Table.Column("Outcome"), Table.Column("Patients", .numbers),
        Table.Column("Share", .numbers),
      ],
      Outcome.allCases.map { outcome in
        let count = counts[outcome, default: 0]
        return [outcome.rawValue, NumberText.grouped(count), share(count)]
      })
    blocks += Shown.table(
      "Why; a patient may have several reasons.",
      [Table.Column("Reason"), Table.Column("Patients", .numbers)],
      reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { [$0.key, NumberText.grouped($0.value)] })
    blocks += Shown.table(
      "What is missing, by its key in a request; a column of the table may give it.",
      [Table.Column("Key"), Table.Column("Patients", .numbers)],
      missing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { [$0.key, NumberText.grouped($0.value)] })
    blocks += whatIf
    return Page(
      title: "Batch of doses", subtitle: "\(DoseWords.product(product)); \(file)",
      sections: [Page.Section("Summary", blocks)], footer: [LimitsOfUse.lines[0]])
  }

  private func share(_ count: Int) -> String {
    total == 0 ? "-" : NumberText.percent(Double(count) / Double(total), decimals: 2)
  }

  /// Which share of the batches each limit of viability would fail.
  private var viabilityShares: [ViabilityShare] {
    let limits = [60, 70, 80, 90].compactMap { try? Fraction(percent: Rational($0)) }
    return (try? failingShares(of: viabilities, at: limits)) ?? []
  }

  private var whatIf: [Page.Block] {
    Shown.table(
      "What if the viability had to be at least this?",
      [
        Table.Column("Limit"), Table.Column("Fail", .numbers), Table.Column("Of", .numbers),
        Table.Column("Share", .numbers),
      ],
      viabilityShares.map {
        [
          $0.limit.description, NumberText.grouped($0.failing), NumberText.grouped($0.batches),
          NumberText.percent(Double($0.failing) / Double(max(1, $0.batches)), decimals: 2),
        ]
      })
  }

  /// The summary as a record.
  public func record(_ product: Product, inputs: [(path: String, sha256: String)]) -> JSONValue {
    .object([
      "schema": .string("thymus.dose-batch/1"), "product": .string(product.id),
      "patients": .int(total),
      "outcomes": .object(
        Dictionary(
          Outcome.allCases.map { ($0.rawValue, .int(counts[$0, default: 0])) },
          uniquingKeysWith: { a, _ in a })),
      "reasons": .object(reasons.mapValues { .int($0) }),
      "missing": .object(missing.mapValues { .int($0) }),
      "viability": .array(
        viabilityShares.map {
          .object([
            "limit": .string($0.limit.description), "fail": .int($0.failing),
            "of": .int($0.batches),
          ])
        }),
      "inputs": .array(
        inputs.map { .object(["path": .string($0.path), "sha256": .string($0.sha256)]) }),
    ])
  }
}
