import Quantities

/// A file that people write by hand, such as a model, a plan, a request or a product: read whole.
struct TextFile {
  /// Its text, without a byte order mark.
  let text: String
  /// Its bytes, for a digest.
  let bytes: [UInt8]

  /// Reads a file of at most 1 MiB.
  ///
  /// *begin:* what to do about an empty file, which is refused with the code *empty*. Throws
  /// `InputRefused` for a file that cannot be read, and with line and column where it is no UTF-8 text.
  static func read(
    _ path: String, empty: String = "E_FILE_EMPTY", begin: String
  ) throws(InputRefused) -> TextFile {
    let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
    if bytes.isEmpty {
      throw InputRefused([
        Finding(.error, empty, at: Place(file: path), "The file is empty.", remedy: begin)
      ])
    }
    do {
      let start = try TextCheck.start(of: bytes, file: path)
      return TextFile(text: String(decoding: bytes[start...], as: UTF8.self), bytes: bytes)
    } catch {
      // A table comes from a spreadsheet; this comes from an editor.
      throw InputRefused(
        error.findings.map {
          Finding(
            $0.severity, $0.code, at: $0.place, $0.cause,
            remedy: "Save it in a text editor as plain text with the encoding UTF-8.")
        })
    }
  }
}
