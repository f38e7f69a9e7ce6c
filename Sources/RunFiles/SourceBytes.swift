import Quantities

/// Bytes of a file that the user or the project keeps.
public enum SourceBytes {
  /// Reads a regular file of at most 64 MiB.
  ///
  /// Throws `InputRefused` when it is missing, unreadable, too large or not a file.
  public static func read(_ path: String) throws(InputRefused) -> [UInt8] {
    try InputFile.bytes(of: path, limit: 64 << 20)
  }
}
