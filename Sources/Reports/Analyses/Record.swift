import Dosing
import Harvest
import Inference
import Quantities

/// Machine-readable results: the same numbers as the report, canonical, with full precision.
public enum Record {
  /// A finite number, or null for one that is not (NaN never reaches a file).
  public static func number(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return .double(value)
  }

  /// The record of one analysis.
  public static func analysis(_ analysis: RunAnalysis) -> JSONValue {
    var object: [String: JSONValue] = [
      "run": .string(analysis.run.name),
      "criterion": .string(analysis.comparison.criterion),
      "why_this_model": analysis.comparison.leadWords.map { .string($0) } ?? .null,
      "models": .array(analysis.comparison.entries.map(entry)),
      "not_fitted": .array(
        analysis.comparison.unbound.map {
          .object([
            "model": .string($0.model),
            "cause": .string($0.refusal.findings.first?.cause ?? ""),
          ])
        }),
      "findings": .array(analysis.findings.map { .string($0.description) }),
    ]
    if !analysis.intervals.isEmpty { object["intervals"] = DepthSection.record(analysis.intervals) }
    if let checks = analysis.checks {
      object["residual_flags"] = .array(
        checks.flags.map {
          .object([
            "kind": .string($0.kind.rawValue), "p": number($0.pValue), "text": .string($0.sentence),
            "quantity": $0.quantity.map { .string($0) } ?? .null,
            "place": $0.place.map { .string($0.description) } ?? .null,
          ])
        })
    }
    if let verdict = analysis.verdict?.page {
      object["verdict"] = .object([
        "label": .string(verdict.label), "text": .string(verdict.text),
      ])
    }
    if let doubts = analysis.doubts {
      object["doubts"] = .array(doubts.sentences.map { .string($0) })
    }
    if let words = analysis.posteriorWords { object["posterior"] = .string(words) }
    if let method = analysis.drawnBy { object["posterior_drawn_by"] = drawnBy(method) }
    if let next = analysis.next { object["next_sample"] = NextSection.record(next) }
    if let forecast = analysis.forecast { object["harvest"] = self.forecast(forecast) }
    if let refusal = analysis.forecastRefusal { object["harvest_refused"] = .string(refusal) }
    if !analysis.bands.isEmpty { object["bands"] = .array(analysis.bands.map(band)) }
    if let refusal = analysis.bandRefusal { object["bands_refused"] = .string(refusal) }
    return .object(object)
  }

  private static func entry(_ entry: ModelComparison.Entry) -> JSONValue {
    guard case .object(var object) = fit(entry.fit) else { return .null }
    object["difference"] = number(entry.delta)
    object["weight"] = number(entry.weight)
    object["comparable"] = .bool(entry.isComparable)
    object["standing"] = .string(entry.standing.code)
    if case .sameAs(let other) = entry.standing { object["same_as"] = .string(other) }
    return .object(object)
  }

  /// The record of one fit.
  public static func fit(_ fit: FitResult) -> JSONValue {
    .object([
      "model": .string(fit.model), "usable": .bool(fit.isUsable),
      "termination": .string(fit.termination.rawValue),
      "measurements": .int(fit.measurements), "estimated": .int(fit.estimated),
      "log_likelihood": number(fit.logLikelihood), "log_prior": number(fit.logPrior),
      "aicc": number(fit.aicc), "bic": number(fit.bic),
      "log_evidence": number(fit.logEvidence), "gradient": number(fit.gradient),
      "rcond": number(fit.rcond), "starts": .int(fit.starts),
      "starts_agreeing": .int(fit.agreeing), "simulations": .int(fit.simulations),
      "simulations_failed": .int(fit.failures),
      "parameters": .array(fit.parameters.map(parameter)),
      "residuals": .array(fit.residuals.map(residual)),
      "correlations": correlations(fit), "notes": .array(fit.notes.map { .string($0) }),
    ])
  }

