import Quantities
import RunRecords

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads runs from a folder or a file, as scientists keep them.
public enum RunFolder {
  /// The name of the observations file in a folder.
  public static let observationsName = "observations.csv"
  /// The name of the operations file in a folder.
  public static let operationsName = "operations.csv"
  /// The name of the file of the runs' attributes in a folder.
  public static let attributesName = "runs.csv"

  /// Reads a folder with `observations.csv` and, if they are there, `operations.csv` and `runs.csv`;
  /// or one CSV file of observations with those files named beside it.
  ///
  /// Throws `InputRefused` with every error of all files, at most 50 a file, in the order of their
  /// places. A folder's other CSV files are not read, and a note says so.
  public static func read(
    _ path: String, operations: String? = nil, attributes: String? = nil,
    limits: CSVDocument.Limits = .init()
  ) throws(InputRefused) -> RunBatch {
    if InputFile.kind(of: path) == .directory {
      let folder = path.hasSuffix("/") ? path : path + "/"
      if InputFile.kind(of: folder + observationsName) == .missing { throw noObservations(path) }
      func beside(_ name: String) -> String? {
        InputFile.kind(of: folder + name) == .missing ? nil : folder + name
      }
      let given = operations ?? beside(operationsName)
      let known = attributes ?? beside(attributesName)
      let batch = try read(
        folder + observationsName, operations: given, attributes: known, limits: limits)
      let remarks = remarks(
        on: folder, operations: given, read: [folder + observationsName, given, known])
      return RunBatch(
        runs: batch.runs, notes: batch.notes + remarks, sources: batch.sources)
    }
    let observed = try InputFile.bytes(of: path, limit: limits.bytes)
    func named(_ path: String?) throws(InputRefused) -> (path: String, bytes: [UInt8])? {
      guard let path else { return nil }
      return (path, try InputFile.bytes(of: path, limit: limits.bytes))
    }
    return try read(
      observations: (path, observed), operations: named(operations), attributes: named(attributes),
      limits: limits)
  }

  /// What a folder without `observations.csv` holds instead.
  private static func noObservations(_ folder: String) -> InputRefused {
    let tables = tables(in: folder)
    let holds =
      tables.isEmpty ? "no CSV file at all" : NumberText.list(Array(tables.prefix(5)))
    return InputRefused([
      Finding(
        .error, "E_FOLDER_NO_RUNS", at: Place(file: folder),
        "the folder has no \(observationsName); it has \(holds).",
        remedy: tables.isEmpty
          ? "Name the folder that holds \(observationsName), or the CSV file of the counts."
          : "Name the file of the counts itself, or rename it \(observationsName).")
    ])
  }

  private static func tables(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.lowercased().hasSuffix(".csv") }.sorted()
  }

  /// Reads runs from bytes, each with the name that messages shall use.
  ///
  /// Throws `InputRefused` like `read(_:operations:attributes:limits:)`.
  public static func read(
    observations: (path: String, bytes: [UInt8]), operations: (path: String, bytes: [UInt8])?,
    attributes: (path: String, bytes: [UInt8])? = nil, limits: CSVDocument.Limits = .init()
  ) throws(InputRefused) -> RunBatch {
    var observationFindings = FindingList(file: observations.path)
    var operationFindings = FindingList(file: operations?.path ?? "")
    var attributeFindings = FindingList(file: attributes?.path ?? "")
    var errors: [Finding] = []
    var observed: [ObservedRun] = []
    var operated: [OperatedRun] = []
    do {
      let document = try CSVDocument(
        parsing: observations.bytes, file: observations.path, limits: limits)
      observationFindings.add(remarks: document.notes)
      observed = ObservationTable(reading: document, &observationFindings).runs
    } catch {
      errors += error.findings
    }
    if let operations {
      do {
        let document = try CSVDocument(
          parsing: operations.bytes, file: operations.path, limits: limits)
        operationFindings.add(remarks: document.notes)
        operated = OperationTable(reading: document, &operationFindings).runs
      } catch {
        errors += error.findings
      }
    }
    var told: AttributeTable?
    if let attributes {
      do {
        let document = try CSVDocument(
          parsing: attributes.bytes, file: attributes.path, limits: limits)
        attributeFindings.add(remarks: document.notes)
        told = AttributeTable(reading: document, &attributeFindings)
      } catch {
        errors += error.findings
      }
    }
    if errors.isEmpty, !observationFindings.hasErrors {
      if !operationFindings.hasErrors {
        RunAssembly.check(observed, operated, &observationFindings, &operationFindings)
      }
      told?.check(runs: observed.map(\.name), &attributeFindings)
    }
    errors +=
      observationFindings.sortedErrors + operationFindings.sortedErrors
      + attributeFindings.sortedErrors
    if !errors.isEmpty { throw InputRefused(errors) }
    return RunBatch(
      runs: RunAssembly.runs(observed, operated, told),
      notes: observationFindings.remarks + operationFindings.remarks + attributeFindings.remarks,
      sources: [observations, operations, attributes].compactMap(\.self).map {
        RunBatch.SourceFile(path: $0.path, sha256: Digest.sha256($0.bytes))
      })
  }

  private static func remarks(
    on folder: String, operations: String?, read: [String?]
  ) -> [Finding] {
    var notes: [Finding] = []
    if operations == nil {
      notes.append(
        Finding(
          .note, "N_NO_OPERATIONS", at: Place(file: folder),
          "there is no \(operationsName); the vessel is taken to be closed from the first sample.",
          remedy: "Write seeding, feeds, exchanges and samples into \(operationsName)."))
    }
    for name in tables(in: folder)
    where !read.contains(folder + name) {
      notes.append(
        Finding(
          .note, "N_FILE_IGNORED", at: Place(file: folder + name), "the file is not read.",
          remedy:
            "Only \(observationsName), \(operationsName) and \(attributesName) of a folder are "
            + "read."))
    }
    return notes
  }
}
