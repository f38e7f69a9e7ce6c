import LinearAlgebra

/// What a result rests on, so that it can be made again.
public struct Provenance: Sendable {
  /// The version of the engine.
  public static let version = "0.1.0"

  /// Input files with their SHA-256, sorted by path, each once.
  public var inputs: [(path: String, sha256: String)]
  /// Options that differ from one analysis to the next, sorted by name.
  public var options: [(name: String, value: String)]
  /// The seed of everything random.
  public var seed: UInt64

  /// A provenance from its parts; lists are sorted here.
  public init(
    inputs: [(path: String, sha256: String)], options: [(name: String, value: String)], seed: UInt64
  ) {
    var seen: Set<[String]> = []
    self.inputs = inputs.filter { seen.insert([$0.path, $0.sha256]).inserted }
      .sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
    self.options = options.sorted { $0.name < $1.name }
    self.seed = seed
  }

  /// The file's name without its folders: on paper the digest says which file it was.
  public static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The block of a report.
  public var section: Page.Section {
    let blas = BLASInfo()
    return Page.Section(
      "What this rests on",
      [
        .definitions(
          [
            Page.Definition("thymus", Provenance.version),
            Page.Definition(
              "linear algebra", "\(blas.configuration), core \(blas.core), one thread"),
            Page.Definition("seed", "\(seed)"),
          ] + options.map { Page.Definition($0.name, $0.value) }
            + inputs.map { Page.Definition($0.path, "SHA-256 \($0.sha256)") })
      ])
  }

  /// The record of a machine-readable result.
  public var json: JSONValue {
    let blas = BLASInfo()
    return .object([
      "version": .string(Provenance.version), "seed": .string("\(seed)"),
      "blas": .string(blas.configuration), "blas_core": .string(blas.core),
      "options": .object(
        Dictionary(options.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { a, _ in a })),
      "inputs": .array(
        inputs.map { .object(["path": .string($0.path), "sha256": .string($0.sha256)]) }),
    ])
  }
}

/// The lines at the end of every report.
public enum LimitsOfUse {
  /// What the reports are and are not.
  public static let lines = [
    "Thymus supports process development and manufacturing decisions. It is not a medical device "
      + "and not a release test; qualified staff verify every number against the approved label, "
      + "the protocol and the batch record.",
    "Intervals hold when the model holds: look at the residuals and notes before relying on them.",
  ]
}
