import Quantities
import RunRecords

/// What the operations file says of one run, in the order of its rows.
struct OperatedRun {
  let name: String
  let place: Place
  var operations: [Operation] = []
  var lastTime = 0.0
}

/// Reads `operations.csv`: one row an operation.
struct OperationTable {
  private(set) var runs: [OperatedRun] = []
  private var indexOfRun: [String: Int] = [:]
  private var assumedRetention: [Place] = []

  init(reading document: CSVDocument, _ findings: inout FindingList) {
    let header = TableHeader(
      of: document, specs: RunColumns.operations, required: ["run", "time", "operation"], &findings)
    if findings.hasErrors { return }
    for cells in document.rows {
      read(CellReader(document: document, header: header, cells: cells), &findings)
    }
    if let first = assumedRetention.first {
      findings.note(
        "N_RETENTION_ASSUMED", at: first,
        "\(assumedRetention.count) exchange(s) or flow(s), the first here, give no retention; all"
          + " cells are taken to stay (100 %), in a flow as many as the platform's file says.",
        remedy: "Fill 'retention [%]' if cells leave with the medium.")
    }
    for run in runs { VesselBalance.check(run, &findings) }
  }

  private mutating func read(_ row: CellReader, _ findings: inout FindingList) {
    let time = row.number("time", &findings)
    if row.text("time") == nil {
      findings.error(
        "E_TIME_MISSING", at: row.place("time"), "the row has no time.",
        remedy: "Write when the operation was done, or is planned.")
    }
    let action = action(of: row, &findings)
    var rule: Trigger?
    if let action { rule = trigger(of: row, armed: time, action.kind, &findings) }
    if row.text("run") == nil {
      findings.error(
        "E_RUN_MISSING", at: row.place("run"), "the row has no run name.",
        remedy: "Write the run's name in every row.")
    }
    guard let name = row.word("run", &findings) else { return }
    let index = indexOfRun[name] ?? runs.count
    if index == runs.count {
      indexOfRun[name] = index
      runs.append(OperatedRun(name: name, place: row.place("run")))
    }
    guard let time else { return }
    if time < runs[index].lastTime {
      findings.error(
        "E_TIME_BACKWARDS", at: row.place("time"),
        "the time is before that of the run's row above.",
        remedy: "Sort the rows of each run by time; rows at one time happen in their order.")
    }
    runs[index].lastTime = max(runs[index].lastTime, time)
    if let action {
      runs[index].operations.append(
        Operation(time: time, action: action, when: rule, place: row.place("operation")))
    }
  }

  private mutating func action(
    of row: CellReader, _ findings: inout FindingList
  ) -> Operation.Action? {
    guard let word = row.text("operation") else {
      findings.error(
        "E_OPERATION_MISSING", at: row.place("operation"), "the row names no operation.",
        remedy: "Write one of: \(Self.words).")
      return nil
    }
    guard let kind = Operation.Kind(rawValue: word) else {
      let hint = Suggestion.phrase(for: word, among: Operation.Kind.allCases.map(\.rawValue))
      findings.error(
        "E_OPERATION_UNKNOWN", at: row.place("operation"),
        "unknown operation '\(Shown.text(word))'.\(hint)", remedy: "Write one of: \(Self.words).")
      return nil
    }
    let rule = OperationGrammar.rule(for: kind)
    let allowed = Set(rule.allowed)
    var values: [String: Double] = [:]
    for spec in RunColumns.operations where !["run", "time", "operation"].contains(spec.name) {
      guard spec.name != "comment", row.text(spec.name) != nil else { continue }
      if !allowed.contains(spec.name) {
        findings.error(
          "E_OPERATION_CELL", at: row.place(spec.name),
          "'\(kind.rawValue)' does not use '\(spec.name)'.",
          remedy: "Empty the cell. The rule is: \(rule.help).")
      } else if spec.content != .text, spec.name != "until" {
        values[spec.name] = row.number(spec.name, &findings)
      }
    }
    for name in rule.required where row.text(name) == nil {
      let heading = RunColumns.operations.first { $0.name == name }?.heading ?? name
      findings.error(
        "E_OPERATION_INCOMPLETE", at: row.place("operation"),
        "'\(kind.rawValue)' needs '\(name)'.",
        remedy: "Fill the column '\(heading)'. The rule is: \(rule.help).")
    }
    if !rule.oneOf.isEmpty, rule.oneOf.count(where: { row.text($0) != nil }) != 1 {
      let none = rule.oneOf.allSatisfy { row.text($0) == nil }
      let words = rule.oneOf.map { "'\($0)'" }
      findings.error(
        "E_OPERATION_INCOMPLETE", at: row.place("operation"),
        "'\(kind.rawValue)' needs " + words.joined(separator: " or ")
          + (none ? "." : ", not both."),
        remedy: "Fill one of the columns. The rule is: \(rule.help).")
    }
    if kind == .exchange || kind == .flow && values["permeate"] ?? 0 > 0,
      row.text("retention") == nil
    {
      assumedRetention.append(row.place("operation"))
    }
    return Self.action(kind, values)
  }

  /// The condition of a row; nil for an operation that is done once.
  private func trigger(
    of row: CellReader, armed: Double?, _ kind: Operation.Kind, _ findings: inout FindingList
  ) -> Trigger? {
    let until = row.number("until", &findings)
    guard let text = row.text("when") else {
      if row.text("until") != nil {
        findings.error(
          "E_UNTIL_ALONE", at: row.place("until"),
          "'until' ends a rule, but the row has no condition in 'when'.",
          remedy: kind == .flow
            ? "Write a second 'flow' row at that time." : "Fill 'when', or empty 'until'.")
      }
      return nil
    }
    if let until, let armed, until <= armed {
      findings.error(
        "E_UNTIL_EARLY", at: row.place("until"), "the rule ends before it begins.",
        remedy: "Write a time after that of the row.")
    }
    return Trigger(text: text, until: until, place: row.place("when"))
  }

  private static func action(
    _ kind: Operation.Kind, _ values: [String: Double]
  ) -> Operation.Action? {
    let known = Set(Solute.all.map(\.name))
    let solutes = values.filter { known.contains($0.key) }
    let (volume, fraction, recovery) = (values["volume"], values["fraction"], values["recovery"])
    switch kind {
    case .seed:
      return .seed(
        volume: volume, viableDensity: values["density"], viability: values["viability"],
        solutes: solutes)
    case .activation: return .activation
    case .transduction: return .transduction
    case .sample: return volume.map { .sample(volume: $0) }
    case .feed:
      return volume.map { .feed(volume: $0, solutes: solutes) }
        ?? fraction.map { .feedShare(fraction: $0, solutes: solutes) }
    case .exchange:
      let retention = values["retention"] ?? 1
      return fraction.map { .exchange(fraction: $0, retention: retention, solutes: solutes) }
    case .split: return fraction.map { .split(discarded: $0) }
    case .wash:
      guard let recovery, let volume else { return nil }
      return .wash(recovery: recovery, volume: volume, solutes: solutes)
    case .debead: return recovery.map { .debead(recovery: $0) }
    case .flow:
      return .flow(
        Flow(
          inflow: values["inflow"] ?? 0, permeate: values["permeate"] ?? 0,
          bleed: values["bleed"] ?? 0, evaporation: values["evaporation"] ?? 0,
          retention: values["retention"], solutes: solutes))
    case .harvest: return .harvest
    }
  }

  private static var words: String {
    Operation.Kind.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
