import Quantities
import Reports
import RunFiles

/// One reference fit: which run, which model, how.
public struct ReferenceCase: Sendable {
  /// Its name in the lock.
  public let id: String
  /// Folder of the run, relative to the reference folder.
  public let folder: String
  /// The run's name.
  public let run: String
  /// The model's name.
  public let model: String
  /// Whether priors weigh in.
  public let usesPriors: Bool
  /// Hours up to which measurements are used; nil for all.
  public let until: Double?
  /// Viable CAR+ cells of a harvest forecast; nil for none.
  public let needCells: Double?

  /// The cases of a reference folder, from `cases.json`.
  ///
  /// Throws `InputRefused` when the file is missing, is no strict JSON or has an unknown key.
  public static func read(_ folder: String) throws(InputRefused) -> [ReferenceCase] {
    let path = folder + "/cases.json"
    let document = try JSONDocument.read(path)
    do {
      let root = JSONReader(document)
      try root.allowOnly(["schema", "cases"])
      let cases = try root["cases"].elements.map { entry in
        try entry.allowOnly(["id", "folder", "run", "model", "priors", "until_h", "need_cells"])
        return ReferenceCase(
          id: try entry["id"].string, folder: try entry["folder"].string,
          run: try entry["run"].string, model: try entry["model"].string,
          usesPriors: try entry["priors"].bool,
          until: try entry.optional("until_h")?.double,
          needCells: try entry.optional("need_cells")?.double)
      }
      if let twice = Dictionary(grouping: cases, by: \.id).first(where: { $0.value.count > 1 }) {
        throw JSONDocument.refused(path, "The case '\(twice.key)' stands there twice.")
      }
      return cases
    } catch let refused as InputRefused {
      throw refused
    } catch let mismatch as JSONMismatch {
      throw JSONDocument.refused(path, mismatch.description)
    } catch {
      throw JSONDocument.refused(path, "\(error)")
    }
  }
}

/// JSON files of the reference folder.
enum JSONDocument {
  static func read(_ path: String) throws(InputRefused) -> JSONValue {
    let bytes = try SourceBytes.read(path)
    return try JSONValue(parsing: bytes, file: path)
  }

  static func refused(_ path: String, _ cause: String) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_REFERENCE_DAMAGED", at: Place(file: path), cause,
        remedy: "Restore the file from version control, or write a new lock with --update.")
    ])
  }
}
