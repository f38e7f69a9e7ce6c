import Foundation
import Testing

@testable import Reports

@Suite struct OutputTests {
  /// A new empty directory, removed after the body.
  private func inDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("reports-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(directory)
  }

  private func contents(_ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  /// Would catch a lost tail of a large file, a leftover temporary, and changed permissions.
  @Test func writesAndReplaces() throws {
    try inDirectory { directory in
      let path = directory + "/report.html"
      try DurableFile.write("old", to: path)
      #expect(chmod(path, 0o640) == 0)
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try DurableFile.write(bytes, to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).elementsEqual(bytes))
      #expect(try contents(directory) == ["report.html"])
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    }
  }

  /// Calls of which one fails for want of room; the write fails after three bytes.
  private func callsFailing(at step: String) -> SystemCalls {
    let real = SystemCalls()
    var calls = real
    switch step {
    case "write":
      calls.write = {
        guard $2 < 8 else { return real.write($0, $1, 3) }
        errno = ENOSPC
        return -1
      }
    case "sync":
      calls.sync = { _ in
        errno = ENOSPC
        return -1
      }
    case "close":
      calls.close = {
        _ = real.close($0)
        errno = ENOSPC
        return -1
      }
    default:
      calls.rename = { _, _ in
        errno = ENOSPC
        return -1
      }
    }
    return calls
  }

  /// Would catch any step whose failure is ignored, leaves a temporary, or touches the old file.
  @Test(arguments: [
    ("write", OutputFailure.Step.write), ("sync", .sync), ("close", .sync), ("rename", .replace),
  ])
  func aFailureAtAnyStepLeavesTheOldFile(name: String, step: OutputFailure.Step) throws {
    try inDirectory { directory in
      let path = directory + "/report.html"
      try DurableFile.write("old", to: path)
      let failure = try #require(throws: OutputFailure.self) {
        try DurableFile.write("new text".utf8, to: path, calls: callsFailing(at: name))
      }
      #expect(failure.isDiskFull && failure.path == path && failure.step == step)
      #expect(try contents(directory) == ["report.html"])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    }
  }

  /// Would catch a write loop that gives up or repeats bytes after partial or interrupted writes.
  @Test func partialAndInterruptedWritesGoOn() throws {
    try inDirectory { directory in
      let path = directory + "/a"
      let real = SystemCalls()
      var calls = real
      // An even count of bytes left: one is taken. An odd count: interrupted, then two are taken.
      calls.write = {
        if $2 % 2 == 0 {
          errno = 0
          return real.write($0, $1, 1)
        }
        guard errno == EINTR else {
          errno = EINTR
          return -1
        }
        return real.write($0, $1, min(2, $2))
      }
      try DurableFile.write("0123456789".utf8, to: path, calls: calls)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "0123456789")
    }
  }

  /// Would catch a target that is replaced although it is a device or a directory.
  @Test func impossibleTargetsThrow() throws {
    try inDirectory { directory in
      let missing = try #require(throws: OutputFailure.self) {
        try DurableFile.write("x", to: directory + "/none/report.html")
      }
      #expect(missing.step == .create && missing.code == ENOENT)
      let folder = try #require(throws: OutputFailure.self) {
        try DurableFile.write("x", to: directory)
      }
      #expect(folder.code == EISDIR)
      #expect(try contents(directory).isEmpty)
    }
    let device = try #require(throws: OutputFailure.self) {
      try DurableFile.write("x", to: "/dev/full")
    }
    #expect(device.step == .inspect && device.code == EINVAL)
    var status = stat()
    #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  /// Would catch output lost on a full disk, as `print` loses it.
  @Test func aFullDiskBehindStandardOutputThrows() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let failure = try #require(throws: OutputFailure.self) {
      try StandardOutput.write("text", to: full)
    }
    #expect(failure.isDiskFull && !failure.isBrokenPipe)
  }

  /// Would catch a process that dies of SIGPIPE (this test would end the run) or calls it an error
  /// like any other.
  @Test func aClosedPipeIsToldApart() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let failure = try #require(throws: OutputFailure.self) {
      try StandardOutput.write("text", to: ends[1])
    }
    #expect(failure.isBrokenPipe && !failure.isDiskFull)
    #expect(failure.description == "Cannot write standard output: Broken pipe (\(EPIPE)).")
  }
}
