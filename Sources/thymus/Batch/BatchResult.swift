import Quantities
import Reports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What one item came to, as it lies in its file.
struct BatchResult {
  let item: String
  let command: [String]
  let seed: UInt64
  let exit: Int
  /// The command's own record; nil when it gave none.
  let record: JSONValue?
  let words: String

  /// Whether the command came to an answer: 0, or 1 when a check did not hold.
  var isDone: Bool { record != nil && (exit == 0 || exit == 1) }

  init(item: String, command: [String], seed: UInt64, answer: BatchProgram.Answer) {
    self.item = item
    self.command = command
    self.seed = seed
    exit = answer.code
    record = try? JSONValue(parsing: answer.output)
    words = record == nil ? String(answer.words.prefix(2000)) : ""
  }

  var json: JSONValue {
    .object([
      "schema": .string("thymus.batch-item/1"), "item": .string(item),
      "command": .array(command.map { .string($0) }), "seed": .string("\(seed)"),
      "exit": .int(exit), "record": record ?? .null, "words": .string(words),
    ])
  }

  /// Reads a result. Throws `InputRefused` or `JSONMismatch` when it is none.
  static func read(_ path: String) throws -> BatchResult {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputRefused([
        Finding(
          .error, "E_BATCH_MISSING", at: Place(file: path), "there is no result.",
          remedy: "Run the slice that holds the item.")
      ])
    }
    let reader = JSONReader(try JSONValue(parsing: Array(data), file: path))
    return try BatchResult(reader)
  }

  private init(_ reader: JSONReader) throws {
    item = try reader["item"].string
    command = try reader["command"].elements.map { try $0.string }
    seed = UInt64(try reader["seed"].string) ?? 0
    exit = try reader["exit"].int
    record = try reader.optional("record")?.value
    words = try reader["words"].string
  }
}
