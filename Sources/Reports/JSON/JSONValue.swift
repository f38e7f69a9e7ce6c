/// A JSON document or a part of one; whole numbers and decimals stay distinct.
///
/// *Edge cases:* two keys that differ only in Unicode normalisation are the same key here.
public enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without point or exponent.
  case int(Int)
  /// A number with a point or an exponent; must be finite to be written.
  case double(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by key; written in the order of the keys' UTF-8 bytes.
  case object([String: JSONValue])

  /// How deep arrays and objects may stand inside each other, in reading and in writing.
  public static let deepestNesting = 64

  /// What kind of value this is, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .int: "a whole number"
    case .double: "a decimal number"
    case .string: "text"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// A place in a JSON document where the value is not what is needed.
public struct JSONMismatch: Error, Hashable, CustomStringConvertible {
  /// The place as `$.runs[3].dose`.
  public let path: String
  /// What is wrong and what was needed.
  public let cause: String

  /// A mismatch at a place.
  public init(path: String, cause: String) {
    self.path = path
    self.cause = cause
  }

  /// Path and cause on one line.
  public var description: String { "\(path): \(cause)" }
}

/// Grows a path by one key or one index, `$.runs[3]`; keys that are no plain words are quoted.
enum JSONPath {
  static let root = "$"

  static func key(_ key: String, under path: String) -> String {
    let plain = key.utf8.allSatisfy { byte in
      (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: "_")
    }
    if plain, !key.isEmpty { return path + "." + key }
    var quoted = ""
    JSONWriter.quote(key, into: &quoted)
    return path + "[" + quoted + "]"
  }

  static func index(_ index: Int, under path: String) -> String { path + "[\(index)]" }
}
