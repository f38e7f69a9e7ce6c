import Inference
import Quantities
import RunRecords

/// What a run does not tell and many models need, in one sentence at the top instead of one a model.
enum MissingRecords {
  /// What more models need and how many lack it, each model counted once; the words are empty for those
  /// that lack something else.
  static func causes(_ comparison: ModelComparison) -> [(words: String, count: Int)] {
    let known = [
      ("E_RUN_VOLUME_UNKNOWN", "the culture volume"),
      ("E_RUN_CLOCK", "when it was activated or transduced"),
      ("E_RUN_SEED", "what was seeded"), ("E_RUN_PLATFORM", "its platform"),
    ]
    var counts = Array(repeating: 0, count: known.count + 1)
    for model in comparison.unbound {
      let codes = model.refusal.findings.map(\.code)
      counts[known.firstIndex { codes.contains($0.0) } ?? known.count] += 1
    }
    return zip(known.map(\.1) + [""], counts).map { (words: $0, count: $1) }.filter { $0.count > 0 }
  }

  /// One sentence, or none where few models are shut out.
  static func words(_ analysis: RunAnalysis) -> [String] {
    let unbound = analysis.comparison.unbound
    let causes = causes(analysis.comparison)
    let told = causes.filter { !$0.words.isEmpty }
    let shut = told.reduce(0) { $0 + $1.count }
    let fitted = analysis.comparison.entries.count
    guard shut >= 3, shut >= fitted else { return [] }
    let rest = unbound.count - shut
    let list = told.map { "\($0.words) (\(NumberText.counted($0.count, "model")))" }
    let run = analysis.run.name
    let names = Set(analysis.best?.fit.parameters.map(\.name) ?? [])
    let simple = !names.contains("lag") || names.isDisjoint(with: ["K", "Vmax"])
    return [
      "\(unbound.count) of \(unbound.count + fitted) models could not be fitted, because the run does "
        + "not tell \(NumberText.list(list))"
        + (rest > 0
          ? "; what \(rest == 1 ? "the other one lacks" : "the others lack") is said below the table of models"
          : "")
        + ".\(simple ? " Among them are those with a lag and a capacity." : "")"
        + " Write it down in "
        + "operations.csv beside the counts, or in a file given with --operations: a header "
        + "'run,time [h],operation,volume [mL],density [cells/mL]', then lines such as "
        + "'\(run),0,seed,100,1e6' and, for cells that were activated, '\(run),0,activation,,'."
    ]
  }
}
