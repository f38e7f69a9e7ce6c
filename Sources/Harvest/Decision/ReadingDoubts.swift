import RunRecords

/// Readings before the latest that nobody has taken back although something speaks against them.
///
/// Each reading of the last hours is held against what those before it let expect. One that is
/// contradicted is doubted, and what comes after it is judged with and without it: a good reading is not
/// blamed for the wrong one before it. Where the latest reading contradicts and leaving out one earlier
/// reading makes it agree, either may be wrong.
public struct ReadingDoubts: Sendable, Hashable {
  /// Earlier readings without which the latest would not contradict, each against those before it.
  public var suspects: [LatestReadingCheck] = []
  /// Earlier readings that contradicted those before them and still stand in the data.
  public var unresolved: [LatestReadingCheck] = []

  /// No doubts.
  public init() {}

  /// Hours with readings before the latest that are looked back at.
  static let lookBack = 3
  /// How far above the level of a contradiction p has to lie for a reading to agree again.
  static let agreement = 5.0

  /// The doubts about a run's readings up to now.
  ///
  /// `judge` holds the readings of an hour against those of a run before it; it may find nothing.
  public static func found(
    in run: Run, until now: Double, latest: [LatestReadingCheck], level: Double,
    judge: (Run, Double) -> [LatestReadingCheck]
  ) -> ReadingDoubts {
    var doubts = ReadingDoubts()
    guard let last = latest.map(\.hour).max() else { return doubts }
    let hours = Set(run.observations.map(\.time)).filter { $0 < last }.sorted().suffix(lookBack)
    var doubted = run
    var judged: [LatestReadingCheck] = []
    for hour in hours {
      for check in judge(run, hour) where check.hour == hour {
        judged.append(check)
        guard check.p < level else { continue }
        // After a doubted reading the next is judged without it.
        if !doubts.unresolved.isEmpty, agrees(check, without: doubted, level, judge) { continue }
        doubts.unresolved.append(check)
        doubted = doubted.leavingOut(check)
      }
    }
    for reading in latest where reading.p < level {
      let earlier = judged.filter { $0.quantity == reading.quantity && $0.hour < reading.hour }
      for check in earlier where !doubts.suspects.contains(check) {
        if agrees(reading, without: run.leavingOut(check), level, judge) {
          doubts.suspects.append(check)
        }
      }
      if doubts.suspects.isEmpty, doubts.unresolved.count > 1,
        agrees(reading, without: doubted, level, judge)
      {
        doubts.suspects += doubts.unresolved
      }
    }
    doubts.unresolved.removeAll { doubts.suspects.contains($0) }
    return doubts
  }

  private static func agrees(
    _ check: LatestReadingCheck, without rest: Run, _ level: Double,
    _ judge: (Run, Double) -> [LatestReadingCheck]
  ) -> Bool {
    judge(rest, check.hour).contains {
      $0.hour == check.hour && $0.quantity == check.quantity && $0.p >= agreement * level
    }
  }
}

extension Run {
  /// The run without the readings of a quantity at an hour.
  fileprivate func leavingOut(_ check: LatestReadingCheck) -> Run {
    var rest = self
    rest.observations.removeAll { $0.time == check.hour && $0.quantity == check.quantity }
    return rest
  }
}
