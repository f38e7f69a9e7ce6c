import Inference
import Quantities

/// Which parameters of a fit may be trusted, as a short list by what they rest on.
enum TrustSection {
  /// How far the list itself may be trusted.
  private enum Ground {
    case sound, disputed, contradicted
  }

  /// `profiles` may be empty; where they are there, an end that they leave open is said.
  /// Where the residuals speak against the model nothing is to be trusted as it stands; where other
  /// models are not ruled out, what is fixed is fixed within this one.
  static func blocks(_ verdict: FitVerdict, _ profiles: [ParameterProfile]) -> [Page.Block] {
    let fit = verdict.fit
    guard fit.isUsable else { return [] }
    let ground: Ground =
      verdict.isMisfit
      ? .contradicted
      : verdict.doubts?.sentences.isEmpty == false || !verdict.conflicts.isEmpty
        ? .disputed : .sound
    var groups = titles(ground).map { (title: $0.title, text: $0.text, names: [String]()) }
    for parameter in fit.parameters {
      let open = profiles.first { $0.name == parameter.name }?.openWords
      func named(_ remark: String?) -> String {
        let remarks = [remark, open].compactMap { $0 }
        return parameter.name
          + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))")
      }
      if fit.showsGrowth == false, growth.contains(parameter.name), parameter.interval != nil {
        groups[4].names.append("\(parameter.name) (no growth seen)")
        continue
      }
      if verdict.conflicts.contains(parameter.name) {
        groups[4].names.append("\(parameter.name) (data and prior contradict each other)")
        continue
      }
      switch parameter.verdict {
      case .held: continue
      case .noInfluence:
        if !fit.plan.noiseNames.contains(parameter.name) { groups[4].names.append(parameter.name) }
      case .fixedByData:
        let given = parameter.given.map(\.words).joined(separator: " and ")
        groups[given.isEmpty ? 0 : 6].names.append(named(given.isEmpty ? nil : "given \(given)"))
      case .dataAndPrior(let share):
        groups[1].names.append(named("data: \(NumberText.percent(share))"))
      case .priorOnly: groups[2].names.append(parameter.name)
      case .priorOf(let partner): groups[3].names.append("\(parameter.name) (that of \(partner))")
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

  /// Parameters that only growth could tell.
  private static let growth: Set = ["mu", "mu0", "lag", "K", "Vmax"]

  private static func titles(_ ground: Ground) -> [(title: String, text: String)] {
    let fixed: String
    let shared: String
    switch ground {
    case .sound:
      fixed = "trust value and interval"
      shared = "trust the interval, as far as you trust the prior"
    case .disputed:
      fixed = "trust value and interval only as far as you trust this model: read the verdict"
      shared =
        "trust the interval only as far as you trust this model and the prior: read the verdict"
    case .contradicted:
      fixed = "fixed within this model, but the verdict speaks against it: do not trust it yet"
      shared = "known within this model, but the verdict speaks against it: do not trust it yet"
    }
    return [
      ("fixed by the data", fixed), ("data and prior", shared),
      ("prior, not data", "the value is little more than what was put in"),
      ("prior of another", "no better known than the parameter that it trades off with"),
      ("not known", "use neither value nor interval"),
      ("at a bound", "read the note on it"),
      (
        "fixed, given what is assumed",
        "value and interval hold only for the assumed constant: twice or half of it moves the value out of "
          + "the middle of the interval"
      ),
    ]
  }
}
