import Dispatch

extension Simulation {
  /// Does numbered work on several threads and hands the results over in the order of the numbers,
  /// until `take` says that it has enough.
  ///
  /// Work goes in rounds of 16 a thread, so memory does not depend on `count`; a round that is not
  /// needed to its end is thrown away, so what is taken does not depend on the number of threads.
  static func inOrder<Context, Result: Sendable>(
    count: Int, threads: Int, context: () -> Context,
    body: @Sendable (Context, Int) throws(SimulationFault) -> Result,
    take: (Result) -> Bool
  ) throws(SimulationFault) {
    let workers = max(1, min(threads, count, 256))
    guard workers > 1 else {
      let own = context()
      for index in 0..<count {
        guard take(try body(own, index)) else { return }
      }
      return
    }
    let round = 16 * workers
    let shelf = Shelf<Result>()
    // Each worker uses its own only.
    nonisolated(unsafe) let contexts = (0..<workers).map { _ in context() }
    var first = 0
    while first < count {
      let size = min(round, count - first)
      shelf.open(size)
      let base = first
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        while let offset = shelf.next() {
          do throws(SimulationFault) {
            shelf.put(.success(try body(contexts[worker], base + offset)), at: offset)
          } catch {
            shelf.put(.failure(error), at: offset)
          }
        }
      }
      for result in shelf.results() {
        guard take(try result.get()) else { return }
      }
      first += size
    }
  }
}

/// Numbered results; whoever is free takes the next number.
private final class Shelf<Result: Sendable>: @unchecked Sendable {
  private let turn = DispatchSemaphore(value: 1)
  private var handedOut = 0
  private var places: [Swift.Result<Result, SimulationFault>?] = []

  func open(_ size: Int) {
    places = [Swift.Result<Result, SimulationFault>?](repeating: nil, count: size)
    handedOut = 0
  }

  func next() -> Int? {
    turn.wait()
    defer { turn.signal() }
    guard handedOut < places.count else { return nil }
    handedOut += 1
    return handedOut - 1
  }

  func put(_ result: Swift.Result<Result, SimulationFault>, at place: Int) {
    turn.wait()
    defer { turn.signal() }
    places[place] = result
  }

  func results() -> [Swift.Result<Result, SimulationFault>] { places.compactMap { $0 } }
}
