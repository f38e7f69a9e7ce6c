import Quantities
import RunRecords

/// Reads the rows of a dilution series: one row a count.
struct DilutionSeriesTable {
  /// Fractions below which a series is refused, and below which it is thin.
  static let fewestFractions = 3
  static let goodFractions = 4
  static let fewestPreparations = 5
  static let goodReplicates = 3

  private(set) var series: [DilutionSeriesFile.Series] = []
  private let hasReplicates: Bool

  init(reading document: CSVDocument, _ findings: inout FindingList) {
    let header = TableHeader(
      of: document, specs: RunColumns.dilutionSeries, required: ["fraction"], &findings)
    hasReplicates = header.columns["replicate"] != nil
    let measured = ["live_counted", "dead_counted", "total_counted", "vcd", "tcd"]
    if !findings.hasErrors, !measured.contains(where: { header.columns[$0] != nil }) {
      findings.error(
        "E_COLUMN_MISSING", at: Place(file: document.file, line: 1, column: 1),
        "no column holds a measurement.",
        remedy: "Add 'live_counted [cells]', 'total_counted [cells]', 'vcd [1e6 cells/mL]' or"
          + " 'tcd [1e6 cells/mL]'.")
    }
    if !findings.hasErrors, document.rows.isEmpty {
      findings.error(
        "E_NO_ROWS", at: Place(file: document.file, line: 1, column: 1),
        "there is a header and no row below it.", remedy: "Check that the export is complete.")
    }
    if findings.hasErrors { return }
    if !hasReplicates {
      findings.note(
        "N_SERIES_REPLICATE", at: Place(file: document.file, line: 1, column: 1),
        "there is no column 'replicate'; every row is taken for a dilution of its own.",
        remedy: "Name the prepared dilution of each row when some were counted more than once.")
    }
    for cells in document.rows {
      read(CellReader(document: document, header: header, cells: cells), &findings)
    }
    series.sort {
      ($0.counter ?? "", $0.kind.order) < ($1.counter ?? "", $1.kind.order)
    }
    if findings.hasErrors { return }
    series.removeAll { one in
      guard one.kind == .dead, !one.readings.contains(where: { $0.density > 0 }),
        let place = one.readings.first?.place
      else { return false }
      findings.note(
        "N_SERIES_EMPTY", at: place, "no dead cell was counted; dead cells are not evaluated.",
        remedy: "Nothing to do.")
      return true
    }
    for one in series { Self.checkDesign(of: one, &findings) }
  }

  private mutating func read(_ row: CellReader, _ findings: inout FindingList) {
    let fraction = row.number("fraction", &findings)
    if row.text("fraction") == nil {
      findings.error(
        "E_FRACTION_MISSING", at: row.place("fraction"), "the row has no dilution fraction.",
        remedy: "Write the target fraction, 100 for the stock.")
    }
    let counter = row.word("counter", &findings)
    var replicate = "row \(row.place("fraction").line)"
    if hasReplicates {
      if row.text("replicate") == nil {
        findings.error(
          "E_REPLICATE_MISSING", at: row.place("replicate"), "the row names no replicate.",
          remedy: "Name the prepared dilution, such as 1, 2, 3, in every row.")
      }
      replicate = row.word("replicate", &findings) ?? replicate
    }
    let found = readings(of: row, &findings)
    guard let fraction else { return }
    for (kind, density, count, column) in found {
      let index =
        series.firstIndex { $0.counter == counter && $0.kind == kind } ?? series.count
      if index == series.count {
        series.append(DilutionSeriesFile.Series(counter: counter, kind: kind))
      }
      series[index].append(
        DilutionSeriesFile.Reading(
          fraction: fraction, replicate: replicate, density: density, count: count,
          place: row.place(column)))
    }
    if found.isEmpty, !findings.hasErrors {
      findings.note(
        "N_ROW_EMPTY", at: row.place("fraction"), "the row has a fraction and no measurement.",
        remedy: "Nothing to do, or fill in what was measured.")
    }
  }

