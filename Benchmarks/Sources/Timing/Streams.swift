#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a driver is asked for, and cannot do.
public struct Unanswerable: Error {
  let why: String
  /// With the reason.
  public init(_ why: String) { self.why = why }
}

/// Binary answers on standard output, remarks on standard error.
public enum Streams {
  /// Writes numbers as they lie in memory.
  public static func write(_ numbers: [Double]) throws {
    try numbers.withUnsafeBytes { try write($0, to: STDOUT_FILENO) }
  }

  /// Writes one line to standard error.
  public static func remark(_ line: String) throws {
    try Array((line + "\n").utf8).withUnsafeBytes { try write($0, to: STDERR_FILENO) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws {
    var rest = bytes[...]
    while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
      #if canImport(Glibc)
        let done = Glibc.write(file, base, rest.count)
      #else
        let done = Darwin.write(file, base, rest.count)
      #endif
      guard done > 0 else { throw Unanswerable("standard output is closed") }
      rest = rest.dropFirst(done)
    }
  }
}
