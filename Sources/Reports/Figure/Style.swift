/// How a layer looks. Colour never stands alone: dash and marker tell layers apart in grey.
public struct Style: Hashable, Sendable {
  /// The palette of Okabe and Ito (2008), told apart with any kind of colour vision.
  public enum Colour: String, Sendable, CaseIterable {
    /// Black.
    case black = "#000000"
    /// Blue.
    case blue = "#0072B2"
    /// Vermillion.
    case vermillion = "#D55E00"
    /// Bluish green.
    case green = "#009E73"
    /// Reddish purple.
    case purple = "#CC79A7"
    /// Orange.
    case orange = "#E69F00"
    /// Sky blue.
    case sky = "#56B4E9"
    /// Dark grey, for reference lines.
    case grey = "#555555"
  }

  /// The pattern of a line.
  public enum Dash: String, Sendable, CaseIterable {
    /// No gaps.
    case solid = ""
    /// Long strokes.
    case dashed = "7 4"
    /// Dots.
    case dotted = "2 3"
    /// Strokes and dots.
    case dashDot = "8 3 2 3"
  }

  /// The shape of a point.
  public enum Marker: Sendable, CaseIterable {
    /// A disc.
    case circle
    /// A square.
    case square
    /// A triangle that points up.
    case triangle
    /// A square on its corner.
    case diamond
  }

  /// Colour of lines, points and fills.
  public var colour: Colour
  /// Pattern of lines; on bands, of the outline.
  public var dash: Dash
  /// Shape of points.
  public var marker: Marker
  /// Width of lines in pixels; on bands and bars, of the outline (0: none).
  public var lineWidth: Double
  /// Opacity of the fill of bands and bars, 0...1.
  public var fill: Double

  /// A style; see the properties.
  public init(
    _ colour: Colour, dash: Dash = .solid, marker: Marker = .circle, lineWidth: Double = 2,
    fill: Double = 0.25
  ) {
    self.colour = colour
    self.dash = dash
    self.marker = marker
    self.lineWidth = lineWidth
    self.fill = fill
  }

  /// The thin dashed grey of reference lines.
  public static let reference = Style(.grey, dash: .dashed, lineWidth: 1.2)

  /// A style for the n-th of several series, each differing in colour and in dash or marker; repeats
  /// after 84.
  public static func series(_ index: Int) -> Style {
    let colours = Colour.allCases.filter { $0 != .grey }
    let index = Int(index.magnitude % 84)
    let dashes = Dash.allCases
    let markers = Marker.allCases
    return Style(
      colours[index % colours.count], dash: dashes[(index + index / 28) % dashes.count],
      marker: markers[index % markers.count])
  }

  /// A band of a colour without outline; give a wider band a smaller fill.
  public static func band(_ colour: Colour, fill: Double = 0.25) -> Style {
    Style(colour, lineWidth: 0, fill: fill)
  }
}
