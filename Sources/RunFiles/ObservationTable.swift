import Quantities
import RunRecords

/// What the observations file says of one run.
struct ObservedRun {
  let name: String
  let place: Place
  var donor = Donor.unknown
  var platform: String?
  var group: String?
  var observations: [Observation] = []
  var lastTime = 0.0
}

/// Reads `observations.csv`: one row a sample, one column a quantity.
struct ObservationTable {
  private(set) var runs: [ObservedRun] = []
  private var indexOfRun: [String: Int] = [:]
  private var readyMade = ReadyMade()
  private let measured = Set(MeasuredQuantity.all.map(\.name))

  init(reading document: CSVDocument, _ findings: inout FindingList) {
    let header = TableHeader(
      of: document, specs: RunColumns.observations, required: ["run", "time"], &findings)
    if !findings.hasErrors, measured.isDisjoint(with: header.columns.keys),
      header.columns["live_counted"] == nil, header.columns["dead_counted"] == nil
    {
      findings.error(
        "E_COLUMN_MISSING", at: Place(file: document.file, line: 1, column: 1),
        "no column holds a measurement.", remedy: "Add one, such as 'vcd [1e6 cells/mL]'.")
    }
    if !findings.hasErrors, document.rows.isEmpty {
      findings.error(
        "E_NO_ROWS", at: Place(file: document.file, line: 1, column: 1),
        "there is a header and no row below it.", remedy: "Check that the export is complete.")
    }
    if findings.hasErrors { return }
    for cells in document.rows {
      read(CellReader(document: document, header: header, cells: cells), &findings)
    }
    readyMade.report(header, &findings)
    for index in runs.indices {
      runs[index].observations = TechnicalReplicates.merge(runs[index].observations, &findings)
      ObservationRemarks.add(on: runs[index], &findings)
    }
  }

  private mutating func read(_ row: CellReader, _ findings: inout FindingList) {
    let time = row.number("time", &findings)
    let phase = Self.phase(of: row, &findings)
    let index = runIndex(of: row, &findings)
    if row.text("time") == nil {
      findings.error(
        "E_TIME_MISSING", at: row.place("time"), "the row has no time.",
        remedy: "Write the elapsed time of the sample.")
    }
    var found = observations(of: row, at: time ?? 0, phase, &findings)
    let counter = row.word("counter", &findings)
    let sample = row.word("sample", &findings)
    for i in found.indices {
      found[i].sample = sample
      if MeasuredQuantity.named(found[i].quantity)?.isCounted == true { found[i].counter = counter }
    }
    guard let index else { return }
    describe(index, by: row, &findings)
    guard let time else { return }
    if time < runs[index].lastTime {
      findings.error(
        "E_TIME_BACKWARDS", at: row.place("time"),
        "the time is before that of the run's row above.",
        remedy: "Sort the rows of each run by time; if two runs share the name, rename one.")
    }
    runs[index].lastTime = max(runs[index].lastTime, time)
    runs[index].observations += found
    if found.isEmpty, !findings.hasErrors {
      findings.note(
        "N_ROW_EMPTY", at: row.place("run"), "the row has a time and no measurement.",
        remedy: "Nothing to do, or fill in what was measured.")
    }
  }

  private mutating func observations(
    of row: CellReader, at time: Double, _ phase: Observation.Phase, _ findings: inout FindingList
  ) -> [Observation] {
    let counts = RawCounts(of: row, &findings)
    var found = counts?.observations(at: time, phase, in: row, &findings) ?? []
    var density: [String: Double] = [:]
    for quantity in MeasuredQuantity.all {
      let name = quantity.name
      if readyMade.isCovered(name, by: counts, in: row, &findings) {
        if name == "viability", row.number(CountedViability.column, &findings) != nil {
          readyMade.leaveAside(CountedViability.column)
        }
        continue
      }
      guard let value = row.reading(name, &findings) else {
        if name == "viability", row.text(name) == nil {
          CountedViability.checkAlone(in: row, &findings)
        }
        continue
      }
      if case .exact(let number) = value { density[name] = number }
      let count =
        name == "viability" ? CountedViability.count(of: value, in: row, &findings) : nil
      found.append(
        Observation(
          time: time, quantity: name, value: value, count: count, phase: phase,
          place: row.place(name)))
    }
    if let vcd = density["vcd"], let tcd = density["tcd"], vcd > tcd * (1 + 1e-9) {
      findings.error(
        "E_VCD_ABOVE_TCD", at: row.place("vcd"),
        "the viable cell density is above the total cell density.",
        remedy: "Check that the two columns are not swapped and have the right units.")
    }
    return found
  }

  private static func phase(
    of row: CellReader, _ findings: inout FindingList
  ) -> Observation.Phase {
    guard let text = row.text("phase") else { return .before }
    if let phase = Observation.Phase(rawValue: text) { return phase }
    findings.error(
      "E_PHASE", at: row.place("phase"), "'\(Shown.text(text))' is not a phase.",
      remedy: "Write 'before' or 'after', or leave the cell empty for 'before'.")
    return .before
  }

  /// The index of the row's run, opened at its first row; nil when the row names none.
  private mutating func runIndex(of row: CellReader, _ findings: inout FindingList) -> Int? {
    guard row.text("run") != nil else {
      findings.error(
        "E_RUN_MISSING", at: row.place("run"), "the row has no run name.",
        remedy: "Write the run's name in every row.")
      return nil
    }
    guard let name = row.word("run", &findings) else { return nil }
    if let index = indexOfRun[name] {
      if index != runs.count - 1 {
        findings.error(
          "E_RUN_SPLIT", at: row.place("run"),
          "the run '\(Shown.text(name))' begins again after another run; two runs may have one"
            + " name.",
          remedy: "Keep the rows of a run together, or rename one of the two runs.")
      }
      return index
    }
    indexOfRun[name] = runs.count
    runs.append(ObservedRun(name: name, place: row.place("run")))
    return runs.count - 1
  }

  /// Takes donor, platform and group from the row; a run has one of each.
  private mutating func describe(
    _ index: Int, by row: CellReader, _ findings: inout FindingList
  ) {
    if let word = row.word("donor", &findings) {
      let donor: Donor = word == Donor.pooledWord ? .pooled : .one(word)
      if runs[index].donor == .unknown { runs[index].donor = donor }
      if runs[index].donor != donor {
        findings.error(
          "E_DONOR_CONFLICT", at: row.place("donor"), "the run's rows name two different donors.",
          remedy: "Give each donor's cells a run of their own, or write 'pooled' in all rows.")
      }
    }
    if let word = row.word("platform", &findings) {
      if runs[index].platform == nil { runs[index].platform = word }
      if runs[index].platform != word {
        findings.error(
          "E_PLATFORM_CONFLICT", at: row.place("platform"),
          "the run's rows name two different platforms.",
          remedy: "Name one platform a run; a transfer to another vessel is a new run.")
      }
    }
    if let word = row.word("group", &findings) {
      if runs[index].group == nil { runs[index].group = word }
      if runs[index].group != word {
        findings.error(
          "E_GROUP_CONFLICT", at: row.place("group"),
          "the run's rows name two different groups.",
          remedy: "Name one condition a run; a culture under another condition is a new run.")
      }
    }
  }
}
