/// The legend below the plot: a sample of each labelled layer and its words, in flowing rows.
struct Legend {
  /// What is shown before the words.
  enum Sample: Hashable {
    case area(Style)
    case line(Style)
    case points(Style)
    case region
    case operation
    case code(String)
  }

  private struct Entry: Hashable {
    var sample: Sample
    var label: String
  }

  private struct Placed {
    var entry: Entry
    var x: Double
    var row: Int
    var lines: [String]
  }

  private var entries: [Entry] = []

  init(_ layers: [Layer], codes: [(code: String, label: String)]) {
    for layer in layers {
      switch layer {
      case .band(_, _, _, let style, let label), .bars(_, _, _, let style, let label, _):
        add(.area(style), label)
      case .line(_, _, let style, let label), .steps(_, _, let style, let label):
        add(.line(style), label)
      case .points(_, let style, let label): add(.points(style), label)
      case .region(_, _, let label): add(.region, label)
      case .marks(let marks): if !marks.isEmpty { add(.operation, "operation") }
      case .vertical, .horizontal: break
      }
    }
    for (code, label) in codes { add(.code(code), label) }
  }

  private mutating func add(_ sample: Sample, _ label: String?) {
    guard let label, !entries.contains(Entry(sample: sample, label: label)) else { return }
    entries.append(Entry(sample: sample, label: label))
  }

  /// The legend as SVG from a top left corner within a width, and its height.
  func svg(x left: Double, y top: Double, width: Double) -> (svg: String, height: Double) {
    let (placed, rows) = flow(width)
    var out = ""
    for item in placed {
      let x = left + item.x
      let y = top + Double(item.row) * Layout.row + Layout.row / 2
      out += sample(item.entry.sample, x, y)
      for (index, line) in item.lines.enumerated() {
        let baseline = Number.text(y + 4 + Double(index) * Layout.row)
        out += "<text x=\"\(Number.text(x + sampleWidth(item.entry.sample)))\" y=\"\(baseline)\">"
        out += "\(Markup.escape(line))</text>\n"
      }
    }
    return (out, Double(rows) * Layout.row)
  }

  private func flow(_ width: Double) -> ([Placed], rows: Int) {
    var placed: [Placed] = []
    var x = 0.0
    var row = 0
    for entry in entries {
      let room = width - sampleWidth(entry.sample)
      let lines = TextWidth.wrap(entry.label, size: Layout.text, width: room)
      let words = lines.map { TextWidth.of($0, size: Layout.text) }.max() ?? 0
      let need = sampleWidth(entry.sample) + words
      if x > 0, x + need > width {
        x = 0
        row += 1
      }
      placed.append(Placed(entry: entry, x: x, row: row, lines: lines))
      x += need + 18
      if lines.count > 1 {
        x = 0
        row += lines.count
      }
    }
    return (placed, entries.isEmpty ? 0 : x > 0 ? row + 1 : row)
  }

  private func sampleWidth(_ sample: Sample) -> Double {
    switch sample {
    case .code: 20
    case .operation, .points: 16
    default: 34
    }
  }

  private func sample(_ sample: Sample, _ x: Double, _ y: Double) -> String {
    let box = "M\(Number.pair(x, y - 6))h28v12h-28Z"
    switch sample {
    case .area(let style): return "<path d=\"\(box)\"\(Canvas.fillAttributes(style))/>\n"
    case .line(let style):
      return "<path d=\"M\(Number.pair(x, y))h28\"\(Canvas.strokeAttributes(style))/>\n"
    case .points(let style):
      let outline = Canvas.outline(style.marker, x + 6, y)
      return "<path d=\"\(outline)\" fill=\"\(style.colour.rawValue)\"/>\n"
    case .region: return "<path d=\"\(box)\" fill=\"\(Layout.shade)\" stroke=\"#BBBBBB\"/>\n"
    case .operation:
      return "<path d=\"\(MarkLanes.triangle(x + 6, y + 4))\" fill=\"#333333\"/>\n"
    case .code(let code):
      return "<text x=\"\(Number.text(x))\" y=\"\(Number.text(y + 4))\" font-weight=\"bold\">"
        + "\(code)</text>\n"
    }
  }
}
