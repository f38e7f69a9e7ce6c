/// Widths of text without a font at hand: an estimate on the wide side for the system sans serif.
enum TextWidth {
  /// The width in pixels of one line.
  static func of(_ text: some StringProtocol, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) } * size
  }

  private static func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "t", "f", "r", "I", " ", ".", ",", ":", ";", "'", "|", "!", "(", ")", "[",
      "]", "/", "-":
      0.37
    case "m", "w", "M", "W", "%", "@": 0.93
    case "A"..."Z": 0.69
    case "\u{300}"..."\u{36F}": 0
    case "\u{1100}"...: scalar.value < 0x2000 || scalar.value > 0x2E7F ? 1.05 : 0.7
    default: 0.6
    }
  }

  /// Breaks text between words into lines of at most a width; a longer word stays whole.
  static func wrap(_ text: String, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, of(last + " " + word, size: size) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
