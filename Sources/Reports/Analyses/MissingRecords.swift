import Inference
import Quantities
import RunRecords

/// What a run does not tell and many models need, in one sentence at the top instead of one a model.
enum MissingRecords {
  /// One sentence, or none where few models are shut out.
  static func words(_ analysis: RunAnalysis) -> [String] {
    let unbound = analysis.comparison.unbound
    func count(_ codes: Set<String>) -> Int {
      unbound.count { $0.refusal.findings.contains { codes.contains($0.code) } }
    }
    let volume = count(["E_RUN_VOLUME_UNKNOWN"])
    let clock = count(["E_RUN_CLOCK"])
    let seed = count(["E_RUN_SEED"])
    let platform = count(["E_RUN_PLATFORM"])
    let fitted = analysis.comparison.entries.count
    guard volume + clock >= 3, volume + clock + seed >= fitted else { return [] }
    let causes = [
      (volume, "the culture volume"), (clock, "when it was activated or transduced"),
      (seed, "what was seeded"), (platform, "its platform"),
    ].filter { $0.0 > 0 }.map { "\($0.1) (\(NumberText.counted($0.0, "model")))" }
    let run = analysis.run.name
    let names = Set(analysis.best?.fit.parameters.map(\.name) ?? [])
    let simple = !names.contains("lag") || names.isDisjoint(with: ["K", "Vmax"])
    return [
      "\(unbound.count) of \(unbound.count + fitted) models could not be fitted, because the run does "
        + "not tell \(NumberText.list(causes)).\(simple ? " Among them are those with a lag and a capacity." : "")"
        + " Write it down in "
        + "operations.csv beside the counts, or in a file given with --operations: a header "
        + "'run,time [h],operation,volume [mL],density [cells/mL]', then lines such as "
        + "'\(run),0,seed,100,1e6' and, for cells that were activated, '\(run),0,activation,,'."
    ]
  }
}
