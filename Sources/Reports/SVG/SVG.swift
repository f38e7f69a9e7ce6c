/// Figures as SVG: print-ready, accessible, without script, the same bytes on every machine.
public enum SVG {
  /// A drawn figure.
  public struct Drawing: Hashable, Sendable {
    /// One `<svg>` element, fit for a file of its own or for the inside of an HTML page.
    public let text: String
    /// What could not be drawn or was left out, in words; empty when all is in the picture.
    public let notes: [String]
    /// Its size in pixels.
    let width: Double
    let height: Double
  }

  /// Figures below each other in one drawing, fit for a file of its own.
  public static func stack(_ figures: [Figure]) -> String {
    let drawings = figures.enumerated().map { render($0.element, id: "figure-\($0.offset + 1)") }
    if drawings.count == 1, let only = drawings.first { return only.text }
    let width = drawings.map(\.width).max() ?? 0
    let height = drawings.reduce(0) { $0 + $1.height }
    let (w, h) = (Number.text(width), Number.text(height))
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(w) \(h)\""
    out += " width=\"\(w)\" height=\"\(h)\">\n"
    var top = 0.0
    for drawing in drawings {
      out += "<svg y=\"\(Number.text(top))\"" + drawing.text.dropFirst("<svg".count)
      top += drawing.height
    }
    return out + "</svg>\n"
  }

  /// Draws a figure. Nothing in the data makes this fail; what has no place is told in the notes.
  ///
  /// - Parameters:
  ///   - figure: what to draw.
  ///   - id: the start of all element ids, different for each figure of a page; letters, digits
  ///     and hyphens are kept.
  public static func render(_ figure: Figure, id: String = "figure") -> Drawing {
    let width = clamped(figure.width, 240, 4000, otherwise: 720)
    let height = clamped(figure.plotHeight, 80, 4000, otherwise: 300)
    var notes = Notes()
    let values = figure.layers.map(\.extent)
    var x = Scale(
      figure.x, values: values.flatMap(\.x), isOpen: false, notes: &notes, name: "horizontal")
    var y = Scale(
      figure.y, values: values.flatMap(\.y), isOpen: true, notes: &notes, name: "vertical")

    // Horizontally: heading, tick labels, plot, labels of references.
    let yTicks = Ticks.on(y.kind, from: y.lower, to: y.upper, atMost: Int(height / 38))
    let yLines = TextWidth.wrap(figure.y.heading, size: Layout.text, width: height + 40)
    let tickWidth = yTicks.compactMap(\.text).map { TextWidth.of($0, size: Layout.text) }.max() ?? 0
    let headingX = Layout.edge + Layout.text
    let left = headingX + Double(max(yLines.count - 1, 0)) * Layout.line + 8 + tickWidth + 10
    let references = ReferenceLabels(figure.layers)
    let right = max(width - max(references.width + 14, 20), left + 60)
    x.pixels = (left, right)
    let xTicks = ticks(of: x)

    // Vertically: title, lanes of marks, plot, tick labels, heading, legend.
    let title = TextWidth.wrap(figure.title, size: Layout.title * 1.04, width: width - 16)
    let lanes = MarkLanes(flags(of: figure, x, &notes), from: Layout.edge, to: width - Layout.edge)
    notes.add(
      lanes.hidden, "label found no room", "labels found no room", in: "Marks above the plot")
    let laneHeight = lanes.flags.isEmpty ? 0 : Double(lanes.count) * Layout.lane + 10
    let top = Layout.edge + Double(title.count) * Layout.titleLine + laneHeight + 8
    y.pixels = (top + height, top)
    let legend = Legend(figure.layers, codes: lanes.codes)
      .svg(x: left, y: top + height + 48, width: max(width - left - Layout.edge, 120))
    let total = top + height + 48 + legend.height + Layout.edge

    var canvas = Canvas(x: x, y: y, notes: notes)
    let clip = id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let layers = drawn(figure.layers, on: &canvas, clip: clip)
    let axes = AxisDrawing(canvas: canvas, xTicks: xTicks, yTicks: yTicks)

    var out = opening(figure, id: clip, width: width, height: total)
    out +=
      "<clipPath id=\"\(clip)-clip\"><rect x=\"\(Number.text(left))\" y=\"\(Number.text(top))\""
    out +=
      " width=\"\(Number.text(right - left))\" height=\"\(Number.text(height))\"/></clipPath>\n"
    out += layers.back + axes.grid + layers.front
    out += axes.frame(x: figure.x, y: yLines, headingX: headingX)
    if !lanes.flags.isEmpty { out += lanes.svg(top: top, bottom: top + height) }
    out += references.svg(canvas) + titleText(title) + legend.svg + "</svg>\n"
    return Drawing(text: out, notes: canvas.notes.all, width: width, height: total)
  }

