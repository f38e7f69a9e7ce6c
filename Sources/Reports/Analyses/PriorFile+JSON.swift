import Population
import Quantities
import RunFiles

extension PriorFile {
  /// The file's text, with its digest. Throws `JSONMismatch` when a number is not finite.
  public func text() throws(JSONMismatch) -> (text: String, sha256: String) {
    let sealed = try SealedRecord.seal(content, schema: PriorFile.schema)
    return (try sealed.record.text() + "\n", sealed.sha256)
  }

  private var content: JSONValue {
    var object: [String: JSONValue] = [
      "form": .int(prior.form), "model": .string(prior.model), "origin": .string(prior.origin),
      "donors": .int(prior.donors), "runs": .int(prior.runs),
      "measurements": .int(prior.measurements), "method": .string(prior.method),
      "log_likelihood": .double(prior.logLikelihood), "widening": .double(prior.widening),
      "widening_reason": .string(prior.wideningReason),
      "notes": .array(prior.notes.map { .string($0) }),
      "parameters": .array(
        zip(prior.parameters, units).map { parameter, unit in
          .object([
            "name": .string(parameter.name), "scale": .string(parameter.scale),
            "unit": .string(unit), "relative_to_run": .bool(parameter.isRelative),
            "mean": .double(parameter.mean), "mean_error": .double(parameter.meanError),
            "spread": .double(parameter.spread), "sd": .double(parameter.sd),
            "widening": .double(parameter.widening),
          ])
        }),
      "correlations": .array(prior.correlations.map { .array($0.map { .double($0) }) }),
      "covariates": .array(prior.covariates.map(PriorFile.json)),
      "model_text": .array(model.map(PriorFile.json)), "inputs": .array(inputs.map(PriorFile.json)),
      "options": .object(options.mapValues { .string($0) }),
      "base_units": .string(PriorFile.baseUnits),
    ]
    if let source = prior.source { object["source"] = .string(source) }
    return .object(object)
  }

  /// What means and spreads are numbers of.
  private static let baseUnits =
    "ln, logit or value of the parameter in base units: 1e6 cells, umol, mL, h, mg, IU"

  static func json(_ input: Input) -> JSONValue {
    .object(["path": .string(input.path), "sha256": .string(input.sha256)])
  }

  static func input(_ reader: JSONReader) throws(JSONMismatch) -> Input {
    try reader.allowOnly(["path", "sha256"])
    return Input(path: try reader["path"].string, sha256: try reader["sha256"].string)
  }

  /// Reads a prior file. Throws `InputRefused` for a file that is missing, damaged, of another
  /// version, changed, or with numbers that no prior has; each with the field.
  public static func read(_ path: String) throws(InputRefused) -> PriorFile {
    let bytes = try SourceBytes.read(path)
    let (content, sha256) = try SealedRecord.open(
      bytes, file: path, schema: schema, remedy: remedy)
    do throws(JSONMismatch) {
      var file = try parsed(content)
      if let fault = file.prior.fault { throw JSONMismatch(path: "$", cause: written(fault)) }
      file.sha256 = sha256
      return file
    } catch {
      throw SealedRecord.shape(error, file: path, remedy: remedy)
    }
  }

  /// A fault with the names of its fields as the file writes them.
  private static func written(_ fault: String) -> String {
    [
      ("logLikelihood", "log_likelihood"), ("meanError", "mean_error"),
      ("meanCovariances", "covariance_with_means"),
      ("effectCovariances", "covariance_with_effects"),
    ].reduce(fault) { text, name in text.replacing(name.0, with: name.1) }
  }

  private static func parsed(_ content: JSONReader) throws(JSONMismatch) -> PriorFile {
    try content.allowOnly([
      "form", "model", "origin", "donors", "runs", "measurements", "method", "log_likelihood",
      "widening", "widening_reason", "notes", "parameters", "correlations", "covariates",
      "model_text", "inputs", "options", "base_units", "source",
    ])
    var parameters: [LearnedPrior.Parameter] = []
    var units: [String] = []
    for entry in try content["parameters"].elements {
      let (parameter, unit) = try self.parameter(entry)
      parameters.append(parameter)
      units.append(unit)
    }
    var covariates: [LearnedPrior.Covariate] = []
    for entry in try content["covariates"].elements { covariates.append(try covariate(entry)) }
    var options: [String: String] = [:]
    let written = try content["options"]
    for key in try written.keys { options[key] = try written[key].string }
    var prior = LearnedPrior(
      form: try content["form"].int, model: try content["model"].string,
      origin: try content["origin"].string, donors: try content["donors"].int,
      runs: try content["runs"].int, measurements: try content["measurements"].int,
      method: try content["method"].string, logLikelihood: try content["log_likelihood"].double,
      parameters: parameters, correlations: try correlations(content["correlations"]),
      covariates: covariates, widening: try content["widening"].double,
      wideningReason: try content["widening_reason"].string, notes: try texts(content["notes"]))
    prior.source = try content.optional("source")?.string
    var model: [Input] = []
    for entry in try content["model_text"].elements { model.append(try input(entry)) }
    var inputs: [Input] = []
    for entry in try content["inputs"].elements { inputs.append(try input(entry)) }
    return PriorFile(prior, model: model, inputs: inputs, units: units, options: options)
  }

  private static func parameter(
    _ entry: JSONReader
  ) throws(JSONMismatch) -> (LearnedPrior.Parameter, String) {
    try entry.allowOnly([
      "name", "scale", "unit", "relative_to_run", "mean", "mean_error", "spread", "sd", "widening",
    ])
    return (
      .init(
        named: try entry["name"].string, scale: try entry["scale"].string,
        isRelative: try entry["relative_to_run"].bool, mean: try entry["mean"].double,
        meanError: try entry["mean_error"].double, spread: try entry["spread"].double,
        sd: try entry["sd"].double, widening: try entry["widening"].double),
      try entry["unit"].string
    )
  }

  private static func correlations(_ rows: JSONReader) throws(JSONMismatch) -> [[Double]] {
    var table: [[Double]] = []
    for row in try rows.elements { table.append(try numbers(row)) }
    return table
  }

  static func numbers(_ row: JSONReader) throws(JSONMismatch) -> [Double] {
    var line: [Double] = []
    for cell in try row.elements { line.append(try cell.double) }
    return line
  }

  static func texts(_ reader: JSONReader) throws(JSONMismatch) -> [String] {
    var texts: [String] = []
    for entry in try reader.elements { texts.append(try entry.string) }
    return texts
  }
}
