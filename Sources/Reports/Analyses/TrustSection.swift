import Inference

/// Which parameters of a fit may be trusted, as a short list by what they rest on.
enum TrustSection {
  static func blocks(_ fit: FitResult) -> [Page.Block] {
    guard fit.isUsable else { return [] }
    var groups: [(title: String, text: String, names: [String])] = [
      ("fixed by the data", "trust value and interval", []),
      ("data and prior", "trust the interval, as far as you trust the prior", []),
      ("prior, not data", "the value is what was put in", []),
      ("not known", "use neither value nor interval", []),
      ("at a bound", "read the note on it", []),
    ]
    for parameter in fit.parameters {
      switch parameter.verdict {
      case .held, .noInfluence: continue
      case .fixedByData: groups[0].names.append(parameter.name)
      case .dataAndPrior: groups[1].names.append(parameter.name)
      case .priorOnly, .priorOf: groups[2].names.append(parameter.name)
      case .notIdentifiable: groups[3].names.append(parameter.name)
      case .atBound: groups[4].names.append(parameter.name)
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
