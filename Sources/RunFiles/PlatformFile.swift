import Quantities
import RunRecords

/// Reads what is known of the shipped platforms.
public enum PlatformFile {
  /// The platform of a name.
  ///
  /// Throws `InputRefused` when there is no file for it (with a suggestion) or the file has faults.
  public static func platform(
    named name: String, data: DataFolder
  ) throws(InputRefused) -> Platform {
    let path = "\(data.path)/platforms/\(name).yaml"
    let known = names(data)
    if !known.contains(name) {
      throw InputRefused([
        Finding(
          .error, "E_PLATFORM_NAME", at: Place(file: path),
          "There is no platform '\(Shown.text(name))'."
            + Suggestion.phrase(for: name, among: known),
          remedy: "Choose one of: \(known.joined(separator: ", ")).")
      ])
    }
    return try read(path)
  }

  /// The platform that a run names; nil when it names none or there is no file for it.
  public static func platform(of run: Run, data: DataFolder) throws(InputRefused) -> Platform? {
    guard let name = run.platform, names(data).contains(name) else { return nil }
    return try platform(named: name, data: data)
  }

  /// The code of a warning about a platform that no file describes.
  public static let unknownCode = "W_PLATFORM_UNKNOWN"

  /// A warning when a run names a platform that no file describes: its limits and its capacity are then
  /// not known; nil otherwise.
  public static func unknown(_ run: Run, data: DataFolder) -> Finding? {
    let known = names(data)
    guard let name = run.platform, !known.contains(name) else { return nil }
    let place = run.observations.first?.place ?? Place(file: run.name)
    return Finding(
      .warning, unknownCode, at: place,
      "There is no platform '\(Shown.text(name))', so nothing is known of its volume, its capacity and "
        + "what can be done with it." + Suggestion.phrase(for: name, among: known),
      remedy: "Name one of \(known.joined(separator: ", ")), or choose one with --platform.")
  }

  /// Names of the shipped platforms, sorted.
  public static func names(_ data: DataFolder) -> [String] {
    data.files(in: "platforms", ending: ".yaml").map {
      String(($0.split(separator: "/").last ?? "").dropLast(5))
    }
  }

  /// Reads one file.
  ///
  /// Throws `InputRefused` with every fault: file, line, column, cause and remedy.
  public static func read(_ path: String) throws(InputRefused) -> Platform {
    let file = try TextFile.read(path, begin: "Begin with a shipped platform: data/platforms.")
    return try read(file.text, file: path)
  }

  /// Reads one text.
  ///
  /// Throws `InputRefused` with every fault; an unknown key is one, and so is a number without its
  /// unit or its standing.
  public static func read(_ text: String, file: String) throws(InputRefused) -> Platform {
    var reader = PlatformReader(yaml: YAMLReader(file: file, prefix: "E_PLATFORM_"))
    let platform = reader.platform(try YAMLReader.root(text, file: file, prefix: "E_PLATFORM_"))
    guard reader.yaml.findings.isEmpty, let platform else {
      throw InputRefused(reader.yaml.findings.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
    return platform
  }
}
