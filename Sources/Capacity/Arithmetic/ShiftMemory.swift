import Dispatch

/// Answers of shift queues that were worked out before, for plans that differ in a few numbers.
///
/// An answer is a pure function of its queue, so a plan comes out the same with and without memory, on
/// any number of threads.
public final class ShiftMemory: @unchecked Sendable {
  private struct Key: Hashable {
    var queue: ShiftQueue
    var servers: Int
  }

  private let turn = DispatchSemaphore(value: 1)
  private var answers: [Key: (answer: ShiftQueue.Answer?, least: Int?)] = [:]

  /// An empty memory.
  public init() {}

  /// The answer of a queue and the fewest servers that keep up, worked out at most once.
  func recall(
    _ queue: ShiftQueue, servers: Int
  ) -> (answer: ShiftQueue.Answer?, least: Int?) {
    let key = Key(queue: queue, servers: servers)
    turn.wait()
    let known = answers[key]
    turn.signal()
    if let known { return known }
    let found = queue.worked(servers: servers)
    turn.wait()
    answers[key] = found
    turn.signal()
    return found
  }
}

extension ShiftQueue {
  /// The answer with some servers, and the fewest that keep up.
  func worked(servers: Int) -> (answer: Answer?, least: Int?) {
    guard let answer = answer(servers: servers) else { return (nil, nil) }
    return (answer, leastStable(from: servers, throughput: answer.throughput))
  }
}
