import Harvest
import Quantities

extension GrowthOutlookPage {
  /// The machine-readable record; times hours, values in printing units.
  public var record: JSONValue {
    .object([
      "schema": .string("thymus.growth-forecast/1"), "runs": .array(entries.map(entry)),
      "prior": .object([
        "path": .string(path), "sha256": .string(file.sha256),
        "quantity": .string(file.quantity),
        "factors": .array(file.factors.map { .string($0) }), "donors": .int(file.growth.donors),
        "runs": .int(file.growth.runs), "counts": .int(file.counts),
      ]), "backtest": backtest?.json ?? .null, "findings": .array(findings.map { .string($0) }),
      "provenance": provenance.json,
    ])
  }

  private func entry(_ entry: Entry) -> JSONValue {
    let outlook: GrowthOutlook
    switch entry.outcome {
    case .success(let made): outlook = made
    case .failure(let refusal):
      return .object([
        "run": .string(entry.run.name), "refused": .string(refusal.description),
      ])
    }
    let unit = Shown.unit(outlook.quantity) ?? .one
    func spread(_ spread: GrowthOutlook.Spread) -> JSONValue {
      .array(spread.values.map { Record.number(unit.fromBase($0)) })
    }
    func day(_ day: GrowthOutlook.Day) -> JSONValue {
      .object([
        "time_h": Record.number(day.time), "culture": spread(day.culture),
        "next_count": spread(day.reading), "probability": Record.number(day.probability),
      ])
    }
    return .object([
      "run": .string(outlook.run.name), "now_h": Record.number(outlook.now),
      "counts": .int(outlook.counts), "wells": Record.number(outlook.wells),
      "kind": .string(outlook.kind), "basis": .string(outlook.basis.rawValue),
      "degrees_of_freedom": Record.number(outlook.degreesOfFreedom),
      "quantity": .string(outlook.quantity), "unit": .string(unit.symbol),
      "levels": .array(GrowthOutlook.Spread.levels.map { .double($0) }),
      "days": .array(outlook.days.map(day)), "band": .array(outlook.band.map(day)),
      "latest": outlook.latest.map { latest in
        .object([
          "time_h": Record.number(latest.time),
          "observed": Record.number(unit.fromBase(latest.observed)),
          "foretold": spread(latest.foretold), "p_value": Record.number(latest.pValue),
          "contradicts": .bool(latest.contradicts),
        ])
      } ?? .null, "notes": .array(outlook.notes.map { .string($0) }),
    ])
  }
}
