import Reports
import Testing

@Suite struct PageTests {
  private func page(_ text: String) throws -> Page {
    let table = try Table(
      caption: text, columns: [.init(text), .init(text, unit: text)], rows: [[text, text]],
      footnotes: [text])
    let blocks: [Page.Block] = [
      .heading(text), .paragraph(text), .table(table), .figure(FigureTests.full(text)),
      .definitions([.init(text, text)]), .calculation(text), .bullets([text]), .notes([text]),
      .figure(FigureTests.full(text, y: .linear)),
    ]
    let verdicts = Page.Verdict.Kind.allCases.map {
      Page.Block.verdict(.init($0, label: text, text: text))
    }
    return Page(
      title: text, subtitle: text, language: text,
      sections: (0..<4).map { _ in .init(text, blocks + verdicts) }, footer: [text])
  }

  /// Would catch any slot of a page that is not escaped, an attribute included.
  @Test func everyTextSlotIsEscaped() throws {
    let evil = "\"'><script>alert(1)</script>&"
    let html = HTML.render(try page(evil))
    let reading = try #require(XMLReading.of(html))
    #expect(reading.elements["script"] == nil && !html.contains("<script"))
    // Harmless text of the same widths, so that the same things find room.
    let tame = String(evil.map { "<>\"&".contains($0) ? "a" : $0 == "'" ? "i" : $0 })
    let clean = try #require(XMLReading.of(HTML.render(try page(tame))))
    #expect(reading.elements == clean.elements)
    #expect(clean.elements["svg"] == 8 && clean.elements["table"] == 4)
  }

  /// Would catch a loosened content policy, a loaded resource, and ids used twice on a page.
  @Test func thePageIsSelfContained() throws {
    let html = HTML.render(try page("plain"))
    #expect(
      html.contains(
        "http-equiv=\"Content-Security-Policy\" "
          + "content=\"default-src 'none'; style-src 'unsafe-inline'\""))
    let outside = html.replacing("http://www.w3.org/2000/svg", with: "").replacing(
      "http-equiv", with: "")
    #expect(!outside.contains("http") && !outside.contains(" src=") && !outside.contains("@import"))
    let ids = html.split(separator: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(ids.count > 20 && Set(ids).count == ids.count)
    #expect(html.contains("<html lang=\"plain\">") && html.hasPrefix("<!DOCTYPE html>\n"))
    #expect(html == HTML.render(try page("plain")))
  }

  /// Would catch notes of a figure that do not reach the reader of the page.
  @Test func notesOfAFigureAreShown() {
    let figure = Figure(
      title: "t", description: "d", x: Axis("x"), y: Axis("y", scale: .log10),
      layers: [.points([DataPoint(x: 1, y: 0)], style: .series(0), label: "counts")])
    let html = HTML.render(Page(title: "p", sections: [.init("s", [.figure(figure)])]))
    #expect(html.contains("<li>counts: 1 point cannot be drawn.</li>"))
  }

  /// Would catch a row that shifts its cells under the wrong headings.
  @Test func raggedRowsThrow() {
    let error = #expect(throws: Table.RowError.self) {
      try Table(caption: "", columns: [.init("a"), .init("b")], rows: [["1", "2"], ["1"]])
    }
    #expect(error?.description == "Row 2 of a table has 1 cells for 2 columns.")
  }
}
