import Inference
import Quantities

/// Pages as HTML: one file, no script, nothing loaded from anywhere.
public enum HTML {
  /// Writes a page as a complete document that is well-formed XML too; all text is escaped.
  ///
  /// Sections are written on several threads, with the same bytes for any number.
  /// *Edge cases:* the strict content policy also holds for what a page's text might smuggle in.
  public static func render(_ page: Page, threads: Int = 1) -> String {
    var firstFigures = [0]
    for section in page.sections {
      firstFigures.append(firstFigures[firstFigures.count - 1] + section.figureCount)
    }
    let before = firstFigures
    let sections = Parallel.map(chunksOf: 4, count: page.sections.count, threads: threads) {
    } body: { _, index in
      var writer = HTMLWriter(figures: before[index])
      writer.section(page.sections[index], number: index + 1)
      return writer.out
    }
    var writer = HTMLWriter()
    writer.document(page, sections: sections)
    return writer.out
  }
}

extension Page.Section {
  var figureCount: Int {
    blocks.reduce(0) { count, block in
      if case .figure = block { return count + 1 }
      return count
    }
  }
}

struct HTMLWriter {
  var out = ""
  private var figures: Int

  init(figures: Int = 0) { self.figures = figures }

  mutating func document(_ page: Page, sections: [String]) {
    let title = Markup.escape(page.title)
    out += """
      <!DOCTYPE html>
      <html lang="\(Markup.escape(page.language))">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(title)</title>
      <style>
      \(Stylesheet.of(page.look))
      </style>
      </head>
      <body>
      <main>
      <h1>\(title)</h1>

      """
    if !page.subtitle.isEmpty { element("p", page.subtitle, kind: "subtitle") }
    if page.sections.count > 3, page.look == .report { contents(page.sections) }
    for section in sections { out += section }
    out += "</main>\n"
    if !page.footer.isEmpty {
      out += "<footer>\n"
      for line in page.footer { element("p", line) }
      out += "</footer>\n"
    }
    out += "</body>\n</html>\n"
  }

  mutating func section(_ section: Page.Section, number: Int) {
    out += "<section id=\"section-\(number)\"\(section.isHalf ? " class=\"half\"" : "")>\n"
    element("h2", section.heading)
    for block in section.blocks { self.block(block) }
    out += "</section>\n"
  }

  private mutating func contents(_ sections: [Page.Section]) {
    out += "<nav>\n<ol>\n"
    for (index, section) in sections.enumerated() {
      out += "<li><a href=\"#section-\(index + 1)\">\(Markup.escape(section.heading))</a></li>\n"
    }
    out += "</ol>\n</nav>\n"
  }

  private mutating func block(_ block: Page.Block) {
    switch block {
    case .heading(let text): element("h3", text)
    case .paragraph(let text): element("p", text)
    case .verdict(let verdict):
      out += "<div class=\"verdict \(verdict.kind.rawValue)\">\n"
      element("p", verdict.label, kind: "label")
      element("p", verdict.text)
      out += "</div>\n"
    case .table(let table): self.table(table)
    case .figure(let figure): self.figure(figure)
    case .definitions(let definitions):
      out += "<dl>\n"
      for definition in definitions {
        element("dt", definition.term)
        element("dd", definition.text)
      }
      out += "</dl>\n"
    case .calculation(let text): element("pre", text)
    case .bullets(let items): list(items)
    case .signatures(let roles): signatures(roles)
    case .notes(let items): list(items, kind: "notes")
    }
  }

  private mutating func table(_ table: Table) {
    out +=
      "<div class=\"table\">\n<table\(table.columns.count > 6 ? " class=\"wide\"" : "")>\n"
    element("caption", table.caption)
    out += "<thead>\n<tr>\n"
    for column in table.columns {
      let unit = column.unit.map { "<br/><span>[\(Markup.escape($0))]</span>" } ?? ""
      out += "<th scope=\"col\" class=\"\(column.alignment.rawValue)\">"
      out += "\(Markup.escape(column.heading))\(unit)</th>\n"
    }
    out += "</tr>\n</thead>\n<tbody>\n"
    for row in table.rows {
      out += "<tr>"
      for (cell, column) in zip(row, table.columns) {
        let lines = cell.split(separator: "\n", omittingEmptySubsequences: false)
        let kind = column.alignment.rawValue + (Self.isDate(cell) ? " date" : "")
        out += "<td class=\"\(kind)\">\(Markup.escape(String(lines[0])))"
        for line in lines.dropFirst() {
          out += "<br/><small>\(Markup.escape(String(line)))</small>"
        }
        out += "</td>"
      }
      out += "</tr>\n"
    }
    out += "</tbody>\n</table>\n"
    list(table.footnotes, kind: "notes")
    out += "</div>\n"
  }

  /// True for a bare day of the calendar, which is never broken into two lines.
  static func isDate(_ cell: String) -> Bool {
    cell.utf8.count == 10 && CivilDate(parsing: cell) != nil
  }

  private mutating func signatures(_ roles: [String]) {
    out += "<table class=\"signatures\">\n<thead>\n<tr>"
    for heading in ["", "Name", "Signature", "Date and time"] {
      out += "<th scope=\"col\">\(heading)</th>"
    }
    out += "</tr>\n</thead>\n<tbody>\n"
    for role in roles {
      out += "<tr><td>\(Markup.escape(role))</td><td></td><td></td><td></td></tr>\n"
    }
    out += "</tbody>\n</table>\n"
  }

  private mutating func figure(_ figure: Figure) {
    figures += 1
    let drawing = SVG.render(figure, id: "figure-\(figures)")
    out += "<figure>\n\(drawing.text)"
    out += "<figcaption>Figure \(figures). \(Markup.escape(figure.description))</figcaption>\n"
    list(drawing.notes, kind: "notes")
    out += "</figure>\n"
  }

  private mutating func list(_ items: [String], kind: String? = nil) {
    guard !items.isEmpty else { return }
    out += kind.map { "<ul class=\"\($0)\">\n" } ?? "<ul>\n"
    for item in items { element("li", item) }
    out += "</ul>\n"
  }

  private mutating func element(_ tag: String, _ text: String, kind: String? = nil) {
    let attribute = kind.map { " class=\"\($0)\"" } ?? ""
    out += "<\(tag)\(attribute)>\(Markup.escape(text))</\(tag)>\n"
  }
}
