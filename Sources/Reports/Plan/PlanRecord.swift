import Capacity
import Quantities
import Statistics

/// Plans as JSON.
public enum PlanRecord {
  /// The form of the record of `check`, `simulate` and `size`.
  public static let schema = "thymus.plan/1"

  /// The record of a page.
  public static func record(_ page: PlanPage) -> JSONValue {
    var object: [String: JSONValue] = [
      "schema": .string(schema), "arithmetic": arithmetic(page.plan),
      "assumed": .array(page.plan.facility.assumptions.map(remark)),
      "sources": .array(page.plan.facility.sources.map(remark)),
      "evidence": .array(page.evidence.map { .string($0.origin) }),
      "provenance": page.provenance.json,
    ]
    if let target = page.target { object["target_wait_d"] = Record.number(target) }
    if let result = page.result { object["simulation"] = simulation(result) }
    if let sensitivity = page.sensitivity { object["sensitivity"] = sensitivity.json }
    if let named = named(page) { object["patients"] = named }
    if let next = page.nextUnits {
      object["next_unit"] = .array(
        next.values.map { value in
          .object([
            "path": .string(value.unit.path), "from": .int(value.unit.from),
            "to": .int(value.unit.to), "remark": .string(value.unit.remark),
            "lead_d": estimate(value[.mean(.recorded("lead"))]),
            "infused_per_year": estimate(value[.outcome("infused")]),
            "cost_per_year": Record.number(value.unit.cost(page.plan.facility)),
            "full_at_patients_per_year": Record.number(next.fullAt[value.unit.path]),
          ])
        })
    }
    if let sized = page.sized {
      object["sizing"] = .array(sized.sizings.map(sizing))
      object["present"] = arithmetic(sized.present.plan)
      if let result = sized.present.result { object["present_simulation"] = simulation(result) }
      object["unmet"] = sized.unmet.map { .string($0) } ?? .null
    }
    return .object(object)
  }

  /// The dated patients; nil when there are none, or nothing was simulated.
  private static func named(_ page: PlanPage) -> JSONValue? {
    guard let result = page.result else { return nil }
    var patients: [JSONValue] = []
    for stream in page.plan.facility.arrivals {
      guard case .patients(let list) = stream.source else { continue }
      for patient in list {
        guard let histogram = result.histogram(.recorded(Facility.measure(of: patient))) else {
          continue
        }
        var object: [String: JSONValue] = [
          "patient": .string(patient.id), "day": .string(patient.day.description),
          "due": patient.due.map { .string($0.description) } ?? .null,
          "infused": share(Int(histogram.count), of: result.replications),
          "infused_by_due": PlanRunSection.inTime(patient, histogram).map {
            share($0, of: result.replications)
          } ?? .null,
        ]
        for percent in Metric.percents {
          object["p\(percent)_d"] = Record.number(histogram.quantile(Double(percent) / 100))
        }
        patients.append(.object(object))
      }
    }
    return patients.isEmpty ? nil : .array(patients)
  }

  /// A share of replications with the half-width of its 95 % interval; with none or all of them the
  /// bound of the rule of three, 3 over their number.
  private static func share(_ found: Int, of replications: Int) -> JSONValue {
    let count = Double(max(1, replications))
    let p = Double(found) / count
    let isBound = found <= 0 || found >= replications
    return .object([
      "mean": Record.number(p),
      "half_width95": Record.number(
        isBound
          ? min(1, 3 / count) : Normal.reach95 * (p * (1 - p) / count).squareRoot()),
      "replications": .int(replications),
    ])
  }

