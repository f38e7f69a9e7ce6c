import Quantities

/// The text of a confirmed value for comparison: numbers by what they are worth, words as they stand.
///
/// `2,200,000 total cells/mL; 50 mL` is `2.2e6 total cells/mL;50.0 mL`. Units are words: nothing is
/// converted.
struct ConfirmedValue: Hashable {
  private enum Part: Hashable {
    case number(Rational)
    case word(Substring)
    case end
  }

  private let parts: [Part]

  init(_ text: String) {
    var parts: [Part] = []
    for value in text.split(separator: ";", omittingEmptySubsequences: false) {
      for word in value.split(whereSeparator: \.isWhitespace) {
        let number = StrictNumber.rational(Self.ungrouped(word))
        parts.append(number.map { .number($0) } ?? .word(word))
      }
      parts.append(.end)
    }
    self.parts = parts
  }

  /// `2,200,000` as `2200000`; commas that part no groups of three digits are left.
  private static func ungrouped(_ word: Substring) -> String {
    let groups = word.split(separator: ",", omittingEmptySubsequences: false)
    let tail = groups.dropFirst().enumerated().allSatisfy { index, group in
      let whole = group.prefix { $0 != "." }
      let isLast = index == groups.count - 2
      return whole.count == 3 && whole.allSatisfy(\.isWholeNumber)
        && (isLast || whole.count == group.count)
    }
    guard groups.count > 1, tail, (1...3).contains(groups[0].count) else { return String(word) }
    return groups.joined()
  }
}
