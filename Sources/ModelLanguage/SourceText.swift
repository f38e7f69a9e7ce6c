import Quantities

/// A place in one of a model's texts: small enough to stand in every node.
struct Spot: Sendable, Hashable {
  /// Index of the text.
  let file: UInt16
  /// Byte offset in the text.
  let offset: UInt32
}

/// One text that a model is read from. Lines and columns are found only when a fault is told.
struct SourceText: Sendable {
  /// The most bytes that a text may have.
  static let largest = 1 << 18

  let file: String
  let bytes: [UInt8]
  /// Where the text begins when it is a piece of a larger file.
  let origin: Place?

  init(_ text: String, file: String, origin: Place? = nil) {
    self.file = file
    self.origin = origin
    bytes = Array(text.utf8)
  }

  /// Length in bytes of the line end at an index; 0 when there is none.
  @inline(__always)
  static func lineEnd(_ bytes: [UInt8], _ index: Int) -> Int {
    let byte = bytes[index]
    if byte > 0x0D && byte < 0xC2 || byte < 0x0A { return 0 }
    func at(_ ahead: Int) -> UInt8 { index + ahead < bytes.count ? bytes[index + ahead] : 0 }
    switch byte {
    case 0x0A, 0x0B, 0x0C: return 1
    case 0x0D: return at(1) == 0x0A ? 2 : 1
    case 0xC2: return at(1) == 0x85 ? 2 : 0
    case 0xE2: return at(1) == 0x80 && (at(2) == 0xA8 || at(2) == 0xA9) ? 3 : 0
    default: return 0
    }
  }

  /// Line and column of a byte offset; columns count characters as a reader sees them.
  func place(_ offset: Int) -> Place {
    var line = 1
    var start = 0
    var index = 0
    while index < min(offset, bytes.count) {
      let end = SourceText.lineEnd(bytes, index)
      index += max(end, 1)
      if end > 0, index <= offset {
        line += 1
        start = index
      }
    }
    let before = bytes[start..<max(start, min(offset, bytes.count))]
    let column =
      before.allSatisfy { $0 < 0x80 }
      ? before.count : String(decoding: before, as: UTF8.self).count
    guard let origin else { return Place(file: file, line: line, column: column + 1) }
    let column0 = origin.column == 0 ? 0 : origin.column + column
    return Place(file: origin.file, line: origin.line, column: line == 1 ? column0 : 0)
  }
}
