import Inference

/// Which parameters of a fit may be trusted, as a short list by what they rest on.
enum TrustSection {
  /// `profiles` may be empty; where they are there, an end that they leave open is said.
  /// Where the residuals speak against the model nothing is to be trusted as it stands.
  static func blocks(
    _ fit: FitResult, _ profiles: [ParameterProfile], _ checks: ResidualChecks? = nil
  ) -> [Page.Block] {
    guard fit.isUsable else { return [] }
    let isDoubted = checks?.isMisfit == true
    var groups: [(title: String, text: String, names: [String])] = [
      (
        "fixed by the data",
        isDoubted
          ? "fixed within this model, but the residuals speak against it: trust neither yet"
          : "trust value and interval", []
      ),
      (
        "data and prior",
        isDoubted
          ? "the same, and the prior counts" : "trust the interval, as far as you trust the prior",
        []
      ),
      ("prior, not data", "the value is what was put in", []),
      ("prior of another", "no better known than the parameter that it trades off with", []),
      ("not known", "use neither value nor interval", []),
      ("at a bound", "read the note on it", []),
    ]
    for parameter in fit.parameters {
      let profile = profiles.first { $0.name == parameter.name }
      let name = parameter.name + (profile?.openWords.map { " (\($0))" } ?? "")
      switch parameter.verdict {
      case .held: continue
      case .noInfluence:
        if !fit.plan.noiseNames.contains(parameter.name) { groups[4].names.append(parameter.name) }
      case .fixedByData: groups[0].names.append(name)
      case .dataAndPrior: groups[1].names.append(name)
      case .priorOnly: groups[2].names.append(parameter.name)
      case .priorOf: groups[3].names.append(parameter.name)
      case .notIdentifiable: groups[4].names.append(parameter.name)
      case .atBound: groups[5].names.append(parameter.name)
      }
    }
    let filled = groups.filter { !$0.names.isEmpty }
    return filled.isEmpty
      ? []
      : [
        .heading("Which parameters to trust"),
        .definitions(
          filled.map {
            Page.Definition($0.title, "\($0.names.joined(separator: ", ")): \($0.text).")
          }),
      ]
  }
}
