import Inference
import Quantities

/// Which parameters of a fit may be trusted, as a short list by what they rest on.
enum TrustSection {
  /// How far the list itself may be trusted.
  private enum Ground {
    case sound, disputed, contradicted
  }

  /// Where the residuals speak against the model nothing is to be trusted as it stands; where other
  /// models are not ruled out, what is fixed is fixed within this one.
  static func blocks(_ verdict: FitVerdict) -> [Page.Block] {
    let fit = verdict.fit
    guard fit.isUsable else { return [] }
    let ground: Ground =
      verdict.isMisfit || !verdict.readingDoubts.isEmpty
      ? .contradicted
      : verdict.doubts?.sentences.isEmpty == false || !verdict.conflicts.isEmpty
        ? .disputed : .sound
    var groups = titles(ground).map { (title: $0.title, text: $0.text, names: [String]()) }
    for parameter in fit.parameters {
      let open = verdict.profiles.first { $0.name == parameter.name }?.openWords
      func add(_ group: Int, _ remarks: String?...) {
        let said = remarks.compactMap { $0 }
        groups[group].names.append(
          parameter.name + (said.isEmpty ? "" : " (\(said.joined(separator: "; ")))"))
      }
      switch TrustedNumber(parameter, verdict) {
      case .silent: continue
      case .data: add(0, open)
      case .dataAndPrior(let share):
        let given = parameter.given.map(\.words)
        add(
          1, "data: \(NumberText.percent(share))",
          given.isEmpty ? nil : "given \(NumberText.list(given))", open)
      case .loose(let end): add(2, end)
      case .prior: add(3)
      case .priorOf(let partner): add(4, "that of \(partner)")
      case .unknown(let why): add(5, why)
      case .bound: add(6)
      case .given(let constants): add(7, "given \(constants)", open)
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

  private static func titles(_ ground: Ground) -> [(title: String, text: String)] {
    let against = "but the verdict speaks against it: do not trust it yet"
    let fixed: String
    let shared: String
    switch ground {
    case .sound:
      fixed = "trust value and interval"
      shared = "trust the interval, as far as you trust the prior"
    case .disputed:
      fixed = "trust value and interval only within this model: others are not ruled out"
      shared =
        "trust the interval only within this model, and as far as you trust the prior: other models are "
        + "not ruled out"
    case .contradicted:
      fixed = "fixed within this model, \(against)"
      shared = "known within this model, \(against)"
    }
    return [
      ("fixed by the data", fixed), ("data and prior", shared),
      (
        "open interval",
        "an end of the interval is a bound, not the data's: do not trust it, nor the value beyond its "
          + "order"
      ),
      ("prior, not data", "the value is little more than what was put in"),
      ("prior of another", "no better known than the parameter that it trades off with"),
      ("not known", "use neither value nor interval"),
      (
        "at a bound",
        ground == .contradicted
          ? "it may lie there because of what the verdict names" : "read the note on it"
      ),
      (
        "fixed, given a constant",
        "value and interval hold only for the constant held or assumed: twice or half of it moves the "
          + "value by more than a quarter of the interval's width"
          + (ground == .contradicted ? "; \(against)" : "")
      ),
    ]
  }
}
