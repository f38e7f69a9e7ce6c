/// Curves and the areas between them.
extension Canvas {
  typealias Pixel = (x: Double, y: Double)

  mutating func line(_ xs: [Double], _ ys: [Double], _ style: Style, _ name: String) {
    countUnpaired([xs.count, ys.count], name)
    let runs = pieces(xs, [ys], name).map { $0.map { Pixel($0.x, $0.ys[0]) } }
    stroke(runs.map { path(Simplify.line($0)) }.joined(), style)
  }

  mutating func steps(_ xs: [Double], _ ys: [Double], _ style: Style, _ name: String) {
    countUnpaired([xs.count, ys.count], name)
    let runs = pieces(xs, [ys], name).map { run in
      run.dropFirst().reduce("M" + Number.pair(run[0].x, run[0].ys[0])) {
        $0 + "H\(Number.text($1.x))V\(Number.text($1.ys[0]))"
      }
    }
    stroke(runs.joined(), style)
  }

  mutating func band(
    _ xs: [Double], _ lower: [Double], _ upper: [Double], _ style: Style, _ name: String
  ) {
    countUnpaired([xs.count, lower.count, upper.count], name)
    // A lower edge at or below zero is below any log axis: it is drawn at the axis, and counted.
    var floored = lower
    if y.kind == .log10 {
      for (index, value) in lower.enumerated() where value.isFinite && value <= 0 {
        floored[index] = y.lower
      }
      let count = zip(lower, floored).filter { $0 != $1 && $0.isFinite }.count
      notes.add(count, "lower edge is not above zero", "lower edges are not above zero", in: name)
    }
    let d = pieces(xs, [floored, upper], name).map { run in
      let there = Simplify.line(run.map { Pixel($0.x, $0.ys[1]) })
      let back = Simplify.line(run.reversed().map { Pixel($0.x, $0.ys[0]) })
      return path(there + back) + "Z"
    }.joined()
    if !d.isEmpty { body += "<path d=\"\(d)\"\(Self.fillAttributes(style))/>\n" }
  }

  /// Stretches of drawable vertices in pixels; what is not drawable or outside the ends is counted.
  private mutating func pieces(_ xs: [Double], _ rows: [[Double]], _ name: String)
    -> [[(x: Double, ys: [Double])]]
  {
    var runs: [[(x: Double, ys: [Double])]] = [[]]
    var lost = 0
    var outside = 0
    for index in 0..<min(xs.count, rows.map(\.count).min() ?? 0) {
      let pixels = rows.compactMap { y.position($0[index]) }
      guard let at = x.position(xs[index]), pixels.count == rows.count else {
        lost += 1
        runs.append([])
        continue
      }
      let isInside = x.contains(xs[index]) && rows.allSatisfy { y.contains($0[index]) }
      outside += isInside ? 0 : 1
      runs[runs.count - 1].append((at, pixels))
    }
    notes.add(lost, "value cannot be drawn", "values cannot be drawn", in: name)
    notes.add(outside, "value is outside the plot", "values are outside the plot", in: name)
    return runs.filter { !$0.isEmpty }
  }

  mutating func countUnpaired(_ counts: [Int], _ name: String) {
    let extra = (counts.max() ?? 0) - (counts.min() ?? 0)
    notes.add(extra, "value has no partner", "values have no partner", in: name)
  }

  private func path(_ points: [Pixel]) -> String {
    var d = ""
    for (index, point) in points.enumerated() {
      d += (index == 0 ? "M" : index == 1 ? "L" : " ") + Number.pair(point.x, point.y)
    }
    // A single vertex shows as a dot under a round cap.
    return points.count == 1 ? d + "h0.01" : d
  }
}

/// Leaves out vertices that no eye can miss.
enum Simplify {
  /// Ramer (1972), Douglas and Peucker (1973): no left-out vertex is further than the tolerance
  /// (pixels) from the drawn line.
  static func line(_ points: [Canvas.Pixel], tolerance: Double = 0.1) -> [Canvas.Pixel] {
    guard points.count > 2 else { return points }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[0] = true
    isKept[points.count - 1] = true
    var open = [(0, points.count - 1)]
    while let (first, last) = open.popLast() {
      var farthest = (index: first, distance: tolerance)
      for index in first + 1..<max(last, first + 1) {
        let distance = distance(of: points[index], from: points[first], to: points[last])
        if distance > farthest.distance { farthest = (index, distance) }
      }
      guard farthest.index > first else { continue }
      isKept[farthest.index] = true
      open.append((first, farthest.index))
      open.append((farthest.index, last))
    }
    return zip(points, isKept).filter(\.1).map(\.0)
  }

  private static func distance(of p: Canvas.Pixel, from a: Canvas.Pixel, to b: Canvas.Pixel)
    -> Double
  {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = dx * dx + dy * dy
    let along = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0
    let t = min(max(along, 0), 1)
    let (ex, ey) = (p.x - a.x - t * dx, p.y - a.y - t * dy)
    return (ex * ex + ey * ey).squareRoot()
  }
}
