import Harvest
import Inference
import Quantities

/// Tables of a donor's forecast.
enum OutlookTables {
  static func days(_ outlook: DonorOutlook) -> [Page.Block] {
    let q = outlook.quantity
    let hasCells = outlook.days.contains { $0.cells != nil }
    let hasNeed = outlook.days.contains { $0.probability != nil }
    let unit = Shown.unit(q)?.symbol ?? ""
    func cells(_ range: ClosedRange<Double>?) -> String {
      range.map { "\(Shown.cells($0.lowerBound)) - \(Shown.cells($0.upperBound))" } ?? "-"
    }
    func values(_ range: ClosedRange<Double>) -> String {
      "\(Shown.measured(range.lowerBound, q)) - \(Shown.measured(range.upperBound, q))"
    }
    let rows = outlook.days.map { day in
      [Shown.day(day.time)]
        + (hasCells
          ? [
            Shown.number(day.volume), day.cells.map { Shown.cells($0.median) } ?? "-",
            cells(day.cells?.half), cells(day.cells?.ninety),
          ] : [])
        + (hasCells
          ? ["\(Shown.measured(day.value.median, q))\n\(values(day.value.ninety)) (90 %)"]
          : [
            Shown.measured(day.value.median, q), values(day.value.half), values(day.value.ninety),
          ])
        + (hasNeed ? [day.probability.map { Shown.probability($0.value) } ?? "-"] : [])
    }
    return Shown.table(
      "Forecast by day, before the operations of that time.",
      [Table.Column("Day", unit: "d")]
        + (hasCells
          ? [
            Table.Column("Volume", unit: "mL"), Table.Column("Viable cells", unit: "cells"),
            Table.Column("50 %", unit: "cells"), Table.Column("90 %", unit: "cells"),
          ] : []) + [
          Table.Column(q, unit: unit)
        ]
        + (hasCells
          ? [] : [Table.Column("50 %", unit: unit), Table.Column("90 %", unit: unit)])
        + (hasNeed ? [Table.Column("P(cells needed)", .numbers)] : []), rows,
      footnotes: [
        isPath(outlook)
          ? "From the growth path, without a model."
          : "Draws worth "
            + outlook.components.filter { $0.weight > 0.001 }
            .map { "\(Int($0.forecast.effectiveDraws)) of \($0.forecast.weights.count)" }
            .joined(separator: ", ") + " equal ones."
      ])
  }

  private static func isPath(_ outlook: DonorOutlook) -> Bool {
    if case .path = outlook.basis { true } else { false }
  }

  static func weights(_ outlook: DonorOutlook) -> [Page.Block] {
    let total = outlook.components.reduce(0) { $0 + $1.source.weight }
    return Shown.table(
      "Weights of the models.",
      [
        Table.Column("Prior"), Table.Column("Before the counts", .numbers),
        Table.Column("ln evidence", .numbers), Table.Column("After the counts", .numbers),
      ],
      outlook.components.map { component in
        [
          component.source.label,
          NumberText.percent(component.source.weight / total, decimals: 1),
          NumberText.fixed(component.forecast.logEvidence, decimals: 2),
          component.forecast.isUsable ? Shown.probability(component.weight) : "left out",
        ]
      },
      footnotes: [
        "Evidence: the probability density of these counts under model and prior before they were "
          + "seen. A model that could not be drawn is left out."
      ])
  }

  static func parameters(_ outlook: DonorOutlook) -> [Page.Block] {
    outlook.components.filter { $0.weight > 0.01 }.flatMap { component in
      Shown.table(
        "Parameters of this run: \(component.source.label).",
        [
          Table.Column("Parameter"), Table.Column("Unit"),
          Table.Column("Earlier donors, median", .numbers), Table.Column("Now, median", .numbers),
          Table.Column("90 %", .numbers), Table.Column("Told by the readings", .numbers),
        ],
        component.parameters.map { parameter in
          let u = parameter.unit
          return [
            parameter.name, u.symbol,
            parameter.prior.map { Shown.number(u.fromBase($0.median)) } ?? "model's own",
            Shown.number(u.fromBase(parameter.fan.median)),
            Shown.interval(
              u.fromBase(
                parameter.fan.ninety.lowerBound)...u.fromBase(parameter.fan.ninety.upperBound)),
            parameter.learned.map { NumberText.percent($0, decimals: 0) } ?? "-",
          ]
        },
        footnotes: [
          "Told by the readings: the share of the prior's variance that this run's readings have taken "
            + "away. Near 0 % the forecast rests on the earlier donors there.",
          component.parameters.compactMap { parameter in
            component.source.model.parameters.first { $0.name == parameter.name }
              .map { "\(parameter.name): \($0.text)" }
          }.joined(separator: "; ") + ".",
        ])
    }
  }
}
