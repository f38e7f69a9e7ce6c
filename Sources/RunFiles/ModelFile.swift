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
  }

  /// Reads one model; a name without a slash or ending means a shipped model.
  ///
  /// Throws `InputRefused` with the text's faults, or with a suggestion when there is no such model.
  public static func read(_ name: String, data: DataFolder) throws(InputRefused) -> Loaded {
    if name.contains("/") || name.hasSuffix(ending) { return try read(path: name) }
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
    return try read(path: path)
  }

  /// All shipped models, sorted by name.
  public static func shipped(_ data: DataFolder) throws(InputRefused) -> [Loaded] {
    var models: [Loaded] = []
    for path in data.files(in: "models", ending: ending) { models.append(try read(path: path)) }
    return models
  }

  /// Reads the model file at a path.
  ///
  /// Throws `InputRefused` with the text's faults.
  public static func read(path: String) throws(InputRefused) -> Loaded {
    let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
    let start = try TextCheck.start(of: bytes, file: path)
    let model = try Model(parsing: String(decoding: bytes[start...], as: UTF8.self), file: path)
    return Loaded(model: model, path: path, sha256: Digest.sha256(bytes))
  }

  private static func stem(_ path: String) -> String {
    String((path.split(separator: "/").last ?? "").dropLast(ending.count))
  }
}
