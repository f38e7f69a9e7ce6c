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

  private static func check(_ check: LatestReadingCheck) -> JSONValue {
    .object([
      "time_h": number(check.hour), "quantity": .string(check.quantity), "p": number(check.p),
      "reading": number(check.reading), "low": number(check.expected.lowerBound),
      "high": number(check.expected.upperBound), "level": number(check.level),
    ])
  }

  private static func decision(_ d: HarvestDecision) -> JSONValue {
    let q = d.question
    let words = DecisionWords(decision: d)
    let calendar = q.plan.calendar
    func clock(_ hour: Double?) -> JSONValue {
      hour.flatMap { calendar?.time(ofHour: $0) }.map { .string($0.iso8601) } ?? .null
    }
    func levels(_ q: Quantiles) -> JSONValue { .array(q.values.map(number)) }
    // Nothing that readings contradict is given as a number to act on.
    func answered(_ value: Double?) -> JSONValue { d.isAnswered ? number(value) : .null }
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
      "not_told_apart_h": .array(d.isAnswered ? d.ties.map { number($0.hour) } : []),
      "compared_by": .string(d.yardstick.rawValue),
      "newest_count_h": number(d.newestCount),
      "check_first": .array(words.checkFirst.map { .string($0) }),
      "suspects": .array(d.doubts.suspects.map(check)),
      "unresolved": .array(d.doubts.unresolved.map(check)),
      "least_car_target": answered(d.leastShares.target),
      "least_car_best": answered(d.leastShares.best),
      "rule_least_cells": number(q.ruledLeast.map { $0 * 1e6 }),
      "earliest_safe_h": answered(d.earliestSafe?.hour), "best_h": answered(d.best?.hour),
      "latest_safe_h": answered(d.latestSafe?.hour), "regret": answered(d.regret),
      "won_by_waiting": answered(d.waiting?.won), "lost_by_waiting": answered(d.waiting?.lost),
      "effective_sample_size": number(d.effectiveSampleSize),
      "levels": .array(Quantiles.levels.map { .double($0) }),
      "criteria": .array(q.plan.criteria.map { .string($0.description) }),
      "thresholds": .object([
        "confidence": number(q.plan.thresholds.confidence),
        "tolerance": number(q.plan.thresholds.tolerance),
        "stop_below": number(q.plan.thresholds.stopBelow),
        "fall": number(q.plan.thresholds.fall),
        "contradiction": number(q.plan.thresholds.contradiction),
        "newest_count_h": number(q.plan.thresholds.newestCount),
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
      (d.isAnswered ? d.readings : []).map { reading in
        .object([
          "time_h": number(reading.hour), "planned": .bool(reading.isPlanned),
          "quantities": .array(reading.quantities.map { .string($0) }),
          "target_h": number(reading.target),
          "p_met_now": number(reading.now), "chance_safe_after": number(reading.safe),
          "low80": number(reading.after.lowerBound), "high80": number(reading.after.upperBound),
          "told": number(reading.told), "told_error": number(reading.error),
        ])
      })
    object["predictive_check"] = d.contradiction.map(check) ?? .null
    object["predictive_checks"] = .array(d.checks.map(check))
    object["times"] = .array(
      d.outcomes.map { outcome in
        .object([
          "time_h": number(outcome.hour), "clock": clock(outcome.hour),
          "possible": .bool(outcome.isPossible), "volume_mL": number(outcome.volume),
          "tvc_1e6": d.givesCells ? levels(outcome.totalViable) : .null,
          "car_positive_1e6": d.givesCells ? levels(outcome.carPositive) : .null,
          "expected_car_positive_1e6": d.givesCells ? number(outcome.expectedCells) : .null,
          "viability": d.isAnswered ? outcome.viability.map(levels) ?? .null : .null,
          "p_met": answered(outcome.met),
          "p_reduced": answered(outcome.reduced), "p_failed": answered(outcome.failed),
          "p_met_without_optional": answered(outcome.withoutOptional),
          "p_error": answered(outcome.error),
          "limited_by": d.isAnswered
            ? outcome.limiting(d.yardstick).map { .string($0.kind?.rawValue ?? "dose") } ?? .null
            : .null,
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
