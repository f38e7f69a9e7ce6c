import Quantities

/// One number that is not what the lock says.
public struct Drift: Sendable {
  /// The reference case, or `units`, `noise`, `doses`.
  public let subject: String
  /// What moved.
  public let quantity: String
  /// What the lock says.
  public let locked: String
  /// What it is now.
  public let now: String
  /// By how much, with its unit and the tolerance.
  public let difference: String
}

/// Compares results with a lock.
struct DriftFinder {
  var drifts: [Drift] = []

  mutating func compare(_ lock: Lock, _ fresh: Lock) {
    texts("units", lock.units, fresh.units)
    numbers("noise", lock.noise, fresh.noise, relative: Lock.tolerance("noise"), unit: "relative")
    texts("doses", lock.doses, fresh.doses)
    for id in Set(lock.cases.keys).union(fresh.cases.keys).sorted() {
      guard let a = lock.cases[id], let b = fresh.cases[id] else {
        add(
          id, "case", lock.cases[id] == nil ? "absent" : "present",
          fresh.cases[id] == nil ? "absent" : "present", "-")
        continue
      }
      compare(id, a, b)
    }
  }

  private mutating func compare(_ id: String, _ a: ReferenceResult, _ b: ReferenceResult) {
    if a.usable != b.usable { add(id, "usable", "\(a.usable)", "\(b.usable)", "-") }
    texts(id, a.options, b.options)
    texts(id, a.verdicts, b.verdicts, prefix: "verdict of ")
    let limit = Lock.tolerance("estimate_se")
    for name in Set(a.estimates.keys).union(b.estimates.keys).sorted() {
      guard let x = a.estimates[name], let y = b.estimates[name] else {
        add(id, name, text(a.estimates[name]), text(b.estimates[name]), "estimated in one only")
        continue
      }
      // A parameter without a standard error (at a bound) is compared on its own scale.
      let se = a.errors[name] ?? 1
      let distance = abs(x - y) / se
      if !(distance <= limit) {
        add(id, name, text(x), text(y), "\(text(distance)) standard errors (limit \(text(limit)))")
      }
      if (a.errors[name] == nil) != (b.errors[name] == nil) {
        add(
          id, "standard error of \(name)", text(a.errors[name]), text(b.errors[name]),
          "present in one only")
      }
      if let e = a.errors[name], let f = b.errors[name], !(abs(f / e - 1) <= limit) {
        add(
          id, "standard error of \(name)", text(e), text(f),
          "\(text(abs(f / e - 1))) relative (limit \(text(limit)))")
      }
    }
    numbers(
      id, ["log-likelihood": a.logLikelihood], ["log-likelihood": b.logLikelihood],
      absolute: Lock.tolerance("log_likelihood"), unit: "")
    predictions(id, a, b)
    if !(abs(Double(b.steps) / Double(max(a.steps, 1)) - 1) <= Lock.tolerance("steps")) {
      add(id, "integrator steps", "\(a.steps)", "\(b.steps)", "limit 2 %")
    }
    numbers(
      id, a.probabilities, b.probabilities, absolute: Lock.tolerance("probability"),
      unit: "probability")
    if a.firstSafeDay != b.firstSafeDay {
      add(id, "first safe day", text(a.firstSafeDay), text(b.firstSafeDay), "hours")
    }
  }

  private mutating func predictions(_ id: String, _ a: ReferenceResult, _ b: ReferenceResult) {
    guard a.predictions.count == b.predictions.count else {
      add(id, "number of predictions", "\(a.predictions.count)", "\(b.predictions.count)", "-")
      return
    }
    let limit = Lock.tolerance("prediction_ln")
    var worst: (index: Int, distance: Double)?
    for (index, pair) in zip(a.predictions, b.predictions).enumerated() {
      let distance =
        pair.0 > 0 && pair.1 > 0
        ? abs(Double.log(pair.0 / pair.1)) : (pair.0 == pair.1 ? 0 : .infinity)
      if !(distance <= limit), !(distance <= worst?.distance ?? 0) { worst = (index, distance) }
    }
    if let worst {
      let label = b.labels.indices.contains(worst.index) ? b.labels[worst.index] : "\(worst.index)"
      add(
        id, "prediction of \(label)", text(a.predictions[worst.index]),
        text(b.predictions[worst.index]),
        "\(text(worst.distance)) in ln (limit \(text(limit))), the worst of the run")
    }
  }

  private mutating func numbers(
    _ subject: String, _ a: [String: Double], _ b: [String: Double], relative: Double? = nil,
    absolute: Double = 0, unit: String
  ) {
    for name in Set(a.keys).union(b.keys).sorted() {
      guard let x = a[name], let y = b[name] else {
        add(subject, name, text(a[name]), text(b[name]), "present in one only")
        continue
      }
      let limit = relative.map { $0 * abs(x) } ?? absolute
      if !(abs(x - y) <= limit) {
        add(subject, name, text(x), text(y), "\(text(abs(x - y))) \(unit) (limit \(text(limit)))")
      }
    }
  }

  private mutating func texts(
    _ subject: String, _ a: [String: String], _ b: [String: String], prefix: String = ""
  ) {
    for name in Set(a.keys).union(b.keys).sorted() where a[name] != b[name] {
      add(subject, prefix + name, a[name] ?? "absent", b[name] ?? "absent", "-")
    }
  }

  private mutating func add(
    _ subject: String, _ quantity: String, _ locked: String, _ now: String, _ difference: String
  ) {
    drifts.append(
      Drift(
        subject: subject, quantity: quantity, locked: locked, now: now, difference: difference))
  }

  private func text(_ value: Double?) -> String {
    value.map { NumberText.significant($0, 8) } ?? "none"
  }
}
