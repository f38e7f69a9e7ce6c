import ModelLanguage

/// The lines of a model's text that say what happens: names for expressions, starts, rates, events.
public enum ModelEquations {
  /// Words that begin a line of another kind.
  private static let declarations: Set<Substring> = [
    "model", "when", "source", "cells", "solute", "per_cell", "param", "include",
  ]

  /// The equations of a model in groups set apart by empty lines; those of included models come
  /// first, each under its name.
  public static func lines(of model: Model) -> [String] {
    if model.parts.count == 1 { return lines(of: model.text) }
    let parts = Array(model.parts.dropFirst()) + model.parts.prefix(1)
    return parts.flatMap { part in ["# \(title(of: part.text))"] + lines(of: part.text) + [""] }
      .dropLast()
  }

  private static func title(of text: String) -> Substring {
    text.split(separator: "\n").first { $0.hasPrefix("model ") }?.split(separator: " ").dropFirst()
      .first ?? "part"
  }

  private static func lines(of text: String) -> [String] {
    var result: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var words = line.split(separator: " ")
      if words.first == "replace" { words.removeFirst() }
      if words.isEmpty {
        if result.last?.isEmpty == false { result.append("") }
      } else if !declarations.contains(words[0]), !words[0].hasPrefix("#") {
        result.append(String(line))
      }
    }
    while result.last?.isEmpty == true { result.removeLast() }
    return result
  }
}
