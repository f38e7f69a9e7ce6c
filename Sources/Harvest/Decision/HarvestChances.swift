import Inference
import ModelLanguage
import RunRecords
import Statistics

/// Probabilities hour by hour: the culture's draws, with losses and a measured CAR+ share averaged over
/// in each of them.
///
/// Given a draw of the culture, the dose depends on losses and share alone, so its probability is counted
/// exactly (Rao and Blackwell); all hours share the draws, so differences between hours are not noise.
struct HarvestChances {
  let evaluation: HarvestEvaluation
  private let planned: Sufficiency
  private let plannedAndShare: Sufficiency
  private let leastAndShare: Sufficiency
  private let withoutOptional: Sufficiency?
  private let doseAlone: Sufficiency?
  private let doseNeeds: [Double]
  /// Cells to harvest for the planned and the least dose at equally probable parts of the losses.
  let needs: [Double]
  let leastNeeds: [Double]
  private let car: CARFraction?
  private let shareHolds: Double

  private static let needCount = 256
  private static let shareCount = 64
  private static let readingCount = 16

  init(
    _ evaluation: HarvestEvaluation, planned: Double, least: Double, car source: CARSource,
    seed: UInt64, name: String
  ) {
    self.evaluation = evaluation
    let losses = evaluation.plan.losses
    needs = HarvestYield.needs(
      losses, for: planned, count: Self.needCount, seed: seed, name: name)
    leastNeeds = HarvestYield.needs(
      losses.withoutOptional, for: least, count: Self.needCount, seed: seed, name: name)
    let criterion = evaluation.plan.criterion(.carPositive)
    func holds(_ share: Double) -> Bool { criterion?.holds(share) ?? true }
    var shares: [Double]?
    car =
      switch source {
      case .model: nil
      case .fraction(let fraction): fraction
      }
    if let car { shares = Self.shares(car.median, car.sdLogit) }
    shareHolds =
      shares.map { found in Double(found.count(where: holds)) / Double(found.count) } ?? 1
    self.planned = Sufficiency(needs: needs, shares: shares)
    plannedAndShare =
      criterion == nil || shares == nil
      ? self.planned : Sufficiency(needs: needs, shares: shares, counts: holds)
    leastAndShare = Sufficiency(needs: leastNeeds, shares: shares, counts: holds)
    doseNeeds =
      losses.withoutOptional == losses
      ? needs
      : HarvestYield.needs(
        losses.withoutOptional, for: planned, count: Self.needCount, seed: seed, name: name)
    withoutOptional =
      losses.withoutOptional == losses
      ? nil : Sufficiency(needs: doseNeeds, shares: shares, counts: holds)
    doseAlone =
      losses.withoutOptional == losses ? nil : Sufficiency(needs: doseNeeds, shares: shares)
  }

  /// Shares at the middles of equally probable parts.
  static func shares(_ median: Double, _ sdLogit: Double) -> [Double] {
    let center = EstimationScale.logit.toEstimation(median)
    guard sdLogit > 0 else { return [median] }
    return (0..<shareCount).map { k in
      let z = Normal.quantile((Double(k) + 0.5) / Double(shareCount))
      return EstimationScale.logit.toNatural(center + sdLogit * z)
    }
  }

  /// Cells that are held against the needs: viable ones where the share is averaged over, viable CAR+
  /// ones where the model tells them.
  private func counted(_ k: Int) -> [Double] {
    car == nil ? evaluation.cells(k) : evaluation.total(k)
  }

  /// Criteria of the draws alone, all at once.
  private func others(_ k: Int, _ flags: [[Bool]]) -> [Bool] {
    let plan = evaluation.plan
    let own = plan.criteria.indices.filter { car == nil || plan.criteria[$0].kind != .carPositive }
    return evaluation.draws.weights.indices.map { i in own.allSatisfy { flags[$0][i] } }
  }

  /// What stands behind an outcome: probabilities, one a draw, of the planned dose with and without
  /// optional retains, and of any.
  struct Behind {
    let met: [Double]
    let dose: [Double]
    let any: [Double]

    func chances(_ yardstick: Yardstick) -> [Double] {
      switch yardstick {
      case .everything: met
      case .dose: dose
      case .anyDose: any
      }
    }
  }

  /// The probabilities behind an hour's outcome.
  func behind(_ k: Int) -> Behind {
    let others = others(k, evaluation.criteria(k))
    let counted = counted(k)
    func each(_ enough: Sufficiency) -> [Double] {
      zip(counted, others).map { $1 ? enough.probability($0) : 0 }
    }
    let met = each(plannedAndShare)
    return Behind(met: met, dose: withoutOptional.map(each) ?? met, any: each(leastAndShare))
  }

  private func needs(_ yardstick: Yardstick) -> [Double] {
    switch yardstick {
    case .everything: needs
    case .dose: doseNeeds
    case .anyDose: leastNeeds
    }
  }

