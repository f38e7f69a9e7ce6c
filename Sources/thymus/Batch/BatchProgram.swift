import Quantities

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

/// This program, started again for one item.
struct BatchProgram {
  /// What a process left.
  struct Answer {
    let code: Int
    let output: [UInt8]
    let words: String
  }

  private let path: String

  /// The program that is running.
  static func own() throws -> BatchProgram {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path =
      count > 0
      ? String(decoding: buffer[..<count], as: UTF8.self) : CommandLine.arguments.first ?? "thymus"
    return BatchProgram(path: path)
  }

  /// Runs it to its end; output and words go through files, so that no pipe can fill.
  func run(_ arguments: [String]) throws -> Answer {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    var template = Array(((base.isEmpty ? "/tmp" : base) + "/thymus-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw refused("no folder can be made for it") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (out, err) = (folder + "/out", folder + "/err")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT, 0o600)
    var words = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process = pid_t()
    guard posix_spawn(&process, path, &actions, nil, words, environ) == 0 else {
      throw refused("it cannot be started")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      if errno != EINTR { throw refused("its end was not seen") }
    }
    let code = status & 0x7f == 0 ? Int((status >> 8) & 0xff) : -Int(status & 0x7f)
    func bytes(_ path: String) -> [UInt8] {
      FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    }
    return Answer(
      code: code, output: bytes(out), words: String(decoding: bytes(err), as: UTF8.self))
  }

  private func refused(_ cause: String) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_BATCH_PROGRAM", at: Place(file: path), "\(cause).",
        remedy: "Check that the program and TMPDIR can be used from here.")
    ])
  }
}
