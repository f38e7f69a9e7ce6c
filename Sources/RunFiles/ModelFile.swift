import ModelLanguage
import Quantities

/// Reads model texts: shipped ones by name, a user's own by path.
public enum ModelFile {
  /// The ending of a model file.
  public static let ending = ".thymus"

  /// A model with the fingerprint of its text.
  public struct Loaded: Sendable {
    /// The checked model.
    public let model: Model
    /// The path it was read from.
    public let path: String
    /// SHA-256 of the file, in hexadecimal.
    public let sha256: String
    /// The files that it includes, with their SHA-256.
    public let included: [(path: String, sha256: String)]

    /// All files that it was read from.
    public var inputs: [(path: String, sha256: String)] { [(path, sha256)] + included }
  }

  /// Reads one model; a name without a slash or ending means a shipped model.
  ///
  /// Throws `InputRefused` with the text's faults, or with a suggestion when there is no such model.
  public static func read(_ name: String, data: DataFolder) throws(InputRefused) -> Loaded {
    if name.contains("/") || name.hasSuffix(ending) { return try read(path: name, data: data) }
    let path = "\(data.path)/models/\(name)\(ending)"
    if InputFile.kind(of: path) == .missing {
      let known = data.files(in: "models", ending: ending).map(stem)
      throw InputRefused([
        Finding(
          .error, "E_MODEL_NAME", at: Place(file: path),
          "There is no shipped model '\(name)'.\(Suggestion.phrase(for: name, among: known))",
          remedy: "Choose one of: \(known.joined(separator: ", ")); or give the path of a file.")
      ])
    }
    return try read(path: path, data: data)
  }

  /// All shipped models, sorted by name.
  public static func shipped(_ data: DataFolder) throws(InputRefused) -> [Loaded] {
    var models: [Loaded] = []
    for path in data.files(in: "models", ending: ending) {
      models.append(try read(path: path, data: data))
    }
    return models
  }

  /// Reads the model file at a path.
  ///
  /// What it includes is looked for beside the file that names it, then among the shipped models;
  /// without a data folder beside it only. Throws `InputRefused` with the text's faults.
  public static func read(path: String, data: DataFolder? = nil) throws(InputRefused) -> Loaded {
    let main = try text(of: path)
    let model = try Model(parsing: main.text, file: path) { name, file in
      let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
      let places =
        ["\(folder)\(name)\(ending)"] + (data.map { ["\($0.path)/models/\(name)\(ending)"] } ?? [])
      for place in places where InputFile.kind(of: place) == .file {
        if let found = try? text(of: place) { return (found.text, place) }
      }
      return nil
    }
    return Loaded(
      model: model, path: path, sha256: Digest.sha256(main.bytes),
      included: model.parts.dropFirst().map { ($0.file, Digest.sha256(Array($0.text.utf8))) })
  }

  private static func text(of path: String) throws(InputRefused) -> TextFile {
    try TextFile.read(path, begin: "Begin with a shipped model: data/models.")
  }

  private static func stem(_ path: String) -> String {
    String((path.split(separator: "/").last ?? "").dropLast(ending.count))
  }
}
