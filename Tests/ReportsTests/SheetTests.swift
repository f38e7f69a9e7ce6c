import Foundation
import Reports
import Testing

@Suite struct SheetTests {
  private var page: Page {
    var half = Page.Section("left", [.paragraph("a")])
    half.isHalf = true
    var page = Page(
      title: "form",
      sections: [
        half, half, Page.Section("c", [.signatures(["Calculated by", "Checked <by>"])]),
        Page.Section("d", [.notes(["n"])]),
      ])
    page.look = .sheet
    return page
  }

  /// Would catch signature lines without room, an unescaped role, contents on a form, and a look
  /// that a report would get too.
  @Test func aFormHasLinesToSign() throws {
    let html = HTML.render(page)
    #expect(XMLReading.of(html) != nil)
    #expect(html.contains("class=\"signatures\"") && html.contains("Checked &lt;by&gt;"))
    #expect(html.contains("Signature</th>") && !html.contains("<nav>"))
    #expect(html.components(separatedBy: "class=\"half\"").count == 3)
    #expect(html.contains("size: A4; margin: 7mm 9mm"))
    var report = page
    report.look = .report
    #expect(HTML.render(report).contains("<nav>"))
    #expect(!HTML.render(report).contains("size: A4; margin: 7mm 9mm"))
  }

  /// Would catch a form whose lines to sign are lost outside HTML.
  @Test func everyWriterKeepsTheLines() {
    let text = PlainText.render(page)
    #expect(text.contains("Calculated by") && text.contains("signature ____"))
    #expect(Markdown.render(page, stem: "x").text.contains("Calculated by: name, signature, date"))
  }
}
