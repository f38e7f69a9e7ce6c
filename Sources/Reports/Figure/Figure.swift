/// A plot as data: two axes and layers in draw order. `SVG.render` draws it.
public struct Figure: Hashable, Sendable {
  /// The title above the plot, also the name that a screen reader says.
  public var title: String
  /// What the plot shows, in words, for those who cannot see it.
  public var description: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// What is drawn, first at the back.
  public var layers: [Layer]
  /// Width of the whole drawing in pixels; taken into 240...4000.
  public var width: Double = 720
  /// Height of the plotted area in pixels without title, labels and legend; taken into 80...4000.
  public var plotHeight: Double = 300

  /// A figure; see the properties.
  public init(title: String, description: String, x: Axis, y: Axis, layers: [Layer]) {
    self.title = title
    self.description = description
    self.x = x
    self.y = y
    self.layers = layers
  }
}

/// One axis: what it measures, its scale and, if wanted, where it starts and ends.
public struct Axis: Hashable, Sendable {
  /// How values map to positions.
  public enum Scale: Hashable, Sendable {
    /// Equal differences take equal room; ticks at 1, 2 or 5 times a power of ten.
    case linear
    /// Equal ratios take equal room; values at or below zero cannot be drawn and are counted.
    case log10
    /// A linear axis whose values are days: ticks at whole days, weeks or quarters of a day.
    case days
    /// A linear axis of days from Monday 00:00: ticks are named Mon to Sun.
    case week
  }

  /// What is measured.
  public var label: String
  /// Its unit, written in brackets after the label.
  public var unit: String?
  /// How values map to positions.
  public var scale: Scale
  /// Where the axis starts; nil takes it from the data.
  public var lower: Double?
  /// Where the axis ends; nil takes it from the data.
  public var upper: Double?

  /// An axis; ends that are left out come from the data.
  public init(
    _ label: String, unit: String? = nil, scale: Scale = .linear, from lower: Double? = nil,
    to upper: Double? = nil
  ) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.lower = lower
    self.upper = upper
  }

  var heading: String { unit.map { "\(label) [\($0)]" } ?? label }
}
