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
    .object([
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
      "covariates": .array(
        prior.covariates.map {
          .object([
            "name": .string($0.name), "effect": .double($0.effect), "error": .double($0.error),
          ])
        }),
      "model_text": .array(model.map(PriorFile.json)), "inputs": .array(inputs.map(PriorFile.json)),
      "options": .object(options.mapValues { .string($0) }),
      "base_units": .string(PriorFile.baseUnits),
    ])
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
    do {
      var file = try parsed(content)
      file.sha256 = sha256
      return file
    } catch {
      throw SealedRecord.shape(error, file: path, remedy: remedy)
    }
  }

  private static func parsed(_ content: JSONReader) throws(JSONMismatch) -> PriorFile {
    try content.allowOnly([
      "form", "model", "origin", "donors", "runs", "measurements", "method", "log_likelihood",
      "widening", "widening_reason", "notes", "parameters", "correlations", "covariates",
      "model_text", "inputs", "options", "base_units",
    ])
    var parameters: [LearnedPrior.Parameter] = []
    var units: [String] = []
    for entry in try content["parameters"].elements {
      let (parameter, unit) = try self.parameter(entry)
      if parameters.contains(where: { $0.name == parameter.name }) {
        throw JSONMismatch(
          path: try entry["name"].path, cause: "\(parameter.name) is there twice.")
      }
      parameters.append(parameter)
      units.append(unit)
    }
    if parameters.isEmpty {
      throw JSONMismatch(path: try content["parameters"].path, cause: "Needs a parameter.")
    }
    var covariates: [LearnedPrior.Covariate] = []
    for entry in try content["covariates"].elements {
      try entry.allowOnly(["name", "effect", "error"])
      covariates.append(
        .init(
          named: try entry["name"].string, effect: try finite(entry, "effect"),
          error: try finite(entry, "error", from: 0)))
    }
    var options: [String: String] = [:]
    let written = try content["options"]
    for key in try written.keys { options[key] = try written[key].string }
    let prior = LearnedPrior(
      form: try whole(content, "form", from: 1), model: try content["model"].string,
      origin: try content["origin"].string, donors: try whole(content, "donors", from: 1),
      runs: try whole(content, "runs", from: 1),
      measurements: try whole(content, "measurements", from: 1),
      method: try content["method"].string, logLikelihood: try finite(content, "log_likelihood"),
      parameters: parameters,
      correlations: try correlations(content["correlations"], count: parameters.count),
      covariates: covariates, widening: try finite(content, "widening", from: 1),
      wideningReason: try content["widening_reason"].string, notes: try texts(content["notes"]))
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
    let scale = try entry["scale"].string
    guard ["log", "logit", "linear"].contains(scale) else {
      throw JSONMismatch(path: try entry["scale"].path, cause: "Needs log, logit or linear.")
    }
    let sd = try finite(entry, "sd", from: 0)
    guard sd > 0 else {
      throw JSONMismatch(path: try entry["sd"].path, cause: "Needs a number above 0.")
    }
    return (
      .init(
        named: try entry["name"].string, scale: scale,
        isRelative: try entry["relative_to_run"].bool, mean: try finite(entry, "mean"),
        meanError: try finite(entry, "mean_error", from: 0),
        spread: try finite(entry, "spread", from: 0), sd: sd,
        widening: try finite(entry, "widening", from: 0)), try entry["unit"].string
    )
  }

  private static func correlations(
    _ rows: JSONReader, count: Int
  ) throws(JSONMismatch) -> [[Double]] {
    var table: [[Double]] = []
    for row in try rows.elements {
      var line: [Double] = []
      for cell in try row.elements {
        let value = try cell.double
        guard value.isFinite, abs(value) <= 1 + 1e-9 else {
          throw JSONMismatch(path: cell.path, cause: "Needs a number between -1 and 1.")
        }
        line.append(value)
      }
      guard line.count == count else {
        throw JSONMismatch(path: row.path, cause: "Needs \(count) numbers, one a parameter.")
      }
      table.append(line)
    }
    guard table.count == count else {
      throw JSONMismatch(path: rows.path, cause: "Needs \(count) rows, one a parameter.")
    }
    for i in 0..<count {
      for j in 0...i
      where i == j ? table[i][i] != 1 : abs(table[i][j] - table[j][i]) > 1e-9 {
        throw JSONMismatch(
          path: try rows[i][j].path,
          cause: i == j ? "Needs 1 on the diagonal." : "Differs from its mirror image.")
      }
    }
    return table
  }

  static func finite(
    _ reader: JSONReader, _ key: String, from least: Double = -.infinity
  ) throws(JSONMismatch) -> Double {
    let field = try reader[key]
    let value = try field.double
    guard value.isFinite, value >= least else {
      throw JSONMismatch(
        path: field.path,
        cause: least == -.infinity
          ? "Needs a finite number." : "Needs a number of \(NumberText.significant(least)) or more."
      )
    }
    return value
  }

  static func whole(
    _ reader: JSONReader, _ key: String, from least: Int
  ) throws(JSONMismatch) -> Int {
    let field = try reader[key]
    let value = try field.int
    guard value >= least else {
      throw JSONMismatch(path: field.path, cause: "Needs \(least) or more.")
    }
    return value
  }

  static func texts(_ reader: JSONReader) throws(JSONMismatch) -> [String] {
    var texts: [String] = []
    for entry in try reader.elements { texts.append(try entry.string) }
    return texts
  }
}
