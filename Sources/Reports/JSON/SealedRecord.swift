import Quantities
import RunFiles

/// A record with a version and the SHA-256 of its content, so that a change is noticed.
///
///     {"content": {...}, "schema": "thymus.prior/1", "sha256": "..."}
///
/// The digest is that of the content's canonical compact text, so layout does not matter.
public enum SealedRecord {
  /// The sealed record, and the digest.
  public static func seal(
    _ content: JSONValue, schema: String
  ) throws(JSONMismatch) -> (record: JSONValue, sha256: String) {
    let digest = Digest.sha256(Array(try content.text(.compact).utf8))
    return (
      .object(["schema": .string(schema), "sha256": .string(digest), "content": content]), digest
    )
  }

  /// The content of a sealed record, at its path.
  ///
  /// Throws `InputRefused`: `E_RECORD_KIND` for another kind of document, `E_RECORD_VERSION` for
  /// another version, `E_RECORD_CHANGED` when the content is not what was sealed, and the parser's
  /// own refusals. `remedy` is what makes such a file.
  public static func open(
    _ bytes: [UInt8], file: String, schema: String, remedy: String
  ) throws(InputRefused) -> (content: JSONReader, sha256: String) {
    func refused(_ code: String, _ cause: String, _ remedy: String) -> InputRefused {
      InputRefused([Finding(.error, code, at: Place(file: file), cause, remedy: remedy)])
    }
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
      throw refused("E_RECORD_EMPTY", "the file is empty.", remedy)
    }
    let reader = JSONReader(try JSONValue(parsing: bytes, file: file))
    do {
      let found = try reader["schema"].string
      let kind = schema.prefix { $0 != "/" }
      guard found == schema else {
        if found.hasPrefix(kind + "/") {
          throw refused(
            "E_RECORD_VERSION",
            "the file is of version '\(found)'; this program reads '\(schema)'.",
            remedy)
        }
        throw refused(
          "E_RECORD_KIND", "the file is a '\(found)', not a '\(schema)'.",
          use(of: found) ?? "Name another file.")
      }
      let stated = try reader["sha256"].string
      let content = try reader["content"]
      try reader.allowOnly(["schema", "sha256", "content"])
      let digest = Digest.sha256(Array(try content.value.text(.compact).utf8))
      guard stated == digest else {
        throw refused(
          "E_RECORD_CHANGED",
          "the content was changed after it was written: its SHA-256 is \(digest.prefix(12))..., and "
            + "the file says \(stated.prefix(12))....", "Take an unchanged copy. " + remedy)
      }
      return (content, digest)
    } catch let mismatch as JSONMismatch {
      throw shape(mismatch, file: file, remedy: remedy)
    } catch let refusal as InputRefused {
      throw refusal
    } catch {
      throw refused("E_RECORD_SHAPE", "\(error)", remedy)
    }
  }

  /// The schema that a file's bytes name; nil when they name none.
  public static func schema(of bytes: [UInt8]) -> String? {
    guard let value = try? JSONValue(parsing: bytes, file: "") else { return nil }
    return try? JSONReader(value)["schema"].string
  }

  /// What a record of another kind is for; nil for one that no option reads.
  private static func use(of schema: String) -> String? {
    switch schema.prefix(while: { $0 != "/" }) {
    case "thymus.prior":
      "It is a prior of a model: 'thymus forecast', 'thymus harvest' and 'thymus backtest' read it under "
        + "--prior."
    case "thymus.growth":
      "It is growth learned without a model ('thymus learn --growth'): 'thymus forecast' and 'thymus "
        + "backtest' read it under --prior, alone. Here a prior of a model is needed ('thymus learn "
        + "--model')."
    case "thymus.backtest": "It is a back-test: 'thymus forecast' quotes it under --backtest."
    default: nil
    }
  }

  /// A mismatch of a record's content as a refusal of its file.
  public static func shape(_ mismatch: JSONMismatch, file: String, remedy: String) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_RECORD_SHAPE", at: Place(file: file), mismatch.description, remedy: remedy)
    ])
  }
}
