import Quantities
import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs as growth is learned from them and foretold: counts of one quantity, the donor, and the
/// conditions by which runs differ.
public struct GrowthRuns: Sendable {
  /// Quantities that growth can be learned of, the preferred one first.
  public static let quantities = ["tvc", "vcd", "tcd"]

  /// The quantity that was counted; base units.
  public let quantity: String
  /// Names of the attributes that tell runs apart, in the order of `GrowthHistory.factors`.
  public let factors: [String]
  /// The runs, as they were given.
  public let runs: [Run]
  /// What is known of their growth, in the same order.
  public let histories: [GrowthHistory]
  /// Counts, each once: one that several runs of a donor share is one count.
  public let counts: Int
  /// Counts that several runs share.
  public let sharedCounts: Int
  /// Sentences for the reader.
  public let notes: [String]

  /// Runs with what they were counted for.
  ///
  /// `factors` are attributes of the runs (`Run.attribute`); every run must have them. Without
  /// `quantity` it is the first of `quantities` that all runs were counted for. Observations at one time
  /// are wells: their mean counts, with their number. A count is shared when runs of one donor have it
  /// under the same `sample` name at the same time with the same number; then all but the first run, by
  /// name, have it as a repeat. Times at which a reading is a limit or 0 are left out, with a note.
  ///
  /// Throws `InputRefused`: `E_GROWTH_QUANTITY`, `E_GROWTH_GROUP`, `E_LEARN_POOLED`,
  /// `E_GROWTH_NO_COUNT`.
  public init(
    _ runs: [Run], factors: [String], quantity: String? = nil
  ) throws(InputRefused) {
    let chosen: String
    if let quantity { chosen = quantity } else { chosen = try GrowthRuns.quantity(of: runs) }
    self.quantity = chosen
    self.factors = factors
    self.runs = runs
    // A name that no run has is said once, not for every run.
    for name in factors where runs.allSatisfy({ $0.attribute(name) == nil }) {
      if let first = runs.first { throw GrowthRuns.unknown(name, of: first, all: runs.count > 1) }
    }
    var faults: [Finding] = []
    var histories: [GrowthHistory] = []
    var keys: [[Key?]] = []
    var leftOut = 0
    for run in runs {
      do throws(InputRefused) {
        let read = try GrowthRuns.read(run, factors, chosen)
        histories.append(read.history)
        keys.append(read.keys)
        leftOut += read.leftOut
      } catch { faults += error.findings }
    }
    if !faults.isEmpty { throw InputRefused(faults) }
    var holders: [Key: Int] = [:]
    for k in histories.indices.sorted(by: { histories[$0].run < histories[$1].run }) {
      for (j, key) in keys[k].enumerated() {
        guard let key else { continue }
        histories[k].counts[j].isRepeat = holders[key] != nil
        holders[key, default: 0] += 1
      }
    }
    self.histories = histories
    let all = histories.flatMap(\.counts)
    counts = all.count { !$0.isRepeat }
    sharedCounts = holders.values.count { $0 > 1 }
    notes = GrowthRuns.notes(runs, histories, factors, leftOut: leftOut, shared: sharedCounts)
  }

  /// What makes two counts the same well.
  private struct Key: Hashable {
    let donor: String
    let time: Double
    let samples: [String]
    let logCells: Double
  }

  private static func read(
    _ run: Run, _ factors: [String], _ quantity: String
  ) throws(InputRefused) -> (history: GrowthHistory, keys: [Key?], leftOut: Int) {
    let place = run.observations.first?.place ?? Place(file: run.name)
    func refused(_ code: String, _ cause: String, _ remedy: String) -> InputRefused {
      InputRefused([Finding(.error, code, at: place, cause, remedy: remedy)])
    }
    if run.donor == .pooled {
      throw refused(
        "E_LEARN_POOLED",
        "\(run.name): pooled donors without labels do not tell how one donor differs from the next.",
        "Leave this run out with --run, or label its donors.")
    }
    var labels: [String] = []
    for name in factors {
      guard let attribute = run.attribute(name) else {
        throw GrowthRuns.unknown(name, of: run, all: false)
      }
      labels.append(attribute.text)
    }
    let all = run.observations.filter { $0.quantity == quantity }
    var counts: [GrowthCount] = []
    var keys: [Key?] = []
    var leftOut = 0
    for time in Set(all.map(\.time)).sorted() {
      let wells = all.filter { $0.time == time }
      let values = wells.compactMap { well -> Double? in
        guard case .exact(let value) = well.value, value > 0 else { return nil }
        return value
      }
      guard values.count == wells.count else {
        leftOut += 1
        continue
      }
      let level = log(values.reduce(0, +) / Double(values.count))
      counts.append(
        GrowthCount(time: time, logCells: level, replicates: Double(values.count)))
      let samples = wells.compactMap(\.sample).sorted()
      keys.append(
        samples.count == wells.count
          ? Key(donor: run.donorName, time: time, samples: samples, logCells: level) : nil)
    }
    if counts.isEmpty {
      throw refused(
        "E_GROWTH_NO_COUNT", "the run '\(run.name)' has no count of \(quantity) above 0.",
        "Leave this run out with --run, or name what was counted under --on.")
    }
    return (
      try GrowthHistory(run: run.name, donor: run.donorName, factors: labels, counts: counts), keys,
      leftOut
    )
  }

  /// The refusal of a condition that a run, or all of them, do not tell.
  private static func unknown(_ name: String, of run: Run, all: Bool) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_GROWTH_GROUP", at: run.observations.first?.place ?? Place(file: run.name),
        all ? "no run tells its '\(name)'." : "the run '\(run.name)' does not tell its '\(name)'.",
        remedy: RunAttribute.builtIn.contains(name)
          ? "Fill the column '\(name)' of observations.csv (seed_density: the seed operation)."
          : "Fill the column '\(name)' of runs.csv for every run."
            + Suggestion.phrase(
              for: name, among: RunAttribute.builtIn + run.attributes.keys.sorted()))
    ])
  }

  private static func quantity(of runs: [Run]) throws(InputRefused) -> String {
    let measured = runs.map { run in Set(run.observations.map(\.quantity)) }
    if let found = quantities.first(where: { name in measured.allSatisfy { $0.contains(name) } }) {
      return found
    }
    let place = runs.first?.observations.first?.place ?? Place(file: "the runs")
    let some = quantities.filter { name in measured.contains { $0.contains(name) } }
    let bare = some.first.flatMap { name in
      zip(runs, measured).first { !$0.1.contains(name) }.map {
        " Some have \(name), but \($0.0.name) has not."
      }
    }
    throw InputRefused([
      Finding(
        .error, "E_GROWTH_QUANTITY", at: Place(file: place.file),
        "growth is learned from one of \(NumberText.list(quantities)), and none of them was counted "
          + "in all runs.\(bare ?? "")",
        remedy: "Leave the runs without it out with --run, or fill the column.")
    ])
  }
}
