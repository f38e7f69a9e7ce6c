extension JSONValue {
  /// The two layouts of a written document; both are canonical, so equal values give equal bytes.
  public enum Layout: Sendable {
    /// One line, no spaces.
    case compact
    /// Two spaces a level, one value a line.
    case indented
  }

  /// The document as text: keys sorted by UTF-8 bytes, numbers in the shortest form that reads back
  /// to the same bits, whole numbers without a point; no line end after the last byte.
  ///
  /// - Throws: `JSONMismatch` with the path of a NaN, an infinity, or nesting deeper than
  ///   `deepestNesting`. Nothing is replaced by `null`.
  public func text(_ layout: Layout = .indented) throws(JSONMismatch) -> String {
    var writer = JSONWriter(isIndented: layout == .indented)
    try writer.write(self, at: JSONPath.root, depth: 0)
    return writer.out
  }
}

struct JSONWriter {
  let isIndented: Bool
  var out = ""

  init(isIndented: Bool) { self.isIndented = isIndented }

  mutating func write(_ value: JSONValue, at path: String, depth: Int) throws(JSONMismatch) {
    switch value {
    case .null: out += "null"
    case .bool(let flag): out += flag ? "true" : "false"
    case .int(let number): out += String(number)
    case .double(let number):
      guard number.isFinite else {
        throw JSONMismatch(path: path, cause: "\(number) cannot be written as a JSON number.")
      }
      out += number.description
    case .string(let text): Self.quote(text, into: &out)
    case .array(let values):
      try open("[", at: path, depth)
      for (index, value) in values.enumerated() {
        separate(index, depth)
        try write(value, at: JSONPath.index(index, under: path), depth: depth + 1)
      }
      close("]", isEmpty: values.isEmpty, depth)
    case .object(let members):
      try open("{", at: path, depth)
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (index, member) in sorted.enumerated() {
        separate(index, depth)
        Self.quote(member.key, into: &out)
        out += isIndented ? ": " : ":"
        try write(member.value, at: JSONPath.key(member.key, under: path), depth: depth + 1)
      }
      close("}", isEmpty: members.isEmpty, depth)
    }
  }

  private mutating func open(_ bracket: String, at path: String, _ depth: Int) throws(JSONMismatch)
  {
    guard depth < JSONValue.deepestNesting else {
      throw JSONMismatch(path: path, cause: "Nested deeper than \(JSONValue.deepestNesting).")
    }
    out += bracket
  }

  private mutating func separate(_ index: Int, _ depth: Int) {
    if index > 0 { out += "," }
    newLine(depth + 1)
  }

  private mutating func close(_ bracket: String, isEmpty: Bool, _ depth: Int) {
    if !isEmpty { newLine(depth) }
    out += bracket
  }

  private mutating func newLine(_ depth: Int) {
    if isIndented { out += "\n" + String(repeating: "  ", count: depth) }
  }

  /// Appends text in quotes with the escapes that JSON demands and no others.
  static func quote(_ text: String, into out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{8}": out += "\\b"
      case "\u{C}": out += "\\f"
      case ..<" ":
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
