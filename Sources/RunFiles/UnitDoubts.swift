import Quantities
import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Values that can be read but are probably written in another unit than their header says. Each is a
/// warning and nothing is refused, since what is unlikely can be real.
public enum UnitDoubts {
  static let densityCode = "W_DENSITY_UNIT"
  static let seedCode = "W_SEED_COUNT"
  static let timeCode = "W_TIME_UNIT"

  /// The codes of these warnings and of those about readings: with one of them unresolved no result holds.
  public static let codes: Set<String> =
    readingCodes.union([densityCode, seedCode, timeCode, PlatformDoubts.volumeCode])
  /// The codes of readings that cannot be right, whatever their unit: mending them comes first.
  public static let readingCodes: Set<String> = countCodes.union(columnCodes)
  /// The codes of viabilities and metabolites that do not go with their neighbours.
  public static let columnCodes: Set<String> = [ViabilityDoubts.code, MetaboliteDoubts.code]
  /// The codes of counts that cannot be right, whatever their unit: recounting comes first.
  public static let countCodes: Set<String> = [
    CountDoubts.riseCode, CountDoubts.fallCode, PlatformDoubts.capacityCode,
  ]

  /// Densities of a culture, 1e6 cells/mL: 1,000 to 1e9 cells/mL.
  static let densities = 1e-3...1e3
  /// How far a first count may lie from the seeding density.
  static let seedRatio = 30.0
  /// The longest culture without a remark, h.
  static let longest = 60 * 24.0
  /// The shortest doubling time of cells of mammals without a remark, h.
  static let fastest = 6.0

  /// Looks at a run and what was done to it.
  static func check(
    _ run: ObservedRun, _ operations: [Operation], _ findings: inout FindingList
  ) {
    let before = findings.remarks.count
    densities(of: run, &findings)
    seed(of: run, operations, &findings)
    times(of: run, operations, &findings)
    // A wrong unit moves every count: it says all that counts could say against each other.
    let found = findings.remarks.dropFirst(before).map(\.code)
    if !found.contains(where: codes.contains) {
      CountDoubts.check(run, operations, &findings)
    }
    // Shares and concentrations depend on the unit of time alone.
    if !found.contains(timeCode) {
      ViabilityDoubts.check(run, operations, &findings)
      MetaboliteDoubts.check(run, operations, &findings)
    }
  }

  private static func cells(_ millions: Double) -> String {
    "\(NumberText.significant(millions * 1e6)) cells/mL"
  }

  private static func densities(of run: ObservedRun, _ findings: inout FindingList) {
    for quantity in ["vcd", "tcd"] {
      // Raw counts carry their own unit; a limit of the counter is no density of the culture.
      let strange = run.observations.filter {
        $0.quantity == quantity && $0.count == nil && $0.value.isExact && $0.value.number > 0
          && !densities.contains($0.value.number)
      }
      guard let first = strange.first else { continue }
      let isLow = first.value.number < densities.lowerBound
      findings.warning(
        densityCode, at: first.place,
        "'\(quantity)' is \(cells(first.value.number))"
          + (strange.count > 1 ? ", and \(strange.count - 1) more like it" : "")
          + (isLow
            ? "; cultures hold more than \(cells(densities.lowerBound))."
            : "; cultures hold less than \(cells(densities.upperBound))."),
        remedy:
          "Check the unit in the header: many counters print thousands or millions of cells per mL, "
          + "which is written as '\(quantity) [1e3 cells/mL]' or '\(quantity) [1e6 cells/mL]'.")
    }
  }

  private static func seed(
    of run: ObservedRun, _ operations: [Operation], _ findings: inout FindingList
  ) {
    for operation in operations {
      guard case .seed(_, let density?, _, _) = operation.action, density > 0,
        let first = run.observations.first(where: {
          $0.quantity == "vcd" && $0.value.isExact && $0.value.number > 0
        })
      else { continue }
      // Cells grow until the first count; a feed or a wash dilutes them by less than the ratio.
      let growth = exp2(max(0, first.time - operation.time) / 12)
      let ratio = first.value.number / density
      guard ratio > seedRatio * growth || ratio < 1 / seedRatio else { return }
      let times = NumberText.significant(ratio > 1 ? ratio : 1 / ratio, 2)
      findings.warning(
        seedCode, at: first.place,
        "the first 'vcd', \(cells(first.value.number)) at \(NumberText.significant(first.time)) h, is "
          + "\(times) times \(ratio > 1 ? "above" : "below") the seeding density, "
          + "\(cells(density)) (\(operation.place)).",
        remedy: "Check the units in both headers, and the dilution of the count.")
      return
    }
  }

  private static func times(
    of run: ObservedRun, _ operations: [Operation], _ findings: inout FindingList
  ) {
    let times = Set(run.observations.map(\.time)).sorted()
    guard let last = run.observations.last, let end = times.last, times.count > 1 else { return }
    let days = NumberText.significant((end / 24 * 10).rounded() / 10, 3)
    let areAllDays = times.count > 2 && times.allSatisfy { $0.remainder(dividingBy: 576) == 0 }
    if end > longest || areAllDays {
      findings.warning(
        timeCode, at: last.place,
        "the run lasts \(days) days; these may be hours under a header of days.",
        remedy: "If they are hours, head the column 'time [h]'.")
      return
    }
    guard end <= 24, times.count > 2 else { return }
    let later = operations.first { $0.time > 48 }
    let doubling = doublingTime(run)
    guard later != nil || doubling.map({ $0 < fastest }) == true else { return }
    let why =
      doubling.map { $0 < fastest } == true
      ? "in that time the cells would double every \(NumberText.significant(doubling ?? 0, 2)) h"
      : later.map {
        "the run goes on to '\($0.action.kind.rawValue)' at \(NumberText.significant($0.time)) h "
          + "(\($0.place))"
      } ?? ""
    findings.warning(
      timeCode, at: last.place,
      "all \(times.count) times lie within \(NumberText.significant(end)) h, and \(why); these may be "
        + "days under a header of hours.",
      remedy: "If they are days, head the column 'time [d]'.")
  }

  /// From the first to the highest count, h; nil where they rise by less than a factor of four.
  private static func doublingTime(_ run: ObservedRun) -> Double? {
    let counts = run.observations.filter {
      ["vcd", "tcd", "tvc", "fold"].contains($0.quantity) && $0.value.isExact && $0.value.number > 0
    }
    guard let first = counts.first else { return nil }
    let own = counts.filter { $0.quantity == first.quantity }
    guard let top = own.max(by: { $0.value.number < $1.value.number }),
      top.value.number >= 4 * first.value.number, top.time > first.time
    else { return nil }
    return (top.time - first.time) / log2(top.value.number / first.value.number)
  }
}
