import ArgumentParser
import Quantities
import Reports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Puts a result where the user wants it: HTML and CSV files first, then the terminal.
enum Deliver {
  /// `more` is said at the end of the terminal's text when no report is written: what one would have.
  /// The record is made only when it is asked for.
  static func result(
    _ page: Page, record: @autoclosure () -> JSONValue, to output: OutputOptions,
    more: String? = nil, threads: Int = 1
  ) throws {
    if let path = output.output {
      try DurableFile.write(HTML.render(page, threads: threads), to: path)
    }
    if let folder = output.csv {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in CSVTables.texts(of: page) {
        try DurableFile.write(text, to: folder + "/" + name)
      }
    }
    try text(
      output.json ? try record().text() + "\n" : PlainText.render(page, threads: threads))
    if output.json { return }
    if let path = output.output {
      try text("\nThe report lies in \(path).\n")
    } else if let more {
      try text("\n\(more)\n")
    }
  }

  /// Writes to standard output. A reader that went away, as in `thymus ... | head`, is no fault, and
  /// the command goes on: its exit code shall still say whether its check held.
  static func text(_ text: String) throws(OutputFailure) {
    do {
      try StandardOutput.write(text)
    } catch {
      if !error.isBrokenPipe { throw error }
    }
  }
}
