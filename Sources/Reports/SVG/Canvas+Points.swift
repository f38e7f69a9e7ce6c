/// Measurements with error bars, censored ones with arrows.
extension Canvas {
  mutating func points(_ points: [DataPoint], _ style: Style, _ name: String) {
    var errorBars = ""
    var markers = ""
    var lost = 0
    var outside = 0
    var cut = 0
    for point in points {
      guard let px = x.position(point.x), let py = y.position(point.y) else {
        lost += 1
        continue
      }
      guard x.contains(point.x), y.contains(point.y) else {
        outside += 1
        continue
      }
      let bar = errorBar(point, px, py)
      errorBars += bar.path
      cut += bar.isCut ? 1 : 0
      markers += marker(point, px, py, style)
    }
    stroke(errorBars, Style(style.colour, lineWidth: 1.2))
    if !markers.isEmpty { body += "<g stroke=\"#FFFFFF\" stroke-width=\"0.8\">\n\(markers)</g>\n" }
    notes.add(lost, "point cannot be drawn", "points cannot be drawn", in: name)
    notes.add(outside, "point is outside the plot", "points are outside the plot", in: name)
    notes.add(cut, "error bar is cut at the axis", "error bars are cut at the axis", in: name)
  }

  private func errorBar(_ point: DataPoint, _ px: Double, _ py: Double) -> (
    path: String, isCut: Bool
  ) {
    var path = ""
    var isCut = false
    for (end, edge) in [(point.errorLow, bottom), (point.errorHigh, top)] {
      guard let end else { continue }
      if y.contains(end), let at = y.position(end) {
        path += "M\(Number.pair(px, py))V\(Number.text(at))M\(Number.pair(px - 3.5, at))h7"
      } else {
        // An end without a place, such as zero on a log axis, is drawn to the edge without a cap.
        path += "M\(Number.pair(px, py))V\(Number.text(edge))"
        isCut = true
      }
    }
    return (path, isCut)
  }

  private func marker(_ point: DataPoint, _ px: Double, _ py: Double, _ style: Style) -> String {
    var attributes = " fill=\"\(style.colour.rawValue)\""
    var arrow = ""
    if point.censoring != .none {
      let stroke = " stroke=\"\(style.colour.rawValue)\" stroke-width=\"1.5\""
      attributes = " fill=\"#FFFFFF\"" + stroke
      let way = point.censoring == .below ? 1.0 : -1.0
      let tip = py + way * 20
      let d =
        "M\(Number.pair(px, py + way * 5))V\(Number.text(tip))"
        + "M\(Number.pair(px - 3.5, tip - way * 5))L\(Number.pair(px, tip))"
        + "L\(Number.pair(px + 3.5, tip - way * 5))"
      arrow = "<path d=\"\(d)\" fill=\"none\"\(stroke)/>"
    }
    let title = point.tooltip.map { "<title>\(Markup.escape($0))</title>" } ?? ""
    return "\(arrow)<path d=\"\(Self.outline(style.marker, px, py))\"\(attributes)"
      + (title.isEmpty ? "/>\n" : ">\(title)</path>\n")
  }

  /// The outline of a marker around a centre; all shapes have about the same area.
  static func outline(_ marker: Style.Marker, _ x: Double, _ y: Double) -> String {
    switch marker {
    case .circle: "M\(Number.pair(x - 4, y))a4,4 0 1 0 8,0a4,4 0 1 0 -8,0Z"
    case .square: "M\(Number.pair(x - 3.6, y - 3.6))h7.2v7.2h-7.2Z"
    case .triangle: "M\(Number.pair(x, y - 5))l4.8,8.4h-9.6Z"
    case .diamond: "M\(Number.pair(x, y - 5.2))l5.2,5.2l-5.2,5.2l-5.2,-5.2Z"
    }
  }
}
