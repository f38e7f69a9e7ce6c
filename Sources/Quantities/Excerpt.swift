/// A line of a text with a mark under one place of it.
public enum Excerpt {
  /// The line, and below it a caret under the character at a 1-based column.
  ///
  /// Tabs before the place are kept as tabs, so the caret stands right at any tab width.
  /// *Edge cases:* a column beyond the line puts the caret after its last character.
  public static func marked(_ line: some StringProtocol, column: Int, indent: String = "    ")
    -> String
  {
    let before = line.prefix(max(0, column - 1))
    let padding = String(before.map { $0 == "\t" ? "\t" : " " })
    return indent + line + "\n" + indent + padding + "^"
  }
}
