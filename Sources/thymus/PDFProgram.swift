import Quantities
import Reports

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

/// A program of the machine that prints an HTML page as PDF; Thymus has no printer of its own.
struct PDFProgram {
  /// Why there is no PDF, and what to do.
  struct Failure: Error, CustomStringConvertible {
    let cause: String
    let remedy: String
    var description: String { "no PDF: \(cause) Remedy: \(remedy)" }
  }

  /// Programs that are looked for, the first found is used; `THYMUS_PDF` names another.
  private static let names = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "weasyprint",
  ]

  private let path: String
  private var isBrowser: Bool { path.contains("chrom") }

  /// The first program of the search path.
  static func find() throws(Failure) -> PDFProgram {
    let environment = ProcessInfo.processInfo.environment
    if let set = environment["THYMUS_PDF"], !set.isEmpty {
      guard access(set, X_OK) == 0 else {
        throw Failure(
          cause: "THYMUS_PDF names '\(set)', which is no program.",
          remedy: "Give the whole path of chromium or weasyprint.")
      }
      return PDFProgram(path: set)
    }
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    for name in names {
      for folder in folders where access("\(folder)/\(name)", X_OK) == 0 {
        return PDFProgram(path: "\(folder)/\(name)")
      }
    }
    throw Failure(
      cause: "there is no program that prints HTML (chromium, google-chrome or weasyprint).",
      remedy: "Install one (Debian: apt-get install chromium), set THYMUS_PDF to its path, or open "
        + "the HTML in a browser and print it.")
  }

  /// The page as PDF. The program works in a folder of its own that is removed afterwards.
  func pages(of html: String) throws -> [UInt8] {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (page, pdf) = (folder + "/page.html", folder + "/page.pdf")
    try DurableFile.write(html, to: page)
    let code = try run(arguments(page: page, pdf: pdf, folder: folder), log: folder + "/log")
    guard let data = FileManager.default.contents(atPath: pdf),
      data.starts(with: Array("%PDF-".utf8))
    else {
      throw Failure(
        cause: "\(path) ended with code \(code) and left none.",
        remedy: "Print the HTML from a browser, or set THYMUS_PDF to another program.")
    }
    return Array(data)
  }

  private func arguments(page: String, pdf: String, folder: String) -> [String] {
    if !isBrowser { return [page, pdf] }
    return [
      "--headless", "--disable-gpu", "--disable-extensions", "--no-first-run",
      "--disable-background-networking", "--disable-dev-shm-usage",
      "--user-data-dir=\(folder)/profile", "--no-pdf-header-footer", "--print-to-pdf=\(pdf)",
    ] + (geteuid() == 0 ? ["--no-sandbox"] : []) + ["file://" + page]
  }

  private func scratch() throws(Failure) -> String {
    var template = Array((TemporaryFolder.path + "/thymus-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw Failure(
        cause: "no folder can be made in \(TemporaryFolder.path).",
        remedy: "Free space there, or set TMPDIR to another folder.")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Runs the program to its end, at most a minute; its words go to a file.
  private func run(_ arguments: [String], log: String) throws(Failure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, path, &actions, nil, words, environ)
    guard code == 0 else {
      throw Failure(
        cause: "\(path) cannot be started (system error \(code)).",
        remedy: "Set THYMUS_PDF to another program, or print the HTML from a browser.")
    }
    for _ in 0..<6000 {
      var status: Int32 = 0
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f) }
      if ended < 0, errno != EINTR { return -1 }
      usleep(10_000)
    }
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    throw Failure(
      cause: "\(path) did not end within a minute.",
      remedy: "Print the HTML from a browser, or set THYMUS_PDF to another program.")
  }
}

/// Where temporary files go.
private enum TemporaryFolder {
  static var path: String {
    let set = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    return set.isEmpty ? "/tmp" : set
  }
}
