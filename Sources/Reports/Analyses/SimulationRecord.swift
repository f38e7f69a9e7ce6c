import Bioreactor
import Inference
import ModelLanguage
import Quantities
import RunRecords

/// A simulation as a machine-readable record, every number with all its digits.
public enum SimulationRecord {
  /// The record of one simulation.
  public static func record(_ simulation: Simulation, provenance: Provenance) -> JSONValue {
    let model = simulation.culture.model
    var object: [String: JSONValue] = [
      "schema": .string("thymus.simulation/1"), "model": .string(model.name),
      "run": .string(simulation.culture.run.name),
      "platform": simulation.culture.run.platform.map { .string($0) } ?? .null,
      "method": .string(simulation.options.method.rawValue),
      "relative_tolerance": .double(simulation.options.relativeTolerance),
      "absolute_tolerance": .double(simulation.options.absoluteTolerance),
      "parameters": .array(simulation.plan.choices.map(parameter)),
      "unverified": .array(simulation.unverified.map { .string($0) }),
      "operations": .array(
        simulation.culture.run.operations.map {
          .object([
            "time_h": Record.number($0.time), "operation": .string($0.action.kind.rawValue),
            "when": $0.trigger.map { .string($0.text) } ?? .null,
          ])
        }),
      "fired": .array(
        simulation.firings.map { firing in
          let operation = simulation.culture.run.operations[firing.operation]
          return .object([
            "time_h": Record.number(firing.time),
            "operation": .string(operation.action.kind.rawValue),
            "when": operation.trigger.map { .string($0.text) } ?? .null,
          ])
        }),
      "series": .array(simulation.series.map(series)),
      "points": .array(simulation.table.map { point(simulation, $0) }),
      "notes": .array((simulation.notes + simulation.plan.notes).map { .string($0) }),
      "provenance": provenance.json,
    ]
    if let bands = simulation.bands { object["bands"] = record(bands, simulation) }
    return .object(object)
  }

  private static func parameter(_ choice: SimulationPlan.Choice) -> JSONValue {
    .object([
      "name": .string(choice.parameter.name), "unit": .string(choice.parameter.unit.symbol),
      "value": Record.number(choice.parameter.unit.fromBase(choice.value)),
      "scale": .string(choice.parameter.scale.rawValue), "sd": Record.number(choice.sd),
      "origin": .string(choice.origin), "unverified": .bool(choice.parameter.isUnverified),
    ])
  }

  private static func series(_ series: SimulationSeries) -> JSONValue {
    let kind: String
    switch series.source {
    case .observable: kind = "observable"
    case .state: kind = "state"
    }
    return .object([
      "name": .string(series.name), "kind": .string(kind), "unit": .string(series.unit.symbol),
      "text": .string(series.text),
    ])
  }

  private static func point(_ simulation: Simulation, _ snapshot: Snapshot) -> JSONValue {
    var observables: [String: JSONValue] = [:]
    var states: [String: JSONValue] = [:]
    for series in simulation.series {
      let value = Record.number(series.shown(snapshot))
      switch series.source {
      case .observable: observables[series.name] = value
      case .state: states[series.name] = value
      }
    }
    return .object([
      "time_h": Record.number(snapshot.instant.time),
      "phase": .string(snapshot.instant.phase.rawValue),
      "volume_mL": simulation.culture.timeline.knowsVolume
        ? Record.number(snapshot.volume) : .null,
      "observables": .object(observables), "states": .object(states),
    ])
  }

  private static func record(_ bands: StreamingBands, _ simulation: Simulation) -> JSONValue {
    .object([
      "draws": .int(bands.draws), "lost": .int(bands.lost),
      "relative_accuracy": .double(StreamingBands.relativeAccuracy),
      "levels": .array(Quantiles.levels.map { .double($0) }),
      "series": .array(
        zip(simulation.series, bands.series).map { series, quantiles in
          guard case .object(var object) = self.series(series) else { return .null }
          object["quantiles"] = .array(
            quantiles.prefix(simulation.table.count).map { q in
              .array(q.values.map { Record.number(series.unit.fromBase($0)) })
            })
          return .object(object)
        }),
    ])
  }
}
