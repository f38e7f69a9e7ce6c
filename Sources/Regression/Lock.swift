import Quantities
import Reports
import RunFiles

/// The locked results of the reference cases, with their tolerances and the reasons for them.
struct Lock {
  /// How far a number may move before it counts as drift.
  struct Tolerance {
    let name: String
    let value: Double
    let reason: String
  }

  static let tolerances = [
    Tolerance(
      name: "estimate_se", value: 0.02,
      reason: "Standard errors; a fiftieth of one changes no decision, and other processors and "
        + "C libraries stay far below it."),
    Tolerance(
      name: "prediction_ln", value: 5e-8,
      reason: "Difference of logarithms at the locked point; the integrator's own error at its "
        + "default tolerance is about 1E-9, a tolerance 1000 times looser exceeds it."),
    Tolerance(
      name: "log_likelihood", value: 1e-4,
      reason: "Absolute; a flat optimum leaves less than this."),
    Tolerance(
      name: "noise", value: 1e-11, reason: "Relative; closed forms, only rounding may differ."),
    Tolerance(
      name: "steps", value: 0.02,
      reason: "Relative; accepted steps at the locked point follow the controller."),
    Tolerance(
      name: "probability", value: 0.01,
      reason: "Absolute; another C library may move a few of the 2000 draws across the need."),
  ]

  static func tolerance(_ name: String) -> Double {
    tolerances.first { $0.name == name }?.value ?? 0
  }

  var units: [String: String] = [:]
  var noise: [String: Double] = [:]
  var doses: [String: String] = [:]
  var cases: [String: ReferenceResult] = [:]

  /// The lock as canonical JSON.
  var json: JSONValue {
    func numbers(_ values: [String: Double]) -> JSONValue {
      .object(values.mapValues { .double($0) })
    }
    func texts(_ values: [String: String]) -> JSONValue {
      .object(values.mapValues { .string($0) })
    }
    return .object([
      "schema": .string("thymus.lock/1"),
      "tolerances": .object(
        Dictionary(
          Lock.tolerances.map {
            ($0.name, .object(["value": .double($0.value), "reason": .string($0.reason)]))
          }, uniquingKeysWith: { first, _ in first })),
      "units": texts(units), "noise": numbers(noise), "doses": texts(doses),
      "cases": .object(
        cases.mapValues { result in
          .object([
            "estimates": numbers(result.estimates), "standard_errors": numbers(result.errors),
            "verdicts": texts(result.verdicts), "natural": numbers(result.natural),
            "log_likelihood": .double(result.logLikelihood), "usable": .bool(result.usable),
            "predictions": .array(result.predictions.map { .double($0) }),
            "steps": .int(result.steps), "options": texts(result.options),
            "probabilities": numbers(result.probabilities),
            "first_safe_day_h": result.firstSafeDay.map { .double($0) } ?? .null,
          ])
        }),
    ])
  }

  /// Reads a lock; every fault of its shape is a refusal.
  static func read(_ path: String) throws(InputRefused) -> Lock {
    let document = try JSONDocument.read(path)
    do {
      let root = JSONReader(document)
      try root.allowOnly(["schema", "tolerances", "units", "noise", "doses", "cases"])
      guard try root["schema"].string == "thymus.lock/1" else {
        throw JSONDocument.refused(path, "The schema is not thymus.lock/1.")
      }
      for tolerance in tolerances {
        let locked = try root["tolerances"][tolerance.name]["value"].double
        guard locked == tolerance.value else {
          throw JSONDocument.refused(
            path,
            "The tolerance \(tolerance.name) is \(locked), the engine's is \(tolerance.value).")
        }
      }
      var lock = Lock()
      lock.units = try texts(root["units"])
      lock.noise = try numbers(root["noise"])
      lock.doses = try texts(root["doses"])
      for id in try root["cases"].keys {
        lock.cases[id] = try result(root["cases"][id])
      }
      return lock
    } catch let refused as InputRefused {
      throw refused
    } catch {
      throw JSONDocument.refused(path, "\(error)")
    }
  }

  private static func result(_ entry: JSONReader) throws -> ReferenceResult {
    var result = ReferenceResult()
    result.estimates = try numbers(entry["estimates"])
    result.errors = try numbers(entry["standard_errors"])
    result.verdicts = try texts(entry["verdicts"])
    result.natural = try numbers(entry["natural"])
    result.logLikelihood = try entry["log_likelihood"].double
    result.usable = try entry["usable"].bool
    result.predictions = try entry["predictions"].elements.map { try $0.double }
    result.steps = try entry["steps"].int
    result.options = try texts(entry["options"])
    result.probabilities = try numbers(entry["probabilities"])
    result.firstSafeDay = try entry.optional("first_safe_day_h")?.double
    return result
  }

  private static func numbers(_ entry: JSONReader) throws -> [String: Double] {
    var values: [String: Double] = [:]
    for key in try entry.keys { values[key] = try entry[key].double }
    return values
  }

  private static func texts(_ entry: JSONReader) throws -> [String: String] {
    var values: [String: String] = [:]
    for key in try entry.keys { values[key] = try entry[key].string }
    return values
  }
}
