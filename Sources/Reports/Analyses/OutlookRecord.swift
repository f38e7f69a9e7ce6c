import Harvest
import Inference
import Quantities

extension OutlookPage {
  /// The machine-readable record; cells are whole cells, times hours, values in printing units.
  public var record: JSONValue {
    .object([
      "schema": .string("thymus.forecast/1"), "runs": .array(entries.map(entry)),
      "priors": OutlookPage.priors(priors), "backtest": backtest?.json ?? .null,
      "findings": .array(findings.map { .string($0) }),
      "provenance": provenance.json,
    ])
  }

  /// `models`, `growth_path` or, where models are contradicted and there is no path,
  /// `contradicted_models`.
  private static func basisWord(_ basis: DonorOutlook.Basis) -> JSONValue {
    switch basis {
    case .models: .string("models")
    case .path: .string("growth_path")
    case .contradictedModels: .string("contradicted_models")
    }
  }

  /// The priors with what they rest on.
  static func priors(_ priors: [(path: String, file: PriorFile)]) -> JSONValue {
    .array(
      priors.map { path, file in
        .object([
          "path": .string(path), "sha256": .string(file.sha256),
          "model": .string(file.prior.model), "donors": .int(file.prior.donors),
          "widening": Record.number(file.prior.widening),
        ])
      })
  }

  private func entry(_ entry: Entry) -> JSONValue {
    switch entry.outcome {
    case .failure(let refusal):
      .object(["run": .string(entry.run.name), "refused": .string(refusal.description)])
    case .success(let outlook): OutlookPage.outlookRecord(outlook)
    }
  }

  static func outlookRecord(_ outlook: DonorOutlook) -> JSONValue {
    let unit = Shown.unit(outlook.quantity) ?? .one
    func fan(_ fan: Fan, _ convert: (Double) -> Double) -> JSONValue {
      .array(fan.values.map { Record.number(convert($0)) })
    }
    return .object([
      "run": .string(outlook.run.name), "now_h": Record.number(outlook.now),
      "measurements": .int(outlook.counts), "quantity": .string(outlook.quantity),
      "basis": OutlookPage.basisWord(outlook.basis),
      "unit": .string(unit.symbol), "levels": .array(Fan.levels.map { .double($0) }),
      "days": .array(
        outlook.days.map { day in
          .object([
            "time_h": Record.number(day.time), "volume_ml": Record.number(day.volume),
            "viable_cells": day.cells.map { fan($0) { $0 * 1e6 } } ?? .null,
            "value": fan(day.value, unit.fromBase),
            "probability": Record.number(day.probability?.value),
            "probability_error": Record.number(day.probability?.error),
          ])
        }),
      "latest": outlook.latest.map { latest in
        .object([
          "time_h": Record.number(latest.observation.time),
          "place": .string(latest.observation.place.description),
          "foretold": fan(latest.foretold, unit.fromBase), "p_value": Record.number(latest.pValue),
          "contradicts": .bool(latest.contradicts),
        ])
      } ?? .null,
      "others": .array(
        outlook.others.map { other in
          let own = Shown.unit(other.observation.quantity) ?? .one
          return .object([
            "quantity": .string(other.observation.quantity),
            "time_h": Record.number(other.observation.time),
            "place": .string(other.observation.place.description),
            "foretold": fan(other.foretold, own.fromBase), "p_value": Record.number(other.pValue),
            "contradicts": .bool(other.contradicts),
          ])
        }),
      "band": .array(
        outlook.band.map { point in
          .object([
            "time_h": Record.number(point.instant.time),
            "phase": .string(point.instant.phase.rawValue),
            "curve": fan(point.curve, unit.fromBase), "reading": fan(point.reading, unit.fromBase),
          ])
        }),
      "components": .array(
        outlook.components.map { component in
          .object([
            "prior": .string(component.source.label), "weight": Record.number(component.weight),
            "log_evidence": Record.number(component.forecast.logEvidence),
            "usable": .bool(component.forecast.isUsable),
            "effective_draws": Record.number(component.forecast.effectiveDraws),
            "pareto_shape": Record.number(component.forecast.paretoShape),
            "covariates": .array(component.forecast.covariates.map { .string($0) }),
            "parameters": .array(
              component.parameters.map { parameter in
                .object([
                  "name": .string(parameter.name), "unit": .string(parameter.unit.symbol),
                  "value": fan(parameter.fan, parameter.unit.fromBase),
                  "told_by_counts": Record.number(parameter.learned),
                ])
              }),
          ])
        }),
      "notes": .array(outlook.notes.map { .string($0) }),
    ])
  }
}
