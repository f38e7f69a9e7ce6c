#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// Standard output that notices when it does not arrive.
public enum StandardOutput {
  /// Writes text as UTF-8, unbuffered and complete.
  ///
  /// A closed pipe is reported as an error instead of ending the process by SIGPIPE; the signal's
  /// handling elsewhere in the process is left as it is.
  ///
  /// - Throws: `OutputFailure`; `isDiskFull` for a full disk, `isBrokenPipe` when the reader has
  ///   gone (`thymus … | head`).
  public static func write(_ text: String) throws(OutputFailure) {
    try write(text, to: STDOUT_FILENO, calls: SystemCalls())
  }

  static func write(
    _ text: String, to descriptor: Int32, calls: SystemCalls = SystemCalls()
  ) throws(OutputFailure) {
    let code = withoutBrokenPipeSignal { calls.writeAll(text.utf8, to: descriptor) }
    if let code { throw OutputFailure(path: "standard output", step: .write, code: code) }
  }

  /// Runs a body with SIGPIPE held back on this thread; one that it raised is taken away.
  private static func withoutBrokenPipeSignal(_ body: () -> Int32?) -> Int32? {
    var pipeSignal = sigset_t()
    var before = sigset_t()
    var pending = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
    let code = body()
    if code == EPIPE, !wasPending {
      // sigwait returns at once: the failed write has made the signal pending on this thread.
      sigpending(&pending)
      var taken: Int32 = 0
      if sigismember(&pending, SIGPIPE) == 1 { sigwait(&pipeSignal, &taken) }
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return code
  }
}
