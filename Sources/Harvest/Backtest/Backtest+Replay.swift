import Bioreactor
import Inference
import ModelLanguage
import Population
import Quantities
import RunRecords
import Statistics

extension Backtest {
  /// Replays the runs.
  ///
  /// Each donor's counts are foretold with priors that were learned without it (a given prior is
  /// taken as it is): by one Newton step from the estimates of all donors together, or, where that
  /// may be off by more than about a tenth of a standard error, by a fit of the others that starts there.
  /// Operations after the hour of a forecast count as planned. Results are the
  /// same for any number of threads. Throws `InputRefused` and `LearnedPrior.Refusal` as learning
  /// does, and `Posterior.Refusal` when there is nothing to foretell.
  public init(
    _ runs: [Run], platforms: [String: Platform], teachers: [Teacher], question: Question,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    let runs = runs.sorted { $0.name < $1.name }
    let donors = Set(runs.map(\.donorName)).sorted()
    let learns = teachers.contains { if case .learn = $0 { true } else { false } }
    let (fold, count) = Backtest.folds(donors, learns ? question.folds ?? donors.count : 1)
    let (sources, fitted) = try Backtest.sources(
      teachers, fold: fold, folds: count, threads: question.threads, progress)
    holding =
      learns
      ? Backtest.words(
        folds: count, donors: donors.count, lessons: count * teachers.count, fitted: fitted)
      : "with priors that were given"
    let quantity = try Backtest.quantity(sources[0])
    self.quantity = quantity
    self.question = question
    let histories = try runs.map {
      try RunHistory($0, sources[0][0].model, platforms[$0.name], quantity, question)
    }
    let line = LogLinear(histories.flatMap(\.errors))
    progress("forecasting \(runs.count) runs ...")
    let (all, plan) = (sources, fold)
    let replays = Parallel.map(
      chunksOf: 1, count: histories.count, threads: question.threads, context: {}
    ) { _, k in
      let history = histories[k]
      return Result {
        try history.replay(
          all[plan[history.donor] ?? 0], platforms[history.run.name], line, question)
      }
    }
    (cases, refused) = try Backtest.gathered(replays, histories, quantity, question)
    notes = []
    isModelFree = false
  }

  /// The replays of all runs, in order. Throws `Posterior.Refusal` when nothing was foretold.
  static func gathered(
    _ replays: [Result<([Case], [Refused]), any Error>], _ histories: [RunHistory],
    _ quantity: String, _ question: Question
  ) throws -> ([Case], [Refused]) {
    var cases: [Case] = []
    var refused: [Refused] = []
    for replay in replays {
      let (own, not) = try replay.get()
      cases += own
      refused += not
    }
    guard !cases.isEmpty else {
      throw Posterior.Refusal(
        description: "Nothing could be replayed: no run has a count of \(quantity) up to a day of "
          + "forecast and another after it. The first forecast is asked for at "
          + "\(NumberText.significant(question.from / 24)) d; counts of these runs end at "
          + "\(NumberText.significant((histories.compactMap(\.readings.last?.time).max() ?? 0) / 24)) d."
          + (refused.first.map { " The first refusal, of \($0.run): \($0.reason)" } ?? "")
          + " Give an earlier --from, a smaller --step or another --target.")
    }
    return (
      cases.sorted {
        ($0.from, $0.run, $0.time, $0.observed) < ($1.from, $1.run, $1.time, $1.observed)
      }, refused.sorted { ($0.run, $0.from) < ($1.run, $1.from) }
    )
  }

  /// Donors, in the order of their names, dealt out to groups that are held out together; `groups` of
  /// 1 holds nobody out.
  static func folds(_ donors: [String], _ groups: Int) -> (fold: [String: Int], count: Int) {
    let count = groups == 1 ? 1 : min(max(2, groups), donors.count)
    var fold: [String: Int] = [:]
    for (k, donor) in donors.enumerated() { fold[donor] = k % count }
    return (fold, count)
  }

  /// The priors of each fold, and how many of them are fits of their own.
  private static func sources(
    _ teachers: [Teacher], fold: [String: Int], folds: Int, threads: Int,
    _ progress: @escaping @Sendable (String) -> Void
  ) throws -> (sources: [[DonorOutlook.Source]], fitted: Int) {
    var sources = [[DonorOutlook.Source]](repeating: [], count: folds)
    var fitted = 0
    for teacher in teachers {
      switch teacher {
      case .given(let source): for k in sources.indices { sources[k].append(source) }
      case .learn(let label, let cultures, let question):
        var whole = question
        whole.options.threads = threads
        progress("learning \(label) from all \(cultures.count) runs ...")
        let all = try DonorLesson(cultures, whole)
        progress("learning \(label) \(folds) times, without some donors ...")
        var single = question
        single.options.threads = 1
        let asked = single
        let found = Parallel.map(
          chunksOf: 1, count: folds, threads: threads, context: {}
        ) { _, k -> Result<(DonorLesson, Bool), any Error> in
          Result {
            let gone = Set(fold.filter { $0.value == k }.keys)
            if let step = try all.leaving(gone) { return (step, false) }
            let others = cultures.filter { fold[$0.run.donorName] != k }
            return (try DonorLesson(others, asked, near: all), true)
          }
        }
        for (k, lesson) in found.enumerated() {
          let (lesson, isFitted) = try lesson.get()
          if isFitted { fitted += 1 }
          sources[k].append(
            DonorOutlook.Source(label: label, model: cultures[0].model, prior: lesson.prior))
        }
      }
    }
    return (sources, fitted)
  }

  /// How donors were left out, in words; `fitted` of the lessons are fits of their own.
  private static func words(
    folds: Int, donors: Int, lessons: Int, fitted: Int
  ) -> String {
    let who = leavingWords(folds: folds, donors: donors)
    if fitted == lessons { return who + ", by a fit of the others" }
    return who + ", by one Newton step from the fit of all"
      + (fitted == 0
        ? ""
        : " (\(fitted) of \(lessons) by a fit of the others, for the step may be off by more than "
          + "about a tenth of a standard error)")
  }

  /// Who was left out together, in words.
  static func leavingWords(folds: Int, donors: Int) -> String {
    folds == donors
      ? "each donor left out in turn" : "donors left out in \(folds) groups in turn"
  }

  private static func quantity(
    _ sources: [DonorOutlook.Source]
  ) throws(Posterior.Refusal) -> String {
    guard
      let quantity = DonorOutlook.followed.first(where: { name in
        sources.allSatisfy { $0.model.observables.contains { $0.name == name } }
      })
    else {
      throw Posterior.Refusal(
        description: "No count of cells is observed by all of the models, so nothing is foretold.")
    }
    return quantity
  }
}
