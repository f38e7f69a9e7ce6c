import Quantities

extension Checker {
  /// Checks an observable and builds its mean and noise scale.
  mutating func observe(_ syntax: ObserveSyntax) {
    let name = syntax.name
    if observables.contains(where: { $0.name == name }) {
      report("E_MODEL_TWICE", syntax.spot, "\(name) is observed twice.", "Remove one of them.")
    }
    if observables.count == Checker.mostObservables {
      report(
        "E_MODEL_TOO_LARGE", syntax.spot,
        "The model observes more than \(Checker.mostObservables) quantities.", "Observe fewer.")
      return
    }
    let value = expression(syntax.mean)
    guard let unit = read(syntax.unit), let value else { return }
    if value.dimension != unit.dimension {
      report(
        "E_MODEL_DIMENSION", syntax.mean.spot,
        "\(name) is written in [\(unit)] (\(unit.dimension.words)) but its mean is "
          + "\(value.dimension.words).", "Correct the unit or the expression.")
      return
    }
    guard let noise = noiseScale(syntax, value) else { return }
    observables.append(ModelObservable(name: name, unit: unit, family: noise.family))
    means.append(value.node)
    self.noise.append(noise.node)
  }

  private mutating func noiseScale(
    _ syntax: ObserveSyntax, _ mean: Typed
  ) -> (family: NoiseFamily, node: Int)? {
    let place = syntax.familySpot
    guard let family = FamilyWord(rawValue: syntax.family) else {
      report(
        "E_MODEL_FAMILY", place,
        "Unknown noise family '\(syntax.family)'."
          + Suggestion.phrase(for: syntax.family, among: FamilyWord.words),
        "Families: \(Vocabulary.families.map(\.form).joined(separator: ", ")).")
      return nil
    }
    let allowed = family.arguments
    var values: [String: Typed] = [:]
    for argument in syntax.arguments {
      guard allowed.contains(argument.name) else {
        report(
          "E_MODEL_ARGUMENTS", argument.spot,
          "\(syntax.family) has no argument '\(argument.name)'."
            + Suggestion.phrase(for: argument.name, among: allowed),
          "Arguments: \(allowed.joined(separator: ", ")).")
        return nil
      }
      if values[argument.name] != nil {
        report(
          "E_MODEL_TWICE", argument.spot, "\(argument.name) is given twice.",
          "Remove one of them.")
      }
      guard let value = expression(argument.value) else { return nil }
      let natural =
        argument.name == "floor" || argument.name == "sd" && family != .logitNormal
      if value.dimension != (natural ? mean.dimension : .none) {
        report(
          "E_MODEL_DIMENSION", argument.spot,
          "\(argument.name) is \(value.dimension.words).",
          natural ? "Give it the unit of the observable." : "Make it a plain number.")
        return nil
      }
      values[argument.name] = value
    }
    switch family {
    case .lognormal:
      guard let sd = values["sd_ln"]?.node else { return missing("sd_ln", place) }
      guard let floor = values["floor"]?.node else { return (.lognormal, sd) }
      // sqrt(sd^2 + (floor / mean)^2).
      let share = graph.product([floor], [mean.node])
      let sum = graph.sum(graph.power(sd, 2), graph.power(share, 2))
      return (.lognormal, graph.apply(.sqrt, sum))
    case .poisson: return (.poisson, graph.constant(0))
    case .negativeBinomial:
      return values["cv"].map { (.negativeBinomial, $0.node) } ?? missing("cv", place)
    case .betaBinomial:
      guard let concentration = values["concentration"]?.node else {
        return missing("concentration", place)
      }
      guard let given = values["counted"] else {
        return (.betaBinomial(counted: nil), concentration)
      }
      guard let n = graph.constantValue(given.node), n >= 1, n == n.rounded(), n <= 1e6 else {
        return missing("counted (a whole number from 1 to 1000000)", place)
      }
      return (.betaBinomial(counted: n), concentration)
    case .logitNormal: return values["sd"].map { (.logitNormal, $0.node) } ?? missing("sd", place)
    case .normal:
      guard values["sd"] != nil || values["relative"] != nil else { return missing("sd", place) }
      return (.normal, combined(values["sd"]?.node, values["relative"]?.node, mean.node))
    case .studentT:
      guard let df = values["df"].flatMap({ graph.constantValue($0.node) }), df > 0, df.isFinite
      else {
        return missing("df (a positive number)", place)
      }
      if let sd = values["sd_ln"], values["sd"] == nil { return (.studentTLog(df: df), sd.node) }
      if let sd = values["sd"], values["sd_ln"] == nil { return (.studentT(df: df), sd.node) }
      return missing("exactly one of sd_ln and sd", place)
    }
  }

  private mutating func missing(_ what: String, _ place: Spot) -> (NoiseFamily, Int)? {
    report("E_MODEL_ARGUMENTS", place, "The noise needs \(what).", "Add it inside the parentheses.")
    return nil
  }

  /// sqrt(sd^2 + (relative * mean)^2), or the one that is given.
  private mutating func combined(_ sd: Int?, _ relative: Int?, _ mean: Int) -> Int {
    guard let relative else { return sd ?? graph.constant(0) }
    let proportional = graph.product([relative, mean])
    guard let sd else { return proportional }
    let sum = graph.sum(graph.power(sd, 2), graph.power(proportional, 2))
    return graph.apply(.sqrt, sum)
  }
}
