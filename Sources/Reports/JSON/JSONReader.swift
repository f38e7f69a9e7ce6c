import Quantities

/// A value together with its path, so that a wrong or missing part is reported where it stands.
///
/// `try JSONReader(document)["runs"][3]["dose"].double` throws `$.runs[3].dose: …`.
public struct JSONReader: Sendable {
  /// The value here.
  public let value: JSONValue
  /// The path from the document's root, `$.runs[3]`.
  public let path: String

  /// A reader at the root of a document.
  public init(_ value: JSONValue) { self.init(value, path: JSONPath.root) }

  private init(_ value: JSONValue, path: String) {
    self.value = value
    self.path = path
  }

  /// The member of an object. Throws `JSONMismatch` when this is no object or has no such key; a
  /// key that looks like it is suggested.
  public subscript(key: String) -> JSONReader {
    get throws(JSONMismatch) {
      let members = try object
      let below = JSONPath.key(key, under: path)
      guard let member = members[key] else {
        let hint = Suggestion.phrase(for: key, among: members.keys.sorted())
        throw JSONMismatch(path: below, cause: "This key is missing." + hint)
      }
      return JSONReader(member, path: below)
    }
  }

  /// An element of an array, counted from 0. Throws `JSONMismatch` when there is none.
  public subscript(index: Int) -> JSONReader {
    get throws(JSONMismatch) {
      let values = try array
      let below = JSONPath.index(index, under: path)
      guard values.indices.contains(index) else {
        throw JSONMismatch(path: below, cause: "The array has \(values.count) elements.")
      }
      return JSONReader(values[index], path: below)
    }
  }

  /// The member of an object, or nil when the key is absent or its value is null.
  /// Throws `JSONMismatch` when this is no object.
  public func optional(_ key: String) throws(JSONMismatch) -> JSONReader? {
    guard let member = try object[key], member != .null else { return nil }
    return JSONReader(member, path: JSONPath.key(key, under: path))
  }

  /// All elements of an array with their paths. Throws `JSONMismatch` when this is no array.
  public var elements: [JSONReader] {
    get throws(JSONMismatch) {
      try array.enumerated().map {
        JSONReader($0.element, path: JSONPath.index($0.offset, under: path))
      }
    }
  }

  /// The keys of an object, sorted. Throws `JSONMismatch` when this is no object.
  public var keys: [String] {
    get throws(JSONMismatch) {
      try object.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  /// Throws `JSONMismatch` at the first key that is not among the given ones.
  public func allowOnly(_ known: [String]) throws(JSONMismatch) {
    for key in try keys where !known.contains(key) {
      throw JSONMismatch(
        path: JSONPath.key(key, under: path),
        cause: "This key is unknown." + Suggestion.phrase(for: key, among: known))
    }
  }

  /// Text. Throws `JSONMismatch` for any other kind.
  public var string: String {
    get throws(JSONMismatch) {
      guard case .string(let text) = value else { throw mismatch("text") }
      return text
    }
  }

  /// A truth value. Throws `JSONMismatch` for any other kind.
  public var bool: Bool {
    get throws(JSONMismatch) {
      guard case .bool(let flag) = value else { throw mismatch("true or false") }
      return flag
    }
  }

  /// A whole number written as one. Throws `JSONMismatch` for any other kind, `1.0` included.
  public var int: Int {
    get throws(JSONMismatch) {
      guard case .int(let number) = value else { throw mismatch("a whole number") }
      return number
    }
  }

  /// A number; a whole number is taken when a `Double` holds it exactly, otherwise `JSONMismatch`.
  public var double: Double {
    get throws(JSONMismatch) {
      switch value {
      case .double(let number): return number
      case .int(let number):
        guard let exact = Double(exactly: number) else {
          throw JSONMismatch(path: path, cause: "\(number) is not exact as a decimal number.")
        }
        return exact
      default: throw mismatch("a number")
      }
    }
  }

  private var object: [String: JSONValue] {
    get throws(JSONMismatch) {
      guard case .object(let members) = value else { throw mismatch("an object") }
      return members
    }
  }

  private var array: [JSONValue] {
    get throws(JSONMismatch) {
      guard case .array(let values) = value else { throw mismatch("an array") }
      return values
    }
  }

  private func mismatch(_ needed: String) -> JSONMismatch {
    JSONMismatch(path: path, cause: "Needs \(needed), found \(value.kind).")
  }
}
