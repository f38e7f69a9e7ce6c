import Quantities
import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Counts and volumes that the vessel of a run does not hold. Each is a warning with its line.
public enum PlatformDoubts {
  /// The code of a count above what the platform carries.
  static let capacityCode = "W_COUNT_CAPACITY"
  /// The code of a volume that is too small for the vessel.
  static let volumeCode = "W_VOLUME_SMALL"

  /// How many standard deviations, of the platform's spread and the count's error together, a count may lie
  /// above the platform's median: one run in four thousand does.
  static let reach = 3.5
  /// The share of the largest working volume below which a start is doubted.
  static let leastShare = 0.01

  /// What is doubtful about a run on its platform.
  ///
  /// Cells (density times volume, or `tvc`) above median * exp(3.5 sqrt(sdLn^2 + 0.15^2)) of the platform's
  /// capacity, and a start volume below a hundredth of its largest working volume. The numbers of a platform
  /// count although they are unverified. Nothing where the platform or the run does not tell what is needed.
  public static func findings(_ run: Run, on platform: Platform) -> [Finding] {
    var findings = FindingList(file: "")
    let book = VesselBook(run.operations)
    volume(run, platform, &findings)
    capacity(run, platform, book, &findings)
    return findings.remarks
  }

  private static func volume(_ run: Run, _ platform: Platform, _ findings: inout FindingList) {
    guard let most = platform.mostVolume?.value else { return }
    for operation in run.operations {
      guard case .seed(let volume?, _, _, _) = operation.action, volume < leastShare * most else {
        continue
      }
      findings.warning(
        volumeCode, at: operation.place,
        "the run starts with \(NumberText.significant(volume)) mL in a vessel that works with up to "
          + "\(NumberText.significant(most)) mL (platform \(platform.name)).",
        remedy:
          "Check the unit of the volume: litres under a header of mL are a thousand times too few.")
      return
    }
  }

  /// That a tenth of a count would follow the count before it, with a space before; empty where it
  /// would not.
  private static func tenth(
    of count: Observation, _ cells: Double, _ quantity: String, _ run: Run, _ book: VesselBook
  ) -> String {
    let before = run.observations.last {
      $0.quantity == quantity && $0.time < count.time && $0.value.isExact && $0.value.number > 0
    }
    guard let before else { return "" }
    let volume = quantity == "vcd" ? book.volume(at: before.time, before.phase) : 1
    let ratio = cells / 10 / (before.value.number * volume)
    let most = exp2((count.time - before.time) / CountDoubts.fastest)
    guard ratio > 0.5, ratio < most else { return "" }
    return
      " A tenth of it, \(NumberText.significant(count.value.number / 10, 3)), would follow the count "
      + "before: a slipped decimal point or dilution?"
  }

  private static func capacity(
    _ run: Run, _ platform: Platform, _ book: VesselBook, _ findings: inout FindingList
  ) {
    let error = CountDoubts.countError
    for quantity in ["vcd", "tvc"] {
      let high = run.observations.compactMap { count -> (Observation, Double, Double)? in
        guard count.quantity == quantity, count.value.isExact, count.time < book.end,
          quantity == "tvc" || book.knowsVolume
        else { return nil }
        let volume = book.volume(at: count.time, count.phase)
        guard let carried = platform.capacityPrior(volume: book.knowsVolume ? volume : nil) else {
          return nil
        }
        let cells = count.value.number * (quantity == "vcd" ? volume : 1)
        let most =
          carried.median * exp(reach * (carried.sdLn * carried.sdLn + error * error).squareRoot())
        return cells > most ? (count, cells, most) : nil
      }
      guard let (count, cells, most) = high.first else { continue }
      let day = NumberText.significant((count.time / 2.4).rounded() / 10, 4)
      findings.warning(
        capacityCode, at: count.place,
        "the '\(quantity)' of day \(day) is \(NumberText.significant(cells * 1e6, 3)) cells"
          + (high.count > 1 ? ", and \(high.count - 1) more like it" : "")
          + ": on the platform \(platform.name) a count above \(NumberText.significant(most * 1e6, 3)) "
          + "is to be seen in one run of four thousand."
          + tenth(of: count, cells, quantity, run, book),
        remedy: "Recount, and check dilution, decimal point and culture volume.")
    }
  }
}