  /// The outcome at an hour, with the probabilities that it is made of.
  func outcome(
    _ k: Int, start: HarvestStart?
  ) throws -> (outcome: HarvestOutcome, behind: Behind) {
    let draws = evaluation.draws
    let flags = evaluation.criteria(k)
    let counted = counted(k)
    let behind = behind(k)
    let joint = draws.average(behind.met)
    var conditions = [
      HarvestOutcome.Condition(
        kind: nil, probability: min(1, draws.mean(counted.map(planned.probability))))
    ]
    for (criterion, flags) in zip(evaluation.plan.criteria, flags) {
      let isAveraged = car != nil && criterion.kind == .carPositive
      conditions.append(
        .init(
          kind: criterion.kind,
          probability: isAveraged ? shareHolds : draws.share(flags).value))
    }
    let cells = evaluation.cells(k)
    let outcome = HarvestOutcome(
      hour: draws.hours[k], isPossible: start != nil, infusion: start?.infusion,
      volume: draws.volumes[k], totalViable: try draws.quantiles(evaluation.total(k)),
      carPositive: try draws.quantiles(cells), expectedCells: draws.mean(cells),
      viability: try draws.values("viability", at: k).map { try draws.quantiles($0) },
      conditions: conditions, met: min(1, joint.value),
      reduced: max(0, min(1, draws.mean(behind.any)) - min(1, joint.value)),
      withoutOptional: withoutOptional.map { _ in min(1, draws.mean(behind.dose)) },
      doseWithoutOptional: doseAlone.map { min(1, draws.mean(counted.map($0.probability))) },
      error: joint.error)
    return (outcome, behind)
  }

  /// The chance of a yardstick at an hour, one a draw, after each of some equally probable readings of the CAR+ share; one
  /// column where the model tells the share, or it is known.
  ///
  /// The logit's share is normal with sd s, a reading of it with sd a: what is known afterwards has the
  /// variance s^2 a^2 / (s^2 + a^2), and its mean has moved by an sd of s^2 / sqrt(s^2 + a^2).
  func columns(_ k: Int, _ yardstick: Yardstick) -> [[Double]] {
    guard let car, car.sdLogit > 0 else { return [behind(k).chances(yardstick)] }
    let others = others(k, evaluation.criteria(k))
    let total = evaluation.total(k)
    let criterion = evaluation.plan.criterion(.carPositive)
    let coarse = coarse(yardstick)
    let (s, a) = (car.sdLogit, CARFraction.assaySD)
    let center = EstimationScale.logit.toEstimation(car.median)
    let moved = s * s / (s * s + a * a).squareRoot()
    let left = s * a / (s * s + a * a).squareRoot()
    return (0..<Self.readingCount).map { c in
      let z = Normal.quantile((Double(c) + 0.5) / Double(Self.readingCount))
      let median = EstimationScale.logit.toNatural(center + moved * z)
      let enough = Sufficiency(needs: coarse, shares: Self.shares(median, left)) {
        criterion?.holds($0) ?? true
      }
      return zip(total, others).map { $1 ? enough.probability($0) : 0 }
    }
  }

  /// What waiting wins and loses: shares of the draws that meet all only at the later hour, and only at
  /// the earlier one. Within a draw more cells are enough for all pairs that fewer are enough for.
  func balance(_ now: [Double], _ then: [Double]) -> (won: Double, lost: Double) {
    let draws = evaluation.draws
    return (
      draws.mean(zip(now, then).map { max(0, $1 - $0) }),
      draws.mean(zip(now, then).map { max(0, $0 - $1) })
    )
  }

  /// A fourth of the needs: enough where many of them are averaged.
  private func coarse(_ yardstick: Yardstick) -> [Double] {
    let all = needs(yardstick)
    return stride(from: 0, to: all.count, by: all.count < 8 ? 1 : 4).map { all[$0] }
  }

  /// The least median CAR+ share, with the spread as it is, at which the chance reaches a confidence at an
  /// hour; nil where the model tells the share, or no share up to 99 % reaches it. To 0.1 points.
  func leastShare(_ k: Int, _ yardstick: Yardstick, confidence: Double) -> Double? {
    guard let car else { return nil }
    let draws = evaluation.draws
    let others = others(k, evaluation.criteria(k))
    let total = evaluation.total(k)
    let criterion = evaluation.plan.criterion(.carPositive)
    let coarse = coarse(yardstick)
    func reaches(_ median: Double) -> Bool {
      let enough = Sufficiency(
        needs: coarse, shares: Self.shares(median, car.sdLogit)
      ) { criterion?.holds($0) ?? true }
      return draws.mean(zip(total, others).map { $1 ? enough.probability($0) : 0 }) >= confidence
    }
    var (low, high) = (0.001, max(car.median, 0.001))
    if !reaches(high) {
      (low, high) = (high, 0.99)
      guard reaches(high) else { return nil }
    }
    while high - low > 0.001 {
      let middle = (low + high) / 2
      if reaches(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
