import Quantities

extension ModelComparison {
  /// Why the first model leads, in a few sentences; nil when there is only one.
  public var leadWords: String? {
    guard entries.count > 1, let lead = entries.first else { return nil }
    return ([reason(lead), groupWords] + sameWords + [tooFewWords, roughWords])
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  private func reason(_ lead: Entry) -> String {
    let name = lead.fit.model
    let ranked = entries.filter(\.isRanked)
    let contenders = ranked.filter { $0.standing == .contender }
    let n = NumberText.counted(lead.fit.measurements, "measurement")
    let those = "\(comparedWords) (\(n))"
    guard lead.isRanked else {
      return "\(name) stands first, but no model that reads \(those) can be ranked."
    }
    if ranked.count == 1 { return "\(name) is the only model ranked on \(those)." }
    guard lead.standing == .contender else {
      return
        "\(name) has the lowest \(criterion) of the \(ranked.count) models ranked on \(those), and "
        + "residuals contradict every one: it is the least bad, not a good one."
    }
    let better = ranked.filter {
      $0.standing == .contradicted && ($0.delta ?? 0) < (lead.delta ?? 0)
    }
    .map(\.fit.model)
    let others =
      beyondWords
      + (better.isEmpty
        ? ""
        : " Lower by \(criterion), but contradicted by residuals: \(better.joined(separator: ", ")).")
    if contenders.count == 1 {
      return
        "\(name) leads: of the \(ranked.count) models ranked on \(those) it is the only one that "
        + "nothing contradicts." + others
    }
    return
      "\(name) leads: of the \(ranked.count) models ranked on \(those) it has the lowest \(criterion)"
      + (contenders.count < ranked.count
        ? " among the \(contenders.count) that nothing contradicts" : "")
      + " (weight \(StudyWords.share(lead.weight ?? 0)))." + others
  }

  /// Models that would outgrow the platform, with a space before; empty when there are none.
  var beyondWords: String {
    let beyond = entries.filter { $0.standing == .beyondCapacity }
    guard !beyond.isEmpty else { return "" }
    let own = entries.first?.delta ?? 0
    let better = beyond.filter { ($0.delta ?? .infinity) < own }.map(\.fit.model)
    return
      " After it come models that would have more cells by the harvest than the platform carries: "
      + "\(beyond.map(\.fit.model).joined(separator: ", "))."
      + (better.isEmpty
        ? "" : " By the counts alone \(NumberText.list(better)) would be before it.")
  }

  /// How the group that is ranked was chosen.
  private var groupWords: String {
    groups < 2
      ? ""
      : "Models that read other measurements (\(groups - 1) other set\(groups == 2 ? "" : "s")) cannot "
        + "be ranked with it; what they say of lag, rate and forecast is held against it all the same. "
        + "The note below the table of models says which set comes first."
  }

  var sameWords: [String] {
    entries.compactMap { entry in
      guard case .sameAs(let other) = entry.standing else { return nil }
      return "\(entry.fit.model) is the same as \(other) on these data."
    }
  }

  var tooFewWords: String {
    let few = entries.filter { $0.standing == .tooFew }
    guard let first = few.first else { return "" }
    let n = NumberText.counted(first.fit.measurements, "measurement")
    let why =
      criterion == "AICc"
      ? "n <= k + 1, AICc not defined"
      : criterion == "BIC" ? "n <= k" : "with their priors they leave a direction free"
    return "\(n) \(first.fit.measurements == 1 ? "is" : "are") too few for the parameters of "
      + "\(few.map(\.fit.model).joined(separator: ", ")) (\(why)), so without weight."
  }

  /// A ranking that is hardly one.
  var roughWords: String {
    guard let lead = entries.first(where: \.isRanked) else { return "" }
    if criterion == ModelComparison.evidence {
      return
        "Not every model has enough measurements for AICc (n > k + 1), so the evidence ranks: the "
        + "probability Z of the data by model and priors together. Priors decide part of it."
    }
    guard criterion == "BIC" else { return "" }
    return lead.fit.measurements > lead.fit.estimated
      ? "No model has enough measurements for AICc (n > k + 1), so BIC ranks. With so few for each "
        + "parameter it is a rough guide."
      : "No model has more measurements than parameters, so this ranking (by BIC) says little. Choose by "
        + "what you know, or take more samples."
  }

  /// What the ranked models read, in words.
  var comparedWords: String { compared.isEmpty ? "the measurements" : NumberText.list(compared) }
}
