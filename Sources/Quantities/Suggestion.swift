/// "Did you mean ...?" for unknown names.
public enum Suggestion {
  /// The candidate nearest to a name, when it is near enough to be a likely slip.
  ///
  /// Nearness is the edit distance (swaps of neighbours count once) without regard to case; the limit is a third of the
  /// longer name, at least 1, and never the whole name. Ties go to the alphabetically first. nil when nothing is near.
  public static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    var best: (distance: Int, candidate: String)?
    for candidate in candidates.sorted() {
      let letters = Array(candidate.lowercased())
      let limit = max(1, max(wanted.count, letters.count) / 3)
      let distance = editDistance(wanted, letters)
      if distance <= limit, distance < max(wanted.count, letters.count),
        distance < (best?.distance ?? .max)
      {
        best = (distance, candidate)
      }
    }
    return best?.candidate
  }

  /// " Did you mean 'x'?" or an empty string.
  public static func phrase(for name: String, among candidates: some Sequence<String>) -> String {
    closest(to: name, among: candidates).map { " Did you mean '\($0)'?" } ?? ""
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var before = [Int](repeating: 0, count: b.count + 1)
    var row = Array(0...b.count)
    for i in a.indices {
      var next = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        let substitution = row[j] + (a[i] == b[j] ? 0 : 1)
        next[j + 1] = min(substitution, next[j] + 1, row[j + 1] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          next[j + 1] = min(next[j + 1], before[j - 1] + 1)
        }
      }
      (before, row) = (row, next)
    }
    return row[b.count]
  }
}
