import Bioreactor
import Inference
import ModelLanguage
import Quantities
import RunRecords

/// A simulation as a page: figures, the numbers over time, the parameters and their origin.
public enum SimulationPage {
  /// The page of one simulation.
  public static func page(_ simulation: Simulation, provenance: Provenance) -> Page {
    let model = simulation.culture.model
    var blocks: [Page.Block] = [.paragraph(model.title)]
    if let sentence = UnverifiedNote.sentence(model) {
      blocks.append(.verdict(Page.Verdict(.caution, label: "Unverified", text: sentence)))
    }
    blocks += SimulationFigures.figures(simulation).map { .figure($0) }
    blocks += table(simulation)
    if simulation.bands != nil { blocks += quantiles(simulation) }
    blocks.append(.notes(simulation.notes + simulation.plan.notes))
    return Page(
      title: "Simulation of \(model.name)", subtitle: simulation.culture.run.name,
      sections: [
        Page.Section("Course", blocks), Page.Section("Parameters", parameters(simulation)),
        Page.Section("Schedule", schedule(simulation)), provenance.section,
      ], footer: LimitsOfUse.lines)
  }

  private static func table(_ simulation: Simulation) -> [Page.Block] {
    let shown = SimulationFigures.distinct(simulation, simulation.table)
      .map { simulation.series[$0] }.filter { !$0.name.hasSuffix("]") }
    let columns =
      [Table.Column("Time", unit: "d")] + shown.map { Table.Column($0.name, unit: $0.unit.symbol) }
      + (simulation.culture.timeline.knowsVolume ? [Table.Column("Volume", unit: "mL")] : [])
    let rows = simulation.table.map { snapshot in
      [NumberText.significant(snapshot.instant.time / 24, 6)]
        + shown.map { Shown.number($0.shown(snapshot), 4) }
        + (simulation.culture.timeline.knowsVolume ? [Shown.number(snapshot.volume, 4)] : [])
    }
    return Shown.table(
      "The culture over time, at the central values of the parameters.", columns, rows,
      footnotes: ["At the time of an operation, what stands here is before it."])
  }

  private static func quantiles(_ simulation: Simulation) -> [Page.Block] {
    guard let bands = simulation.bands else { return [] }
    var blocks: [Page.Block] = []
    for (index, series) in simulation.series.enumerated() {
      guard case .observable = series.source else { continue }
      func text(_ range: ClosedRange<Double>) -> String {
        Shown.interval(
          series.unit.fromBase(range.lowerBound)...series.unit.fromBase(range.upperBound))
      }
      blocks += Shown.table(
        "\(series.name) [\(series.unit.symbol)] over \(NumberText.grouped(bands.draws)) draws.",
        [
          Table.Column("Time", unit: "d"), Table.Column("Median", .numbers),
          Table.Column("50 %", .numbers), Table.Column("80 %", .numbers),
          Table.Column("95 %", .numbers),
        ],
        simulation.table.indices.map { row in
          let q = bands.series[index][row]
          return [
            NumberText.significant(simulation.table[row].instant.time / 24, 6),
            Shown.number(series.unit.fromBase(q.median)), text(q.half), text(q.eighty),
            text(q.ninetyFive),
          ]
        })
    }
    return blocks
  }

  private static func parameters(_ simulation: Simulation) -> [Page.Block] {
    Shown.table(
      "Parameters of \(simulation.culture.model.name).",
      [
        Table.Column("Parameter"), Table.Column("Meaning"), Table.Column("Unit"),
        Table.Column("Value", .numbers), Table.Column("Spread", .numbers), Table.Column("From"),
      ],
      simulation.plan.choices.map { choice in
        let p = choice.parameter
        return [
          p.name + (p.isUnverified ? " *" : ""), p.text, p.unit.symbol,
          Shown.number(p.unit.fromBase(choice.value), 4),
          choice.sd.map { "\(word(p.scale)) \(Shown.number($0, 2))" } ?? "-", choice.origin,
        ]
      },
      footnotes: [
        "An asterisk: unverified; the model marks the source of this value or prior as not read."
      ])
  }

  private static func word(_ scale: EstimationScale) -> String {
    switch scale {
    case .log: "sd ln"
    case .logit: "sd logit"
    case .linear: "sd"
    }
  }

  private static func schedule(_ simulation: Simulation) -> [Page.Block] {
    let end = simulation.table.last?.instant.time ?? 0
    let run = simulation.culture.run
    let planned = run.operations.filter { $0.time <= end && $0.trigger == nil }.map {
      (time: $0.time, operation: $0, cause: "planned")
    }
    let fired = simulation.firings.map { firing in
      let operation = run.operations[firing.operation]
      return (
        time: firing.time, operation: operation, cause: "when \(operation.trigger?.text ?? "")"
      )
    }
    let rows = (planned + fired).enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
    return Shown.table(
      "What is done to the vessel.",
      [
        Table.Column("Time", unit: "d"), Table.Column("Operation"), Table.Column("What"),
        Table.Column("Why"),
      ],
      rows.map {
        [
          NumberText.significant($0.time / 24, 7), $0.operation.action.kind.rawValue,
          RunSection.words($0.operation.action), $0.cause,
        ]
      })
  }
}
