#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Processor time of this thread, and what all threads take.
public enum Stopwatch {
  /// Microseconds of processor time for one call, one number a slice of about 4 ms, as a JSON list.
  public static func slices(_ count: Int, _ body: () -> Void) -> String {
    for _ in 0..<3 { body() }
    let once = seconds { body() }
    let calls = max(1, Int(0.004 / max(once, 1e-7)))
    return list(
      (0..<count).map { _ in 1e6 * seconds { for _ in 0..<calls { body() } } / Double(calls) })
  }

  /// Seconds of processor time that a call takes.
  public static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }

  private static func now() -> Double { now(CLOCK_THREAD_CPUTIME_ID) }

  /// Seconds of wall time since some moment.
  public static func wall() -> Double { now(CLOCK_MONOTONIC) }

  /// Seconds of processor time of the whole process.
  public static func process() -> Double { now(CLOCK_PROCESS_CPUTIME_ID) }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  /// Numbers as a JSON list.
  public static func list(_ numbers: [Double]) -> String {
    "[" + numbers.map { "\($0)" }.joined(separator: ", ") + "]"
  }
}
