#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// Output that could not be delivered: where, at which step, and what the system said.
public struct OutputFailure: Error, Hashable, CustomStringConvertible {
  /// The step that failed.
  public enum Step: String, Sendable {
    /// Looking at what already stands at the target's path.
    case inspect = "inspect"
    /// Creating the temporary file beside the target.
    case create = "create a file beside"
    /// Writing bytes.
    case write = "write"
    /// Forcing bytes onto the disk.
    case sync = "bring to disk"
    /// Putting the finished file in the target's place.
    case replace = "put in place"
  }

  /// The file as the caller named it, or `standard output`.
  public let path: String
  /// The step that failed.
  public let step: Step
  /// The system's error number (`errno`).
  public let code: Int32
  /// The system's words for it.
  public let reason: String

  init(path: String, step: Step, code: Int32) {
    self.path = path
    self.step = step
    self.code = code
    self.reason = String(cString: strerror(code))
  }

  /// True when no room was left: the disk is full or a quota or size limit is reached.
  public var isDiskFull: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }

  /// True when the reader of a pipe has gone, which is no fault of this program.
  public var isBrokenPipe: Bool { code == EPIPE }

  /// One line: step, path, reason.
  public var description: String { "Cannot \(step.rawValue) \(path): \(reason) (\(code))." }
}
