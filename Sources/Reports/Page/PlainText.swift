import Inference
import Quantities

/// Pages as text for a terminal: the same words, tables with aligned columns, no figures.
public enum PlainText {
  /// Writes a page; lines of running text are wrapped at `width` characters.
  ///
  /// Sections are written on several threads, with the same bytes for any number.
  public static func render(_ page: Page, width: Int = 100, threads: Int = 1) -> String {
    var out = page.title + "\n" + String(repeating: "=", count: page.title.count) + "\n"
    if !page.subtitle.isEmpty { out += page.subtitle + "\n" }
    let sections = Parallel.map(chunksOf: 4, count: page.sections.count, threads: threads) {
    } body: { _, index in
      let section = page.sections[index]
      return section.blocks.reduce(
        into: "\n\(section.heading)\n\(String(repeating: "-", count: section.heading.count))\n"
      ) { $0 += text($1, width: width) }
    }
    for section in sections { out += section }
    if !page.footer.isEmpty { out += "\n" }
    for line in page.footer { out += wrap(line, width: width) }
    return out
  }

  private static func text(_ block: Page.Block, width: Int) -> String {
    switch block {
    case .heading(let text): return "\n\(text)\n"
    case .paragraph(let text): return wrap(text, width: width)
    case .verdict(let verdict):
      return wrap("\(verdict.label.uppercased()): \(verdict.text)", width: width)
    case .table(let table): return "\n" + self.table(table, width: width)
    case .figure: return ""
    case .definitions(let list):
      let longest = list.map(\.term.count).max() ?? 0
      return list.map {
        wrap(pad($0.term, longest) + "  " + $0.text, width: width, hang: longest + 2)
      }
      .joined()
    case .calculation(let text):
      return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.count + 2 > width ? wrap("  " + line, width: width, hang: 4) : "  \(line)\n"
      }.joined()
    case .signatures(let roles):
      let longest = roles.map(\.count).max() ?? 0
      let line = String(repeating: "_", count: 22)
      return roles.map {
        "\n" + pad($0, longest) + "  \(line)  signature \(line)  date \(line)\n"
      }.joined()
    case .bullets(let items), .notes(let items):
      return items.map { wrap("- " + $0, width: width, hang: 2) }.joined()
    }
  }

  /// A table with its caption, headings, units and aligned cells; wide words are folded.
  static func table(_ table: Table, width: Int) -> String {
    let hasUnits = table.columns.contains { $0.unit != nil }
    let heads = table.columns.map(\.heading)
    let units = table.columns.map { $0.unit.map { "[\($0)]" } ?? "" }
    let cells = table.columns.indices.map { column in
      [heads[column], units[column]] + table.rows.map { $0[column] }
    }
    let widths = fitting(
      cells.map { $0.flatMap { $0.split(separator: "\n").map(\.count) }.max() ?? 0 },
      // A name of usual length is not broken.
      least: cells.map { column in
        column.flatMap { $0.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(\.count) }
          .max().map { $0.clamped(to: 14...24) } ?? 14
      }, table.columns, width: width)
    func lines(_ cells: [String]) -> String {
      let folded = zip(cells, widths).map { fold($0, $1) }
      return (0..<(folded.map(\.count).max() ?? 0)).map { row in
        let padded = folded.enumerated().map { index, parts in
          let cell = row < parts.count ? parts[row] : ""
          let space = String(repeating: " ", count: max(0, widths[index] - cell.count))
          return table.columns[index].alignment == .numbers ? space + cell : cell + space
        }
        return trimmed(padded.joined(separator: "  ")) + "\n"
      }.joined()
    }
    var out = wrap(table.caption, width: width)
    out += lines(heads)
    if hasUnits { out += lines(units) }
    out += widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n"
    for row in table.rows { out += lines(row) }
    for note in table.footnotes { out += wrap("* " + note, width: width, hang: 2) }
    return out
  }

  /// Column widths taken down, widest words first, until the table fits or nothing can give.
  private static func fitting(
    _ natural: [Int], least: [Int], _ columns: [Table.Column], width: Int
  ) -> [Int] {
    var widths = natural
    while widths.reduce(0, +) + 2 * (widths.count - 1) > width {
      let words = widths.indices.filter {
        columns[$0].alignment == .words && widths[$0] > least[$0]
      }
      guard let widest = words.max(by: { (widths[$0], -$0) < (widths[$1], -$1) }) else { break }
      widths[widest] -= 1
    }
    return widths
  }

  /// A cell as lines of at most `width` characters, broken at spaces or, in words longer than that,
  /// anywhere.
  private static func fold(_ text: String, _ width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      wrap(String(line), width: width).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().flatMap { broken(String($0), width) }
    }
  }

  private static func broken(_ line: String, _ width: Int) -> [String] {
    guard width > 0, line.count > width else { return [line] }
    var rest = Substring(line)
    var parts: [String] = []
    while !rest.isEmpty {
      parts.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    return parts
  }

  private static func pad(_ text: String, _ count: Int) -> String {
    text + String(repeating: " ", count: max(0, count - text.count))
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }

  private static func wrap(_ text: String, width: Int, hang: Int = 0) -> String {
    var out = ""
    var line = ""
    let indent = String(repeating: " ", count: hang)
    // Runs of spaces in the first column are kept: they align terms.
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let candidate = line.isEmpty ? String(word) : line + " " + word
      if candidate.count > width, !line.isEmpty {
        out += trimmed(line) + "\n"
        line = indent + word
      } else {
        line = candidate
      }
    }
    return out + trimmed(line) + "\n"
  }
}
