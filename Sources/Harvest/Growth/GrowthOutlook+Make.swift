import Population
import Quantities
import RunRecords

extension GrowthOutlook {
  /// Points of the figure's band.
  private static let points = 60

  /// The forecast of a run.
  ///
  /// Throws `InputRefused` for faults of the run's files: a condition that is missing or never taught, no
  /// count up to `until`; and `Refusal` where the learned growth does not reach: hours beyond those that
  /// taught, an operation that changes the cells, a harvest before the hour asked for.
  public init(
    _ run: Run, growth: LearnedGrowth, factors: [String], quantity: String, question: Question
  ) throws {
    if run.donor == .pooled {
      throw Refusal(
        description: "The run \(run.name) pools several unlabelled donors; a forecast is about one "
          + "patient's cells.")
    }
    let read = try GrowthRuns([run], factors: factors, quantity: quantity)
    var history = read.histories[0]
    try growth.checkKind(history)
    let all = history.counts
    history.counts = all.filter { $0.time <= question.until }
    guard let last = history.counts.last else {
      throw InputRefused([
        Finding(
          .error, "E_FORECAST_NO_COUNTS",
          at: Place(file: run.observations.first?.place.file ?? run.name),
          "Run \(run.name) has no count up to \(NumberText.significant(question.until)) h; the first "
            + "one is at \(NumberText.significant(all[0].time)) h.",
          remedy: "Give a later --until.")
      ])
    }
    self.run = run
    self.quantity = quantity
    self.question = question
    kind = history.group
    now = last.time
    counts = history.counts.count
    wells = history.counts.reduce(0) { $0 + $1.replicates }
    let hours = GrowthOutlook.hours(question, now: last.time, growth)
    let end = hours.last ?? last.time
    if let operation = GrowthRuns.disturbance(run, quantity: quantity, before: end) {
      let isPlanned = run.operations.contains {
        $0.place == operation.place && $0.time >= last.time
      }
      throw Refusal(
        description: Shown.sentence(operation.cause) + " "
          + (isPlanned ? "Ask for hours up to it." : operation.remedy))
    }
    let grid = (1...Self.points).map {
      last.time + (end - last.time) * Double($0) / Double(Self.points)
    }
    let times = Set(hours + grid).sorted()
    do throws(InputRefused) {
      let told = try growth.forecast(history, at: hours)
      let culture = try growth.forecast(history, at: times, basis: told.basis)
      let reading = try growth.forecast(history, at: times, replicates: 1, basis: told.basis)
      let need = question.need
      let made = times.indices.map { i in
        Day(
          time: times[i], culture: Spread(culture, at: i), reading: Spread(reading, at: i),
          probability: need.map { culture.probability(above: Double.log($0), at: i) })
      }
      days = made.filter { hours.contains($0.time) }
      band = made
      basis = told.basis
      degreesOfFreedom = told.degreesOfFreedom
      notes = told.notes + read.notes
    } catch {
      throw Refusal(
        description: error.findings.map { "\(Shown.sentence($0.cause)) \($0.remedy)" }
          .joined(separator: " "))
    }
    latest = GrowthOutlook.judged(history, growth, question)
  }

  private enum Shown {
    /// A cause as the beginning of a paragraph.
    static func sentence(_ cause: String) -> String {
      cause.prefix(1).uppercased() + String(cause.dropFirst())
    }
  }

  /// The hours asked for after now; without any, and up to the horizon, whole days.
  private static func hours(_ q: Question, now: Double, _ growth: LearnedGrowth) -> [Double] {
    var times = Set(q.times.filter { $0 > now })
    if times.isEmpty || q.horizon != nil {
      let taught = growth.path.lastTaught
      let end = q.horizon ?? (taught > now ? taught : taught + growth.options.reach)
      var day = (now / 24).rounded(.down) + 1
      while day * 24 <= end {
        times.insert(day * 24)
        day += 1
      }
      if times.isEmpty { times.insert(max(end, now + 1)) }
    }
    return times.sorted()
  }

  /// The latest count, foretold from those before it.
  private static func judged(
    _ history: GrowthHistory, _ growth: LearnedGrowth, _ question: Question
  ) -> Latest? {
    var before = history
    guard let last = before.counts.popLast(),
      let told = try? growth.forecast(before, at: [last.time], replicates: last.replicates)
    else { return nil }
    let above = told.probability(above: last.logCells, at: 0)
    let p = min(1, 2 * min(above, 1 - above))
    return Latest(
      time: last.time, observed: Double.exp(last.logCells), foretold: Spread(told, at: 0),
      pValue: p, contradicts: p < question.contradiction)
  }
}
