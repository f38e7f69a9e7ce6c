import ArgumentParser
import Quantities
import Reports
import RunFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The clock of this machine, read once for a sheet: a confirmation may not be dated after it. No
/// number, and nothing that is printed, rests on it.
enum SheetClock {
  static var now: CivilTime? {
    CivilTime(minutes: Int(Date().timeIntervalSince1970 / 60), offset: 0)
  }
}

/// The three files of a worksheet: HTML, JSON, and PDF where the machine can make one.
enum DoseSheetFiles {
  private static let endings = [".html", ".pdf", ".json"]

  /// The name without the ending of one of the files.
  static func name(_ given: String) -> String {
    let ending = endings.first { given.hasSuffix($0) && given.utf8.count > $0.utf8.count }
    return String(given.dropLast(ending?.count ?? 0))
  }

  /// The three files of a name.
  static func files(of given: String) -> [String] { endings.map { name(given) + $0 } }

  /// Refuses a name under which other files lie than a sheet of the same request file, and files that
  /// the command reads.
  static func check(_ name: String, isOf request: String) throws {
    let found = files(of: name).filter { FileManager.default.fileExists(atPath: $0) }
    if found.isEmpty { return }
    let rests = inputs(of: name + ".json")
    if rests.contains(where: { $0 == request || OutputGuard.isSame($0, request) }) { return }
    throw ValidationError(
      "\(NumberText.list(found)) \(found.count == 1 ? "is" : "are") no sheet of \(request). Choose "
        + "another name, or write over with --force; nothing was written.")
  }

  /// The files that a sheet's record rests on, of which its request is one; none without a record.
  private static func inputs(of path: String) -> [String] {
    guard let bytes = try? SourceBytes.read(path), let value = try? JSONValue(parsing: bytes)
    else { return [] }
    let record = JSONReader(value)
    guard (try? record["schema"].string) == "thymus.dose/1",
      let inputs = try? record["inputs"].elements
    else { return [] }
    return inputs.compactMap { try? $0["path"].string }
  }

  /// Writes `NAME.html`, `NAME.json` and `NAME.pdf`, each whole or not at all.
  ///
  /// Without a PDF the others are written and it is said why; but an older PDF of that name must not
  /// stay beside a new worksheet, and then nothing is written.
  static func write(_ worksheet: DoseWorksheet, to name: String) throws {
    let html = HTML.render(worksheet.page)
    let record = try worksheet.record.text() + "\n"
    let pdf: [UInt8]?
    do {
      pdf = try PDFProgram.find().pages(of: html)
    } catch let failure as PDFProgram.Failure {
      if (try? SourceBytes.read(name + ".pdf")) != nil {
        throw PDFProgram.Failure(
          cause: "\(failure.cause) An older \(name).pdf lies there.",
          remedy: "Choose another name, or move that file away; nothing was written. "
            + failure.remedy)
      }
      Failure.say(failure.description)
      pdf = nil
    }
    try DurableFile.write(html, to: name + ".html")
    try DurableFile.write(record, to: name + ".json")
    if let pdf { try DurableFile.write(pdf, to: name + ".pdf") }
  }

  /// Says of files of this name that they belong to an earlier request: nothing was written for this one.
  static func disown(_ name: String) {
    let found = files(of: name).filter {
      (try? SourceBytes.read($0)) != nil
    }
    guard !found.isEmpty else { return }
    Failure.say(
      "\(NumberText.list(found)): of an earlier request, and not of this one. Do not use "
        + "\(found.count == 1 ? "it" : "them").")
  }
}
