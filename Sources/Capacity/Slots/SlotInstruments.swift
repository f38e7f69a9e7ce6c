/// Which instrument each patient's batch is started on.
public struct SlotInstruments: Sendable, Hashable {
  /// Instrument of each patient, from 0; nil without a start.
  public let instrument: [Int?]
  /// P(the instrument's earlier batch is off it before this one starts); 1 for a first batch.
  public let free: [Double]

  /// In the order of the starts, each batch takes the instrument that is most likely to be free,
  /// and among equals the one that was used last.
  ///
  /// A batch that was harvested on day d leaves its instrument to a start on day d + 1.
  public init(_ plan: SlotPlan, of problem: SlotProblem) {
    var instrument = [Int?](repeating: nil, count: plan.starts.count)
    var free = [Double](repeating: 1, count: plan.starts.count)
    var last = [(start: Int, law: Int)?](repeating: nil, count: problem.devices)
    let order = plan.starts.indices.filter { plan.starts[$0] != nil }.sorted {
      (plan.starts[$0] ?? 0, $0) < (plan.starts[$1] ?? 0, $1)
    }
    for index in order {
      guard let start = plan.starts[index] else { continue }
      var chosen = 0
      var most = -1.0
      var since = Int.min
      for (number, earlier) in last.enumerated() {
        let chance =
          earlier.map { problem.law($0.law, start: $0.start).leftBy(start - $0.start - 1) } ?? 1
        let used = earlier?.start ?? Int.min
        if chance > most + 1e-12 || (chance > most - 1e-12 && used > since) {
          (chosen, most, since) = (number, max(most, chance), used)
        }
      }
      instrument[index] = chosen
      free[index] = most
      last[chosen] = (start, problem.patients[index].law)
    }
    self.instrument = instrument
    self.free = free
  }
}
