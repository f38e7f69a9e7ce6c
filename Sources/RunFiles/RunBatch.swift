import Quantities
import RunRecords

/// Runs that were read together, with what was noticed and what they were read from.
public struct RunBatch: Sendable, Hashable {
  /// A file that was read, and its fingerprint.
  public struct SourceFile: Sendable, Hashable {
    /// The path as the user named it.
    public let path: String
    /// SHA-256 of its bytes, in hexadecimal.
    public let sha256: String
  }

  /// The runs, sorted by name.
  public let runs: [Run]
  /// Notes and warnings, in the order of their places.
  public let notes: [Finding]
  /// The files, sorted by path.
  public let sources: [SourceFile]

  init(runs: [Run], notes: [Finding], sources: [SourceFile]) {
    self.runs = runs.sorted { $0.name < $1.name }
    self.notes = notes.sorted { ($0.place, $0.code) < ($1.place, $1.code) }
    self.sources = sources.sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
  }

  /// Joins batches from several folders or files; their order does not matter.
  ///
  /// Throws `InputRefused` with `E_RUN_TWICE` for every run name that two batches share.
  public static func merging(_ batches: [RunBatch]) throws(InputRefused) -> RunBatch {
    var first: [String: Place] = [:]
    var clashes: [Finding] = []
    let runs = batches.flatMap(\.runs).sorted {
      ($0.name, firstPlace(of: $0)) < ($1.name, firstPlace(of: $1))
    }
    for run in runs {
      let place = firstPlace(of: run)
      if let earlier = first[run.name] {
        clashes.append(
          Finding(
            .error, "E_RUN_TWICE", at: place,
            "two runs with one name, '\(Shown.text(run.name))'; the other is at \(earlier).",
            remedy: "Rename one of them, or leave one of the files out."))
      } else {
        first[run.name] = place
      }
    }
    if !clashes.isEmpty {
      throw InputRefused(clashes.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
    return RunBatch(
      runs: runs, notes: batches.flatMap(\.notes), sources: batches.flatMap(\.sources))
  }

  private static func firstPlace(of run: Run) -> Place {
    (run.observations.map(\.place) + run.operations.map(\.place)).min() ?? Place(file: run.name)
  }
}
