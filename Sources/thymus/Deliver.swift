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
  static func result(_ page: Page, record: JSONValue, to output: OutputOptions) throws {
    if let path = output.output {
      try DurableFile.write(HTML.render(page), to: path)
    }
    if let folder = output.csv {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in CSVTables.texts(of: page) {
        try DurableFile.write(text, to: folder + "/" + name)
      }
    }
    try StandardOutput.write(output.json ? try record.text() + "\n" : PlainText.render(page))
    if let path = output.output, !output.json {
      try StandardOutput.write("\nThe report lies in \(path).\n")
    }
  }
}
