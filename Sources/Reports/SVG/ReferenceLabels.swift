/// Labels of horizontal reference lines in the right margin, moved apart where they would touch.
/// Lines that leave the plot have none.
struct ReferenceLabels {
  private var labels: [(value: Double, lines: [String])] = []

  init(_ layers: [Layer]) {
    for case .horizontal(let value, let label, _) in layers {
      let lines = TextWidth.wrap(label, size: Layout.small, width: Layout.referenceWidth)
      labels.append((value, lines))
    }
  }

  /// The widest line in pixels; 0 without labels.
  var width: Double {
    labels.flatMap(\.lines).map { TextWidth.of($0, size: Layout.small) }.max() ?? 0
  }

  func svg(_ canvas: Canvas) -> String {
    var blocks: [(line: Double, top: Double, lines: [String])] = []
    for (value, lines) in labels where canvas.y.contains(value) {
      guard let at = canvas.y.position(value) else { continue }
      blocks.append((at, at - Double(lines.count) * Layout.line / 2, lines))
    }
    blocks.sort { $0.line < $1.line }
    for index in blocks.indices.dropFirst() {
      let above = blocks[index - 1]
      let free = above.top + Double(above.lines.count) * Layout.line + 2
      blocks[index].top = max(blocks[index].top, free)
    }
    // What was pushed below the plot moves the blocks above it up again.
    var limit = canvas.bottom + Layout.line / 2
    for index in blocks.indices.reversed() {
      let height = Double(blocks[index].lines.count) * Layout.line
      blocks[index].top = min(blocks[index].top, limit - height)
      limit = blocks[index].top - 2
    }
    var out = ""
    var ties = ""
    for block in blocks {
      // A thin tie leads from the line to its label, which may have moved.
      let middle = block.top + Double(block.lines.count) * Layout.line / 2
      ties += "M\(Number.pair(canvas.right, block.line))L\(Number.pair(canvas.right + 6, middle))"
      for (index, line) in block.lines.enumerated() {
        let y = Number.text(block.top + Double(index) * Layout.line + 10.5)
        out += "<text x=\"\(Number.text(canvas.right + 8))\" y=\"\(y)\">\(Markup.escape(line))"
        out += "</text>\n"
      }
    }
    guard !out.isEmpty else { return "" }
    out += "<path d=\"\(ties)\" fill=\"none\" stroke=\"#555555\" stroke-width=\"0.8\"/>\n"
    return "<g font-size=\"\(Number.text(Layout.small))\">\n\(out)</g>\n"
  }
}
