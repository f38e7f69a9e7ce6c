/// The grid, the frame, ticks, their labels and the headings of both axes.
struct AxisDrawing {
  let canvas: Canvas
  let xTicks: [Tick]
  let yTicks: [Tick]

  /// Thin lines behind the data, fainter at minor ticks.
  var grid: String {
    var major = ""
    var minor = ""
    for tick in xTicks {
      guard let at = canvas.x.position(tick.value) else { continue }
      let line = "M\(Number.pair(at, canvas.top))V\(Number.text(canvas.bottom))"
      if tick.text == nil { minor += line } else { major += line }
    }
    for tick in yTicks {
      guard let at = canvas.y.position(tick.value) else { continue }
      let line = "M\(Number.pair(canvas.left, at))H\(Number.text(canvas.right))"
      if tick.text == nil { minor += line } else { major += line }
    }
    return [(minor, "#F0F0F0"), (major, "#DDDDDD")].filter { !$0.0.isEmpty }.map {
      "<path d=\"\($0.0)\" fill=\"none\" stroke=\"\($0.1)\"/>\n"
    }.joined()
  }

  /// Axis lines, ticks, tick labels and headings, in front of the data.
  func frame(x: Axis, y yLines: [String], headingX: Double) -> String {
    let (left, bottom) = (canvas.left, canvas.bottom)
    var path = "M\(Number.pair(left, canvas.top))V\(Number.text(bottom))"
    path += "H\(Number.text(canvas.right))"
    var below = ""
    var beside = ""
    for tick in xTicks {
      guard let at = canvas.x.position(tick.value) else { continue }
      path += "M\(Number.pair(at, bottom))v\(tick.text == nil ? "3" : "5")"
      guard let text = tick.text else { continue }
      below += "<text x=\"\(Number.text(at))\" y=\"\(Number.text(bottom + 18))\">\(text)</text>\n"
    }
    for tick in yTicks {
      guard let at = canvas.y.position(tick.value) else { continue }
      path += "M\(Number.pair(left, at))h\(tick.text == nil ? "-3" : "-5")"
      guard let text = tick.text else { continue }
      beside += "<text x=\"\(Number.text(left - 8))\" y=\"\(Number.text(at + 4))\">\(text)</text>\n"
    }
    var out = "<path d=\"\(path)\" fill=\"none\" stroke=\"#333333\"/>\n"
    out += "<g text-anchor=\"end\">\n\(beside)</g>\n<g text-anchor=\"middle\">\n\(below)"
    let middle = (left + canvas.right) / 2
    out += "<text x=\"\(Number.text(middle))\" y=\"\(Number.text(bottom + 37))\">"
    out += "\(Markup.escape(x.heading))</text>\n"
    for (index, line) in yLines.enumerated() {
      let x = Number.text(headingX + Double(index) * Layout.line)
      let y = Number.text((canvas.top + bottom) / 2)
      out += "<text transform=\"translate(\(x) \(y)) rotate(-90)\">\(Markup.escape(line))</text>\n"
    }
    return out + "</g>\n"
  }
}
