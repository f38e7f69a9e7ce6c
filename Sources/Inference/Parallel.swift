import Dispatch

/// Work over an index range on several threads, with results addressed by index.
///
/// The result does not depend on the number of threads: nothing is combined in order of completion.
public enum Parallel {
  /// Maps 0 ..< count; each chunk gets its own context, made once (a simulator, say).
  public static func map<Context, Result: Sendable>(
    chunksOf size: Int, count: Int, threads: Int, context: @Sendable () -> Context,
    body: @Sendable (Context, Int) -> Result
  ) -> [Result] {
    guard count > 0 else { return [] }
    guard threads > 1, count > size else {
      let own = context()
      return (0..<count).map { body(own, $0) }
    }
    let chunks = (count + size - 1) / size
    return [Result](unsafeUninitializedCapacity: count) { buffer, written in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let target = base
      let queue = ChunkQueue(count: chunks)
      DispatchQueue.concurrentPerform(iterations: min(threads, chunks)) { _ in
        let own = context()
        while let chunk = queue.next() {
          for index in (chunk * size)..<min(count, (chunk + 1) * size) {
            (target + index).initialize(to: body(own, index))
          }
        }
      }
      written = count
    }
  }
}

/// Chunks of work, each handed out once; whoever is done takes the next one.
private final class ChunkQueue: @unchecked Sendable {
  private let count: Int
  private let turn = DispatchSemaphore(value: 1)
  private var handedOut = 0

  init(count: Int) { self.count = count }

  func next() -> Int? {
    turn.wait()
    defer { turn.signal() }
    guard handedOut < count else { return nil }
    handedOut += 1
    return handedOut - 1
  }
}