  private typealias Found = (
    kind: DilutionSeriesFile.Kind, density: Double, count: Observation.Count?, column: String
  )

  private func readings(of row: CellReader, _ findings: inout FindingList) -> [Found] {
    let live = count("live_counted", in: row, &findings)
    let dead = count("dead_counted", in: row, &findings)
    var total = count("total_counted", in: row, &findings)
    var totalColumn = "total_counted"
    if let live, let dead {
      if let given = total, given != live + dead {
        findings.error(
          "E_COUNT_TOTAL", at: row.place(totalColumn),
          "the total is not the sum of live and dead cells, \(NumberText.significant(live + dead, 9)).",
          remedy: "Correct one of the three, or leave the total empty.")
      }
      total = live + dead
      totalColumn = "live_counted"
    }
    var out: [Found] = []
    let counted = [("live_counted", live), ("dead_counted", dead), (totalColumn, total)]
    if let column = counted.first(where: { $0.1 != nil })?.0 {
      guard let exposure = CountExposure(of: row, countedAt: row.place(column), &findings) else {
        return []
      }
      for (kind, (column, cells)) in zip(DilutionSeriesFile.Kind.allCases, counted) {
        guard let cells else { continue }
        let count = Observation.Count(cells: .exact(cells), exposure: 1 / exposure.densityOfOne)
        out.append((kind, cells * exposure.densityOfOne, count, column))
      }
      return out
    }
    for (kind, column) in [(DilutionSeriesFile.Kind.viable, "vcd"), (.total, "tcd")] {
      if let density = row.number(column, &findings) { out.append((kind, density, nil, column)) }
    }
    return out
  }

  /// A whole number of counted cells; limits are refused, since a series needs numbers.
  private func count(
    _ name: String, in row: CellReader, _ findings: inout FindingList
  ) -> Double? {
    guard row.number(name, &findings) != nil else { return nil }
    return CountExposure.cells(name, in: row, &findings)?.number
  }

  /// Refuses a series that can tell nothing and warns of a thin one.
  private static func checkDesign(
    of series: DilutionSeriesFile.Series, _ findings: inout FindingList
  ) {
    struct Preparation: Hashable {
      let fraction: Double
      let replicate: String
    }
    let made = Set(
      series.readings.map { Preparation(fraction: $0.fraction, replicate: $0.replicate) })
    let fractions = Set(made.map(\.fraction))
    guard let place = series.readings.first?.place else { return }
    let name = series.counter.map { " by '\(Shown.text($0))'" } ?? ""
    let what = "the series of \(series.kind.rawValue) cells\(name)"
    if let odd = series.readings.first(where: {
      ($0.count == nil) != (series.readings[0].count == nil)
    }) {
      findings.error(
        "E_SERIES_MIXED", at: odd.place, "\(what) has raw counts in some rows and not in others.",
        remedy: "Give raw counts in every row, or densities in every row.")
    } else if fractions.count < fewestFractions || made.count < fewestPreparations {
      findings.error(
        "E_SERIES_SMALL", at: place,
        "\(what) has \(NumberText.counted(fractions.count, "fraction")) and"
          + " \(NumberText.counted(made.count, "prepared dilution")); that cannot tell"
          + " proportionality and scatter.",
        remedy: "Prepare at least 4 fractions, each 3 times from the stock.")
    } else if !series.readings.contains(where: { $0.density > 0 }) {
      findings.error(
        "E_SERIES_EMPTY", at: place, "\(what) has no cell in any count.",
        remedy: "Leave the column out.")
    } else if fractions.count < goodFractions || made.count < goodReplicates * fractions.count {
      findings.warning(
        "W_SERIES_THIN", at: place,
        "\(what) has \(NumberText.counted(fractions.count, "fraction")) and"
          + " \(NumberText.counted(made.count, "prepared dilution")); its intervals will be wide.",
        remedy: "Better are at least 4 fractions, each prepared 3 times from the stock.")
    }
  }
}

extension DilutionSeriesFile.Kind {
  fileprivate var order: Int { self == .viable ? 0 : self == .dead ? 1 : 2 }
}
