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
    _ outlook: DonorOutlook, now: Double, until horizon: Double
  ) -> [Double] {
    let planned = outlook.run.operations.filter {
      $0.action.kind == .sample && $0.trigger == nil && $0.time > now && $0.time < horizon
    }.map(\.time)
    let tomorrow = now + 24
    let isNear = planned.contains { $0 <= now + 36 }
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
    let q = decision.question
    let aimed = decision.target ?? decision.best
    let next = decision.next.flatMap { $0.hour == aimed?.hour ? nil : $0 }
    let evaluation = HarvestEvaluation(
      q.plan, draws, start: start, planned: q.planned, least: q.least, car: q.car, seed: seed,
      name: run.name)
    let judged = [aimed, next].compactMap(\.self).compactMap { outcome -> Judged? in
      draws.hours.firstIndex(of: outcome.hour).flatMap {
        Judged(outcome, evaluation.met($0), draws.weights)
      }
    }
    let truths = systematic(draws.weights, count: truths)
    let priors = draws.weights.map { Double.log($0) }
    var found: [NextReading] = []
    for hour in hours where judged.contains(where: { hour < $0.outcome.hour }) {
      guard let instant = curves.instants.firstIndex(where: { $0.time == hour }) else { continue }
      let assays = assays(
        hour, instant, quantities, q.car, curves, draws.count, seed: seed, run: run.name)
      // Readings of one sample come together as well.
      let sets =
        assays.indices.map { [$0] } + (assays.count > 1 ? [Array(assays.indices)] : [])
      var after = sets.map { _ in judged.map { _ in [Double]() } }
      for truth in truths {
        let logs = assays.map { $0.logs(truth) }
        for (s, set) in sets.enumerated() {
          var sum = priors
          for k in set { for i in sum.indices { sum[i] += logs[k][i] } }
          let own = LogSum.weights(sum)
          for (j, target) in judged.enumerated() { after[s][j].append(target.probability(own)) }
        }
      }
      let isPlanned = run.operations.contains {
        $0.action.kind == .sample && $0.time == hour && $0.trigger == nil
      }
      for (s, set) in sets.enumerated() {
        for (j, target) in judged.enumerated() where hour < target.outcome.hour {
          if let one = NextReading(
            hour, set.map { assays[$0].name }, isPlanned: isPlanned, target,
            q.plan.thresholds.confidence, after: after[s][j])
          {
            found.append(one)
          }
        }
      }
    }
    let telling = found.filter { $0.told >= leastTold }
      .sorted {
        ($1.told, $0.hour, $0.quantities.count) < ($0.told, $1.hour, $1.quantities.count)
      }
    // A reading that cannot make the next start safe cannot change the decision by way of it.
    return telling.filter { $0.target == aimed?.hour }
      + telling.filter { $0.target != aimed?.hour && $0.safe >= leastChance }
  }

  /// Chances below which a reading is not said to be able to make a start safe.
  public static let leastChance = 0.02

  /// What can be read at an hour: ln of the density of what each draw would have read, under all draws.
  private static func assays(
    _ hour: Double, _ instant: Int, _ quantities: [String], _ car: CARSource,
    _ curves: DonorCurves, _ count: Int, seed: UInt64, run: String
  ) -> [(name: String, logs: (Int) -> [Double])] {
    var assays: [(name: String, logs: (Int) -> [Double])] = []
    for name in quantities {
      guard let k = curves.quantities.firstIndex(of: name) else { continue }
      let readings = curves.readings(instant, k)
      let densities = curves.logDensities(instant, k)
      assays.append((name, { densities(readings[$0]) }))
    }
    if case .fraction(let car) = car, car.sdLogit > 0 {
      let shares = HarvestForecaster.carFractions(count, car, seed: seed, run: run)
        .map { EstimationScale.logit.toEstimation($0) }
      let sd = CARFraction.assaySD
      let logs = { (truth: Int) -> [Double] in
        var stream = RandomStream(
          seed: seed, name: run, purpose: "CAR reading", index: UInt64(truth))
        let reading = shares[truth] + sd * stream.normal()
        return shares.map { -0.5 * (reading - $0) * (reading - $0) / (sd * sd) }
      }
      assays.append(("car_positive", logs))
    }
    return assays
  }

  /// A start with the draws that meet everything there.
  struct Judged {
    let outcome: HarvestOutcome
    private let met: [Int]
    /// Doubt P(1 - P) of the draws with one loss and one share each, as the readings weigh them.
    let doubt: Double

    /// nil when it is certain as it is.
    init?(_ outcome: HarvestOutcome, _ met: [Bool], _ weights: [Double]) {
      self.outcome = outcome
      self.met = met.indices.filter { met[$0] }
      let own = self.met.reduce(0) { $0 + weights[$1] }
      doubt = own * (1 - own)
      guard doubt > 1e-4 else { return nil }
    }

    func probability(_ weights: [Double]) -> Double { met.reduce(0) { $0 + weights[$1] } }
  }

  init?(
    _ hour: Double, _ quantities: [String], isPlanned: Bool, _ target: Judged,
    _ confidence: Double, after: [Double]
  ) {
    let after = after.filter(\.isFinite).sorted()
    guard let last = after.indices.last else { return nil }
    self.hour = hour
    self.isPlanned = isPlanned
    self.quantities = quantities
    self.target = target.outcome.hour
    now = target.outcome.met
    safe = Double(after.count { $0 >= confidence }) / Double(after.count)
    self.after = after[last / 10]...after[last - last / 10]
    told = max(
      0, 1 - after.reduce(0) { $0 + $1 * (1 - $1) } / Double(after.count) / target.doubt)
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
