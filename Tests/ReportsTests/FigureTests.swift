import Foundation
import FoundationXML
import Testing

@testable import Reports

/// Counts of elements and all text of a well-formed document; nil when it is not well-formed.
final class XMLReading: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var text = ""

  static func of(_ document: String) -> XMLReading? {
    let reading = XMLReading()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = reading
    return parser.parse() ? reading : nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

@Suite struct FigureTests {
  static let x = Array(stride(from: 0.0, through: 10, by: 0.05))

  /// A figure with each kind of layer; every text of it is the given one.
  static func full(_ text: String, y scale: Axis.Scale = .log10) -> Figure {
    let y = x.map { 1e6 * exp(0.6 * $0) }
    let points = [
      DataPoint(x: 1, y: 2e6, errorLow: 1e6, errorHigh: 3e6, tooltip: text),
      DataPoint(x: 2, y: 3e6, censoring: .below), DataPoint(x: 3, y: 3e6, censoring: .above),
    ]
    return Figure(
      title: text, description: text, x: Axis(text, unit: text, scale: .days),
      y: Axis(text, unit: text, scale: scale),
      layers: [
        .region(from: 6, to: nil, label: text),
        .band(
          x: x, lower: y.map { $0 / 2 }, upper: y.map { $0 * 2 }, style: .band(.sky), label: text),
        .line(x: x, y: y, style: .series(1), label: text),
        .steps(x: [0, 5, 10], y: [1e6, 1e7, 1e8], style: .series(2), label: text),
        .points(points, style: .series(0), label: text),
        .bars(
          x: [1, 2], heights: [1e7, 2e7], width: 0.5, style: .series(3), label: text, texts: [text]),
        .horizontal(y: 1e8, label: text), .vertical(x: 8, label: text),
        .marks([Mark(x: 0, label: text), Mark(x: 5, label: text)]),
      ])
  }

  /// Would catch a text slot that is not escaped: a `<script>` would be an element of its own.
  @Test func everyTextSlotIsEscaped() throws {
    let evil = "\"'><script>alert(1)</script>&\u{0}"
    let drawing = SVG.render(Self.full(evil), id: "a\"><script>")
    let reading = try #require(XMLReading.of(drawing.text))
    #expect(reading.elements["script"] == nil && reading.elements["svg"] == 1)
    // title, desc, axes, legend, marks, references, tooltip, bar text: each shows it as text.
    #expect(reading.text.components(separatedBy: "<script>").count > 10)
    #expect(drawing.notes == ["\(evil): the texts above the bars are left out for want of room."])
    #expect(SVG.render(Self.full("vcd")).notes.isEmpty)
  }

  /// Would catch a drawing that depends on anything but the figure, and a change in size.
  @Test func bytesAreTheSameAndFew() {
    let text = SVG.render(Self.full("vcd")).text
    #expect(text == SVG.render(Self.full("vcd")).text)
    #expect(text.utf8.count < 14_000)
    #expect(text.contains("role=\"img\" aria-labelledby=\"figure-title figure-desc\""))
    #expect(!text.contains("<script") && !text.contains("href") && !text.contains("e-0"))
  }

  /// Would catch a shifted, mirrored or linear log axis: 1, 10, 100 on 1...100 over 300 pixels lie
  /// at the bottom, in the middle and at the top.
  @Test func logPositionsAreRight() {
    var scale = Scale(kind: .log10, lower: 1, upper: 100)
    scale.pixels = (320, 20)
    #expect([1, 10, 100].map { scale.position($0) } == [320, 170, 20])
    #expect(scale.position(0) == nil && scale.position(-1) == nil && scale.position(.nan) == nil)
    #expect(!scale.contains(0) && scale.contains(100) && !scale.contains(101))
  }

  /// Would catch values lost without a word: each defect of the data is counted under its label.
  @Test func whatCannotBeDrawnIsCounted() {
    let figure = Figure(
      title: "t", description: "d", x: Axis("x", from: 0, to: 10),
      y: Axis("y", scale: .log10, from: 1, to: 100),
      layers: [
        .points(
          [
            DataPoint(x: 1, y: 0), DataPoint(x: .nan, y: 1), DataPoint(x: 11, y: 5),
            DataPoint(x: 1, y: 5, errorLow: 0),
          ], style: .series(0), label: "counts"),
        .line(x: [0, 1, 2, 3], y: [1, -1, 1000, 2], style: .series(1), label: "fit"),
        .band(x: [0, 1], lower: [0, 1], upper: [2, 2], style: .band(.blue), label: "band"),
        .bars(x: [1, 2, 3], heights: [2, .infinity], width: 1, style: .series(2), label: "bars"),
        .marks([Mark(x: -1, label: "feed")]), .vertical(x: 20, label: "harvest"),
        .horizontal(y: -3, label: "need"), .region(from: 12, to: 14, label: "later"),
      ])
    #expect(
      SVG.render(figure).notes == [
        "Operations: 1 operation is outside the plot.", "counts: 2 points cannot be drawn.",
        "counts: 1 point is outside the plot.", "counts: 1 error bar is cut at the axis.",
        "fit: 1 value cannot be drawn.", "fit: 1 value is outside the plot.",
        "band: 1 lower edge is not above zero.", "bars: 1 value has no partner.",
        "bars: 1 bar cannot be drawn.", "harvest: 1 reference line is outside the plot.",
        "need: 1 reference line is outside the plot.",
        "later: 1 shaded stretch is outside the plot.",
      ])
  }

  /// Would catch a trap or a malformed file on any data: random awkward numbers in every slot.
  @Test func noDataMakesItFail() {
    var random = SplitMix(state: 11)
    let awkward: [Double] = [
      0, -0.0, 1, -1, .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 1e-300,
      1e300, 0.1, 3,
      1e9,
      1e9 + 1e-6, 7,
    ]
    func number() -> Double { awkward[Int.random(in: 0..<awkward.count, using: &random)] }
    func numbers() -> [Double] {
      (0..<Int.random(in: 0..<5, using: &random)).map { _ in number() }
    }
    func end() -> Double? { Bool.random(using: &random) ? number() : nil }
    var broken = 0
    for round in 0..<200 {
      let scales: [Axis.Scale] = [.linear, .log10, .days]
      let points = numbers().map {
        DataPoint(x: number(), y: $0, errorLow: number(), errorHigh: end(), censoring: .above)
      }
      var figure = Figure(
        title: "t", description: "", x: Axis("", scale: scales[round % 3], from: end(), to: end()),
        y: Axis("y", scale: scales[round / 3 % 3], from: end(), to: end()),
        layers: [
          .region(from: end(), to: end()), .line(x: numbers(), y: numbers(), style: .series(round)),
          .band(
            x: numbers(), lower: numbers(), upper: numbers(), style: .band(.sky, fill: number())),
          .steps(x: numbers(), y: numbers(), style: Style(.blue, lineWidth: number())),
          .points(points, style: .series(1), label: "p"),
          .bars(
            x: numbers(), heights: numbers(), width: number(), style: .series(2), texts: ["1 %"]),
          .horizontal(y: number(), label: ""), .vertical(x: number(), label: "v"),
          .marks(numbers().map { Mark(x: $0, label: "feed") }),
        ])
      figure.width = number()
      figure.plotHeight = number()
      let text = SVG.render(figure).text
      if XMLReading.of(text) == nil || text.contains("nan") || text.contains("inf") { broken += 1 }
    }
    #expect(broken == 0)
  }

  /// Would catch labels above the plot that cover each other or a pole: every pair is checked.
  @Test(arguments: [3, 8, 20, 60])
  func marksDoNotOverlap(count: Int) {
    var random = SplitMix(state: UInt64(count))
    let names = ["feed", "medium exchange", "wash", "transduction", "sample"]
    let flags = (0..<count).map { index in
      MarkLanes.Flag(
        x: Double.random(in: 60...600, using: &random), label: names[index % 5], isOperation: true)
    }
    let lanes = MarkLanes(flags, from: 8, to: 712)
    let shown = lanes.flags.filter { $0.text != nil }
    var clashes = 0
    for (i, a) in shown.enumerated() {
      let end = a.start + TextWidth.of(a.text ?? "", size: Layout.small)
      if a.start < 8 || end > 712 { clashes += 1 }
      for b in shown[(i + 1)...] {
        let other = b.start + TextWidth.of(b.text ?? "", size: Layout.small)
        if a.lane == b.lane, a.start < other, b.start < end { clashes += 1 }
        if b.lane > a.lane, b.x > a.start, b.x < end { clashes += 1 }
        if a.lane > b.lane, a.x > b.start, a.x < other { clashes += 1 }
      }
    }
    #expect(clashes == 0)
    #expect(lanes.hidden + shown.count == count)
    #expect(count > 8 ? lanes.codes.count == 5 : lanes.hidden == 0)
  }

  /// Would catch a simplified curve that leaves its course, and one that is not simplified.
  @Test func simplifiedCurvesStayWithinATenthOfAPixel() {
    let points = (0...1000).map { (x: Double($0) / 2, y: 100 * sin(Double($0) / 60)) }
    let kept = Simplify.line(points)
    var worst = 0.0
    for point in points {
      guard let next = kept.firstIndex(where: { $0.x >= point.x }), next > 0 else { continue }
      let (a, b) = (kept[next - 1], kept[next])
      let onLine = a.y + (b.y - a.y) * (point.x - a.x) / (b.x - a.x)
      worst = max(worst, abs(onLine - point.y))
    }
    // At the steepest slope, 100/30, a distance of 0.1 is 0.35 in height.
    #expect(worst < 0.36 && kept.count < 250 && kept.count > 20)
  }
}
