/// The laws of batches by start day, equal ones kept once: what a batch asks of the days after its start.
struct SlotShapes {
  /// The different laws.
  let laws: [HarvestDayLaw]
  /// Days of the longest.
  let length: Int
  private let starts: Int
  /// Place among the laws by law and start day index; empty when no law depends on the start day.
  private let places: [Int]

  /// The laws of a problem for starts on `first ..< first + starts`.
  init(_ problem: SlotProblem, first: Int, starts: Int) {
    self.starts = starts
    if problem.waitsForHours {
      var laws: [HarvestDayLaw] = []
      var known: [HarvestDayLaw: Int] = [:]
      var places: [Int] = []
      for law in problem.laws.indices {
        for start in 0..<starts {
          let own = problem.law(law, start: first + start)
          if known[own] == nil {
            known[own] = laws.count
            laws.append(own)
          }
          places.append(known[own] ?? 0)
        }
      }
      self.laws = laws.isEmpty ? problem.laws : laws
      self.places = places
    } else {
      laws = problem.laws
      places = []
    }
    length = laws.map(\.hold.count).max() ?? 1
  }

  /// Where the law of a start on a day index stands among `laws`.
  @inline(__always)
  func place(_ law: Int, _ start: Int) -> Int {
    places.isEmpty ? law : places[law &* starts &+ start]
  }
}
