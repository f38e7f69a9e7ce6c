import Quantities
import RunRecords

extension GrowthRuns {
  /// What was done to a run before an hour that changes its number of cells (or, where a density was
  /// counted, its volume), and that learned growth knows nothing of; nil when nothing was.
  ///
  /// Splits, washes, bead removal with losses, exchanges and flows that take cells, a later seed; where
  /// a density is counted also feeds and flows. Samples take cells too, and are let pass: what they take
  /// is learned as part of the growth. A harvest ends the culture: nothing is foretold beyond it.
  public static func disturbance(
    _ run: Run, quantity: String, before hour: Double
  ) -> Finding? {
    let isDensity = MeasuredQuantity.named(quantity)?.dimension.volume != 0
    let start = run.observations.first?.time ?? -.infinity
    for operation in run.operations where operation.time < hour {
      let why: String?
      switch operation.action {
      case .seed: why = operation.time > start ? "adds cells" : nil
      case .split: why = "takes cells out"
      case .wash: why = "loses cells and changes the volume"
      case .debead(let recovery): why = recovery < 1 ? "loses cells" : nil
      case .exchange(_, let retention, _): why = retention < 1 ? "takes cells out" : nil
      case .flow(let flow):
        why =
          flow.bleed > 0 || (flow.permeate > 0 && (flow.retention ?? 1) < 1)
          ? "takes cells out" : isDensity && flow.net != 0 ? "changes the volume" : nil
      case .feed, .feedShare: why = isDensity ? "changes the volume" : nil
      case .harvest: why = "ends the culture"
      case .activation, .transduction, .sample: why = nil
      }
      guard let why else { continue }
      return Finding(
        .error, "E_GROWTH_CELLS", at: operation.place,
        "the \(operation.action.kind.rawValue) of the run '\(run.name)' at "
          + "\(NumberText.significant(operation.time, 6)) h \(why), and growth without a model knows "
          + "nothing of it.",
        remedy: isDensity && why == "changes the volume"
          ? "Give total cells (tvc), leave the run out with --run, or learn with a model."
          : "Leave the run out with --run, or learn with a model, which carries cells through it.")
    }
    return nil
  }

  /// Throws `InputRefused` with `E_LEARN_DONORS` when there are fewer than two donors, and as
  /// `checkHandling`.
  public func checkTeaching() throws(InputRefused) {
    guard Set(histories.map(\.donor)).count > 1 else {
      throw InputRefused([
        Finding(
          .error, "E_LEARN_DONORS",
          at: Place(file: runs.first?.observations.first?.place.file ?? "the runs"),
          "there is one donor; how donors differ is learned from at least two, and well from thirty.",
          remedy: "Add runs of other donors, and name each under the column donor.")
      ])
    }
    try checkHandling()
  }

  /// Throws `InputRefused` with `E_GROWTH_CELLS` for every run that was disturbed before its last count.
  public func checkHandling() throws(InputRefused) {
    var faults: [Finding] = []
    for (run, history) in zip(runs, histories) {
      let last = history.counts.last?.time ?? -.infinity
      if let fault = GrowthRuns.disturbance(run, quantity: quantity, before: last) {
        faults.append(fault)
      }
    }
    if !faults.isEmpty { throw InputRefused(faults) }
  }
}
