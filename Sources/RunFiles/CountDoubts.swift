import Quantities
import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Neighbouring counts of viable cells that cannot both be right. Each is a warning that names both: a
/// count that is ten times off is the commonest mistake, and any curve follows it.
///
/// Cells are corrected for dilution and for what was taken out. Each count is given an error of 15 %, and a
/// step is doubted only where it is too large by more than three errors of it. Counts of pooled donors are
/// those of different cultures and are not compared.
enum CountDoubts {
  /// The code of a rise that no cell can do, or of a peak that cannot have been.
  static let riseCode = "W_COUNT_RISE"
  /// The code of a fall that neither dilution nor death explains.
  static let fallCode = "W_COUNT_FALL"

  /// The error of one count, sd of ln; counted cells add their own.
  static let countError = 0.15
  /// The error of what was seeded: cells are lost, and thawed ones are counted badly.
  static let seedError = 0.25
  /// The fastest doubling of a culture over the span of two counts, h: judgement. Models allow 9.9 h (mu of
  /// 0.070 1/h) for a culture's fastest hours; over a day and more, with cells that do not divide and cells
  /// that die, none of T cells, CHO cells or fibroblasts keeps that up.
  static let fastest = 12.0
  /// From the activation of cells to their first division, h, at the least: naive T cells take longer (Gett
  /// and Hodgkin 2000, Nature Immunology 1:239).
  static let firstDivision = 24.0
  /// A doubling time, h, of a rise that is followed by a fall which no death explains.
  static let peak = 20.0
  /// Viability above which cells that are gone should be seen as dead ones.
  static let high = 0.7
  /// The fastest that dead cells dissolve, 1/h.
  static let lysis = 0.02

  /// A count of viable cells, or what was seeded.
  private struct Step {
    let time: Double
    /// ln of the cells ever grown, up to a constant of the run.
    let log: Double
    let variance: Double
    let viability: Double?
    let words: String
    let place: Place
    let isSeed: Bool
  }

  /// Looks at a run and what was done to it.
  static func check(
    _ run: ObservedRun, _ operations: [Operation], _ findings: inout FindingList
  ) {
    guard run.donor != .pooled else { return }
    let book = VesselBook(operations)
    for quantity in ["vcd", "tvc", "fold"] {
      let steps = steps(of: run, quantity, operations, book)
      guard steps.count > 1 else { continue }
      compare(steps, book, &findings)
      return
    }
  }

  private static func compare(
    _ steps: [Step], _ book: VesselBook, _ findings: inout FindingList
  ) {
    var doubted: Int?
    for i in 1..<steps.count where doubted != i - 1 {
      let (early, late) = (steps[i - 1], steps[i])
      let between = "in \(hours(early, late)), from \(early.words) to \(late.words)"
      let code: String
      let cause: String
      if let times = rise(early, late, since: early.time, doubling: fastest) {
        code = riseCode
        cause =
          "the viable cells rise \(NumberText.significant(times, 2))-fold \(between): no culture doubles "
          + "every \(NumberText.significant(fastest)) h so long."
      } else if let share = fall(early, late, book) {
        code = fallCode
        cause =
          "the viable cells fall to \(NumberText.percent(share)) \(between), and the dead cells that "
          + "would explain it were not \(late.viability == nil ? "measured" : "found")."
      } else if i + 1 < steps.count,
        let peak = peak(early, late, steps[i + 1], book)
      {
        code = riseCode
        cause =
          "\(late.words) stands out: the viable cells rise \(NumberText.significant(peak.times, 2))-fold "
          + "\(between), and at \(steps[i + 1].words) \(NumberText.percent(peak.share)) of them are "
          + "left, without the dead cells that would explain it."
      } else {
        continue
      }
      doubted = i
      findings.warning(
        code, at: late.place, cause,
        remedy:
          "Recount both where cells or pictures of them are left, and check dilution and decimal "
          + "point; leave out a count that is wrong.")
    }
  }

  private static func hours(_ early: Step, _ late: Step) -> String {
    "\(NumberText.significant(late.time - early.time, 3)) h"
  }

  private static func error(_ early: Step, _ late: Step) -> Double {
    (early.variance + late.variance).squareRoot()
  }

