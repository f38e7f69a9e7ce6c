import Quantities

/// How a cell writes a measurement: a number, `<` or `>` and a limit, or two limits `0.2..0.5`.
enum ReadingText {
  case number(String)
  case below(String)
  case above(String)
  case between(String, String)

  /// Takes text apart; its numbers are not checked here.
  init(_ text: String) {
    if text.hasPrefix("<") {
      self = .below(text.dropFirst().trimmingSpaces())
    } else if text.hasPrefix(">") {
      self = .above(text.dropFirst().trimmingSpaces())
    } else if let dots = text.firstRange(of: "..") {
      self = .between(
        text[..<dots.lowerBound].trimmingSpaces(), text[dots.upperBound...].trimmingSpaces())
    } else {
      self = .number(text)
    }
  }

  /// The texts of its numbers.
  var numbers: [String] {
    switch self {
    case .number(let a), .below(let a), .above(let a): [a]
    case .between(let a, let b): [a, b]
    }
  }

  /// True for limits whose numbers are in the number grammar; false for a plain number.
  var isLimit: Bool {
    if case .number = self { return false }
    return numbers.allSatisfy { StrictNumber.double($0) != nil }
  }
}
