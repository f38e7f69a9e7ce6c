import ArgumentParser
import ModelLanguage
import Quantities
import RunFiles
import RunRecords

/// What a command says about the runs that it reads, and how they are chosen and bound.
protocol RunChoice {
  var runs: [String] { get }
  var operations: String? { get }
  var attributes: String? { get }
  var only: [String] { get }
  var on: [String] { get }
  var platform: String? { get }
  var hold: [HoldArgument] { get }
}

extension RunChoice {
  /// The runs asked for, with everything noticed on the way.
  func batch() throws -> RunBatch {
    var batches: [RunBatch] = []
    for path in runs {
      batches.append(
        try RunFolder.read(path, operations: operations, attributes: attributes))
    }
    return try RunBatch.merging(batches)
  }

  func chosen(_ batch: RunBatch) throws -> [Run] {
    let runs = try named(batch)
    if on.isEmpty { return runs }
    let measured = Set(runs.flatMap(\.observations).map(\.quantity))
    for quantity in on where !measured.contains(quantity) {
      throw ValidationError(
        "--on \(quantity): these runs have no such measurement."
          + Suggestion.phrase(for: quantity, among: measured.sorted())
          + " They have \(measured.sorted().joined(separator: ", ")).")
    }
    return runs.map { run in
      var part = run
      part.observations = run.observations.filter { on.contains($0.quantity) }
      return part
    }
  }

  private func named(_ batch: RunBatch) throws -> [Run] {
    if only.isEmpty { return batch.runs }
    return try Set(only).sorted().map { name in
      guard let run = batch.runs.first(where: { $0.name == name }) else {
        let known = batch.runs.map(\.name)
        throw InputRefused([
          Finding(
            .error, "E_RUN_NAME", at: Place(file: runs.joined(separator: ", ")),
            "There is no run '\(name)'.\(Suggestion.phrase(for: name, among: known))",
            remedy: "Choose one of: \(known.joined(separator: ", ")).")
        ])
      }
      return run
    }
  }

  /// Parameters held by the user, base units.
  func heldValues(for models: [Model]) throws -> [String: Double] {
    var values: [String: Double] = [:]
    for held in hold {
      let parameters = models.flatMap(\.parameters)
      guard let match = parameters.first(where: { $0.name == held.name }) else {
        throw ValidationError(
          "No model has a parameter '\(held.name)'."
            + Suggestion.phrase(for: held.name, among: parameters.map(\.name)))
      }
      guard match.unit.dimension == held.unit.dimension else {
        throw ValidationError(
          "\(held.name) is \(match.unit.dimension.words); write it like "
            + "--hold '\(held.name)=1 \(match.unit.symbol)'.")
      }
      if values[held.name] != nil {
        throw ValidationError("--hold \(held.name) is given twice.")
      }
      let value = held.unit.toBase(held.value)
      if !match.isFixed, !match.bounds.contains(value) {
        throw ValidationError(
          "--hold \(held.name): the value lies outside the model's bounds "
            + "\(NumberText.significant(match.unit.fromBase(match.bounds.lowerBound))) to "
            + "\(NumberText.significant(match.unit.fromBase(match.bounds.upperBound))) "
            + "\(match.unit.symbol).")
      }
      values[held.name] = value
    }
    return values
  }

  /// What is known of the vessel of a run.
  func platform(of run: Run, data: DataFolder) throws -> Platform? {
    if let platform { return try PlatformFile.platform(named: platform, data: data) }
    return try PlatformFile.platform(of: run, data: data)
  }
}

extension Finding {
  /// True when it stands in one of a run's rows; findings about a whole file belong to every run of that
  /// file.
  func belongs(to run: Run) -> Bool {
    let places = run.observations.map(\.place) + run.operations.map(\.place)
    return places.contains {
      $0.file == place.file && (place.line <= 1 || $0.line == place.line)
    }
  }
}
