import ArgumentParser
import Harvest
import Quantities
import Reports
import RunFiles
import RunRecords

/// Reads learned priors, each with the model that it was learned with.
struct PriorReader {
  let paths: [String]
  /// Models that were named, shipped or files.
  let models: [String]
  /// One weight a prior; empty for equal ones.
  let weights: [Double]

  /// A prior that was read, with its model.
  struct Learned {
    let path: String
    let file: PriorFile
    let loaded: ModelFile.Loaded
    let source: DonorOutlook.Source

    /// A warning where the prior was learned from runs of other vessels only; nil where it does not say.
    func otherVessel(_ vessel: String, of run: Run) -> Finding? {
      guard let learned = file.options["platforms"],
        !learned.split(separator: ", ").contains(where: { $0 == vessel })
      else { return nil }
      return Finding(
        .warning, "W_PRIOR_PLATFORM",
        at: run.observations.first?.place ?? run.operations.first?.place ?? Place(file: run.name),
        "Run \(run.name) is in the vessel '\(vessel)', and \(path) was learned in "
          + "'\(learned)': how fast and how far cells grow may differ.",
        remedy: "Learn from runs of the same vessel, correct the platform, or give --widening 2.")
    }
  }

  func read(_ folder: DataFolder) throws -> [Learned] {
    var learned: [Learned] = []
    let named = try models.map { try ModelFile.read($0, data: folder) }
    for (k, path) in paths.enumerated() {
      let file = try PriorFile.read(path)
      let loaded =
        try named.first { $0.model.name == file.prior.model }
        ?? model(of: file, path: path, named: named, folder)
      try file.check(loaded, file: path)
      if learned.contains(where: { $0.file.sha256 == file.sha256 }) {
        throw ValidationError("--prior \(path): this prior is named twice.")
      }
      learned.append(
        Learned(
          path: path, file: file, loaded: loaded,
          source: DonorOutlook.Source(
            label: "\(file.prior.model) (\(path))", model: loaded.model, prior: file.prior,
            weight: weights.isEmpty ? 1 : weights[k])))
    }
    return learned
  }

  /// The shipped model of the prior's name; one that is named and another is told by `check`.
  private func model(
    of file: PriorFile, path: String, named: [ModelFile.Loaded], _ folder: DataFolder
  ) throws -> ModelFile.Loaded {
    if paths.count == 1, let other = named.first { return other }
    do {
      return try ModelFile.read(file.prior.model, data: folder)
    } catch {
      guard error.findings.contains(where: { $0.code == "E_MODEL_NAME" }) else { throw error }
      throw InputRefused([
        Finding(
          .error, "E_PRIOR_MODEL", at: Place(file: path),
          "the prior was learned with \(file.prior.model) (\(file.model.first?.path ?? "")), which "
            + "is not shipped.", remedy: "Name its file under --model.")
      ])
    }
  }
}
