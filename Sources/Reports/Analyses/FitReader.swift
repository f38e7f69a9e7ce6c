import Inference
import ModelLanguage
import Quantities

/// Reads the parameters of a model out of a fit's JSON record.
public enum FitReader {
  /// The values that the fit of a model to a run found.
  ///
  /// Reads what `fit`, `harvest` and `report` write with `--json`. `run` may be nil when the record
  /// holds one run. `entry` is the name of the fitted model, when it is not that of `model`.
  /// Throws `JSONMismatch` when the record has another form or a unit does not fit, `InputRefused`
  /// when it has no such run or model, or its fit is not usable.
  public static func read(
    _ text: String, file: String, model: Model, entry: String? = nil, run: String? = nil
  ) throws -> FittedValues {
    let record = try JSONReader(JSONValue(parsing: text, file: file))
    let schema = try record["schema"].string
    guard ["thymus.fit/1", "thymus.harvest/1", "thymus.report/1"].contains(schema) else {
      throw refused(
        "E_FIT_SCHEMA", file, "The record is '\(schema)', not a fit.",
        "Write one with 'thymus fit ... --json > fit.json'.")
    }
    let runs = try record["runs"].elements
    let names = try runs.map { try $0["run"].string }
    let chosen = try choose(run, among: names, what: "run", option: "--fit-run", file: file)
    let entries = try runs[chosen]["models"].elements
    let models = try entries.map { try $0["model"].string }
    let wanted = entry ?? (models.count == 1 && models[0] == model.name ? nil : model.name)
    let index = try choose(
      wanted, among: models, what: "fitted model", option: "--fit-model", file: file)
    guard try entries[index]["usable"].bool else {
      throw refused(
        "E_FIT_NOT_USABLE", file,
        "The fit of \(models[index]) to \(names[chosen]) is marked as not usable.",
        "Fit again: the notes of the fit say what is missing.")
    }
    return try values(
      entries[index], model, origin: "fit of \(models[index]) to \(names[chosen])", file)
  }

  private static func values(
    _ record: JSONReader, _ model: Model, origin: String, _ file: String
  ) throws -> FittedValues {
    var entries: [String: FittedValues.Entry] = [:]
    for item in try record["parameters"].elements {
      let name = try item["name"].string
      guard let parameter = model.parameters.first(where: { $0.name == name }) else { continue }
      let unit = try? Unit(parsing: try item["unit"].string)
      guard let unit, unit.dimension == parameter.unit.dimension else {
        throw refused(
          "E_FIT_UNIT", file, "\(name) is not \(parameter.unit.dimension.words) in the fit.",
          "Fit the model again: its unit was changed after the fit.")
      }
      let scale = try item["scale"].string
      let sd = try item.optional("standard_error")?.double
      if sd != nil, scale != parameter.scale.rawValue {
        throw refused(
          "E_FIT_SCALE", file, "\(name) was estimated on another scale (\(scale)).",
          "Fit the model again: its scale was changed after the fit.")
      }
      let prior = try item.optional("prior")?["origin"].string
      let word = "platform "
      entries[name] = FittedValues.Entry(
        value: unit.toBase(try item["estimate"].double), sd: sd.flatMap { $0 > 0 ? $0 : nil },
        platform: prior.flatMap { $0.hasPrefix(word) ? $0 : nil }?.dropFirst(word.count)
          .split(separator: " ").first.map(String.init),
        hasInfluence: try item["verdict"].string != "no_influence")
    }
    var correlations: [[String]: Double] = [:]
    for pair in try record.optional("correlations")?.elements ?? [] {
      let (a, b) = (try pair["a"].string, try pair["b"].string)
      let r = try pair["correlation"].double
      correlations[[a, b]] = r
      correlations[[b, a]] = r
    }
    return FittedValues(origin: origin, entries: entries, correlations: correlations)
  }

  private static func choose(
    _ name: String?, among names: [String], what: String, option: String, file: String
  ) throws -> Int {
    guard let name else {
      if names.count == 1 { return 0 }
      throw refused(
        "E_FIT_CHOICE", file, "The record holds \(NumberText.counted(names.count, what)).",
        "Choose one with \(option): \(names.joined(separator: ", ")).")
    }
    guard let index = names.firstIndex(of: name) else {
      throw refused(
        "E_FIT_CHOICE", file,
        "The record has no \(what) '\(name)'.\(Suggestion.phrase(for: name, among: names))",
        "Choose one with \(option): \(names.joined(separator: ", ")).")
    }
    return index
  }

  private static func refused(
    _ code: String, _ file: String, _ cause: String, _ remedy: String
  ) -> InputRefused {
    InputRefused([Finding(.error, code, at: Place(file: file), cause, remedy: remedy)])
  }
}
