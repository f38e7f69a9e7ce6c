import Bioreactor
import Harvest
import Inference
import ModelLanguage
import Quantities
import Reports
import RunFiles
import RunRecords

/// The work behind fit, harvest and report: read, fit, compare, carry forward.
struct AnalysisWork {
  let arguments: FitArguments
  let data: DataFolder
  let batch: RunBatch
  let runs: [Run]
  let models: [ModelFile.Loaded]
  let options: FitOptions
  private let platforms: [String: Platform]

  init(_ arguments: FitArguments, data: DataFolder) throws {
    self.arguments = arguments
    self.data = data
    batch = try arguments.batch()
    runs = try arguments.chosen(batch)
    models = try arguments.loadModels(data)
    options = try arguments.options(for: models.map(\.model))
    var platforms: [String: Platform] = [:]
    for run in runs {
      if let platform = try arguments.platform(of: run, data: data) {
        platforms[run.name] = platform
      }
    }
    self.platforms = platforms
  }

  /// Every run fitted with every model, with bands; several runs at a time.
  func analyses(report: Bool, depth: DepthChoice = DepthChoice()) throws -> [RunAnalysis] {
    let progress = Progress()
    progress.show(
      "fitting \(runs.count) run\(runs.count == 1 ? "" : "s") with \(models.count) models ...")
    defer { progress.clear() }
    let inner = runs.count > 1 ? 1 : arguments.threads
    let results = Parallel.map(chunksOf: 1, count: runs.count, threads: arguments.threads) {
      ()
    } body: { _, index -> Result<RunAnalysis, InputRefused> in
      Result { () throws(InputRefused) in
        let depth = Depth(
          kinds: depth.kinds(runs: runs.count, report: report), sampler: depth.sampler,
          options: options, threads: inner, report: report,
          isMany: runs.count > DepthChoice.mostRuns)
        return try analysis(runs[index], depth)
      }
    }
    let refusals = results.compactMap { result -> InputRefused? in
      if case .failure(let refusal) = result { return refusal }
      return nil
    }
    if !refusals.isEmpty { throw InputRefused(refusals.flatMap(\.findings)) }
    return try results.map { try $0.get() }
  }

  /// The models fitted to a run; a refusal names the models that observe what it measured.
  private func comparison(_ run: Run, threads: Int) throws(InputRefused) -> ModelComparison {
    do throws(InputRefused) {
      var comparison = try ModelComparison(
        run, models: models.map(\.model), platform: platforms[run.name], options: options,
        threads: threads)
      if comparison.entries.count > 1 { comparison.check(options: options, threads: threads) }
      return comparison
    } catch {
      let isUnobserved = error.findings.contains { $0.code == "E_FIT_NO_DATA" }
      guard isUnobserved, run.observations.contains(where: { $0.time <= options.until }) else {
        throw error
      }
      throw Unobserved.refusal([run], models: models.map(\.model), data: data)
    }
  }

  private func analysis(
    _ run: Run, _ depth: Depth
  ) throws(InputRefused) -> RunAnalysis {
    let comparison = try comparison(run, threads: depth.threads)
    var analysis = RunAnalysis(run: run, comparison: comparison)
    analysis.findings = batch.notes.filter { $0.belongs(to: run) }
    if arguments.platform == nil, let unknown = PlatformFile.unknown(run, data: data) {
      analysis.findings.append(unknown)
    }
    if let platform = platforms[run.name] {
      analysis.findings += PlatformDoubts.findings(run, on: platform)
    }
    guard var best = comparison.entries.first, !best.culture.targets.isEmpty else {
      return analysis
    }
    let profiled = try depth.profiled(best.fit, [best.culture])
    analysis.profiles = profiled.profiles
    analysis.comparison.adopt(profiled.fit)
    best = analysis.comparison.entries[0]
    var drawn: Posterior?
    if depth.draws {
      do throws(Posterior.Refusal) {
        let answer = try depth.posterior(best.fit, [best.culture])
        drawn = answer.draws
        analysis.posteriorWords = answer.words
        analysis.drawnBy = answer.draws.method
        analysis.draws = answer.draws
        analysis.comparison.adopt(answer.draws)
      } catch {
        if best.fit.isUsable { analysis.posteriorWords = PosteriorWords.refused(error) }
        if depth.report || !depth.kinds.isEmpty { analysis.bandRefusal = error.description }
      }
    }
    analysis.intervals = depth.intervals(
      best.fit, [best.culture], profiles: analysis.profiles, posterior: drawn)
    if !depth.isMany || drawn != nil {
      analysis.checks = ResidualChecks(
        best.fit, best.culture, options: options, posterior: drawn, threads: depth.threads)
    }
    analysis.doubts = doubts(analysis, run, drawn, depth.threads)
    guard depth.report else { return analysis }
    let planned = try Culture(model: best.culture.model, run: run, platform: best.culture.platform)
    // With later data left out, and for a run under way, the bands show what is expected.
    let last = best.culture.targets.map(\.observation.time).max() ?? 0
    let far = max(last, planned.timeline.harvest ?? 0)
    let end = max(far, best.culture.timeline.start + 1)
    if depth.isMany, drawn == nil {
      do throws(Posterior.Refusal) {
        analysis.bands = try FitBands.firstOrder(
          best.fit, best.culture, to: end, options: options)
        analysis.posteriorWords = PosteriorWords.firstOrder
      } catch { analysis.bandRefusal = error.description }
      return analysis
    }
    if best.fit.isUsable, run.donor != .pooled {
      analysis.next = depth.next(
        best.fit, [best.culture], planned: planned, until: arguments.until?.hours,
        posterior: drawn)
    }
    guard let drawn else { return analysis }
    do throws(Posterior.Refusal) {
      analysis.bands = try FitBands.compute(
        drawn, best.culture, run: best.fit.run, to: end,
        options: options, threads: depth.threads)
    } catch { analysis.bandRefusal = error.description }
    return analysis
  }

