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

/// Draws held against a plan, hour by hour, each with one draw of the losses and of the CAR+ share.
struct HarvestEvaluation {
  let plan: DecisionPlan
  let draws: CultureDraws
  /// Hour of the seed; days in culture count from it.
  let start: Double
  /// Cells to harvest for the planned dose, one a draw, 1e6.
  let need: [Double]
  private let shares: [Double]?
  private let phenotypes: [Criterion.Kind: PhenotypeDraws]

  /// The planned dose is 1e6 viable CAR+ cells given to the patient.
  init(
    _ plan: DecisionPlan, _ draws: CultureDraws, start: Double, planned: Double,
    car: CARSource, phenotypes: [Criterion.Kind: PhenotypeLaw] = [:], seed: UInt64, name: String
  ) {
    self.plan = plan
    self.draws = draws
    self.start = start
    let yields = HarvestYield(plan.losses, count: draws.count, seed: seed, name: name)
    need = yields.need(for: planned)
    self.phenotypes = Dictionary(
      uniqueKeysWithValues: phenotypes.map { kind, law in
        (kind, PhenotypeDraws(law, of: kind, count: draws.count, seed: seed, name: name))
      })
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

  func total(_ k: Int) -> [Double] {
    (draws.values("vcd", at: k) ?? []).map { $0 * draws.volumes[k] }
  }

  func car(_ k: Int) -> [Double] { shares ?? draws.values("car_positive", at: k) ?? [] }

  /// What a criterion looks at, one value a draw, base units.
  private func values(_ kind: Criterion.Kind, _ k: Int) -> [Double] {
    switch kind {
    case .days: draws.weights.map { _ in draws.hours[k] - start }
    case .carPositive: car(k)
    case .vesselCells: total(k)
    case .doublings: (draws.values("fold", at: k) ?? []).map { Double.log($0) / Double.log(2) }
    case .tCells, .cd4, .cd8, .memory, .exhausted:
      phenotypes[kind]?.shares(at: draws.hours[k]) ?? []
    case .viability, .glucose, .lactate, .density:
      draws.values(kind.observable ?? "", at: k) ?? []
    }
  }

  /// Which draws meet each criterion, in the plan's order.
  func criteria(_ k: Int) -> [[Bool]] {
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
}
