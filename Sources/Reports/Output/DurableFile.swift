#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// Files that are either the old one or the complete new one, also after a power cut.
public enum DurableFile {
  /// Writes a file through a temporary one in the same directory: write, fsync, rename, fsync of
  /// the directory.
  ///
  /// On failure the temporary file is removed and the target is as it was; only when the last step
  /// (fsync of the directory) fails is the target already the complete new file.
  /// *Edge cases:* an existing file keeps its permissions; a symbolic link is replaced, not
  /// followed; a target that is a device, a pipe or a directory is refused.
  ///
  /// - Throws: `OutputFailure` with path, step and the system's reason.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(OutputFailure) {
    try write(bytes, to: path, calls: SystemCalls())
  }

  /// Writes text as UTF-8; see `write(_:to:)` for bytes.
  public static func write(_ text: String, to path: String) throws(OutputFailure) {
    try write(text.utf8, to: path, calls: SystemCalls())
  }

  static func write(
    _ bytes: some Collection<UInt8>, to path: String, calls: SystemCalls
  ) throws(OutputFailure) {
    let mode = try permissions(of: path)
    let temporary = try Temporary(beside: path)
    var failure: OutputFailure?
    if let mode, fchmod(temporary.descriptor, mode) != 0 {
      failure = OutputFailure(path: path, step: .create, code: errno)
    } else if let code = calls.writeAll(bytes, to: temporary.descriptor) {
      failure = OutputFailure(path: path, step: .write, code: code)
    } else if calls.sync(temporary.descriptor) != 0 {
      failure = OutputFailure(path: path, step: .sync, code: errno)
    }
    if calls.close(temporary.descriptor) != 0, failure == nil {
      failure = OutputFailure(path: path, step: .sync, code: errno)
    }
    if failure == nil, calls.rename(temporary.path, path) != 0 {
      failure = OutputFailure(path: path, step: .replace, code: errno)
    }
    if let failure {
      unlink(temporary.path)
      throw failure
    }
    try syncDirectory(of: path, calls)
  }

  /// The permissions of the regular file at a path; nil when nothing or a symbolic link is there.
  private static func permissions(of path: String) throws(OutputFailure) -> mode_t? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw OutputFailure(path: path, step: .inspect, code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_mode & 0o7777
    case S_IFLNK: return nil
    case S_IFDIR: throw OutputFailure(path: path, step: .inspect, code: EISDIR)
    default: throw OutputFailure(path: path, step: .inspect, code: EINVAL)
    }
  }

  /// An empty new file beside the target, open for writing.
  private struct Temporary {
    let path: String
    let descriptor: Int32

    init(beside target: String) throws(OutputFailure) {
      let (directory, name) = DurableFile.split(target)
      // Names of other writers and of leftovers are stepped over; O_EXCL decides.
      for attempt in 0..<1000 {
        let candidate = "\(directory)/.\(name.prefix(60)).\(getpid()).\(attempt).tmp"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(candidate, flags, 0o666)
        if descriptor >= 0 {
          self.path = candidate
          self.descriptor = descriptor
          return
        }
        guard errno == EEXIST || errno == EINTR else { break }
      }
      throw OutputFailure(path: target, step: .create, code: errno)
    }
  }

  private static func syncDirectory(of path: String, _ calls: SystemCalls) throws(OutputFailure) {
    let descriptor = open(split(path).directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw OutputFailure(path: path, step: .sync, code: errno) }
    let result = calls.sync(descriptor)
    let code = errno
    _ = calls.close(descriptor)
    // Some file systems have no fsync for directories and say EINVAL.
    if result != 0, code != EINVAL { throw OutputFailure(path: path, step: .sync, code: code) }
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = String(path[..<slash])
    return (directory.isEmpty ? "/" : directory, String(path[path.index(after: slash)...]))
  }
}
