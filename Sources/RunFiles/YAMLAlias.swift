import Quantities

/// Finds the first alias of a YAML text before it is composed: `*name` of an anchor `&name`.
///
/// An alias stands for the whole part that its anchor names, and a part may hold aliases in turn, so
/// that ten lines can mean more values than there is memory, and take as long to look at. Files that
/// people write have no use for them. Only a star where a value may begin, of a name that an
/// ampersand gave before, counts as one; a star in words does not.
enum YAMLAlias {
  /// Where the first alias stands; nil when there is none.
  static func first(in text: String, file: String) -> Place? {
    guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else {
      return nil
    }
    var anchors: Set<String> = []
    var (line, column) = (1, 0)
    // True where a value may begin: at the start of a line and after an indicator.
    var mayBegin = true
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      column += 1
      switch scalar {
      case "\n", "\u{85}", "\u{2028}", "\u{2029}", "\r":
        mayBegin = true
        // One line of an editor, however the line ends.
        if scalar == "\n" || scalar == "\r" && scalars.first != "\n" { line += 1 }
        column = 0
      case " ", "\t": continue
      case "&", "*":
        let name = String(String.UnicodeScalarView(scalars.prefix(while: isOfName)))
        if mayBegin, !name.isEmpty {
          if scalar == "*", anchors.contains(name) {
            return Place(file: file, line: line, column: column)
          }
          if scalar == "&" { anchors.insert(name) }
        }
        // What an anchor names begins after it.
        column += name.unicodeScalars.count
        scalars = scalars.dropFirst(name.unicodeScalars.count)
        mayBegin = mayBegin && scalar == "&"
      case "!" where mayBegin:
        // A tag, `!name` or `!<uri>`; what it is of begins after it.
        let length =
          scalars.first == "<"
          ? scalars.prefix { $0 != ">" }.count + 1
          : scalars.prefix { ![" ", "\t", "\n", "\r", ",", "]", "}"].contains($0) }.count
        column += length
        scalars = scalars.dropFirst(length)
      case "-", ":", "?", ",", "[", "{": mayBegin = true
      default: mayBegin = false
      }
    }
    return nil
  }

  private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }
}
