import Inference

/// The machine-readable record of `thymus compare`.
public enum CompareRecord {
  /// The record of some runs.
  public static func record(
    _ studies: [ModelStudy], findings: [String] = [], provenance: Provenance
  ) -> JSONValue {
    .object([
      "schema": .string("thymus.compare/1"), "runs": .array(studies.map(study)),
      "findings": .array(findings.map { .string($0) }), "provenance": provenance.json,
    ])
  }

  private static func study(_ study: ModelStudy) -> JSONValue {
    .object([
      "run": .string(study.run.name), "verdict": .string(study.verdict.rawValue),
      "sentence": .string(study.sentence), "criterion": .string(study.comparison.criterion),
      "weights_from": .string(
        study.usesFutureWeights ? "leave_future_out" : study.comparison.criterion),
      "scored_times_h": .array(study.scoredTimes.map(Record.number)),
      "later_samples": .int(study.laterSamples),
      "models": .array(study.candidates.map { candidate($0, study) }),
      "observe_nothing": .array(
        study.comparison.silent.map {
          .object([
            "model": .string($0.model), "observes": .array($0.observes.map { .string($0) }),
          ])
        }),
      "not_fitted": .array(
        study.comparison.unbound.sorted { $0.model < $1.model }.map {
          .object([
            "model": .string($0.model), "cause": .string($0.refusal.findings.first?.cause ?? ""),
          ])
        }),
      "forecast": study.forecast.map(forecast) ?? .null,
      "forecast_refused": study.forecastRefusal.map { .string($0) } ?? .null,
      "notes": .array(study.notes.map { .string($0) }),
    ])
  }

  private static func candidate(
    _ candidate: ModelStudy.Candidate, _ study: ModelStudy
  ) -> JSONValue {
    let fit = candidate.entry.fit
    return .object([
      "model": .string(fit.model), "usable": .bool(fit.isUsable),
      "comparable": .bool(candidate.entry.isComparable), "measurements": .int(fit.measurements),
      "estimated": .int(fit.estimated), "log_likelihood": Record.number(fit.logLikelihood),
      "aicc": Record.number(fit.aicc), "bic": Record.number(fit.bic),
      "difference": Record.number(candidate.entry.delta),
      "standing": .string(candidate.entry.standing.code), "same_as": sameAs(candidate),
      "contender": .bool(candidate.isContender),
      "criterion_weight": Record.number(candidate.criterionWeight),
      "forecast_score": Record.number(candidate.score?.sum),
      "forecast_score_error": Record.number(candidate.score?.samplingError),
      "forecast_score_monte_carlo_error": Record.number(candidate.score?.monteCarloError),
      "forecast_score_behind_best": Record.number(candidate.scoreDifference?.sum),
      "forecast_score_behind_best_error": Record.number(candidate.scoreDifference?.samplingError),
      "forecast_score_behind_best_monte_carlo_error": Record.number(
        candidate.scoreDifference?.monteCarloError),
      "forecast_score_tied": .bool(candidate.isTied),
      "forecast_score_weight": Record.number(candidate.futureWeight),
      "weight": Record.number(study.weight(candidate)),
      "forecast_scores": .array((candidate.future?.points ?? []).map(point)),
      "residual_checks": candidate.checks.map(checks) ?? .null,
      "draws_refused": candidate.drawRefusal.map { .string($0) } ?? .null,
      "notes": .array(fit.notes.map { .string($0) }),
    ])
  }

  private static func sameAs(_ candidate: ModelStudy.Candidate) -> JSONValue {
    guard case .sameAs(let other) = candidate.entry.standing else { return .null }
    return .string(other)
  }

  private static func point(_ point: LeaveFutureOut.Point) -> JSONValue {
    .object([
      "time_h": Record.number(point.time), "measurements": .int(point.count),
      "score": Record.number(point.score),
      "monte_carlo_error": Record.number(point.monteCarloError),
      "pareto_shape": Record.number(point.paretoShape), "draws": .int(point.draws),
      "effective_sample_size": Record.number(point.effectiveSampleSize),
      "refused": point.refusal.map { .string($0) } ?? .null,
    ])
  }

  /// The record of one fit's residual checks.
  public static func checks(_ checks: ResidualChecks) -> JSONValue {
    .object([
      "misfit": .bool(checks.isMisfit),
      "refused": checks.refusal.map { .string($0) } ?? .null,
      "flags": .array(
        checks.flags.map { flag in
          .object([
            "kind": .string(flag.kind.rawValue), "p_value": Record.number(flag.pValue),
            "quantity": flag.quantity.map { .string($0) } ?? .null,
            "run": flag.run.map { .string($0) } ?? .null,
            "place": flag.place.map { .string($0.description) } ?? .null,
            "misfit": .bool(flag.isMisfit), "sentence": .string(flag.sentence),
          ])
        }),
      "series": .array(
        checks.series.map { series in
          .object([
            "quantity": .string(series.quantity), "measurements": .int(series.count),
            "run": series.run.map { .string($0) } ?? .null,
            "lag1_autocorrelation": Record.number(series.autocorrelation),
            "lag1_p_value": Record.number(series.autocorrelationP),
            "runs_p_value": Record.number(series.runsP),
            "chi_square": Record.number(series.chiSquare),
            "chi_square_p_value": Record.number(series.chiSquareP),
            "size_in_stated_noise": Record.number(series.sizeInStatedNoise),
            "offset": Record.number(series.offset),
            "offset_p_value": Record.number(series.offsetP),
            "predictive_p_value": Record.number(series.predictiveP),
          ])
        }),
      "predictive_p_value": Record.number(checks.predictive?.overall),
      "latest": .array(
        (checks.predictive?.latest ?? []).map {
          .object([
            "place": .string($0.observation.place.description),
            "p_value": Record.number($0.pValue), "above": .bool($0.isAbove),
          ])
        }),
      "predictive_from_draws": .bool(checks.predictive?.usesDraws ?? false),
    ])
  }

  private static func forecast(_ forecast: WeightedForecast) -> JSONValue {
    // Cells are whole cells in a record, densities 1e6 cells/mL.
    let factor = forecast.measure == .cells ? 1e6 : 1
    func values(_ q: Quantiles?) -> JSONValue {
      q.map { .array($0.values.map { Record.number($0 * factor) }) } ?? .null
    }
    return .object([
      "time_h": Record.number(forecast.time),
      "measure": .string(
        forecast.measure == .cells ? "viable_cells" : "viable_density_1e6_per_mL"),
      "levels": .array(Quantiles.levels.map { .double($0) }), "weighted": values(forecast.mixture),
      "covered_weight": Record.number(forecast.covered),
      "models": .array(
        forecast.parts.map { part in
          .object([
            "model": .string(part.model), "weight": Record.number(part.weight),
            "quantiles": values(part.quantiles),
            "refused": part.refusal.map { .string($0) } ?? .null,
          ])
        }),
    ])
  }
}
