import Foundation
import Testing

/// The built command, as a user calls it.
enum Tool {
  /// The package's folder, found from this file.
  static let root: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()

  /// The binary: `THYMUS`, or the release build of the package.
  static let path = ProcessInfo.processInfo.environment["THYMUS"] ?? root + "/.build/release/thymus"

  /// False when there is nothing to drive; the suites are then skipped.
  static let isBuilt = FileManager.default.isExecutableFile(atPath: path)

  static let example = "data/runs/prodigy_example"

  /// What a call of the command left behind.
  struct Outcome {
    let code: Int32
    /// The signal that ended it, if one did.
    let signal: Int32?
    let out: Data
    let errors: String

    var text: String { String(decoding: out, as: UTF8.self) }

    /// For the comment of an expectation.
    var brief: String { "exit \(code): \(errors.prefix(400))" }
  }

  /// Runs the command in the package's folder and waits for its end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Outcome {
    try launch(path, arguments, environment: environment).wait()
  }

  /// Runs a line of shell in which `$THYMUS` is the command.
  static func shell(_ line: String, environment: [String: String] = [:]) throws -> Outcome {
    var environment = environment
    environment["THYMUS"] = path
    return try launch("/bin/bash", ["-c", line], environment: environment).wait()
  }

  /// A process that has been started; its output goes to files, so that no pipe can fill up.
  struct Running {
    let process: Process
    let folder: String

    func wait() throws -> Outcome {
      process.waitUntilExit()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let out = try Data(contentsOf: URL(fileURLWithPath: folder + "/out"))
      let errors = try Data(contentsOf: URL(fileURLWithPath: folder + "/err"))
      let status = process.terminationStatus
      return Outcome(
        code: status, signal: process.terminationReason == .uncaughtSignal ? status : nil,
        out: out, errors: String(decoding: errors, as: UTF8.self))
    }
  }

  static func launch(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Running {
    let folder = try Scratch.make()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    // Nothing of the caller's locale, zone or data folder shall leak into a test.
    var variables = ProcessInfo.processInfo.environment.filter { name, _ in
      !name.hasPrefix("LC_") && !["LANG", "TZ", "THYMUS_DATA"].contains(name)
    }
    variables["SWIFT_BACKTRACE"] = "enable=no"
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Scratch.handle(folder + "/out")
    process.standardError = try Scratch.handle(folder + "/err")
    try process.run()
    return Running(process: process, folder: folder)
  }
}

/// Folders for one test.
enum Scratch {
  static func make() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/thymus-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// A folder that is deleted afterwards.
  static func folder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let path = try make()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  static func handle(_ path: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  /// All names in a folder, hidden ones too, sorted.
  static func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// A disk of 64 KiB, where the machine lets us mount one.
enum SmallDisk {
  /// Runs a line of shell with `$DISK` mounted; the mount goes away with its process.
  static func shell(_ line: String) throws -> Tool.Outcome {
    try Scratch.folder { disk in
      try Tool.shell(
        "exec unshare --mount bash -c 'mount -t tmpfs -o size=64k tmpfs \"$DISK\" || exit 99; "
          + line + "'", environment: ["DISK": disk])
    }
  }

  static let isPermitted = (try? shell("exit 0"))?.code == 0
}

extension String {
  /// The text with every run of spaces and line ends as one space: sentences wrap where they must.
  var unwrapped: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
