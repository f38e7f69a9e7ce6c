import Quantities
import RunRecords

/// Reads what is done to a vessel without measurements: a plan, for a simulation.
public enum ScheduleFile {
  /// Reads an operations file alone; the runs have no observations.
  ///
  /// Throws `InputRefused` with every fault of the file.
  public static func read(
    operations path: String, limits: CSVDocument.Limits = .init()
  ) throws(InputRefused) -> RunBatch {
    let bytes = try InputFile.bytes(of: path, limit: limits.bytes)
    return try read(bytes: bytes, file: path, limits: limits)
  }

  /// Reads steps as a user writes them on a command line: `5d exchange fraction=50% glucose=25 mM`.
  ///
  /// A step is a time, the word of an operation and the columns of an operations file with their
  /// values. Steps are sorted by time; steps at one time happen in their order, those of `before`
  /// first. Throws `InputRefused` with every fault, each at the number of its step.
  public static func read(
    steps: [String], before: [String] = [], run: String = "plan", file: String = "--do"
  ) throws(InputRefused) -> Run {
    var findings = FindingList(file: file)
    var read: [(step: ScheduleStep, place: Place)] = []
    for (index, text) in (before + steps).enumerated() {
      let place = Place(file: file, line: max(0, index - before.count + 1))
      if let step = ScheduleStep(text, at: place, &findings) { read.append((step, place)) }
    }
    try findings.refuseOnError()
    let sorted = read.enumerated().sorted {
      ($0.element.step.hours, $0.offset) < ($1.element.step.hours, $1.offset)
    }.map(\.element)
    /// A row of the table is the step that it was written from, one line below the header.
    func place(_ row: Place) -> Place {
      sorted.indices.contains(row.line - 2) ? sorted[row.line - 2].place : Place(file: file)
    }
    let csv = ScheduleStep.csv(sorted.map(\.step), run: run)
    do {
      let batch = try self.read(bytes: Array(csv.utf8), file: file)
      let operations = batch.runs.first?.operations ?? []
      return Run(
        name: run, observations: [],
        operations: operations.map {
          var operation = $0
          operation.place = place($0.place)
          return operation
        })
    } catch {
      throw InputRefused(
        error.findings.map {
          Finding($0.severity, $0.code, at: place($0.place), $0.cause, remedy: $0.remedy)
        })
    }
  }

  private static func read(
    bytes: [UInt8], file: String, limits: CSVDocument.Limits = .init()
  ) throws(InputRefused) -> RunBatch {
    var findings = FindingList(file: file)
    let document = try CSVDocument(parsing: bytes, file: file, limits: limits)
    findings.add(remarks: document.notes)
    let runs = OperationTable(reading: document, &findings).runs
    try findings.refuseOnError()
    return RunBatch(
      runs: runs.map { Run(name: $0.name, observations: [], operations: $0.operations) },
      notes: findings.remarks,
      sources: [RunBatch.SourceFile(path: file, sha256: Digest.sha256(bytes))])
  }
}
