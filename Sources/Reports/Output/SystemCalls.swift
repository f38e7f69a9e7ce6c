#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// The system calls that can fail on the way to the disk, replaceable so that tests can fail each.
struct SystemCalls: Sendable {
  var write: @Sendable (Int32, UnsafeRawPointer, Int) -> Int = {
    #if canImport(Glibc)
      Glibc.write($0, $1, $2)
    #else
      Darwin.write($0, $1, $2)
    #endif
  }
  var sync: @Sendable (Int32) -> Int32 = { fsync($0) }
  var close: @Sendable (Int32) -> Int32 = {
    #if canImport(Glibc)
      Glibc.close($0)
    #else
      Darwin.close($0)
    #endif
  }
  var rename: @Sendable (String, String) -> Int32 = {
    #if canImport(Glibc)
      Glibc.rename($0, $1)
    #else
      Darwin.rename($0, $1)
    #endif
  }

  /// Writes all bytes, going on after partial and interrupted writes; nil or the error number.
  func writeAll(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Int32? {
    Array(bytes).withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        guard let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress else { return nil }
        let count = write(descriptor, start, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if count == 0 {
          return EIO
        } else if errno == EAGAIN {
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&ready, 1, -1)
        } else if errno != EINTR {
          return errno
        }
      }
      return nil
    }
  }
}
