/// Text inside HTML and SVG.
enum Markup {
  /// Text that is safe between tags and in quoted attributes; characters that XML has no place for
  /// become U+FFFD.
  static func escape(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\t", "\n": out.unicodeScalars.append(scalar)
      case "\u{0}"..." ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}":
        out += scalar == " " ? " " : "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
