/// "Did you mean ...?" for unknown names.
public enum Suggestion {
  /// The candidate nearest to a name, when it is near enough to be a likely slip.
  ///
  /// Nearness is the Levenshtein distance without regard to case; the limit is a third of the
  /// longer name, at least 1. Ties go to the alphabetically first. nil when nothing is near.
  public static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    var best: (distance: Int, candidate: String)?
    for candidate in candidates.sorted() {
      let letters = Array(candidate.lowercased())
      let limit = max(1, max(wanted.count, letters.count) / 3)
      let distance = editDistance(wanted, letters)
      if distance <= limit, distance < (best?.distance ?? .max) { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// " Did you mean 'x'?" or an empty string.
  public static func phrase(for name: String, among candidates: some Sequence<String>) -> String {
    closest(to: name, among: candidates).map { " Did you mean '\($0)'?" } ?? ""
  }

  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let substitution = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
