import Quantities

/// The items of a batch, one a line: what is run, in which slice, with which seed.
///
/// Blank lines and lines that begin with `#` are passed over. An item is named by its text alone, so
/// its seed and the name of its result do not depend on the slices or on its place in the list.
public struct ItemList: Sendable {
  /// The items in the order of the file.
  public let items: [String]
  /// The line of each item.
  public let lines: [Int]
  /// The file as named.
  public let file: String
  /// SHA-256 of the file.
  public let sha256: String

  /// Reads a list.
  ///
  /// Throws `InputRefused` when the list is empty or an item stands in it twice.
  public static func read(_ path: String) throws(InputRefused) -> ItemList {
    let bytes = try InputFile.bytes(of: path, limit: 64 << 20)
    return try read(bytes: bytes, file: path)
  }

  /// Reads bytes with the name that messages shall use. Throws `InputRefused`.
  public static func read(bytes: [UInt8], file: String) throws(InputRefused) -> ItemList {
    let start = try TextCheck.start(of: bytes, file: file)
    var findings = FindingList(file: file)
    var items: [String] = []
    var lines: [String: Int] = [:]
    for (number, line) in bytes[start...].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).enumerated() {
      let text = String(decoding: line, as: UTF8.self).trimmingLine()
      if text.isEmpty || text.hasPrefix("#") { continue }
      if let earlier = lines[text] {
        findings.error(
          "E_LIST_TWICE", at: Place(file: file, line: number + 1, column: 1),
          "this item stands in line \(earlier) already.", remedy: "Keep one of the two.")
      }
      lines[text] = number + 1
      items.append(text)
    }
    if items.isEmpty {
      findings.error(
        "E_LIST_EMPTY", at: Place(file: file, line: 1), "there is no item in the list.",
        remedy: "Write one item a line, such as a folder of a run.")
    }
    try findings.refuseOnError()
    return ItemList(
      items: items, lines: items.map { lines[$0] ?? 0 }, file: file, sha256: Digest.sha256(bytes))
  }

  /// The items of slice `number` of `count`, counted from 1: every `count`-th, beginning with the
  /// `number`-th. Each item is in one slice.
  public func slice(_ number: Int, of count: Int) -> [String] {
    guard count > 0, (1...count).contains(number) else { return [] }
    return items.enumerated().filter { $0.offset % count == number - 1 }.map(\.element)
  }

  /// The seed of an item: 60 bits of a SHA-256 of the batch's seed and the item.
  public static func seed(_ item: String, of seed: UInt64) -> UInt64 {
    let digest = Digest.sha256(Array("\(seed)\n\(item)".utf8))
    return UInt64(digest.prefix(15), radix: 16) ?? seed
  }

  /// The name of an item's result: 24 digits of a SHA-256 and `.json`.
  public static func fileName(_ item: String) -> String {
    String(Digest.sha256(Array(item.utf8)).prefix(24)) + ".json"
  }
}

extension String {
  fileprivate func trimmingLine() -> String {
    var scalars = unicodeScalars[...]
    func isSpace(_ scalar: Unicode.Scalar?) -> Bool {
      scalar == " " || scalar == "\t" || scalar == "\r"
    }
    while isSpace(scalars.first) { scalars.removeFirst() }
    while isSpace(scalars.last) { scalars.removeLast() }
    return String(scalars)
  }
}
