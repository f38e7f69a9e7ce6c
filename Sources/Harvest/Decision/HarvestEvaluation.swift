import Inference
import ModelLanguage
import Randomness
import RunRecords

/// Where the CAR+ share of viable cells comes from.
public enum CARSource: Sendable, Hashable {
  /// The model's own observable `car_positive`, hour by hour.
  case model
  /// One share a draw, constant until harvest.
  case fraction(CARFraction)
}

/// Draws held against a plan, hour by hour.
struct HarvestEvaluation {
  let plan: DecisionPlan
  let draws: CultureDraws
  /// Hour of the seed; days in culture count from it.
  let start: Double
  /// Cells to harvest, one a draw, 1e6: for the planned and for the least dose.
  let need: [Double]
  let leastNeed: [Double]
  private let shares: [Double]?

  /// The planned and least dose are 1e6 viable CAR+ cells given to the patient.
  init(
    _ plan: DecisionPlan, _ draws: CultureDraws, start: Double, planned: Double, least: Double,
    car: CARSource, seed: UInt64, name: String
  ) {
    self.plan = plan
    self.draws = draws
    self.start = start
    let yields = HarvestYield(plan.losses, count: draws.count, seed: seed, name: name)
    need = yields.need(for: planned)
    leastNeed = yields.need(for: least)
    switch car {
    case .model: shares = nil
    case .fraction(let fraction):
      shares = HarvestForecaster.carFractions(draws.count, fraction, seed: seed, run: name)
    }
  }

  /// Viable CAR+ cells, one a draw, 1e6.
  func cells(_ k: Int) -> [Double] {
    zip(total(k), car(k)).map { $0 * $1 }
  }

  private func total(_ k: Int) -> [Double] {
    (draws.values("vcd", at: k) ?? []).map { $0 * draws.volumes[k] }
  }

  private func car(_ k: Int) -> [Double] { shares ?? draws.values("car_positive", at: k) ?? [] }

  /// What a criterion looks at, one value a draw, base units.
  private func values(_ kind: Criterion.Kind, _ k: Int) -> [Double] {
    switch kind {
    case .days: draws.weights.map { _ in draws.hours[k] - start }
    case .carPositive: car(k)
    case .vesselCells: total(k)
    case .doublings: (draws.values("fold", at: k) ?? []).map { Double.log($0) / Double.log(2) }
    case .viability, .glucose, .lactate, .density:
      draws.values(kind.observable ?? "", at: k) ?? []
    }
  }

  /// Which draws meet each criterion, in the plan's order.
  private func criteria(_ k: Int) -> [[Bool]] {
    plan.criteria.map { criterion in
      let found = values(criterion.kind, k)
      return draws.weights.indices.map { $0 < found.count && criterion.holds(found[$0]) }
    }
  }

  /// Which draws meet the planned dose and every criterion at an hour.
  func met(_ k: Int) -> [Bool] {
    let cells = cells(k)
    let rest = criteria(k)
    return cells.indices.map { i in cells[i] >= need[i] && rest.allSatisfy { $0[i] } }
  }

  /// The outcome at an hour.
  func outcome(_ k: Int, start: HarvestStart?) throws -> HarvestOutcome {
    let cells = cells(k)
    let rest = criteria(k)
    let others = cells.indices.map { i in rest.allSatisfy { $0[i] } }
    let dose = cells.indices.map { cells[$0] >= need[$0] }
    let joint = draws.share(cells.indices.map { dose[$0] && others[$0] })
    let reduced = draws.share(
      cells.indices.map { !dose[$0] && cells[$0] >= leastNeed[$0] && others[$0] })
    var conditions = [HarvestOutcome.Condition(kind: nil, probability: draws.share(dose).value)]
    for (criterion, flags) in zip(plan.criteria, rest) {
      conditions.append(.init(kind: criterion.kind, probability: draws.share(flags).value))
    }
    return HarvestOutcome(
      hour: draws.hours[k], isPossible: start != nil, infusion: start?.infusion,
      volume: draws.volumes[k], totalViable: try draws.quantiles(total(k)),
      carPositive: try draws.quantiles(cells), expectedCells: draws.mean(cells),
      viability: try draws.values("viability", at: k).map { try draws.quantiles($0) },
      conditions: conditions, met: joint.value, reduced: reduced.value, error: joint.error)
  }

  /// What waiting from one hour to another wins and loses: shares of the draws that meet all only
  /// at the later one, and only at the earlier one.
  func balance(from k: Int, to later: Int) -> (won: Double, lost: Double) {
    let (now, then) = (met(k), met(later))
    return (
      draws.share(now.indices.map { !now[$0] && then[$0] }).value,
      draws.share(now.indices.map { now[$0] && !then[$0] }).value
    )
  }
}
