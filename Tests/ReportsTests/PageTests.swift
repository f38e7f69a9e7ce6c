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

  /// Would catch a long name that pushes the rest of its row aside, a broken name of usual length,
  /// and small print that loses its line.
  @Test func plainTablesStayAligned() throws {
    let long = "a_run_with_a_name_that_nobody_would_want_to_type_twice_over"
    let table = try Table(
      caption: "c",
      columns: [
        .init("Run"), .init("Model"), .init("Fit"), .init("Time", unit: "h"), .init("Harvest"),
        .init("Words"),
      ],
      rows: [
        [long, "live_dead_density", "usable", "13.2 (11.5 - 15.5)", "not asked", long],
        ["short\nsmall print", "logistic", "usable", "9", "not asked", "x"],
      ], footnotes: ["note"])
    let text = PlainText.render(
      Page(title: "t", sections: [.init("s", [.table(table)])], footer: []))
    let lines = text.split(separator: "\n").map(String.init)
    let rule = try #require(lines.first { $0.contains("-  -") })
    let column = rule.split(separator: "  ").map(\.count)
    let start = column[0] + 2
    for word in ["live_dead_density", "logistic"] {
      let line = try #require(lines.first { $0.contains(word) })
      #expect(line.dropFirst(start).hasPrefix(word), "\(text)")
    }
    #expect(lines.allSatisfy { $0.count <= max(100, rule.count) })
    #expect(lines.contains { $0.hasPrefix("small print") } && lines.contains("* note"))
    let html = HTML.render(Page(title: "t", sections: [.init("s", [.table(table)])], footer: []))
    #expect(html.contains("short<br/><small>small print</small>"))
    let csv = CSVTables.texts(of: Page(title: "t", sections: [.init("s", [.table(table)])]))[0].text
    #expect(csv.hasPrefix("Run,\"Run, note\",Model"))
    #expect(csv.contains("short,small print,logistic"))
  }
}
