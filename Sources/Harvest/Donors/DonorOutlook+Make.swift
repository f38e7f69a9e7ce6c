import Bioreactor
import Inference
import LinearAlgebra
import ModelLanguage
import Population
import Quantities
import RunRecords
import Statistics

extension DonorOutlook {
  /// Quantities that can be followed, the first that every model observes.
  static let followed = ["vcd", "tvc", "tcd", "fold"]

  /// The forecast of a run.
  ///
  /// Throws `InputRefused` as `Culture` and `DonorForecast` do, and for a run without counts and seed;
  /// `Posterior.Refusal` when the draws carry no forecast.
  public init(
    _ run: Run, sources: [Source], platform: Platform?, question: Question
  ) throws {
    if run.donor == .pooled {
      throw Posterior.Refusal(
        description: "The run \(run.name) pools several unlabelled donors; a forecast is about one "
          + "patient's cells.")
    }
    var planned: [Culture] = []
    for source in sources {
      planned.append(try Culture(model: source.model, run: run, platform: platform))
    }
    guard let first = planned.first,
      let quantity = DonorOutlook.followed.first(where: { name in
        sources.allSatisfy { $0.model.observables.contains { $0.name == name } }
      })
    else {
      throw Posterior.Refusal(
        description: "No count of cells is observed by all of the models, so there is nothing to "
          + "forecast.")
    }
    let times = Set(first.targets.map(\.observation.time)).filter { $0 <= question.until }.sorted()
    try DonorOutlook.checkCounts(run, first, times, question)
    let mixture = try Mixture(run, sources, planned, platform, until: times.last, question)
    let now = times.last ?? first.timeline.start
    self.run = run
    self.now = now
    self.quantity = quantity
    self.question = question
    counts = first.targets.count { $0.observation.time <= question.until }
    components = try mixture.components(sources, planned)
    let horizon = DonorOutlook.horizon(question, first.timeline, now)
    let grid = CurveBand.grid(first.timeline, to: horizon, points: 40)
    let days = DonorOutlook.days(question, first.timeline, now, horizon)
    var notes: [String] = []
    var judged: [Latest] = []
    do {
      judged = try DonorOutlook.judged(run, sources, planned, platform, times, question)
    } catch let refusal as Posterior.Refusal {
      notes.append("The latest readings could not be judged. " + refusal.description)
    }
    let counted = judged.first { $0.observation.quantity == quantity }
    latest = counted
    others = judged.filter { $0.observation.quantity != quantity }
    (basis, path) = DonorOutlook.basis(counted, first, now, quantity)
    let instants = grid + days.map { Instant(time: $0) }
    let curves =
      try path.map {
        try DonorCurves(
          $0, instants: instants, draws: max(2000, question.draws), seed: question.options.seed,
          name: run.name)
      }
      ?? DonorCurves(
        mixture.parts(planned), instants: instants, quantities: [quantity],
        options: question.options, threads: question.threads)
    band = try grid.indices.map { k in
      BandPoint(
        instant: grid[k], curve: try Fan(curves.sample(curves.values(k))),
        reading: try Fan(curves.sample(curves.readings(k))))
    }
    let timeline = first.timeline
    let hasCells = quantity == "vcd" && timeline.knowsVolume && timeline.volumeIsScheduled
    self.days = try days.enumerated().map { k, time in
      let values = curves.values(grid.count + k)
      let volume = hasCells ? timeline.volume(at: time, phase: .before) : nil
      let cells = volume.map { v in values.map { $0 * v } }
      return Day(
        time: time, volume: volume, cells: try cells.map { try Fan(curves.sample($0)) },
        value: try Fan(curves.sample(values)),
        probability: cells.flatMap { cells in
          question.need.map { curves.probability(cells, atLeast: $0) }
        })
    }
    self.notes =
      DonorOutlook.notes(
        components, curves, hasCells: hasCells, counts: counts, timeline, horizon) + notes
  }

  /// The growth path, where the latest count contradicts every model and the path can be made.
  private static func basis(
    _ latest: Latest?, _ culture: Culture, _ now: Double, _ quantity: String
  ) -> (Basis, LocalGrowth?) {
    guard latest?.contradicts == true else { return (.models, nil) }
    guard quantity == "vcd" else {
      return (
        .contradictedModels(
          "The growth path without a model follows viable densities, and these models are about "
            + "\(quantity)."), nil
      )
    }
    do throws(Posterior.Refusal) {
      let path = try LocalGrowth(culture, until: now)
      return (.path(counts: path.countsUsed), path)
    } catch { return (.contradictedModels(error.description), nil) }
  }

