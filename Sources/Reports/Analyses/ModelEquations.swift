import ModelLanguage

/// The lines of a model's text that say what happens: names for expressions, starts, rates, events.
public enum ModelEquations {
  /// Words that begin a line of another kind.
  private static let declarations: Set<Substring> = [
    "model", "when", "source", "cells", "solute", "per_cell", "param", "include",
  ]

  /// The equations of a text, in groups set apart by empty lines.
  ///
  /// Equations of an included model come first under its name; `included` gives its text.
  public static func lines(
    of text: String, included: (String) -> String? = { _ in nil }, depth: Int = 0
  ) -> [String] {
    var own: [String] = []
    var before: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split(separator: " ")
      if let first = words.first, first == "include", words.count > 1, depth < 8 {
        let name = String(words[1])
        if let part = included(name) {
          before += ["# of \(name)"] + lines(of: part, included: included, depth: depth + 1) + [""]
        }
      }
      let isPlain = words.first.map { !declarations.contains($0) && !$0.hasPrefix("#") } ?? true
      let continues = words.count > 1 && words[0] == "replace" && words[1] == "param"
      if words.isEmpty, own.last?.isEmpty ?? true { continue }
      if isPlain, !continues { own.append(String(line)) }
    }
    while own.last?.isEmpty == true { own.removeLast() }
    if !before.isEmpty, !own.isEmpty { before.append("# of this model") }
    return before + own
  }
}
