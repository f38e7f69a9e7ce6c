import Harvest
import Inference
import Quantities
import RunRecords

extension Record {
  /// The record of one harvest decision, or of its refusal.
  public static func decision(
    _ decision: Result<HarvestDecision, Posterior.Refusal>?, run: String
  ) -> JSONValue {
    switch decision {
    case nil: .object(["run": .string(run), "refused": .string("The run was not fitted.")])
    case .failure(let refusal)?:
      .object(["run": .string(run), "refused": .string(refusal.description)])
    case .success(let found)?: self.decision(found)
    }
  }

  private static func decision(_ d: HarvestDecision) -> JSONValue {
    let q = d.question
    let words = DecisionWords(decision: d)
    let calendar = q.plan.calendar
    func clock(_ hour: Double?) -> JSONValue {
      hour.flatMap { calendar?.time(ofHour: $0) }.map { .string($0.iso8601) } ?? .null
    }
    func levels(_ q: Quantiles) -> JSONValue { .array(q.values.map(number)) }
    var object: [String: JSONValue] = [
      "run": .string(d.run), "model": .string(d.model), "plan": .string(q.plan.title),
      "now_h": number(q.now), "horizon_h": number(q.horizon),
      "verdict": .string(d.verdict.kind.rawValue), "ground": .string(d.verdict.ground.rawValue),
      "reason": .string(words.reason(d.verdict)), "hour": number(d.verdict.hour),
      "clock": clock(d.verdict.hour),
      "otherwise": d.otherwise.map { .string($0.kind.rawValue) } ?? .null,
      "next_sample_h": number(d.nextSample), "planned_cells": number(q.planned * 1e6),
      "least_cells": number(q.least * 1e6), "need_1e6": levels(d.need),
      "least_need_1e6": levels(d.leastNeed), "next_h": number(d.next?.hour),
      "advised_h": number(d.verdict.hour), "answered": .bool(d.isAnswered),
      "search_end": .string(q.searchEnd.rawValue), "search_exhaustive": .bool(d.isExhaustive),
      "not_told_apart_h": .array(d.ties.map { number($0.hour) }),
      "least_car_target": number(d.leastShares.target),
      "least_car_best": number(d.leastShares.best),
      "rule_least_cells": number(q.ruledLeast.map { $0 * 1e6 }),
      "earliest_safe_h": number(d.earliestSafe?.hour), "best_h": number(d.best?.hour),
      "latest_safe_h": number(d.latestSafe?.hour), "regret": number(d.regret),
      "won_by_waiting": number(d.waiting?.won), "lost_by_waiting": number(d.waiting?.lost),
      "effective_sample_size": number(d.effectiveSampleSize),
      "levels": .array(Quantiles.levels.map { .double($0) }),
      "criteria": .array(q.plan.criteria.map { .string($0.description) }),
      "thresholds": .object([
        "confidence": number(q.plan.thresholds.confidence),
        "tolerance": number(q.plan.thresholds.tolerance),
        "stop_below": number(q.plan.thresholds.stopBelow),
        "fall": number(q.plan.thresholds.fall),
        "contradiction": number(q.plan.thresholds.contradiction),
      ]),
      "violations": .array(d.violations.map { .string($0.criterion.description) }),
      "notes": .array(d.notes.map { .string($0) }),
    ]
    switch q.car {
    case .model: object["car_source"] = .string("model")
    case .fraction(let car):
      object["car_source"] = .string(car.origin)
      object["car_median"] = number(car.median)
      object["car_sd_logit"] = number(car.sdLogit)
    }
    if let method = d.method { object["drawn_by"] = drawnBy(method) }
    let support = d.support
    object["basis"] = .string(
      support.pathCounts != nil ? "growth_path" : support.teachers.isEmpty ? "fit" : "donors")
    object["path_refusal"] = support.pathRefusal.map { .string($0) } ?? .null
    object["criteria_not_followed"] = .array(support.unfollowed.map { .string($0.description) })
    object["teachers"] = .array(
      support.teachers.map { teacher in
        .object([
          "prior": .string(teacher.label), "donors": .int(teacher.donors),
          "runs": .int(teacher.runs), "widening": number(teacher.widening),
          "weight": number(teacher.weight),
          "covariates": .array(teacher.covariates.map { .string($0) }),
        ])
      })
    object["widening_asked"] = number(support.widening)
    object["readings"] = .array(
      d.readings.map { reading in
        .object([
          "time_h": number(reading.hour), "planned": .bool(reading.isPlanned),
          "quantities": .array(reading.quantities.map { .string($0) }),
          "target_h": number(reading.target),
          "p_met_now": number(reading.now), "chance_safe_after": number(reading.safe),
          "low80": number(reading.after.lowerBound), "high80": number(reading.after.upperBound),
          "told": number(reading.told),
        ])
      })
    object["predictive_check"] =
      d.contradiction.map {
        .object([
          "time_h": number($0.hour), "quantity": .string($0.quantity), "p": number($0.p),
          "reading": number($0.reading), "low": number($0.expected.lowerBound),
          "high": number($0.expected.upperBound), "level": number($0.level),
        ])
      } ?? .null
    object["predictive_checks"] = .array(
      d.checks.map {
        .object([
          "time_h": number($0.hour), "quantity": .string($0.quantity), "p": number($0.p),
          "reading": number($0.reading), "low": number($0.expected.lowerBound),
          "high": number($0.expected.upperBound), "level": number($0.level),
        ])
      })
    // Nothing that readings contradict is given as a number to act on.
    func answered(_ p: Double) -> JSONValue { d.isAnswered ? number(p) : .null }
    object["times"] = .array(
      d.outcomes.map { outcome in
        .object([
          "time_h": number(outcome.hour), "clock": clock(outcome.hour),
          "possible": .bool(outcome.isPossible), "volume_mL": number(outcome.volume),
          "tvc_1e6": levels(outcome.totalViable),
          "car_positive_1e6": levels(outcome.carPositive),
          "expected_car_positive_1e6": number(outcome.expectedCells),
          "viability": outcome.viability.map(levels) ?? .null, "p_met": answered(outcome.met),
          "p_reduced": answered(outcome.reduced), "p_failed": answered(outcome.failed),
          "p_error": number(outcome.error),
          "limited_by": outcome.limiting.map { .string($0.kind?.rawValue ?? "dose") } ?? .null,
          "infusion": outcome.infusion.map { .string($0.iso8601) } ?? .null,
          "conditions": .object(
            Dictionary(
              outcome.conditions.map { ($0.kind?.rawValue ?? "dose", answered($0.probability)) },
              uniquingKeysWith: { a, _ in a })),
        ])
      })
    return .object(object)
  }
}