  /// The record of scenarios side by side.
  public static func record(_ page: PlanComparePage) -> JSONValue {
    let names = page.working.map(\.name)
    return .object([
      "schema": .string("thymus.plan-compare/1"),
      "scenarios": .array(
        page.scenarios.map { scenario in
          .object([
            "name": .string(scenario.name),
            "settings": .array(scenario.settings.map { .string($0) }),
            "arithmetic": scenario.plan.map(arithmetic) ?? .null,
            "obstacle": scenario.obstacle.map { .string($0) } ?? .null,
            "breaks": .array(scenario.breaks.map { .string($0) }),
          ])
        }),
      "metrics": .array(
        page.metrics.map { metric, words, _, _ in
          .object([
            "metric": .string(words), "plan": estimate(page.comparison?.results.first?[metric]),
            "differences": .object(
              Dictionary(
                names.enumerated().dropFirst().map { index, name in
                  (name, estimate(page.comparison?.difference(metric, of: index)))
                }, uniquingKeysWith: { a, _ in a })),
          ])
        }), "provenance": page.provenance.json,
    ])
  }

  private static func remark(_ remark: Facility.Remark) -> JSONValue {
    .object([
      "path": .string(remark.path), "value": .string(remark.value), "note": .string(remark.note),
      "place": .string(remark.place.description),
    ])
  }

  private static func arithmetic(_ plan: PlanArithmetic) -> JSONValue {
    let year = Facility.daysPerYear
    let costs = CostOfGoods(plan)
    let limits = plan.isStable ? plan.limits() : []
    return .object([
      "facility": .string(plan.facility.name), "stable": .bool(plan.isStable),
      "binding": plan.binding.map { .string($0.path) } ?? .null,
      "greatest_patients_per_year": Record.number(plan.limits().first?.patients),
      "resources": .array(
        plan.resources.map { load in
          .object([
            "kind": .string(load.kind.rawValue), "name": .string(load.name),
            "path": .string(load.path), "count": .int(load.count),
            "demand_per_year": Record.number(load.demand),
            "capacity_per_year": Record.number(load.capacity), "hold_d": Record.number(load.hold),
            "offered_load": Record.number(load.offeredLoad),
            "of_limit": Record.number(load.ofLimit), "used": Record.number(load.used),
            "stable": .bool(load.isStable),
            "wait_d": Record.number(load.wait), "calendar_wait_d": Record.number(load.calendarWait),
            "least_stable": load.leastStable.map { .int($0) } ?? .null,
          ])
        }),
      "breaks_first": .array(
        limits.map {
          .object([
            "path": .string($0.load.path), "patients_per_year": Record.number($0.patients),
          ])
        }),
      "stocks": .array(
        plan.facility.vectors.compactMap { vector -> JSONValue? in
          guard let cycle = plan.cycle(ofVector: vector.name),
            let busiest = plan.busiestCycle(ofVector: vector.name)
          else { return nil }
          return .object([
            "vector": .string(vector.name), "reorder_at": .int(vector.reorderAt),
            "lot": .int(vector.lot), "lots_per_year": Record.number(cycle.cyclesPerYear),
            "demand_in_lead_time": Record.number(cycle.demand),
            "demand_in_busiest_lead_time": Record.number(busiest.demand),
            "runs_out_in_a_cycle": Record.number(cycle.runsOut),
            "lasts_a_year_at_least": Record.number(busiest.lastsYear),
            "least_reorder_at": busiest.leastReorder(lastsYear: PlanArithmetic.safeYear).map {
              .int($0)
            } ?? .null,
          ])
        }),
      "opening_shortages": .array(
        (plan.isStable ? plan.openingShortages : []).map { short in
          .object([
            "vector": .string(short.vector.name), "doses": .int(short.doses),
            "runs_out_on_day": Record.number(short.runsOut),
            "first_lot_on_day": Record.number(short.firstLot),
            "demand_until_then": Record.number(short.demand),
            "chance": Record.number(short.chance), "waiting": Record.number(short.waiting),
            "least_lots": short.leastLots.map { .int($0) } ?? .null,
          ])
        }),
      "crowd": crowd(plan),
      "flows": .array(
        plan.flows.map { flow in
          .object([
            "stream": .string(flow.arrivals.name),
            "patients_per_year": Record.number(flow.patients * year),
            "starts_per_year": Record.number(flow.starts * year),
            "infused_per_year": Record.number(flow.infused * year),
            "lost_per_year": Record.number(flow.lost * year),
          ])
        }),
      "cost_per_year": Record.number(costs.total),
      "cost_per_started": Record.number(costs.perStarted),
      "cost_per_infused": Record.number(costs.perInfused),
    ])
  }

