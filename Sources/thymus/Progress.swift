#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// What long work is doing, on a terminal only; quiet in a pipe.
struct Progress {
  private let isShown = isatty(STDERR_FILENO) == 1

  /// Replaces the last line on the terminal.
  func show(_ text: String) {
    guard isShown else { return }
    let line = "\r\u{1B}[2K" + text
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }

  /// Clears the line.
  func clear() { show("") }
}
