/// One thing drawn in a figure. All values are in the units of the axes; a label puts the layer into
/// the legend, where labels of equal text and style appear once.
///
/// Lists that belong together but differ in length are drawn as far as the shortest goes; the rest
/// is counted in the notes, as is everything that has no place on an axis.
public enum Layer: Hashable, Sendable {
  /// The area between two curves, such as a 95 % interval.
  case band(x: [Double], lower: [Double], upper: [Double], style: Style, label: String? = nil)
  /// A curve; broken where a value cannot be drawn.
  case line(x: [Double], y: [Double], style: Style, label: String? = nil)
  /// A staircase that keeps each value until the next x.
  case steps(x: [Double], y: [Double], style: Style, label: String? = nil)
  /// Measurements.
  case points([DataPoint], style: Style, label: String? = nil)
  /// Bars from zero (from the axis on a log scale), each centred on its x, with a text above each
  /// if given.
  case bars(
    x: [Double], heights: [Double], width: Double, style: Style, label: String? = nil,
    texts: [String] = [])
  /// Operations: labelled triangles on top of the plot.
  case marks([Mark])
  /// A vertical reference line, labelled on top of the plot.
  case vertical(x: Double, label: String, style: Style = .reference)
  /// A horizontal reference line, labelled at the right.
  case horizontal(y: Double, label: String, style: Style = .reference)
  /// A shaded stretch of the x axis, such as the forecast; nil reaches to the end of the axis.
  case region(from: Double?, to: Double?, label: String? = nil)
}

/// One measurement.
public struct DataPoint: Hashable, Sendable {
  /// Whether the value itself is known or only a limit of it.
  public enum Censoring: Hashable, Sendable {
    /// The value was measured.
    case none
    /// The true value is below, `<0.5`: drawn hollow with an arrow down.
    case below
    /// The true value is above, `>60`: drawn hollow with an arrow up.
    case above
  }

  /// Position on the x axis.
  public var x: Double
  /// Position on the y axis; the limit of a censored value.
  public var y: Double
  /// The low end of the error bar, as a value of the y axis.
  public var errorLow: Double?
  /// The high end of the error bar, as a value of the y axis.
  public var errorHigh: Double?
  /// Whether y is a value or a limit.
  public var censoring: Censoring
  /// Text that appears when a pointer rests on the point.
  public var tooltip: String?

  /// A measurement; only x and y are needed.
  public init(
    x: Double, y: Double, errorLow: Double? = nil, errorHigh: Double? = nil,
    censoring: Censoring = .none, tooltip: String? = nil
  ) {
    self.x = x
    self.y = y
    self.errorLow = errorLow
    self.errorHigh = errorHigh
    self.censoring = censoring
    self.tooltip = tooltip
  }
}

/// One operation on the x axis.
public struct Mark: Hashable, Sendable {
  /// When it was done.
  public var x: Double
  /// What was done; abbreviated to a letter that the legend explains where room is short.
  public var label: String

  /// An operation.
  public init(x: Double, label: String) {
    self.x = x
    self.label = label
  }
}
