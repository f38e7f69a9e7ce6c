#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// A program that is started and run to its end; its words go to files, so that no pipe can fill.
enum ChildProgram {
  /// Why there is no answer.
  enum Failure: Error {
    /// No temporary folder could be made there.
    case noFolder(String)
    /// It could not be started, with the system's error.
    case notStarted(Int32)
    /// It did not end in time, and was ended.
    case tooLong
    /// Its end was not seen.
    case unseen
  }

  /// Makes a folder of its own below `TMPDIR`, or /tmp, and removes it after the body.
  static func inScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let set = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    let base = set.isEmpty ? "/tmp" : set
    var template = Array((base + "/thymus-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure.noFolder(base) }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// Runs a program without input; its exit code, or the signal that ended it, negative.
  ///
  /// What it says of errors goes to `errors`, or with the rest where that is nil. It is ended after
  /// `seconds`, where they are given.
  static func run(
    _ path: String, _ arguments: [String], output: String, errors: String? = nil,
    seconds: Int? = nil
  ) throws(Failure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    if let errors {
      posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    } else {
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    var words = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process = pid_t()
    let started = posix_spawn(&process, path, &actions, nil, words, environ)
    guard started == 0 else { throw .notStarted(started) }
    var looks = 0
    while true {
      var status: Int32 = 0
      let ended = waitpid(process, &status, seconds == nil ? 0 : WNOHANG)
      if ended == process { return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f) }
      if ended < 0, errno != EINTR { throw .unseen }
      guard let seconds, ended == 0 else { continue }
      looks += 1
      if looks > 100 * seconds {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        throw .tooLong
      }
      usleep(10_000)
    }
  }
}
