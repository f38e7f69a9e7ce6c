import Quantities

/// A tick of an axis; without text when it is a minor one.
struct Tick: Hashable {
  var value: Double
  var text: String?
}

/// Where ticks stand.
enum Ticks {
  /// Ticks of an axis between its ends, about as many labels as asked for at most.
  static func on(_ scale: Axis.Scale, from lower: Double, to upper: Double, atMost count: Int)
    -> [Tick]
  {
    switch scale {
    case .linear: labelled(linear(from: lower, to: upper, atMost: count))
    case .days: labelled(days(from: lower, to: upper, atMost: count))
    case .week: week(from: lower, to: upper)
    case .log10: logarithmic(from: lower, to: upper, atMost: count)
    }
  }

  /// Multiples of the smallest 1, 2 or 5 times a power of ten that give no more than `count` + 1.
  static func linear(from lower: Double, to upper: Double, atMost count: Int) -> [Double] {
    let (multiple, exponent) = step(for: upper - lower, atMost: count)
    let size = Number.scaled(multiple, exponent)
    return multiples(of: size, from: lower, to: upper).map {
      Number.scaled($0 * multiple, exponent)
    }
  }

  /// The beginning of every day of a week that starts on Monday, by name; noon has a tick without one.
  static func week(from lower: Double, to upper: Double) -> [Tick] {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return multiples(of: 0.5, from: lower, to: upper).map { half in
      let name = half % 2 == 0 ? names[((half / 2) % 7 + 7) % 7] : nil
      return Tick(value: Double(half) / 2, text: Double(half) / 2 < upper ? name : nil)
    }
  }

  /// Multiples of a quarter, half or whole day, of 2 days, or of whole weeks.
  static func days(from lower: Double, to upper: Double, atMost count: Int) -> [Double] {
    let steps = [0.25, 0.5, 1, 2, 7, 14, 28, 56, 91, 182, 364]
    let span = upper - lower
    guard let size = steps.first(where: { span / $0 <= Double(count) }), span > 0.5 else {
      return linear(from: lower, to: upper, atMost: count)
    }
    return multiples(of: size, from: lower, to: upper).map { Double($0) * size }
  }

  /// Decades with minor ticks at 2 and 5, which are labelled too where there is room; on less than
  /// a decade, the ticks of a linear axis.
  static func logarithmic(from lower: Double, to upper: Double, atMost count: Int) -> [Tick] {
    let all = oneTwoFive(from: lower, to: upper)
    if all.count < 3 { return labelled(linear(from: lower, to: upper, atMost: count)) }
    let decades = all.filter { $0.digit == 1 }
    if all.count <= count || decades.isEmpty { return labelled(all.map(\.value)) }
    // Every n-th decade is labelled, counted from 10^0 so that equal axes look alike.
    let every = (decades.count + count - 1) / max(count, 1)
    let major = decades.filter { $0.exponent % every == 0 }.map(\.value)
    let minor = (every == 1 ? all.filter { $0.digit != 1 } : decades).map(\.value)
      .filter { !major.contains($0) }
    let ticks = labelled(major) + minor.map { Tick(value: $0, text: nil) }
    return ticks.sorted { $0.value < $1.value }
  }

  /// 1, 2 and 5 times each power of ten between two positive ends, a hair of rounding allowed.
  private static func oneTwoFive(from lower: Double, to upper: Double)
    -> [(digit: Int, exponent: Int, value: Double)]
  {
    var all: [(digit: Int, exponent: Int, value: Double)] = []
    for exponent in Number.decade(of: lower)...Number.decade(of: upper * (1 + 1e-12)) {
      for digit in [1, 2, 5] {
        let value = Number.scaled(digit, exponent)
        guard value >= lower * (1 - 1e-12), value <= upper * (1 + 1e-12) else { continue }
        all.append((digit, exponent, value))
      }
    }
    return all
  }

  private static func labelled(_ values: [Double]) -> [Tick] {
    zip(values, TickText.texts(for: values)).map { Tick(value: $0, text: $1) }
  }

  private static func step(for span: Double, atMost count: Int) -> (multiple: Int, exponent: Int) {
    let wanted = span / Double(max(count, 1))
    let exponent = Number.decade(of: max(wanted, 1e-300))
    let room = wanted * (1 - 1e-9)
    for multiple in [1, 2, 5] where Number.scaled(multiple, exponent) >= room {
      return (multiple, exponent)
    }
    return (1, exponent + 1)
  }

  /// The whole k with lower <= k size <= upper, a hair of rounding allowed; at most 1000.
  private static func multiples(of size: Double, from lower: Double, to upper: Double) -> [Int] {
    let first = (lower / size - 1e-9).rounded(.up)
    let last = (upper / size + 1e-9).rounded(.down)
    guard abs(first) < 1e15, abs(last) < 1e15, first <= last, last - first < 1000 else { return [] }
    return Array(Int(first)...Int(last))
  }
}

/// Labels of ticks in one form for the whole axis.
enum TickText {
  /// Plain numbers where all of them are zero or within 0.001...100,000; otherwise all as `2.5E8`.
  static func texts(for values: [Double]) -> [String] {
    let sizes = values.map(abs).filter { $0 > 0 }
    let isPlain = sizes.allSatisfy { $0 > 0.00099 && $0 < 100_001 }
    return values.map { isPlain ? NumberText.significant($0, 10) : scientific($0) }
  }

  private static func scientific(_ value: Double) -> String {
    if value == 0 { return "0" }
    let exponent = Number.decade(of: abs(value))
    let moved =
      exponent < 0 ? value * Number.powerOfTen(-exponent) : value / Number.powerOfTen(exponent)
    return NumberText.significant(moved, 10) + "E\(exponent)"
  }
}
