import Inference
import Quantities

/// What there is in the place of a model that its residuals contradict.
struct OtherModels {
  /// Usable models beside the first that were checked and that nothing contradicts.
  let sound: [String]
  /// What to write down so that more models can be fitted; nil when that would bring none.
  let missing: String?
  /// True when the user chose this one model.
  let isAlone: Bool

  init(_ comparison: ModelComparison, isNamed: Bool) {
    sound = comparison.entries.dropFirst().filter { entry in
      entry.fit.isUsable && entry.checks?.isMisfit == false && entry.standing != .beyondCapacity
        && !entry.fit.residuals.contains(where: \.isOutlier)
    }.map(\.fit.model)
    isAlone = isNamed
    let causes = MissingRecords.causes(comparison).filter { !$0.words.isEmpty }
    let count = causes.reduce(0) { $0 + $1.count }
    missing =
      causes.isEmpty
      ? nil
      : "write down \(NumberText.list(causes.map(\.words))), and "
        + "\(count == 1 ? "one more model" : "up to \(count) more models") can be fitted"
  }

  /// `or choose another model`, where one stands; empty otherwise.
  var orChoose: String {
    sound.isEmpty ? "" : ", or choose a model that nothing contradicts (\(names))"
  }

  /// What to do where no reading is to blame.
  var remedy: String {
    if !sound.isEmpty { return "Choose another model: nothing contradicts \(names)." }
    if isAlone {
      return
        "No other model was tried: 'thymus fit' without --model ranks those that suit the run."
    }
    let all = "The residuals contradict every model that was ranked, so no sample repairs that"
    return missing.map { "\(all): \($0)." } ?? "\(all): look at how the readings were taken."
  }

  private var names: String {
    sound.prefix(3).joined(separator: ", ") + (sound.count > 3 ? " and others" : "")
  }
}
