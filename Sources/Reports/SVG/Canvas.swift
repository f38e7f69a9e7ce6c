/// Where layers are drawn: two scales, the text so far, and notes of what had no place.
struct Canvas {
  let x: Scale
  let y: Scale
  var body = ""
  var notes: Notes

  var left: Double { x.pixels.lower }
  var right: Double { x.pixels.upper }
  var top: Double { y.pixels.upper }
  var bottom: Double { y.pixels.lower }

  /// Draws one layer, except what stands outside the plot (marks and labels of references).
  mutating func draw(_ layer: Layer) {
    switch layer {
    case .band(let x, let lower, let upper, let style, let label):
      band(x, lower, upper, style, label ?? "Band")
    case .line(let x, let y, let style, let label): line(x, y, style, label ?? "Line")
    case .steps(let x, let y, let style, let label): steps(x, y, style, label ?? "Steps")
    case .points(let points, let style, let label): self.points(points, style, label ?? "Points")
    case .bars(let x, let heights, let width, let style, let label, let texts):
      bars(x, heights, width, style, label ?? "Bars", texts)
    case .marks: break
    case .vertical(let value, let label, let style):
      guard x.contains(value), let at = x.position(value) else {
        return notes.add(1, "reference line is outside the plot", "", in: label)
      }
      stroke("M\(Number.pair(at, top))V\(Number.text(bottom))", style)
    case .horizontal(let value, let label, let style):
      guard y.contains(value), let at = y.position(value) else {
        return notes.add(1, "reference line is outside the plot", "", in: label)
      }
      stroke("M\(Number.pair(left, at))H\(Number.text(right))", style)
    case .region(let from, let to, let label): region(from, to, label ?? "Region")
    }
  }

  /// A path without fill.
  mutating func stroke(_ path: String, _ style: Style) {
    guard !path.isEmpty, style.lineWidth > 0 else { return }
    body += "<path d=\"\(path)\" fill=\"none\"\(Self.strokeAttributes(style))/>\n"
  }

  static func strokeAttributes(_ style: Style) -> String {
    let dash = style.dash == .solid ? "" : " stroke-dasharray=\"\(style.dash.rawValue)\""
    return " stroke=\"\(style.colour.rawValue)\" stroke-width=\"\(Number.text(style.lineWidth))\""
      + "\(dash) stroke-linejoin=\"round\""
  }

  static func fillAttributes(_ style: Style) -> String {
    let opacity = style.fill.isFinite ? min(max(style.fill, 0), 1) : 1
    let stroke = style.lineWidth > 0 ? strokeAttributes(style) : ""
    return " fill=\"\(style.colour.rawValue)\" fill-opacity=\"\(Number.text(opacity))\"\(stroke)"
  }

  private mutating func region(_ from: Double?, _ to: Double?, _ label: String) {
    let start = from.map(x.position) ?? left
    let end = to.map(x.position) ?? right
    guard let start, let end, start < end, start < right, end > left else {
      return notes.add(1, "shaded stretch is outside the plot", "", in: label)
    }
    let (a, b) = (max(start, left), min(end, right))
    body +=
      "<rect x=\"\(Number.text(a))\" y=\"\(Number.text(top))\" width=\"\(Number.text(b - a))\""
    body += " height=\"\(Number.text(bottom - top))\" fill=\"\(Layout.shade)\"/>\n"
  }
}
