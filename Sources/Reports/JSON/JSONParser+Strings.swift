/// Text in quotes: escapes, surrogate pairs and UTF-8, each checked.
extension JSONParser {
  mutating func string() throws(JSONSyntaxError) -> String {
    let start = at
    var text: [UInt8] = []
    at += 1
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw error(
            "E_JSON_ENCODING", start, "This text is not valid UTF-8.", "Save the file as UTF-8.")
        }
        return valid
      case UInt8(ascii: "\\"):
        text.append(contentsOf: Array(String(try escape()).utf8))
      case 0..<0x20:
        throw unexpected(
          "A control character stands inside text.", "Close the quotes or escape it as \\n, \\u00…."
        )
      default:
        text.append(byte)
        at += 1
      }
    }
    throw error("E_JSON_SYNTAX", start, "This text is not closed.", "Add the closing quote.")
  }

  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let start = at
    at += 1
    let letter = peek ?? 0
    at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      if let scalar = unicodeEscape() { return scalar }
    default: break
    }
    throw error(
      "E_JSON_ESCAPE", start, "This escape is unknown or incomplete.",
      "Use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hex digits (pairs for surrogates).")
  }

  private mutating func unicodeEscape() -> Unicode.Scalar? {
    guard let first = fourHexDigits() else { return nil }
    guard first & 0xFC00 == 0xD800 else { return Unicode.Scalar(first) }
    guard peek == UInt8(ascii: "\\") else { return nil }
    at += 1
    guard peek == UInt8(ascii: "u") else { return nil }
    at += 1
    guard let second = fourHexDigits(), second & 0xFC00 == 0xDC00 else { return nil }
    return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
  }

  private mutating func fourHexDigits() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        return nil
      }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }
}
