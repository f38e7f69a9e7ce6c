import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes of a file that a user named, or a refusal that says why there are none.
enum InputFile {
  /// What a path leads to.
  enum Kind { case file, directory, missing, other }

  /// What stands at a path; links are followed.
  static func kind(of path: String) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return errno == ENOENT ? .missing : .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .directory
    default: return .other
    }
  }

  /// Reads a regular file up to a limit in bytes.
  ///
  /// Throws `InputRefused` with `E_FILE_MISSING`, `E_FILE_IS_DIRECTORY`, `E_FILE_NOT_REGULAR`,
  /// `E_FILE_UNREADABLE` or `E_FILE_TOO_LARGE`. Devices and pipes are refused before reading.
  static func bytes(of path: String, limit: Int) throws(InputRefused) -> [UInt8] {
    func refused(_ code: String, _ cause: String, _ remedy: String) -> InputRefused {
      InputRefused([Finding(.error, code, at: Place(file: path), cause, remedy: remedy)])
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR {
        throw refused(
          "E_FILE_MISSING", "there is no such file.", "Check the spelling of the path.")
      }
      throw refused(
        "E_FILE_UNREADABLE", "the file cannot be opened (system error \(errno)).",
        "Check that the path is not a loop of links and that you may read the file.")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw refused(
        "E_FILE_UNREADABLE", "the file cannot be examined (system error \(errno)).",
        "Copy the file to a local disk and try again.")
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw refused(
        "E_FILE_IS_DIRECTORY", "this is a directory, not a file.",
        "Name the CSV file inside it.")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw refused(
        "E_FILE_NOT_REGULAR", "this is a device, pipe or socket, not a file.",
        "Save the data as a CSV file and name that.")
    }
    let tooLarge = refused(
      "E_FILE_TOO_LARGE", "the file is larger than \(NumberText.grouped(limit)) bytes.",
      "Run files hold samples, not sensor streams: keep one row a sample, or split the file.")
    guard status.st_size <= limit else { throw tooLarge }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw refused(
          "E_FILE_UNREADABLE", "reading stopped (system error \(errno)).",
          "Copy the file to a local disk and try again.")
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw tooLarge }
      bytes.append(contentsOf: block[..<count])
    }
  }
}
