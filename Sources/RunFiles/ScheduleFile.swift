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
  /// values. Steps are sorted by time; steps at one time happen in their order.
  /// Throws `InputRefused` with every fault, each at the number of its step.
  public static func read(
    steps: [String], run: String = "plan", file: String = "--do"
  ) throws(InputRefused) -> Run {
    var findings = FindingList(file: file)
    var read: [ScheduleStep] = []
    for (index, text) in steps.enumerated() {
      if let step = ScheduleStep(text, at: Place(file: file, line: index + 1), &findings) {
        read.append(step)
      }
    }
    try findings.refuseOnError()
    let sorted = read.enumerated().sorted {
      ($0.element.hours, $0.offset) < ($1.element.hours, $1.offset)
    }
    let csv = ScheduleStep.csv(sorted.map(\.element), run: run)
    let batch: RunBatch
    do {
      batch = try self.read(bytes: Array(csv.utf8), file: file)
    } catch {
      // A row of the text is the step that it was written from, one line below the header.
      throw InputRefused(
        error.findings.map { finding in
          let row = finding.place.line - 2
          let line = sorted.indices.contains(row) ? sorted[row].offset + 1 : 0
          return Finding(
            finding.severity, finding.code, at: Place(file: file, line: line), finding.cause,
            remedy: finding.remedy)
        })
    }
    return batch.runs.first ?? Run(name: run, observations: [])
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
