import Bioreactor
import Inference
import ModelLanguage
import RunRecords

/// What one more reading would tell of a harvest: of the one aimed at, and of the next possible one
/// where the reading could make that safe; see `Preposterior`.
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
  /// Monte-Carlo standard error of `told`.
  public let error: Double

  /// Readings that take away less of the doubt are not worth their cells.
  public static let leastTold = 0.02
  /// Chances below which a reading is not said to be able to make a start safe.
  public static let leastChance = 0.02

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
    _ decision: HarvestDecision, _ chances: HarvestChances, _ curves: DonorCurves,
    at hours: [Double], of quantities: [String], planned run: Run
  ) -> [NextReading] {
    let q = decision.question
    let draws = chances.evaluation.draws
    let yardstick = decision.yardstick
    let aimed = decision.target ?? decision.best
    let next = decision.next.flatMap { $0.hour == aimed?.hour ? nil : $0 }
    let judged = [aimed, next].compactMap(\.self).filter {
      yardstick.chance($0) * (1 - yardstick.chance($0)) > 1e-4
    }
    guard !judged.isEmpty else { return [] }
    let table = judged.compactMap { outcome in
      draws.hours.firstIndex(of: outcome.hour).map { chances.columns($0, yardstick) }
    }
    guard table.count == judged.count, let columns = table.first?.count else { return [] }
    let preposterior = Preposterior(
      weights: draws.weights,
      events: table.map { columns in
        draws.weights.indices.flatMap { i in columns.map { $0[i] } }
      }, columns: columns)
    var found: [NextReading] = []
    for hour in hours where judged.contains(where: { hour < $0.hour }) {
      guard let instant = curves.instants.firstIndex(where: { $0.time == hour }) else { continue }
      let known = quantities.compactMap { name in
        curves.quantities.firstIndex(of: name).map { (name: name, column: $0) }
      }
      let assays = known.map { one in
        (
          reading: curves.reader(instant, one.column),
          density: curves.logDensities(instant, one.column)
        )
      }
      let singles = known.indices.map { (assays: [$0], share: false) }
      let everything = Array(known.indices)
      // Readings of one sample come together as well.
      var sets = singles + (known.count > 1 ? [(assays: everything, share: false)] : [])
      if columns > 1 {
        sets.append((assays: [], share: true))
        if !known.isEmpty { sets.append((assays: everything, share: true)) }
      }
      let after = preposterior.after(sets, threads: q.threads) { assay, truth, noise in
        assays[assay].density(assays[assay].reading(truth, noise))
      }
      let isPlanned = run.operations.contains {
        $0.action.kind == .sample && $0.time == hour && $0.trigger == nil
      }
      for (event, outcome) in judged.enumerated() where hour < outcome.hour {
        var told = zip(sets, after).map { $1[event].told(of: preposterior.now(event)) }
        for (s, set) in sets.enumerated() {
          // A joint reading tells at least what each of its parts does; only noise says otherwise.
          for (k, part) in sets.enumerated()
          where Set(part.assays).isSubset(of: set.assays) && (set.share || !part.share) {
            if told[k].value > told[s].value { told[s].value = told[k].value }
          }
        }
        for (s, set) in sets.enumerated() {
          found.append(
            NextReading(
              hour: hour, isPlanned: isPlanned,
              quantities: set.assays.map { known[$0].name } + (set.share ? ["car_positive"] : []),
              target: outcome.hour, now: yardstick.chance(outcome),
              safe: after[s][event].reaching(q.plan.thresholds.confidence),
              after: after[s][event].eighty, told: told[s].value,
              error: set.assays.isEmpty ? 0 : told[s].error))
        }
        found += PhenotypeReading.all(outcome, yardstick, q, at: hour, isPlanned: isPlanned)
      }
    }
    let telling = found.filter { $0.told >= leastTold }
    // A reading that cannot make the next start safe cannot change the decision by way of it.
    return ordered(telling.filter { $0.target == aimed?.hour })
      + ordered(telling.filter { $0.target != aimed?.hour && $0.safe >= leastChance })
  }

  /// The most telling first; those that cannot be told from the first by these draws stand together, the
  /// easiest to get before the others: planned, early, of few quantities.
  static func ordered(_ readings: [NextReading]) -> [NextReading] {
    guard let best = readings.max(by: { $0.told < $1.told }) else { return [] }
    func effort(_ reading: NextReading) -> (Int, Double, Int) {
      (reading.isPlanned ? 0 : 1, reading.hour, reading.quantities.count)
    }
    return readings.filter { !$0.isLess(than: best) }.sorted { effort($0) < effort($1) }
      + readings.filter { $0.isLess(than: best) }
      .sorted { ($1.told, $0.hour, $0.quantities.count) < ($0.told, $1.hour, $1.quantities.count) }
  }

  /// True when it tells less than another beyond the Monte-Carlo errors.
  public func isLess(than other: NextReading) -> Bool {
    other.told - told
      > DecisionRule.errors * (error * error + other.error * other.error).squareRoot() + 0.005
  }
}
