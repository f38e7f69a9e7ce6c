#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Times of one thread.
enum Stopwatch {
  /// Microseconds of processor time for one call, one number a slice of about 4 ms, as a JSON list.
  static func times(_ slices: Int, _ body: () -> Void) -> String {
    for _ in 0..<3 { body() }
    let once = seconds(CLOCK_THREAD_CPUTIME_ID) { body() }
    let calls = max(1, Int(0.004 / max(once, 1e-7)))
    let times = (0..<slices).map { _ in
      1e6 * seconds(CLOCK_THREAD_CPUTIME_ID) { for _ in 0..<calls { body() } } / Double(calls)
    }
    return "[" + times.map { "\($0)" }.joined(separator: ", ") + "]"
  }

  private static func seconds(_ clock: clockid_t, _ body: () -> Void) -> Double {
    let start = now(clock)
    body()
    return now(clock) - start
  }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
