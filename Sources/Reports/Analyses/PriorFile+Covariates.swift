import Population

extension PriorFile {
  /// An effect of a covariate as the file writes it.
  static func json(_ covariate: LearnedPrior.Covariate) -> JSONValue {
    func row(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .double($0) }) }
    var object: [String: JSONValue] = [
      "parameter": .string(covariate.parameter), "name": .string(covariate.name),
      "effect": .double(covariate.effect), "error": .double(covariate.error),
      "donors": .int(covariate.donors),
      "covariance_with_means": row(covariate.meanCovariances),
      "covariance_with_effects": row(covariate.effectCovariances),
    ]
    switch covariate.values {
    case .word(let word, let reference):
      object["word"] = .string(word)
      object["reference"] = .string(reference)
    case .number(let transform, let unit, let centre, let low, let high):
      object["transform"] = .string(transform.rawValue)
      object["unit"] = .string(unit)
      object["centre"] = .double(centre)
      object["low"] = .double(low)
      object["high"] = .double(high)
    }
    return .object(object)
  }

  /// An effect of a covariate that a file holds: of a word, or of a number.
  static func covariate(_ entry: JSONReader) throws(JSONMismatch) -> LearnedPrior.Covariate {
    let all = [
      "parameter", "name", "effect", "error", "donors", "covariance_with_means",
      "covariance_with_effects",
    ]
    let values: LearnedPrior.Covariate.Values
    if let word = try entry.optional("word") {
      try entry.allowOnly(all + ["word", "reference"])
      values = .word(try word.string, reference: try entry["reference"].string)
    } else {
      try entry.allowOnly(all + ["transform", "unit", "centre", "low", "high"])
      let written = try entry["transform"]
      guard let transform = CovariateTransform(rawValue: try written.string) else {
        throw JSONMismatch(path: written.path, cause: "The transforms are none and ln.")
      }
      values = .number(
        transform: transform, unit: try entry["unit"].string, centre: try entry["centre"].double,
        low: try entry["low"].double, high: try entry["high"].double)
    }
    return .init(
      of: try entry["name"].string, on: try entry["parameter"].string, values: values,
      effect: try entry["effect"].double, error: try entry["error"].double,
      donors: try entry["donors"].int,
      meanCovariances: try numbers(entry["covariance_with_means"]),
      effectCovariances: try numbers(entry["covariance_with_effects"]))
  }
}
