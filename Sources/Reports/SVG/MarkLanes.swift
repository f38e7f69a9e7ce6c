/// Labels above the plot in lanes: as little flags on thin poles, so that none covers another.
struct MarkLanes {
  /// A mark or the label of a vertical reference line, in pixels.
  struct Flag {
    var x: Double
    var label: String
    var isOperation: Bool
    /// What is written; nil where there was no room.
    var text: String?
    var start = 0.0
    var lane = 0
  }

  private(set) var flags: [Flag]
  /// Letters and what they stand for, when labels had to be abbreviated.
  private(set) var codes: [(code: String, label: String)] = []
  /// How many lanes are in use.
  var count: Int { flags.compactMap { $0.text == nil ? nil : $0.lane + 1 }.max() ?? 0 }
  /// How many labels found no room even when abbreviated.
  var hidden: Int { flags.count { $0.text == nil } }

  static let most = 4
  private static let gap = 5.0

  /// Places full labels in at most `most` lanes; if that fails, letters.
  init(_ wanted: [Flag], from left: Double, to right: Double) {
    flags = wanted.sorted { ($0.x, $0.label) < ($1.x, $1.label) }
    for index in flags.indices { flags[index].text = flags[index].label }
    place(left, right)
    guard hidden > 0 else { return }
    for index in flags.indices {
      let label = flags[index].label
      if let known = codes.first(where: { $0.label == label }) {
        flags[index].text = known.code
      } else {
        let code = Self.letter(codes.count)
        codes.append((code, label))
        flags[index].text = code
      }
    }
    place(left, right)
  }

  private static func letter(_ index: Int) -> String {
    let letter = String(Unicode.Scalar(UInt8(ascii: "A") + UInt8(index % 26)))
    return index < 26 ? letter : letter + String(index / 26)
  }

  /// From right to left, each flag takes the lowest lane where it meets no text and no pole.
  private mutating func place(_ left: Double, _ right: Double) {
    var placed: [(flag: Flag, end: Double)] = []
    for index in flags.indices.reversed() {
      var flag = flags[index]
      guard let text = flag.text else { continue }
      let width = TextWidth.of(text, size: Layout.small)
      flag.start = max(min(flag.x + 3, right - width), left)
      let end = flag.start + width + Self.gap
      let lane = (0..<Self.most).first { lane in
        placed.allSatisfy { other in
          let overlaps = other.flag.start < end && flag.start < other.end
          let poleHits = other.flag.x > flag.start && other.flag.x < end && other.flag.lane >= lane
          let hitsText =
            other.flag.start < flag.x && flag.x < other.end - Self.gap && other.flag.lane < lane
          return !(overlaps && other.flag.lane == lane) && !poleHits && !hitsText
        }
      }
      if let lane {
        flag.lane = lane
        placed.append((flag, end))
      } else {
        flag.text = nil
      }
      flags[index] = flag
    }
  }

  /// Poles, triangles and texts above a plot.
  func svg(top: Double, bottom: Double) -> String {
    var out = ""
    var poles = ""
    for flag in flags where flag.text != nil {
      poles += "M\(Number.pair(flag.x, top))V\(Number.text(baseline(flag.lane, top) - 8))"
    }
    if !poles.isEmpty {
      out += "<path d=\"\(poles)\" fill=\"none\" stroke=\"#777777\" stroke-width=\"0.8\"/>\n"
    }
    let lines = flags.filter(\.isOperation).map {
      "M\(Number.pair($0.x, top))V\(Number.text(bottom))"
    }.joined()
    if !lines.isEmpty {
      out += "<path d=\"\(lines)\" fill=\"none\" stroke=\"#999999\" stroke-width=\"0.8\""
      out += " stroke-dasharray=\"1 3\"/>\n"
    }
    for flag in flags where flag.isOperation {
      out += "<path d=\"\(Self.triangle(flag.x, top))\" fill=\"#333333\">"
      out += "<title>\(Markup.escape(flag.label))</title></path>\n"
    }
    out += "<g font-size=\"\(Number.text(Layout.small))\">\n"
    for flag in flags {
      guard let text = flag.text else { continue }
      out += "<text x=\"\(Number.text(flag.start))\" y=\"\(Number.text(baseline(flag.lane, top)))\""
      out += ">\(Markup.escape(text))</text>\n"
    }
    return out + "</g>\n"
  }

  private func baseline(_ lane: Int, _ top: Double) -> Double {
    top - 10 - Double(lane) * Layout.lane
  }

  /// A small triangle that points down to a place.
  static func triangle(_ x: Double, _ y: Double) -> String {
    "M\(Number.pair(x, y))l-4.2,-7.5h8.4Z"
  }
}
