import Bioreactor
import Inference
import ModelLanguage
import Randomness
import RunRecords
import Statistics

/// Carries the posterior forward through the planned operations.
public enum HarvestForecaster {
  /// Bands and probabilities from a fit of the culture up to now.
  ///
  /// `fitted` ends at now; `planned` is the same run with all its operations. Throws
  /// `Posterior.Refusal` when the fit, the volume or the model cannot carry a forecast.
  public static func forecast(
    _ fit: FitResult, fitted: Culture, planned: Culture, question: HarvestQuestion,
    options: FitOptions
  ) throws(Posterior.Refusal) -> HarvestForecast {
    guard planned.timeline.knowsVolume else {
      throw Posterior.Refusal(
        description: "The run does not tell its volume, so total cells cannot be forecast. Add a "
          + "seed operation with its volume.")
    }
    guard let vcd = planned.model.observables.firstIndex(where: { $0.name == "vcd" }) else {
      throw Posterior.Refusal(
        description: "The model does not observe vcd, so total viable cells cannot be forecast.")
    }
    let viability = planned.model.observables.firstIndex { $0.name == "viability" }
    if question.minimumViability != nil, viability == nil {
      throw Posterior.Refusal(
        description: "The model does not observe viability, which is a criterion. Choose a model "
          + "with dead cells, such as live_dead.")
    }
    let posterior = try Posterior.sample(
      fit, fitted, options: options, count: question.draws, threads: question.threads)
    let grid = ForecastGrid(planned.timeline, question)
    let paths = Parallel.map(
      chunksOf: 64, count: posterior.draws.count, threads: question.threads
    ) {
      CultureSimulation(planned, instants: grid.instants, options: options.stepOptions)
    } body: { simulation, index -> Path? in
      path(
        index, simulation, posterior, planned.model, vcd: vcd, viability: viability,
        question: question, seed: options.seed, run: fit.run)
    }
    let survivors = paths.indices.filter { paths[$0] != nil }
    let lost = survivors.count < paths.count ? paths.count - survivors.count : 0
    let total = survivors.reduce(0) { $0 + posterior.weights[$1] }
    guard total > 0.99 else {
      throw Posterior.Refusal(
        description: "More than 1 % of the posterior could not be simulated to the horizon.")
    }
    let weights = survivors.map { posterior.weights[$0] / total }
    let kept = survivors.compactMap { paths[$0] }
    let summary = Summary(weights: weights, paths: kept)
    var notes: [String] = []
    if lost > 0 { notes.append("\(lost) draws could not be simulated and carry no weight.") }
    do {
      return HarvestForecast(
        run: fit.run, model: fit.model, question: question,
        bands: try grid.bandSlots.map { try summary.band($0, time: grid.instants[$0].time) },
        days: try grid.daySlots.map {
          try summary.day($0, time: grid.instants[$0].time, question: question)
        },
        effectiveSampleSize: posterior.effectiveSampleSize, notes: notes)
    } catch {
      throw Posterior.Refusal(description: "The draws could not be summarised: \(error).")
    }
  }

  /// One draw carried through the grid.
  struct Path: Sendable {
    var density: [Double]
    var measured: [Double]
    var total: [Double]
    var viability: [Double]?
    var car: Double
  }

  private static func path(
    _ index: Int, _ simulation: CultureSimulation, _ posterior: Posterior, _ model: Model, vcd: Int,
    viability: Int?, question: HarvestQuestion, seed: UInt64, run: String
  ) -> Path? {
    guard let snapshots = try? simulation.run(posterior.draws[index]) else { return nil }
    var stream = RandomStream(seed: seed, name: run, purpose: "harvest", index: UInt64(index))
    let logit = EstimationScale.logit.toEstimation(question.car.median)
    let car = EstimationScale.logit.toNatural(logit + question.car.sdLogit * stream.normal())
    let scale = model.observables[vcd].family.scale
    let donor = posterior.donorSpread[index]
    let measured = snapshots.map { snapshot in
      let noise = snapshot.noise[vcd]
      let sd = (noise * noise + donor * donor).squareRoot()
      return scale.toNatural(scale.toEstimation(snapshot.means[vcd]) + sd * stream.normal())
    }
    return Path(
      density: snapshots.map { $0.means[vcd] }, measured: measured,
      total: snapshots.map { $0.means[vcd] * $0.volume },
      viability: viability.map { v in snapshots.map { $0.means[v] } }, car: car)
  }
}

/// The instants of a forecast: a fine grid for the bands and the possible harvest days.
struct ForecastGrid {
  let instants: [Instant]
  let bandSlots: [Int]
  let daySlots: [Int]

  init(_ timeline: Timeline, _ question: HarvestQuestion) {
    var instants: [Instant] = []
    let points = 120
    let span = question.horizon - timeline.start
    for k in 0...points {
      instants.append(Instant(time: timeline.start + span * Double(k) / Double(points)))
    }
    for moment in timeline.moments
    where moment.time > timeline.start && moment.time <= question.horizon {
      instants.append(Instant(time: moment.time, phase: .before))
      instants.append(Instant(time: moment.time, phase: .after))
    }
    instants.sort {
      ($0.time, $0.phase == .before ? 0 : 1) < ($1.time, $1.phase == .before ? 0 : 1)
    }
    bandSlots = Array(instants.indices)
    var days: [Int] = []
    var day = (question.now / 24).rounded(.down) + 1
    while day * 24 <= question.horizon {
      days.append(instants.count)
      instants.append(Instant(time: day * 24))
      day += 1
    }
    daySlots = days
    self.instants = instants
  }
}

/// Weighted summaries of all paths at one slot.
private struct Summary {
  let weights: [Double]
  let paths: [HarvestForecaster.Path]

  func quantiles(_ values: [Double]) throws -> Quantiles {
    Quantiles(
      values: try WeightedQuantile.values(values, weights: weights, levels: Quantiles.levels))
  }

  func band(_ slot: Int, time: Double) throws -> HarvestForecast.BandPoint {
    HarvestForecast.BandPoint(
      time: time, curve: try quantiles(paths.map { $0.density[slot] }),
      measurement: try quantiles(paths.map { $0.measured[slot] }))
  }

  func day(_ slot: Int, time: Double, question: HarvestQuestion) throws -> HarvestForecast.Day {
    let cells = paths.map { $0.total[slot] * $0.car }
    let viability = paths.first?.viability == nil ? nil : paths.map { $0.viability?[slot] ?? 0 }
    var dose = 0.0
    var viable = 0.0
    var joint = 0.0
    var squares = 0.0
    var meets: [Bool] = []
    for (index, weight) in weights.enumerated() {
      let enough = cells[index] >= question.need
      let alive = question.minimumViability.map { (viability?[index] ?? 0) >= $0 } ?? true
      if enough { dose += weight }
      if alive { viable += weight }
      if enough && alive { joint += weight }
      meets.append(enough && alive)
    }
    for (index, weight) in weights.enumerated() {
      let deviation = (meets[index] ? 1 : 0) - joint
      squares += weight * weight * deviation * deviation
    }
    return HarvestForecast.Day(
      time: time, totalViable: try quantiles(paths.map { $0.total[slot] }),
      carPositive: try quantiles(cells), viability: try viability.map { try quantiles($0) },
      probabilityOfDose: min(1, dose),
      probabilityOfViability: question.minimumViability == nil ? nil : min(1, viable),
      probability: min(1, joint), probabilityError: squares.squareRoot())
  }
}
