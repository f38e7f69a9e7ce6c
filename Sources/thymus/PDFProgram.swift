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
    do {
      return try ChildProgram.inScratchFolder { folder in
        let (page, pdf) = (folder + "/page.html", folder + "/page.pdf")
        try DurableFile.write(html, to: page)
        let code = try ChildProgram.run(
          path, arguments(page: page, pdf: pdf, folder: folder), output: folder + "/log",
          seconds: 60)
        guard let data = FileManager.default.contents(atPath: pdf),
          data.starts(with: Array("%PDF-".utf8))
        else {
          throw Failure(cause: "\(path) ended with code \(code) and left none.", remedy: Self.other)
        }
        return Array(data)
      }
    } catch let failure as ChildProgram.Failure {
      throw self.failure(failure)
    }
  }

  private static let other =
    "Print the HTML from a browser, or set THYMUS_PDF to another program."

  private func failure(_ failure: ChildProgram.Failure) -> Failure {
    switch failure {
    case .noFolder(let base):
      Failure(
        cause: "no folder can be made in \(base).",
        remedy: "Free space there, or set TMPDIR to another folder.")
    case .notStarted(let code):
      Failure(
        cause: "\(path) cannot be started (system error \(code)).", remedy: Self.other)
    case .tooLong: Failure(cause: "\(path) did not end within a minute.", remedy: Self.other)
    case .unseen: Failure(cause: "the end of \(path) was not seen.", remedy: Self.other)
    }
  }

  private func arguments(page: String, pdf: String, folder: String) -> [String] {
    if !isBrowser { return [page, pdf] }
    return [
      "--headless", "--disable-gpu", "--disable-extensions", "--no-first-run",
      "--disable-background-networking", "--disable-dev-shm-usage",
      "--user-data-dir=\(folder)/profile", "--no-pdf-header-footer", "--print-to-pdf=\(pdf)",
    ] + (geteuid() == 0 ? ["--no-sandbox"] : []) + ["file://" + page]
  }
}
