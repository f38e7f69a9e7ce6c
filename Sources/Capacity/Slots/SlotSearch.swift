import Randomness

extension SlotPlan {
  /// How long and from which seed a search runs.
  public struct Effort: Hashable, Sendable {
    /// Seed of all draws; the same seed and work give the same plan.
    public var seed: UInt64
    /// Moves that are tried; nil takes a number that grows with the patients.
    public var work: Int?

    /// An effort; by default seed 1 and about a second for 250 patients.
    public init(seed: UInt64 = 1, work: Int? = nil) {
      self.seed = seed
      self.work = work
    }
  }

  /// The best plan of the greedy one and of several rounds of ruin and recreate.
  ///
  /// Each round starts with every patient on the cheapest day, whatever the loads, and moves
  /// starts under a price on overload that grows until hardly any is left. What is left is ruined
  /// (patients of overloaded days lose their start) and recreated (each gets the cheapest way in
  /// that the limits allow); then single and paired moves are accepted as in simulated annealing,
  /// all inside the limits. The work is counted in moves, not in seconds: the same inputs give the
  /// same plan on every machine with the same C library. Committed starts stay.
  ///
  /// Sources: Schrimpf et al. (2000), J. Comput. Phys. 159, 139-171 (ruin and recreate);
  /// Kirkpatrick et al. (1983), Science 220, 671-680.
  public static func best(of problem: SlotProblem, effort: Effort = .init()) -> SlotPlan {
    var best = greedy(problem)
    let free = problem.patients.filter { $0.committed == nil }.count
    guard free > 0 else { return best }
    let work = max(0, effort.work ?? Effort.usual(patients: free))
    let rounds = max(1, min(64, work / max(1, Effort.movesPerRound(patients: free))))
    guard work > 0 else { return best }
    for round in 0..<rounds {
      var search = SlotSearch(problem, seed: effort.seed, round: round)
      if let found = search.run(moves: work / rounds), found.isBetter(than: best) { best = found }
    }
    return SlotPlan(
      best.starts, of: problem, origin: best.origin, tried: work / rounds * rounds)
  }
}

extension SlotPlan.Effort {
  static func movesPerRound(patients: Int) -> Int { max(90_000, 1500 * patients) }

  static func usual(patients: Int) -> Int { 4 * movesPerRound(patients: patients) }
}

/// One round of the search.
struct SlotSearch {
  let problem: SlotProblem
  var load: SlotLoad
  var groups: [SlotTransport] = []
  /// Law, group and place in the group of each patient who is not committed.
  var movable: [(patient: Int, law: Int, group: Int, member: Int)] = []
  var out: [Int] = []
  var cost = 0
  var random: RandomStream
  var best: SlotPlan?
  let slope: Double

  init(_ problem: SlotProblem, seed: UInt64, round: Int) {
    self.problem = problem
    load = SlotLoad(problem)
    random = RandomStream(
      seed: seed, name: "slots", purpose: "ruin and recreate", index: UInt64(round))
    var steepest = 0.0
    for law in problem.laws.indices {
      let members = problem.patients.indices.filter {
        problem.patients[$0].law == law && problem.patients[$0].committed == nil
      }
      if members.isEmpty { continue }
      var table: [(first: Int, costs: [Int])] = []
      for (member, index) in members.enumerated() {
        let patient = problem.patients[index]
        let days = problem.days(of: patient)
        let costs = days.map { problem.cost(patient, start: $0) }
        table.append((days.lowerBound - load.firstDay, costs))
        movable.append((index, law, groups.count, member))
        let last = costs.suffix(2)
        if last.count == 2 {
          steepest += Double(abs(last[last.endIndex - 1] - last[last.startIndex]))
        }
      }
      groups.append(SlotTransport(table))
    }
    movable.sort {
      let (a, b) = (problem.patients[$0.patient], problem.patients[$1.patient])
      return (a.release, $0.patient) < (b.release, $1.patient)
    }
    slope = max(1, steepest / Double(max(1, movable.count)))
    for patient in problem.patients {
      if let day = patient.committed { load.add(patient.law, at: day - load.firstDay) }
    }
    load.excuse()
    for group in groups.indices { groups[group].spreadOut() }
    for (place, item) in movable.enumerated() {
      if let day = day(of: item) {
        load.add(item.law, at: day)
        cost += groups[item.group].cost(item.member, at: day - groups[item.group].base)
      } else {
        out.append(place)
      }
    }
  }

  /// All four parts of a round; the best plan inside the limits that was seen, if
  /// one was.
  mutating func run(moves: Int) -> SlotPlan? {
    relax(moves: moves / 2)
    ruinOverload()
    recreate()
    // Without this, a plan over its limits would look cheap.
    guard load.worstDay() == nil else { return nil }
    polish(moves: moves - moves / 2)
    return best
  }

  typealias Item = (patient: Int, law: Int, group: Int, member: Int)

  /// Day index on which a patient starts; nil without a start.
  func day(of item: Item) -> Int? {
    let node = groups[item.group].node[item.member]
    return node < 0 ? nil : node + groups[item.group].base
  }

  func plan() -> SlotPlan {
    var starts = problem.patients.map(\.committed)
    for item in movable { starts[item.patient] = day(of: item).map { $0 + load.firstDay } }
    return SlotPlan(starts, of: problem, origin: .search)
  }

  mutating func keep() {
    if let best, (best.unplaced.count, best.cost) <= (out.count, cost + committedCost) { return }
    best = plan()
  }

  private var committedCost: Int {
    var sum = 0
    for patient in problem.patients {
      if let day = patient.committed { sum += problem.cost(patient, start: day) }
    }
    return sum
  }
}
