import Bioreactor
import Inference
import ModelLanguage
import Randomness
import RunRecords
import Statistics

/// What one more reading would tell of a harvest: of the one aimed at, and of the next possible one
/// where the reading could make that safe.
///
/// Each of a hundred draws is taken for the truth in turn: its reading, with noise, weighs all draws
/// anew (by Bayes' rule, without a new fit), and the probability that the target meets everything is
/// counted again. Source: Raiffa and Schlaifer (1961), Applied Statistical Decision Theory,
/// preposterior analysis.
public struct NextReading: Sendable, Hashable {
  /// Hours from the run's zero.
  public let hour: Double
  /// True when the run plans a sample then.
  public let isPlanned: Bool
  /// What is read; several quantities of one sample are read together.
  public let quantities: [String]
  /// The start that is judged.
  public let target: Double
  /// P(met) at the target now.
  public let now: Double
  /// The chance that P(met) at the target is at least the plan's confidence after the reading.
  public let safe: Double
  /// The central 80 % of P(met) after the reading.
  public let after: ClosedRange<Double>
  /// The share of the doubt P(1 - P) that the reading takes away on average; 0 when it tells nothing.
  public let told: Double

  /// Draws that are taken for the truth.
  static let truths = 100
  /// Readings that take away less of the doubt are not worth their cells.
  public static let leastTold = 0.02

  /// Hours at which one could read: the next planned samples, and a day from now where none is near.
  static func candidates(
    _ outlook: DonorOutlook, _ culture: Culture, until horizon: Double
  ) -> [Double] {
    let planned = outlook.run.operations.filter {
      $0.action.kind == .sample && $0.trigger == nil && $0.time > outlook.now && $0.time < horizon
    }.map(\.time)
    let tomorrow = outlook.now + 24
    let isNear = planned.contains { $0 <= outlook.now + 36 }
    return Set(planned.prefix(2) + (isNear || tomorrow >= horizon ? [] : [tomorrow])).sorted()
  }

  /// What the run has measured, as far as every model observes it; fold and dead cells come from the
  /// same counts.
  static func quantities(_ run: Run, _ cultures: [Culture], until now: Double) -> [String] {
    let measured = Set(run.observations.filter { $0.time <= now }.map(\.quantity))
    return ["vcd", "viability", "glucose", "lactate"].filter { name in
      measured.contains(name)
        && cultures.allSatisfy { $0.model.observables.contains { $0.name == name } }
    }
  }

  /// Readings before the start aimed at, the most telling first, then those before the next possible
  /// start that could make it safe.
  static func all(
    _ decision: HarvestDecision, _ draws: CultureDraws, _ curves: DonorCurves,
    at hours: [Double], of quantities: [String], seed: UInt64, start: Double, planned run: Run
  ) -> [NextReading] {
    func found(_ judged: HarvestOutcome?) -> [NextReading] {
      judged.map {
        all(
          decision, of: $0, draws, curves, at: hours, of: quantities, seed: seed, start: start,
          planned: run)
      } ?? []
    }
    let target = decision.target ?? decision.best
    let next = decision.next
    let aimed = found(target)
    guard let next, next.hour != target?.hour else { return aimed }
    // A reading that cannot make the next start safe cannot change the decision by way of it.
    return aimed + found(next).filter { $0.safe >= leastChance }
  }

  /// Chances below which a reading is not said to be able to make a start safe.
  public static let leastChance = 0.02

  private static func all(
    _ decision: HarvestDecision, of target: HarvestOutcome, _ draws: CultureDraws,
    _ curves: DonorCurves, at hours: [Double], of quantities: [String], seed: UInt64,
    start: Double, planned run: Run
  ) -> [NextReading] {
    let q = decision.question
    guard let slot = draws.hours.firstIndex(of: target.hour) else { return [] }
    let evaluation = HarvestEvaluation(
      q.plan, draws, start: start, planned: q.planned, least: q.least, car: q.car, seed: seed,
      name: run.name)
    let met = evaluation.met(slot)
    let truths = systematic(draws.weights, count: truths)
    var found: [NextReading] = []
    func add(_ hour: Double, _ quantities: [String], _ logs: (Int) -> [Double]) {
      let isPlanned = run.operations.contains {
        $0.action.kind == .sample && $0.time == hour && $0.trigger == nil
      }
      if let one = NextReading(
        hour, quantities, isPlanned: isPlanned, target, q.plan.thresholds.confidence, met,
        draws.weights, truths: truths, logs)
      {
        found.append(one)
      }
    }
    for hour in hours where hour < target.hour {
      guard let instant = curves.instants.firstIndex(where: { $0.time == hour }) else { continue }
      var assays: [(name: String, logs: (Int) -> [Double])] = []
      for name in quantities {
        guard let k = curves.quantities.firstIndex(of: name) else { continue }
        let readings = curves.readings(instant, k)
        assays.append((name, { curves.logDensities(of: readings[$0], instant, k) }))
      }
      if case .fraction(let car) = q.car, car.sdLogit > 0 {
        let shares = HarvestForecaster.carFractions(
          draws.count, car, seed: seed, run: run.name
        ).map { EstimationScale.logit.toEstimation($0) }
        let sd = CARFraction.assaySD
        let logs = { (truth: Int) -> [Double] in
          var stream = RandomStream(
            seed: seed, name: run.name, purpose: "CAR reading", index: UInt64(truth))
          let reading = shares[truth] + sd * stream.normal()
          return shares.map { -0.5 * (reading - $0) * (reading - $0) / (sd * sd) }
        }
        assays.append(("car_positive", logs))
      }
      for assay in assays { add(hour, [assay.name], assay.logs) }
      if assays.count > 1 {
        add(hour, assays.map(\.name)) { truth in
          assays.dropFirst().reduce(assays[0].logs(truth)) { sum, assay in
            zip(sum, assay.logs(truth)).map { $0 + $1 }
          }
        }
      }
    }
    return found.filter { $0.told >= leastTold }
      .sorted {
        ($1.told, $0.hour, $0.quantities.count) < ($0.told, $1.hour, $1.quantities.count)
      }
  }

  /// nil when the target is certain as it is.
  init?(
    _ hour: Double, _ quantities: [String], isPlanned: Bool, _ target: HarvestOutcome,
    _ confidence: Double, _ met: [Bool], _ weights: [Double], truths: [Int],
    _ logs: (Int) -> [Double]
  ) {
    // Of the draws with one loss and one share each, as the readings weigh them.
    let own = zip(weights, met).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    let doubt = own * (1 - own)
    guard doubt > 1e-4, !truths.isEmpty else { return nil }
    let after = truths.map { truth -> Double in
      let own = LogSum.weights(zip(logs(truth), weights).map { $0 + Double.log($1) })
      return zip(own, met).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    }.filter(\.isFinite).sorted()
    guard let last = after.indices.last else { return nil }
    self.hour = hour
    self.isPlanned = isPlanned
    self.quantities = quantities
    self.target = target.hour
    now = target.met
    safe = Double(after.count { $0 >= confidence }) / Double(after.count)
    self.after = after[last / 10]...after[last - last / 10]
    told = max(0, 1 - after.reduce(0) { $0 + $1 * (1 - $1) } / Double(after.count) / doubt)
  }

  /// Draws chosen by weight in equal steps.
  static func systematic(_ weights: [Double], count: Int) -> [Int] {
    var chosen: [Int] = []
    var sum = 0.0
    for (k, weight) in weights.enumerated() {
      sum += weight
      while chosen.count < count, sum * Double(count) > Double(chosen.count) + 0.5 {
        chosen.append(k)
      }
    }
    return chosen
  }
}
