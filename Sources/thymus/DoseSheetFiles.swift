import Quantities
import Reports
import RunFiles

/// The three files of a worksheet: HTML, JSON, and PDF where the machine can make one.
enum DoseSheetFiles {
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
    let found = [".html", ".pdf", ".json"].map { name + $0 }.filter {
      (try? SourceBytes.read($0)) != nil
    }
    guard !found.isEmpty else { return }
    Failure.say(
      "\(NumberText.list(found)): of an earlier request, and not of this one. Do not use "
        + "\(found.count == 1 ? "it" : "them").")
  }
}