  private static func clamped(
    _ value: Double, _ least: Double, _ most: Double, otherwise: Double
  ) -> Double {
    value.isFinite ? min(max(value, least), most) : otherwise
  }

  /// As many ticks as their labels leave room for.
  private static func ticks(of x: Scale) -> [Tick] {
    let room = x.pixels.upper - x.pixels.lower
    var count = max(Int(room / 34), 2)
    while true {
      let ticks = Ticks.on(x.kind, from: x.lower, to: x.upper, atMost: count)
      let places = ticks.filter { $0.text != nil }.compactMap { x.position($0.value) }
      let distance = zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? room
      let widest = ticks.compactMap(\.text).map { TextWidth.of($0, size: Layout.text) }.max() ?? 0
      if count <= 2 || widest + 14 <= distance { return ticks }
      count -= 1
    }
  }

  private static func flags(of figure: Figure, _ x: Scale, _ notes: inout Notes)
    -> [MarkLanes.Flag]
  {
    var flags: [MarkLanes.Flag] = []
    for layer in figure.layers {
      switch layer {
      case .marks(let marks):
        let inside = marks.filter { x.contains($0.x) }
        notes.add(
          marks.count - inside.count, "operation is outside the plot",
          "operations are outside the plot", in: "Operations")
        for mark in inside {
          guard let at = x.position(mark.x) else { continue }
          flags.append(MarkLanes.Flag(x: at, label: mark.label, isOperation: true))
        }
      case .vertical(let value, let label, _):
        guard x.contains(value), let at = x.position(value) else { continue }
        flags.append(MarkLanes.Flag(x: at, label: label, isOperation: false))
      default: break
      }
    }
    return flags
  }

  /// Shaded stretches lie behind the grid; points are not clipped, so that none is cut in half.
  private static func drawn(_ layers: [Layer], on canvas: inout Canvas, clip: String) -> (
    back: String, front: String
  ) {
    var back = ""
    var front = ""
    for layer in layers {
      canvas.body = ""
      canvas.draw(layer)
      guard !canvas.body.isEmpty else { continue }
      switch layer {
      case .region: back += canvas.body
      case .points: front += canvas.body
      default: front += "<g clip-path=\"url(#\(clip)-clip)\">\n\(canvas.body)</g>\n"
      }
    }
    return (back, front)
  }

  private static func opening(_ figure: Figure, id: String, width: Double, height: Double) -> String
  {
    let (w, h) = (Number.text(width), Number.text(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(w) \(h)" width="\(w)" height="\(h)" \
      role="img" aria-labelledby="\(id)-title \(id)-desc" font-family="\(Layout.fonts)" \
      font-size="\(Number.text(Layout.text))" fill="#222222">
      <title id="\(id)-title">\(Markup.escape(figure.title))</title>
      <desc id="\(id)-desc">\(Markup.escape(figure.description))</desc>
      <rect width="\(w)" height="\(h)" fill="#FFFFFF"/>

      """
  }

  private static func titleText(_ lines: [String]) -> String {
    lines.enumerated().map { index, line in
      let y = Layout.edge + Layout.title + Double(index) * Layout.titleLine
      return "<text x=\"\(Number.text(Layout.edge))\" y=\"\(Number.text(y))\" font-weight=\"600\""
        + " font-size=\"\(Number.text(Layout.title))\">\(Markup.escape(line))</text>\n"
    }.joined()
  }
}
