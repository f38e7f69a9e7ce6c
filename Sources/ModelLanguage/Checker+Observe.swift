import Quantities

extension Checker {
  /// Checks an observable and builds its mean and noise scale.
  mutating func observe(
    _ name: String, _ unitSyntax: UnitSyntax, _ mean: ExpressionSyntax, _ family: String,
    _ arguments: [(name: String, value: ExpressionSyntax, place: Place)], _ familyPlace: Place,
    _ place: Place
  ) {
    if observables.contains(where: { $0.name == name }) {
      report("E_MODEL_TWICE", place, "\(name) is observed twice.", "Remove one of them.")
    }
    let value = expression(mean)
    guard let unit = read(unitSyntax), let value else { return }
    if value.dimension != unit.dimension {
      report(
        "E_MODEL_DIMENSION", mean.place,
        "\(name) is written in [\(unit)] (\(unit.dimension.words)) but its mean is "
          + "\(value.dimension.words).", "Correct the unit or the expression.")
      return
    }
    guard let noise = noiseScale(family, arguments, value, familyPlace) else { return }
    observables.append(ModelObservable(name: name, unit: unit, family: noise.family))
    means.append(value.node)
    self.noise.append(noise.node)
  }

  private mutating func noiseScale(
    _ family: String, _ arguments: [(name: String, value: ExpressionSyntax, place: Place)],
    _ mean: Typed, _ place: Place
  ) -> (family: NoiseFamily, node: Int)? {
    let accepted = [
      "lognormal": ["sd_ln"], "normal": ["sd", "relative"], "student_t": ["sd_ln", "sd", "df"],
      "logit_normal": ["sd"],
    ]
    guard let allowed = accepted[family] else {
      report(
        "E_MODEL_FAMILY", place,
        "Unknown noise family '\(family)'."
          + Suggestion.phrase(for: family, among: accepted.keys),
        "Families: \(Vocabulary.families.map(\.form).joined(separator: ", ")).")
      return nil
    }
    var values: [String: Typed] = [:]
    for argument in arguments {
      guard allowed.contains(argument.name) else {
        report(
          "E_MODEL_ARGUMENTS", argument.place,
          "\(family) has no argument '\(argument.name)'."
            + Suggestion.phrase(for: argument.name, among: allowed),
          "Arguments: \(allowed.joined(separator: ", ")).")
        return nil
      }
      guard let value = expression(argument.value) else { return nil }
      let natural = argument.name == "sd" && family != "logit_normal"
      if value.dimension != (natural ? mean.dimension : .none) {
        report(
          "E_MODEL_DIMENSION", argument.place,
          "\(argument.name) is \(value.dimension.words).",
          natural ? "Give it the unit of the observable." : "Make it a plain number.")
        return nil
      }
      values[argument.name] = value
    }
    switch family {
    case "lognormal":
      return values["sd_ln"].map { (.lognormal, $0.node) } ?? missing("sd_ln", place)
    case "logit_normal": return values["sd"].map { (.logitNormal, $0.node) } ?? missing("sd", place)
    case "normal":
      guard values["sd"] != nil || values["relative"] != nil else { return missing("sd", place) }
      return (.normal, combined(values["sd"]?.node, values["relative"]?.node, mean.node))
    default:
      guard let df = values["df"].flatMap({ graph.constantValue($0.node) }), df > 0 else {
        return missing("df (a positive number)", place)
      }
      if let sd = values["sd_ln"], values["sd"] == nil { return (.studentTLog(df: df), sd.node) }
      if let sd = values["sd"], values["sd_ln"] == nil { return (.studentT(df: df), sd.node) }
      return missing("exactly one of sd_ln and sd", place)
    }
  }

  private mutating func missing(_ what: String, _ place: Place) -> (NoiseFamily, Int)? {
    report("E_MODEL_ARGUMENTS", place, "The noise needs \(what).", "Add it inside the parentheses.")
    return nil
  }

  /// sqrt(sd^2 + (relative * mean)^2), or the one that is given.
  private mutating func combined(_ sd: Int?, _ relative: Int?, _ mean: Int) -> Int {
    guard let relative else { return sd ?? graph.constant(0) }
    let proportional = graph.apply(.multiply, relative, mean)
    guard let sd else { return proportional }
    let sum = graph.apply(.add, graph.power(sd, 2), graph.power(proportional, 2))
    return graph.apply(.sqrt, sum)
  }
}
