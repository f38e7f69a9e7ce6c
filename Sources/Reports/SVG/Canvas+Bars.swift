/// Bars, such as a probability for each day.
extension Canvas {
  mutating func bars(
    _ xs: [Double], _ heights: [Double], _ width: Double, _ style: Style, _ name: String,
    _ texts: [String]
  ) {
    countUnpaired([xs.count, heights.count], name)
    let base = y.kind == .log10 ? bottom : min(max(y.position(0) ?? bottom, top), bottom)
    var lost = 0
    var outside = 0
    var path = ""
    var words = ""
    let half = width.isFinite ? abs(width) / 2 : 0
    // Texts wider than a bar's share of the axis would run into each other: all or none.
    let share = zip(xs.sorted().dropFirst(), xs.sorted()).compactMap { next, value in
      x.position(next).flatMap { at in x.position(value).map { at - $0 } }
    }.min()
    let widest = texts.map { TextWidth.of($0, size: Layout.small) }.max() ?? 0
    let hasRoom = widest <= share ?? .infinity
    if !hasRoom { notes.add("\(name): the texts above the bars are left out for want of room.") }
    for (index, (value, height)) in zip(xs, heights).enumerated() {
      guard let a = x.position(value - half), let b = x.position(value + half),
        let end = y.position(height)
      else {
        lost += 1
        continue
      }
      if !x.contains(value) || !y.contains(height) { outside += 1 }
      path += "M\(Number.pair(a, base))V\(Number.text(end))H\(Number.text(b))V\(Number.text(base))Z"
      if hasRoom, texts.indices.contains(index), !texts[index].isEmpty, x.contains(value) {
        let at = Number.pair((a + b) / 2, max(min(end, base) - 4, top + 10)).split(separator: ",")
        words += "<text x=\"\(at[0])\" y=\"\(at[1])\">\(Markup.escape(texts[index]))</text>\n"
      }
    }
    if !path.isEmpty { body += "<path d=\"\(path)\"\(Self.fillAttributes(style))/>\n" }
    if !words.isEmpty {
      body +=
        "<g font-size=\"\(Number.text(Layout.small))\" text-anchor=\"middle\">\n\(words)</g>\n"
    }
    notes.add(lost, "bar cannot be drawn", "bars cannot be drawn", in: name)
    notes.add(outside, "bar reaches outside the plot", "bars reach outside the plot", in: name)
  }
}
