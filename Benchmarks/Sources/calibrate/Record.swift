/// What one simulated run told, as one line of text.
struct Record: Sendable, Equatable {
  /// One quantity: whether intervals held the truth, or its rank.
  struct Entry: Sendable, Equatable {
    let name: String
    let verdict: String
    let wald: Bool?
    let posterior: Bool?
    let rank: Int?

    init(_ name: String, _ verdict: String, _ wald: Bool?, _ posterior: Bool?) {
      (self.name, self.verdict, self.wald, self.posterior) = (name, verdict, wald, posterior)
      rank = nil
    }

    init(_ name: String, rank: Int) {
      (self.name, self.rank) = (name, rank)
      (verdict, wald, posterior) = ("", nil, nil)
    }
  }

  let index: Int
  let status: String
  let entries: [Entry]

  init(index: Int, status: String, entries: [Entry]) {
    (self.index, self.status, self.entries) = (index, status, entries)
  }

  /// index|status|name;verdict;wald;posterior;rank|...
  var line: String {
    func flag(_ value: Bool?) -> String { value.map { $0 ? "1" : "0" } ?? "-" }
    return
      (["\(index)", status]
      + entries.map {
        "\($0.name);\($0.verdict);\(flag($0.wald));\(flag($0.posterior));"
          + ($0.rank.map { "\($0)" } ?? "-")
      }).joined(separator: "|")
  }

  /// nil for a line that is not whole.
  init?(_ line: Substring) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    guard fields.count >= 2, let index = Int(fields[0]) else { return nil }
    var entries: [Entry] = []
    for field in fields.dropFirst(2) {
      let parts = field.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 5 else { return nil }
      func flag(_ text: String) -> Bool? { text == "-" ? nil : text == "1" }
      if let rank = Int(parts[4]) {
        entries.append(Entry(parts[0], rank: rank))
      } else {
        entries.append(Entry(parts[0], parts[1], flag(parts[2]), flag(parts[3])))
      }
    }
    self.init(index: index, status: String(fields[1]), entries: entries)
  }
}
