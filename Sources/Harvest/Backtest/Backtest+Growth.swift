import Inference
import Population
import Quantities
import RunRecords

extension Backtest {
  /// Where the growth comes from that a replay forecasts with.
  public enum GrowthTeacher: Sendable {
    /// Learn it from the other donors.
    case learn(GrowthOptions)
    /// This one for all.
    case given(LearnedGrowth)
  }

  /// Groups of donors that are held out together unless the question says otherwise: a lesson of many
  /// runs takes seconds to minutes, and nothing of it can be reused for the next.
  public static let growthFolds = 4

  /// Replays runs with growth that was learned without a model: each donor's counts are foretold from
  /// its earlier ones with growth learned from donors of the other groups.
  ///
  /// The prior alone is the path without counts. A count is foretold as the mean of its wells. Results
  /// are the same for any number of threads. Throws `InputRefused` as `GrowthProcess.learn` does, and
  /// `Posterior.Refusal` when there is nothing to foretell.
  public init(
    growth runs: GrowthRuns, teacher: GrowthTeacher, question: Question,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    let order = runs.histories.indices.sorted { runs.histories[$0].run < runs.histories[$1].run }
    let taught = order.map { runs.histories[$0] }
    let donors = Set(taught.map(\.donor)).sorted()
    let (fold, count): ([String: Int], Int)
    switch teacher {
    case .learn: (fold, count) = Backtest.folds(donors, question.folds ?? Backtest.growthFolds)
    case .given: (fold, count) = Backtest.folds(donors, 1)
    }
    let learned = try Backtest.lessons(teacher, taught, fold, count, question.threads, progress)
    let asked = question
    let histories = order.map { k in
      RunHistory(
        runs.runs[k], runs.quantity,
        readings: runs.histories[k].counts.map {
          .init(time: $0.time, phase: .before, log: $0.logCells, isOwn: !$0.isRepeat)
        }, isSeeded: false, asked)
    }
    let line = LogLinear(histories.flatMap(\.errors))
    progress("forecasting \(histories.count) runs ...")
    let replays = Parallel.map(
      chunksOf: 1, count: histories.count, threads: question.threads, context: {}
    ) { _, k in
      Result { () throws -> ([Case], [Refused], Int) in
        try histories[k].replay(
          taught[k], learned[fold[taught[k].donor] ?? 0], line, asked.target)
      }
    }
    let bySurface = try replays.reduce(0) { try $0 + $1.get().2 }
    (cases, refused) = try Backtest.gathered(
      replays.map { $0.map { ($0.0, $0.1) } }, histories, runs.quantity, question)
    quantity = runs.quantity
    self.question = question
    isModelFree = true
    holding =
      count > 1
      ? Backtest.leavingWords(folds: count, donors: donors.count)
        + ", with growth learned from the others alone" : "with growth that was given"
    notes =
      runs.notes + [
        "\(bySurface) of \(NumberText.counted(cases.count, "forecast")) rest on the surface, the others "
          + "on the path."
      ]
  }

  private static func lessons(
    _ teacher: GrowthTeacher, _ histories: [GrowthHistory], _ fold: [String: Int], _ count: Int,
    _ threads: Int, _ progress: (String) -> Void
  ) throws -> [LearnedGrowth] {
    switch teacher {
    case .given(let learned): return [learned]
    case .learn(let options):
      guard count > 1 else {
        throw Posterior.Refusal(
          description: "There are runs of one donor only, so none can be left out.")
      }
      progress("learning growth \(count) times, without some donors ...")
      let lessons = Parallel.map(chunksOf: 1, count: count, threads: threads, context: {}) { _, k in
        Result {
          try GrowthProcess.learn(
            histories.filter { fold[$0.donor] != k }, origin: "thymus backtest", options: options)
        }
      }
      return try lessons.map { try $0.get() }
    }
  }
}

extension RunHistory {
  /// Foretells the later counts from each hour with learned growth, and tells how many forecasts rest
  /// on the surface.
  func replay(
    _ history: GrowthHistory, _ learned: LearnedGrowth, _ line: LogLinear, _ target: Double?
  ) throws -> ([Backtest.Case], [Backtest.Refused], Int) {
    func scored(_ counts: ArraySlice<GrowthCount>, _ k: Int) throws(InputRefused) -> (
      Backtest.Score, GrowthForecast.Basis
    ) {
      var early = history
      early.counts = Array(counts)
      let told = try learned.forecast(
        early, at: [readings[k].time], replicates: history.counts[k].replicates)
      return (Backtest.Score(told, at: 0, readings[k].log), told.basis)
    }
    var cases: [Backtest.Case] = []
    var refused: [Backtest.Refused] = []
    var bySurface = 0
    let wanted = readings.indices.filter { readings[$0].isWanted(target) }
    var alone: [Int: Backtest.Score] = [:]
    for k in wanted { alone[k] = try? scored([], k).0 }
    for (from, seen) in hours {
      var reason: String?
      var made: [(k: Int, score: Backtest.Score)] = []
      for k in wanted where k >= seen {
        do throws(InputRefused) {
          let (score, basis) = try scored(history.counts[..<seen], k)
          if basis == .surface { bySurface += 1 }
          made.append((k, score))
        } catch { reason = error.findings.first?.cause ?? "\(error)" }
      }
      for (k, score) in made {
        cases.append(try self.case(from, seen, k, forecast: score, prior: alone[k], line))
      }
      if let reason { refused.append(.init(run: run.name, from: from, reason: reason)) }
    }
    return (cases, refused, bySurface)
  }
}