  private static func checkCounts(
    _ run: Run, _ culture: Culture, _ times: [Double], _ question: Question
  ) throws(InputRefused) {
    guard times.isEmpty else { return }
    let file = (run.observations.first?.place ?? run.operations.first?.place)?.file ?? run.name
    if let earliest = culture.targets.map(\.observation.time).min() {
      throw InputRefused([
        Finding(
          .error, "E_FORECAST_NO_COUNTS", at: Place(file: file),
          "Run \(run.name) has no count up to \(NumberText.significant(question.until)) h; the first "
            + "one is at \(NumberText.significant(earliest)) h.",
          remedy: "Give a later --until.")
      ])
    }
    guard culture.seeded("vcd") == nil else { return }
    throw InputRefused([
      Finding(
        .error, "E_FORECAST_NO_COUNTS", at: Place(file: file),
        "Run \(run.name) has no count that the model \(culture.model.name) observes, and no seed "
          + "operation with a density: there is nothing to start from.",
        remedy: "Add a count to observations.csv, or the seeded density to operations.csv.")
    ])
  }

  private static func horizon(_ q: Question, _ timeline: Timeline, _ now: Double) -> Double {
    if let horizon = q.horizon { return max(horizon, now + 1) }
    let planned = timeline.harvest.map { $0 > now ? $0 : now + 168 } ?? now + 168
    return max(planned, q.times.max() ?? 0)
  }

  /// Whole days after now, the hours asked for and the planned harvest.
  private static func days(
    _ q: Question, _ timeline: Timeline, _ now: Double, _ horizon: Double
  ) -> [Double] {
    var times = Set(q.times.filter { $0 > now })
    var day = (now / 24).rounded(.down) + 1
    while day * 24 <= horizon {
      times.insert(day * 24)
      day += 1
    }
    if let harvest = timeline.harvest, harvest > now, harvest <= horizon { times.insert(harvest) }
    return times.sorted()
  }

  /// The latest reading of each quantity that all models observe, judged by a forecast that has seen
  /// nothing of its hour or later.
  static func judged(
    _ run: Run, _ sources: [Source], _ planned: [Culture], _ platform: Platform?,
    _ times: [Double], _ question: Question
  ) throws -> [Latest] {
    guard let culture = planned.first else { return [] }
    var readings: [(name: String, observation: Observation)] = []
    for observable in culture.model.observables.indices {
      let name = culture.model.observables[observable].name
      guard
        let target = culture.targets.last(where: {
          $0.observation.time <= question.until && $0.observable == observable
        }),
        planned.allSatisfy({ $0.model.observables.contains { $0.name == name } })
      else { continue }
      readings.append((name, target.observation))
    }
    var question = question
    question.draws = min(question.draws, 400)
    var found: [Latest] = []
    for hour in Set(readings.map(\.observation.time)).sorted() {
      let before = times.last { $0 < hour }
      guard before != nil || culture.seeded("vcd") != nil else { continue }
      let here = readings.filter { $0.observation.time == hour }
      let instants = here.map { Instant(time: hour, phase: $0.observation.phase) }
      let mixture = try Mixture(
        run, sources, planned, platform, until: before ?? -.infinity, question)
      let curves = try DonorCurves(
        mixture.parts(planned),
        instants: Set(instants).sorted { $0.phase == .before && $1.phase != .before },
        quantities: here.map(\.name), options: question.options, threads: question.threads)
      for (k, reading) in here.enumerated() {
        guard let instant = curves.instants.firstIndex(of: instants[k]),
          let p = tail(reading.observation.value, curves, instant, k)
        else { continue }
        let sample = try curves.sample(curves.readings(instant, k))
        found.append(
          Latest(
            observation: reading.observation, foretold: try Fan(sample),
            expected: try sample.quantile(
              0.025)...max(
                sample.quantile(0.025), sample.quantile(0.975)),
            pValue: p, contradicts: p < question.contradiction))
      }
    }
    return found
  }

  /// The probability of a reading at least as far out: two-sided for numbers, that of the limit itself
  /// for limits; nil for intervals.
  private static func tail(
    _ reading: Observation.Reading, _ curves: DonorCurves, _ instant: Int, _ quantity: Int
  ) -> Double? {
    switch reading {
    case .exact(let y):
      let below = curves.below(y, instant, quantity)
      return min(1, 2 * min(below, 1 - below))
    case .below(let y): return curves.below(y, instant, quantity)
    case .above(let y): return 1 - curves.below(y, instant, quantity)
    case .between: return nil
    }
  }

  private static func notes(
    _ components: [Component], _ curves: DonorCurves, hasCells: Bool, counts: Int,
    _ timeline: Timeline, _ horizon: Double
  ) -> [String] {
    var notes: [String] = []
    if counts == 0 { notes.append("There is no count yet: this is the prior and the seed alone.") }
    for component in components {
      let name = components.count > 1 ? component.source.label + ": " : ""
      notes += component.forecast.notes.map { name + $0 }
    }
    if !hasCells {
      notes.append(
        "The run does not tell its volume over time, so total cells are not given. Add a seed "
          + "operation with its volume.")
    }
    if curves.lostShare > 0.001 {
      notes.append(
        "\(NumberText.percent(curves.lostShare, decimals: 1)) of the draws' weight could not be "
          + "simulated and was left out.")
    }
    if let harvest = timeline.harvest, harvest < horizon {
      notes.append("Days after the planned harvest are forecast without further operations.")
    }
    return notes
  }
}
