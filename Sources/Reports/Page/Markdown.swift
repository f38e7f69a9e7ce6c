/// Pages as Markdown for a repository: the same words, tables, and figures as files beside it.
public enum Markdown {
  /// A page and the pictures that it shows.
  public struct Document: Hashable, Sendable {
    /// The text of the page.
    public let text: String
    /// Names and SVG texts of its pictures, in order.
    public let pictures: [Picture]
  }

  /// One picture of a page.
  public struct Picture: Hashable, Sendable {
    /// The name of its file.
    public let name: String
    /// Its text.
    public let svg: String
  }

  /// Writes a page; pictures are named after `stem`: `stem.svg`, `stem-2.svg`. Figures that follow
  /// each other make one picture.
  public static func render(_ page: Page, stem: String) -> Document {
    var pictures: [Picture] = []
    var out = "# \(plain(page.title))\n"
    if !page.subtitle.isEmpty { out += "\n\(plain(page.subtitle))\n" }
    for section in page.sections {
      out += "\n## \(plain(section.heading))\n"
      var waiting: [Figure] = []
      for block in section.blocks {
        if case .figure(let figure) = block {
          waiting.append(figure)
        } else {
          out += picture(&waiting, stem, &pictures) + "\n" + text(block)
        }
      }
      out += picture(&waiting, stem, &pictures)
    }
    for line in page.footer { out += "\n\(plain(line))\n" }
    return Document(text: out, pictures: pictures)
  }

  private static func picture(
    _ figures: inout [Figure], _ stem: String, _ pictures: inout [Picture]
  ) -> String {
    if figures.isEmpty { return "" }
    let name = (pictures.isEmpty ? stem : "\(stem)-\(pictures.count + 1)") + ".svg"
    pictures.append(Picture(name: name, svg: SVG.stack(figures)))
    let words = figures.map { plain($0.description) }.joined(separator: " ")
    figures = []
    return "\n![\(words)](\(name))\n"
  }

  private static func text(_ block: Page.Block) -> String {
    switch block {
    case .heading(let text): return "### \(plain(text))\n"
    case .paragraph(let text): return plain(text) + "\n"
    case .verdict(let verdict): return "> **\(plain(verdict.label))**: \(plain(verdict.text))\n"
    case .table(let table): return self.table(table)
    case .figure: return ""
    case .definitions(let list):
      return list.map { "- **\(plain($0.term))**: \(plain($0.text))\n" }.joined()
    case .signatures(let roles):
      return roles.map { "- \(plain($0)): name, signature, date\n" }.joined()
    case .calculation(let text):
      return text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.isEmpty ? "\n" : "    \($0)\n"
      }.joined()
    case .bullets(let items), .notes(let items): return items.map { "- \(plain($0))\n" }.joined()
    }
  }

  private static func table(_ table: Table) -> String {
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    var out = plain(table.caption) + "\n\n"
    out += row(table.columns.map { plain($0.heading) + ($0.unit.map { " [\($0)]" } ?? "") })
    out += row(table.columns.map { $0.alignment == .numbers ? "---:" : "---" })
    for cells in table.rows { out += row(cells.map(plain)) }
    if !table.footnotes.isEmpty {
      out += "\n" + table.footnotes.map { "- \(plain($0))\n" }.joined()
    }
    return out
  }

  /// Text in which no character of the data means anything to Markdown.
  private static func plain(_ text: String) -> String {
    var out = ""
    for character in text {
      if "\\|*_<>`".contains(character) { out += "\\" }
      out.append(character)
    }
    return out
  }
}