  /// The weeks in which dated patients come too thick; null without them.
  private static func crowd(_ plan: PlanArithmetic) -> JSONValue {
    guard plan.isStable, let peak = plan.peak(), let worst = peak.worst else { return .null }
    return .object([
      "first": .string(peak.first.description), "weeks": .int(peak.weeks),
      "patients": .int(peak.patients), "path": .string(worst.path),
      "of_limit": Record.number(worst.ofLimit), "backlog_d": Record.number(peak.backlog(worst)),
    ])
  }

  private static func estimate(_ value: Estimate?) -> JSONValue {
    guard let value, value.count > 0 else { return .null }
    return .object([
      "mean": Record.number(value.mean), "half_width95": Record.number(value.halfWidth()),
      "replications": .int(value.count),
    ])
  }

  private static func simulation(_ result: SimulationResult) -> JSONValue {
    func measure(_ measure: Measure) -> JSONValue {
      var object: [String: JSONValue] = ["mean_d": estimate(result[.mean(measure)])]
      if let histogram = result.histogram(measure), histogram.count > 0 {
        for percent in Metric.percents {
          object["p\(percent)_d"] = Record.number(histogram.quantile(Double(percent) / 100))
        }
      }
      return .object(object)
    }
    var times: [String: JSONValue] = [:]
    var outcomes: [String: JSONValue] = [:]
    var tallies: [String: JSONValue] = [:]
    var inTime: [String: JSONValue] = [:]
    for metric in result.metrics {
      switch metric {
      case .mean(.recorded(let name)) where !name.hasPrefix("patient "):
        times[name] = measure(.recorded(name))
      case .outcome(let name): outcomes[name] = estimate(result[metric])
      case .tally(let name): tallies[name] = estimate(result[metric])
      case .within(.recorded(let name)): inTime[name] = estimate(result[metric])
      default: break
      }
    }
    let pools = PlanRunSection.pools(result).map { pool -> JSONValue in
      .object([
        "pool": .string(pool), "utilisation": estimate(result[.utilisation(pool)]),
        "wait": measure(.wait(pool)),
        "busy_by_hour_of_week": .array(
          (result.busyByHourOfWeek(pool) ?? []).map { Record.number($0) }),
      ])
    }
    let stocks = result.metrics.compactMap { metric -> JSONValue? in
      guard case .mean(.stockWait(let name)) = metric else { return nil }
      return .object([
        "vector": .string(name), "wait": measure(.stockWait(name)),
        "have_to_wait": estimate(result[.positive(.stockWait(name))]),
      ])
    }
    return .object([
      "stocks": .array(stocks), "replications": .int(result.replications),
      "events": .int(result.events),
      "termination": .string(result.termination.rawValue), "times": .object(times),
      "outcomes_per_year": .object(outcomes), "tallies_per_year": .object(tallies),
      "in_time": .object(inTime), "pools": .array(pools),
      "unfinished": estimate(result[.unfinished]),
      "oldest_unfinished_d": estimate(result[.oldestUnfinished]),
      "littles_law_gap": Record.number(result.littlesLaw.map(\.gap).max()),
    ])
  }

  private static func sizing(_ sizing: Sizing) -> JSONValue {
    .object([
      "pool": .string(sizing.pool), "least": sizing.count.map { .int($0) } ?? .null,
      "trials": .array(
        sizing.trials.map {
          .object([
            "count": .int($0.count), "value": estimate($0.estimate), "met": .bool($0.isMet),
          ])
        }),
    ])
  }
}
