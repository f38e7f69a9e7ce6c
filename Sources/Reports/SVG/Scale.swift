/// An axis with both ends settled: from values to pixels.
struct Scale {
  let kind: Axis.Scale
  let lower: Double
  let upper: Double
  /// Pixel of the lower and of the upper end.
  var pixels: (lower: Double, upper: Double) = (0, 1)

  /// Values beyond this size have no place on any axis.
  private static let greatest = 1e300

  /// True when a value has a place on an axis of this kind, inside its ends or not.
  static func isDrawable(_ value: Double, _ kind: Axis.Scale) -> Bool {
    guard value.isFinite, abs(value) <= greatest else { return false }
    return kind != .log10 || value >= 1 / greatest
  }

  /// The pixel of a value; nil when it has none. Far outside, it is cut to where no one looks.
  func position(_ value: Double) -> Double? {
    guard Self.isDrawable(value, kind) else { return nil }
    let fraction: Double
    if kind == .log10 {
      let start = Number.log10(lower)
      fraction = (Number.log10(value) - start) / (Number.log10(upper) - start)
    } else {
      // Halved so that the span cannot overflow.
      fraction = (value / 2 - lower / 2) / (upper / 2 - lower / 2)
    }
    return pixels.lower + min(max(fraction, -50), 50) * (pixels.upper - pixels.lower)
  }

  /// True when a drawable value lies between the ends, a hair of rounding allowed.
  func contains(_ value: Double) -> Bool {
    guard Self.isDrawable(value, kind) else { return false }
    let slack = kind == .log10 ? 0 : (upper / 2 - lower / 2) * 1e-9
    return value >= lower - slack && value <= upper + slack
  }
}

extension Scale {
  /// Settles the ends: those that the axis gives, where they can be used, otherwise from the data.
  init(_ axis: Axis, values: [Double], isOpen: Bool, notes: inout Notes, name: String) {
    kind = axis.scale
    let known = values.filter { Self.isDrawable($0, axis.scale) }
    if known.isEmpty, axis.lower == nil || axis.upper == nil {
      notes.add("The \(name) axis has no values to show.")
    }
    let standard = axis.scale == .log10 ? (1.0, 10.0) : (0.0, 1.0)
    let least = known.min() ?? standard.0
    let most = known.max() ?? standard.1
    var ends = Self.widened(least, most, axis.scale, isOpen: isOpen)
    for (given, isLower) in [(axis.lower, true), (axis.upper, false)] {
      guard let given else { continue }
      guard Self.isDrawable(given, axis.scale) else {
        notes.add("The wanted \(isLower ? "start" : "end") of the \(name) axis cannot be used.")
        continue
      }
      if isLower { ends.0 = given } else { ends.1 = given }
    }
    if ends.0 >= ends.1 || ends.1 / 2 - ends.0 / 2 < max(abs(ends.0), abs(ends.1)) * 1e-9 {
      if axis.lower != nil || axis.upper != nil {
        notes.add("The wanted ends of the \(name) axis leave no room; they were moved.")
      }
      ends = Self.widened(min(ends.0, ends.1), min(ends.0, ends.1), axis.scale, isOpen: isOpen)
    }
    lower = ends.0
    upper = ends.1
  }

  /// Round ends outside the data, so that nothing touches the frame where `isOpen` asks for it.
  private static func widened(
    _ least: Double, _ most: Double, _ kind: Axis.Scale, isOpen: Bool
  ) -> (Double, Double) {
    if kind == .log10 {
      let ratio = most / least < 1.01 ? 2 : isOpen ? 1.08 : 1
      return (roundDown(least / ratio), roundUp(most * ratio))
    }
    let span = most / 2 - least / 2 > max(abs(least), abs(most)) * 1e-9 ? most - least : 0
    guard span > 0, span.isFinite else {
      let room = max(abs(least), abs(most), 1e-290) / 2
      return least == 0 && most == 0 ? (0, 1) : (least - room, most + room)
    }
    guard isOpen else { return (least, most) }
    // Zero is the start wherever the data come near it.
    let start = least >= 0 && least < span / 2 ? 0 : least - span * 0.05
    let end = most <= 0 && -most < span / 2 ? 0 : most + span * 0.05
    return (start, end)
  }

  private static func roundDown(_ value: Double) -> Double {
    let exponent = Number.decade(of: value)
    let digits = [5, 2, 1].map { Number.scaled($0, exponent) }
    return digits.first { $0 <= value } ?? value
  }

  private static func roundUp(_ value: Double) -> Double {
    let exponent = Number.decade(of: value)
    let digits = [1, 2, 5, 10].map { Number.scaled($0, exponent) }
    return digits.first { $0 >= value } ?? value
  }
}

/// What could not be drawn, in words, in the order of the layers.
struct Notes {
  private(set) var all: [String] = []

  mutating func add(_ note: String) {
    if !all.contains(note) { all.append(note) }
  }

  /// A count with the words for one and for several; nothing for zero.
  mutating func add(_ count: Int, _ one: String, _ several: String, in layer: String) {
    if count > 0 { all.append("\(layer): \(count) \(count == 1 ? one : several).") }
  }
}