  private static func parameter(_ parameter: FittedParameter) -> JSONValue {
    var object: [String: JSONValue] = [
      "name": .string(parameter.name), "unit": .string(parameter.unitSymbol),
      "estimate": number(parameter.estimate), "scale": .string(parameter.scale.rawValue),
      "standard_error": number(parameter.standardError),
      "data_standard_error": number(parameter.dataStandardError),
      "low95": number(parameter.interval?.lowerBound),
      "high95": number(parameter.interval?.upperBound),
      "verdict": .string(parameter.verdict.code), "verdict_text": .string(parameter.words),
      "unverified": .bool(parameter.isUnverified),
    ]
    if let bounds = parameter.bounds {
      object["bounds"] = .object([
        "low": number(bounds.lowerBound), "high": number(bounds.upperBound),
      ])
    }
    if let prior = parameter.prior {
      object["prior"] = .object([
        "mean": number(prior.mean), "sd": number(prior.sd), "origin": .string(prior.origin),
      ])
    }
    return .object(object)
  }

  private static func residual(_ residual: FitResult.Residual) -> JSONValue {
    .object([
      "time_h": number(residual.observation.time),
      "quantity": .string(residual.observation.quantity),
      "value": number(residual.observation.value.number), "mean": number(residual.mean),
      "sd": number(residual.scale), "standardised": number(residual.standardised),
      "place": .string(residual.observation.place.description),
    ])
  }

  private static func correlations(_ fit: FitResult) -> JSONValue {
    guard let c = fit.covariance else { return .null }
    let names = fit.plan.free.map(\.name)
    return .array(
      (0..<c.rows).flatMap { i in
        (0..<i).compactMap { j -> JSONValue? in
          let scale = (c[i, i] * c[j, j]).squareRoot()
          guard scale > 0 else { return nil }
          return .object([
            "a": .string(names[j]), "b": .string(names[i]), "correlation": number(c[i, j] / scale),
          ])
        }
      })
  }

  private static func quantiles(_ q: Quantiles) -> JSONValue {
    .array(q.values.map(number))
  }

  private static func band(_ band: CurveBand) -> JSONValue {
    .object([
      "quantity": .string(band.quantity),
      "levels": .array(Quantiles.levels.map { .double($0) }),
      "points": .array(
        band.points.map { point in
          .object([
            "time_h": number(point.instant.time), "phase": .string(point.instant.phase.rawValue),
            "curve": quantiles(point.curve), "next_measurement": quantiles(point.measurement),
          ])
        }),
    ])
  }

  /// How posterior draws were made, with what was asked of them.
  public static func drawnBy(_ method: Posterior.Method) -> JSONValue {
    var object: [String: JSONValue] = ["method": .string(method.code)]
    switch method {
    case .importance(let shape): object["pareto_k"] = number(shape)
    case .profiles(let shape, let proposals):
      object["pareto_k"] = number(shape)
      object["proposals"] = .int(proposals)
    case .chains: break
    }
    return .object(object)
  }

  /// The record of one forecast.
  public static func forecast(_ forecast: HarvestForecast) -> JSONValue {
    let q = forecast.question
    return .object([
      "model": .string(forecast.model), "now_h": number(q.now), "horizon_h": number(q.horizon),
      "need_cells": number(q.need * 1e6), "car_median": number(q.car.median),
      "car_sd_logit": number(q.car.sdLogit), "car_origin": .string(q.car.origin),
      "confidence": number(q.confidence), "minimum_viability": number(q.minimumViability),
      "effective_sample_size": number(forecast.effectiveSampleSize),
      "drawn_by": drawnBy(forecast.method),
      "first_safe_day_h": number(forecast.firstSafeDay?.time),
      "best_day_h": number(forecast.bestDay?.time),
      "levels": .array(Quantiles.levels.map { .double($0) }),
      "days": .array(
        forecast.days.map { day in
          .object([
            "time_h": number(day.time), "volume_mL": number(day.volume),
            "tvc_1e6": quantiles(day.totalViable), "car_positive_1e6": quantiles(day.carPositive),
            "viability": day.viability.map(quantiles) ?? .null,
            "p_cells": number(day.probabilityOfDose),
            "p_viability": number(day.probabilityOfViability), "p_all": number(day.probability),
            "p_error": number(day.probabilityError),
          ])
        }),
      "density": band(forecast.density),
      "notes": .array(forecast.notes.map { .string($0) }),
    ])
  }
}
