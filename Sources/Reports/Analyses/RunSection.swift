import Bioreactor
import Quantities
import RunRecords

/// The run itself: what was measured and done, with corrected expansion.
enum RunSection {
  static func section(_ analysis: RunAnalysis) -> Page.Section {
    var blocks: [Page.Block] = [.definitions(facts(analysis))]
    blocks += course(analysis)
    blocks += operations(analysis.run)
    if !analysis.findings.isEmpty {
      blocks.append(.heading("What was noticed while reading"))
      blocks.append(.notes(analysis.findings.map(\.description)))
    }
    return Page.Section("Run \(analysis.run.name)", blocks)
  }

  private static func facts(_ analysis: RunAnalysis) -> [Page.Definition] {
    let run = analysis.run
    let donor: String
    switch run.donor {
    case .unknown: donor = "not given"
    case .one(let name): donor = name
    case .pooled: donor = "several donors, pooled without labels"
    }
    let last = run.observations.last?.time
    let used = analysis.best?.culture.targets
    return [
      Page.Definition("donor", donor),
      Page.Definition("platform", run.platform ?? "not given"),
      Page.Definition("measurements", "\(run.observations.count)"),
      Page.Definition("last measurement", last.map { "day \(Shown.day($0))" } ?? "-"),
      Page.Definition(
        "used in the fit",
        "\(used?.count ?? 0) of them, up to day "
          + (used?.map(\.observation.time).max().map(Shown.day) ?? "-")),
    ]
  }

  /// Viable cells over time with fold expansion and doublings corrected for cells taken out.
  private static func course(_ analysis: RunAnalysis) -> [Page.Block] {
    guard let entry = analysis.best, analysis.run.donor != .pooled else { return [] }
    let timeline = entry.culture.timeline
    let counts = analysis.run.observations.compactMap {
      $0.quantity == "vcd" ? $0 : entry.culture.seen($0)
    }.filter { $0.quantity == "vcd" }
    guard let first = counts.first else { return [] }
    let seeded = analysis.run.operations.lazy.compactMap { operation -> Double? in
      if case .seed(_, let density, _, _) = operation.action { return density }
      return nil
    }.first
    let start = seeded ?? first.value.number
    let startCells = start * timeline.startVolume
    let isKnown = timeline.volumeIsScheduled || !timeline.knowsVolume
    let rows = counts.map { observation -> [String] in
      let volume = timeline.volume(at: observation.time, phase: observation.phase)
      let kept = timeline.kept(at: observation.time, phase: observation.phase)
      let total = observation.value.number * volume
      let fold = total / startCells / kept
      let viability = analysis.run.observations.first {
        $0.quantity == "viability" && $0.time == observation.time
      }
      let isExact = observation.value.isExact
      return [
        Shown.day(observation.time), reading(observation),
        viability.map { Shown.measured($0.value.number, "viability") } ?? "-",
        timeline.volumeIsScheduled ? Shown.number(volume) : "-",
        timeline.volumeIsScheduled && isExact ? Shown.cells(total) : "-",
        isKnown && isExact && start > 0 ? Shown.number(fold) : "-",
        isKnown && isExact && start > 0 && fold > 0
          ? NumberText.fixed(Double.log(fold) / Double.log(2), decimals: 1) : "-",
      ]
    }
    return Shown.table(
      "Viable cells over time. Fold expansion and population doublings are corrected for every cell "
        + "taken out by samples, splits, exchanges and washes.",
      [
        Table.Column("Day", unit: "d"), Table.Column("VCD", unit: "1e6 cells/mL"),
        Table.Column("Viability", unit: "%"), Table.Column("Volume", unit: "mL"),
        Table.Column("TVC", unit: "cells"), Table.Column("Fold", unit: "1"),
        Table.Column("PDL", unit: "1"),
      ], rows,
      footnotes: [
        seeded == nil
          ? "Relative to the first count; the run has no seeding density."
          : "Relative to the seeding density."
      ])
  }

  private static func reading(_ observation: Observation) -> String {
    let number = Shown.measured(observation.value.number, observation.quantity)
    switch observation.value {
    case .exact: return number
    case .below: return "< " + number
    case .above: return "> " + number
    case .between(let low, let high):
      return "\(Shown.measured(low, observation.quantity)) to "
        + Shown.measured(high, observation.quantity)
    }
  }

  private static func operations(_ run: Run) -> [Page.Block] {
    Shown.table(
      "Operations, in the order in which they act.",
      [Table.Column("Day", unit: "d"), Table.Column("Operation"), Table.Column("What", .words)],
      run.operations.map { [Shown.day($0.time), $0.action.kind.rawValue, words($0)] })
  }

  private static func words(_ operation: RunRecords.Operation) -> String {
    let deed = words(operation.action)
    guard let trigger = operation.trigger else { return deed }
    let until = trigger.until.map { ", until day \(Shown.day($0))" } ?? ""
    return deed + (deed.isEmpty ? "" : ", ") + "each time \(trigger.text)" + until
  }

  static func words(_ action: RunRecords.Operation.Action) -> String {
    func medium(_ solutes: [String: Double]) -> String {
      solutes.keys.sorted().map { name in
        let unit = Solute.all.first { $0.name == name }?.unit ?? ""
        return ", \(name) \(Shown.number(solutes[name])) \(unit)"
      }.joined()
    }
    switch action {
    case .seed(let volume, let density, let viability, let solutes):
      return [
        volume.map { "\(Shown.number($0)) mL" },
        density.map { "\(Shown.number($0 * 1e6)) cells/mL" },
        viability.map { "viability \(NumberText.percent($0))" },
      ].compactMap { $0 }.joined(separator: ", ") + medium(solutes)
    case .activation, .transduction, .harvest: return ""
    case .sample(let volume): return "\(Shown.number(volume)) mL out"
    case .feed(let volume, let solutes): return "\(Shown.number(volume)) mL in" + medium(solutes)
    case .feedShare(let fraction, let solutes):
      return "\(NumberText.percent(fraction)) of the volume in" + medium(solutes)
    case .flow(let flow):
      let streams = [
        ("in", flow.inflow), ("permeate", flow.permeate), ("bleed", flow.bleed),
        ("evaporation", flow.evaporation),
      ].filter { $0.1 > 0 }.map { "\(Shown.number($0.1)) mL/h \($0.0)" }
      return (streams.isEmpty ? "nothing flows" : streams.joined(separator: ", "))
        + medium(flow.solutes)
    case .exchange(let fraction, let retention, let solutes):
      let lost = NumberText.percent((1 - retention) * fraction, decimals: 1)
      return
        "\(NumberText.percent(fraction, decimals: 2)) of the volume, \(lost) of all cells lost with it"
        + medium(solutes)
    case .split(let discarded): return "\(NumberText.percent(discarded)) out"
    case .wash(let recovery, let volume, let solutes):
      return "\(NumberText.percent(recovery)) of the cells kept, into \(Shown.number(volume)) mL"
        + medium(solutes)
    case .debead(let recovery): return "\(NumberText.percent(recovery)) of the cells kept"
    }
  }
}