  /// What speaks against the best model beside its own residuals.
  private func doubts(
    _ analysis: RunAnalysis, _ run: Run, _ drawn: Posterior?, _ threads: Int
  ) -> ModelDoubts? {
    guard let best = analysis.best else { return nil }
    let last = best.culture.targets.map(\.observation.time).max() ?? 0
    var doubts = ModelDoubts(
      analysis.comparison, run: run, now: max(last, arguments.until?.hours ?? last),
      options: options)
    if arguments.until != nil, let drawn {
      doubts.later = LaterReadings(
        best.fit, best.culture, drawn, run: run, options: options, threads: threads)
    }
    return doubts
  }

  /// All runs fitted together with the one model, with bands.
  func joint(
    _ arguments: JointArguments, report: Bool, depth asked: DepthChoice
  ) throws -> JointAnalysis {
    let progress = Progress()
    progress.show("fitting \(runs.count) runs together ...")
    defer { progress.clear() }
    let model = models[0].model
    let cultures = try runs.map {
      try Culture(model: model, run: $0, platform: platforms[$0.name], until: options.until)
    }
    let isLate = runs.allSatisfy { run in run.observations.allSatisfy { $0.time > options.until } }
    if cultures.allSatisfy(\.targets.isEmpty), !isLate {
      throw Unobserved.refusal(runs, models: [model], data: data)
    }
    let sharing = try arguments.sharing(model, runs)
    let first = try Fit.run(joint: cultures, sharing: sharing, options: options)
    let depth = Depth(
      kinds: asked.kinds(runs: 1, report: report), sampler: asked.sampler, options: options,
      threads: self.arguments.threads, report: report, isMany: false)
    let (fit, profiles) = try depth.profiled(first, cultures, sharing: sharing)
    var analysis = JointAnalysis(fit: fit, cultures: cultures)
    analysis.findings =
      batch.notes
      + runs.flatMap { run in
        platforms[run.name].map { PlatformDoubts.findings(run, on: $0) } ?? []
      }
    analysis.profiles = profiles
    var drawn: Posterior?
    if depth.draws {
      do throws(Posterior.Refusal) {
        let answer = try depth.posterior(fit, analysis.cultures)
        drawn = answer.draws
        analysis.posteriorWords = answer.words
        analysis.drawnBy = answer.draws.method
        analysis.adopt(answer.draws)
      } catch {
        if fit.isUsable { analysis.posteriorWords = PosteriorWords.refused(error) }
        analysis.bandRefusal = error.description
      }
    }
    analysis.intervals = depth.intervals(
      fit, analysis.cultures, profiles: profiles, posterior: drawn)
    analysis.checks = ResidualChecks(
      fit, joint: analysis.cultures, options: options, posterior: drawn,
      threads: self.arguments.threads)
    guard report else { return analysis }
    analysis.next = try next(analysis, depth, sharing, drawn)
    guard let posterior = drawn else { return analysis }
    do throws(Posterior.Refusal) {
      for (member, culture) in analysis.cultures.enumerated() {
        let last = culture.targets.map(\.observation.time).max() ?? 0
        analysis.bands.append(
          try FitBands.compute(
            posterior, culture, member: member, run: culture.run.name,
            to: max(last, culture.timeline.start + 1), options: options,
            threads: self.arguments.threads))
      }
    } catch { analysis.bandRefusal = error.description }
    return analysis
  }

  /// The next sample of each run of a joint fit; none for runs of pooled donors.
  private func next(
    _ analysis: JointAnalysis, _ depth: Depth, _ sharing: Sharing, _ drawn: Posterior?
  ) throws(InputRefused) -> [Result<NextSample, NextSample.Refusal>] {
    guard analysis.fit.isUsable else { return [] }
    var answers: [Result<NextSample, NextSample.Refusal>] = []
    for (member, culture) in analysis.cultures.enumerated() {
      let run = runs.first { $0.name == culture.run.name } ?? culture.run
      let planned = try Culture(model: culture.model, run: run, platform: culture.platform)
      answers.append(
        depth.next(
          analysis.fit, analysis.cultures, member: member, planned: planned, sharing: sharing,
          until: arguments.until?.hours, posterior: drawn))
    }
    return answers
  }

  /// Adds the harvest forecast to an analysis.
  func forecast(
    _ analysis: RunAnalysis, _ harvest: HarvestArguments, need: Double, note: String?
  ) throws
    -> RunAnalysis
  {
    guard let best = analysis.best else { return analysis }
    var result = analysis
    let planned = try Culture(
      model: best.culture.model, run: analysis.run, platform: best.culture.platform)
    var question = try harvest.question(
      analysis.run, planned: planned, need: need, threads: arguments.threads,
      until: arguments.until?.hours, lastFitted: best.culture.targets.map(\.observation.time).max())
    question.needNote = note
    let progress = Progress()
    progress.show("forecasting \(analysis.run.name) with \(question.draws) draws ...")
    defer { progress.clear() }
    do throws(Posterior.Refusal) {
      result.forecast = try HarvestForecaster.forecast(
        best.fit, fitted: best.culture, planned: planned, question: question, options: options)
    } catch { result.forecastRefusal = error.description }
    return result
  }

  /// What the results rest on.
  func provenance(
    extra: [(name: String, value: String)] = [], inputs: [(path: String, sha256: String)] = []
  ) -> Provenance {
    Provenance(
      inputs: batch.sources.map { ($0.path, $0.sha256) } + models.flatMap(\.inputs)
        + inputs,
      options: arguments.described(options) + extra, seed: options.seed)
  }
}
