import Quantities

/// Findings of one text, each told once, and no more than a reader can use.
struct FindingSheet {
  /// After so many faults the rest of a text is not told.
  static let most = 100

  private(set) var all: [Finding] = []
  private var seen: Set<Finding> = []

  var isEmpty: Bool { all.isEmpty }
  var isFull: Bool { all.count >= FindingSheet.most }

  mutating func add(_ finding: Finding) {
    if !isFull, seen.insert(finding).inserted { all.append(finding) }
  }

  mutating func add(_ other: FindingSheet) {
    for finding in other.all { add(finding) }
  }

  /// The refusal, faults in the order of their places.
  var refusal: InputRefused { InputRefused(all.sorted { $0.place < $1.place }) }
}
