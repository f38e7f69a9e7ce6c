/// Where in a file something stands: 1-based line and column.
public struct Place: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The file as the user named it.
  public var file: String
  /// 1-based line; 0 when the finding is about the whole file.
  public var line: Int
  /// 1-based column in characters of the line; 0 when the finding is about the whole line.
  public var column: Int

  /// A place; line and column default to "the whole file".
  public init(file: String, line: Int = 0, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, leaving out what is not known.
  public var description: String {
    if line == 0 { return file }
    return column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
  }

  /// Orders by file, line, column.
  public static func < (a: Place, b: Place) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

/// Something noticed in an input: what, where and what to do about it.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
  /// How much a finding weighs.
  public enum Severity: String, Sendable, Comparable {
    /// Worth knowing; nothing is wrong.
    case note
    /// Read, but look at it.
    case warning
    /// Not read; nothing is computed from this input.
    case error

    /// note < warning < error.
    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
  }

  /// How much it weighs.
  public let severity: Severity
  /// A stable code such as `E_UNIT_UNKNOWN`, for scripts.
  public let code: String
  /// Where it stands.
  public let place: Place
  /// What is wrong.
  public let cause: String
  /// What to do.
  public let remedy: String

  /// A finding from its parts.
  public init(
    _ severity: Severity, _ code: String, at place: Place, _ cause: String, remedy: String
  ) {
    self.severity = severity
    self.code = code
    self.place = place
    self.cause = cause
    self.remedy = remedy
  }

  /// One line: place, severity, code, cause and remedy.
  public var description: String {
    "\(place): \(severity.rawValue) \(code): \(cause) Remedy: \(remedy)"
  }
}

/// One or more findings of severity `error`: the input is refused as a whole.
public struct InputRefused: Error, CustomStringConvertible {
  /// All findings of the input, errors first in the order of their places.
  public let findings: [Finding]

  /// A refusal with its findings.
  public init(_ findings: [Finding]) { self.findings = findings }

  /// One finding a line.
  public var description: String { findings.map(\.description).joined(separator: "\n") }
}