  /// How many times the cells rise, where no culture that doubles in so many hours does; nil otherwise.
  private static func rise(
    _ early: Step, _ late: Step, since start: Double, doubling: Double
  ) -> Double? {
    let growth = log(2) / doubling * max(0, late.time - start)
    let found = late.log - early.log
    return found - 3 * error(early, late) > growth ? exp(found) : nil
  }

  /// ln of what is left of the cells of the earlier count, dead ones and all where they were seen.
  private static func left(_ early: Step, _ late: Step) -> Double {
    late.log - early.log - (late.viability.map { log(max($0, 1e-3)) } ?? 0)
  }

  /// The share of the viable cells that is left, where too many are gone; nil otherwise.
  ///
  /// Where many live, those that died must still be there but for 2 % an hour; else three of four cells may
  /// go each day.
  private static func fall(_ early: Step, _ late: Step, _ book: VesselBook) -> Double? {
    guard !early.isSeed, !book.flows(from: early.time, to: late.time) else { return nil }
    let time = late.time - early.time
    let isHigh = late.viability.map { $0 >= high } ?? false
    let most =
      isHigh
      ? max(log(4), 3 * error(early, late) + lysis * time) : log(4) * max(1, time / 24)
    return -left(early, late) > most ? exp(late.log - early.log) : nil
  }

  /// A fast rise before a fall that no death explains; nil otherwise.
  private static func peak(
    _ early: Step, _ top: Step, _ late: Step, _ book: VesselBook
  ) -> (times: Double, share: Double)? {
    let start = max(early.time, book.activation.map { $0 + firstDivision } ?? early.time)
    guard let times = rise(early, top, since: start, doubling: peak),
      let viability = late.viability,
      viability >= high, !book.flows(from: top.time, to: late.time),
      -left(top, late) > 3 * error(top, late)
    else { return nil }
    return (times, exp(late.log - top.log))
  }

  /// What was seeded, then one count for each time, the middle one of several.
  private static func steps(
    of run: ObservedRun, _ quantity: String, _ operations: [Operation], _ book: VesselBook
  ) -> [Step] {
    let counts = run.observations.filter {
      $0.quantity == quantity && $0.value.isExact && $0.value.number > 0 && $0.time < book.end
    }
    var groups: [[Observation]] = []
    for count in counts {
      if let same = groups.last?.first, same.time == count.time, same.phase == count.phase {
        groups[groups.count - 1].append(count)
      } else {
        groups.append([count])
      }
    }
    let found = groups.compactMap { group -> Step? in
      let count = group.sorted { $0.value.number < $1.value.number }[(group.count - 1) / 2]
      let volume = quantity == "vcd" ? book.volume(at: count.time, count.phase) : 1
      let kept = quantity == "fold" ? 1 : book.kept(at: count.time, count.phase)
      let cells = count.value.number * volume / kept
      guard cells > 0, cells.isFinite else { return nil }
      let day = NumberText.significant((count.time / 2.4).rounded() / 10, 4)
      return Step(
        time: count.time, log: log(cells),
        variance: countError * countError + (count.count?.variance ?? 0),
        viability: viability(of: count, in: run),
        words: "the '\(quantity)' of day \(day) (\(count.place))", place: count.place, isSeed: false
      )
    }
    return (seed(quantity, operations).map { [$0] } ?? []) + found
  }

  /// What was seeded, as a count that is less certain than others.
  private static func seed(_ quantity: String, _ operations: [Operation]) -> Step? {
    for operation in operations {
      guard case .seed(let volume, let density?, _, _) = operation.action, density > 0 else {
        continue
      }
      let cells: Double? =
        switch quantity {
        case "vcd": density * (volume ?? 1)
        case "tvc": volume.map { density * $0 }
        default: 1
        }
      return cells.map {
        Step(
          time: operation.time, log: log($0), variance: seedError * seedError, viability: nil,
          words: "the seed (\(operation.place))", place: operation.place, isSeed: true)
      }
    }
    return nil
  }

  /// The viable share of a sample, measured or by its dead count; nil when it was not.
  private static func viability(of count: Observation, in run: ObservedRun) -> Double? {
    func reading(_ quantity: String) -> Double? {
      run.observations.first {
        $0.quantity == quantity && $0.time == count.time && $0.phase == count.phase
      }?.value.number
    }
    if let viability = reading("viability") { return viability }
    guard count.quantity == "vcd" else { return nil }
    let all = reading("dead").map { $0 + count.value.number } ?? reading("tcd")
    return all.map { min(1, count.value.number / $0) }
  }
}
