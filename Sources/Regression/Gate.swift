import Inference
import Quantities
import Reports
import RunFiles

/// Re-fits the reference cases and holds them against the lock.
public enum Gate {
  /// What the gate found.
  public struct Verdict: Sendable {
    /// The cases that were fitted, sorted.
    public let cases: [String]
    /// Everything that moved; empty when the gate holds.
    public let drifts: [Drift]
    /// The fresh lock as canonical JSON.
    public let fresh: JSONValue
  }

  /// The lock's name in a reference folder.
  public static let lockName = "lock.json"

  /// Fits every case of a folder and compares with its lock; without a lock when `updating`.
  ///
  /// Throws `InputRefused` for a missing or damaged lock, case file or run.
  public static func run(
    _ folder: String, data: DataFolder, updating: Bool, threads: Int
  ) throws -> Verdict {
    let cases = try ReferenceCase.read(folder)
    let path = folder + "/" + lockName
    let lock: Lock?
    if updating {
      lock = try? Lock.read(path)
    } else {
      lock = try Lock.read(path)
    }
    let results = Parallel.map(chunksOf: 1, count: cases.count, threads: threads) {
      ()
    } body: { _, index -> Result<ReferenceResult, any Error> in
      Result {
        try ReferenceResult.compute(
          cases[index], folder: folder, data: data,
          at: updating ? nil : lock?.cases[cases[index].id]?.natural, threads: 1)
      }
    }
    var fresh = Lock()
    for (given, result) in zip(cases, results) { fresh.cases[given.id] = try result.get() }
    fresh.units = Probes.units()
    fresh.noise = Probes.noise()
    fresh.doses = try Probes.doses(data)
    var finder = DriftFinder()
    if let lock { finder.compare(lock, fresh) }
    return Verdict(cases: cases.map(\.id).sorted(), drifts: finder.drifts, fresh: fresh.json)
  }
}
