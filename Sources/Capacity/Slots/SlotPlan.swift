/// A start day for each patient, and how it was found.
public struct SlotPlan: Sendable, Hashable {
  /// How a plan came about.
  public enum Origin: String, Sendable { case greedy, search, given }

  /// Start day of each patient in the order of the problem; nil when none was found.
  public let starts: [Int?]
  /// Whole units of cost of the patients who have a start.
  public let cost: Int
  /// Patients without a start, by index.
  public let unplaced: [Int]
  /// How it came about.
  public let origin: Origin
  /// Moves tried by the search; 0 for the greedy plan.
  public let tried: Int

  /// The plan of some starts, its cost computed.
  ///
  /// `starts` has one entry a patient of the problem; entries that are missing count as nil.
  public init(_ starts: [Int?], of problem: SlotProblem, origin: Origin = .given, tried: Int = 0) {
    let padded = problem.patients.indices.map { $0 < starts.count ? starts[$0] : nil }
    self.starts = padded
    self.origin = origin
    self.tried = tried
    var cost = 0
    var unplaced: [Int] = []
    for (index, start) in padded.enumerated() {
      if let start {
        cost += problem.cost(problem.patients[index], start: start)
      } else {
        unplaced.append(index)
      }
    }
    self.cost = cost
    self.unplaced = unplaced
  }

  /// Whether this plan places more patients, or as many at less cost.
  public func isBetter(than other: SlotPlan) -> Bool {
    (unplaced.count, cost) < (other.unplaced.count, other.cost)
  }
}
