import Bioreactor
import Inference
import Randomness
import Statistics

/// Simulation-based calibration of the no-U-turn sampler.
enum RankStudy {
  static let draws = 99
  static let bins = 20
  static let model = "exponential_lag"

  static var options: FitOptions {
    var options = Coverage.options
    options.starts = 2
    options.checksProfiles = false
    return options
  }

  /// 2 chains of 150 transitions of warm-up and 250 kept, thinned to 99 draws: too short for the
  /// sampler's own verdict, enough for ranks.
  static func sampling(seed: UInt64) -> SamplerOptions {
    var sampling = SamplerOptions()
    sampling.chains = 2
    sampling.warmUp = 150
    sampling.draws = 250
    sampling.seed = seed
    return sampling
  }

  /// Ranks of the parameters, the log-likelihood and cells on day 10 among 99 draws, whatever the
  /// verdict on them; names with `x 0.8` are ranks among draws drawn to their mean, a defect that
  /// must be seen.
  static func replicate(
    _ study: Study, _ index: Int, noise: Study.Noise, seed: UInt64
  ) -> Record {
    let purpose = noise == .model ? "ranks" : "ranks of t noise"
    var stream = RandomStream(seed: seed, name: study.name, purpose: purpose, index: UInt64(index))
    let truth = study.truth(&stream)
    guard let experiment = try? study.experiment(truth, index: index, noise: noise, &stream)
    else { return Record(index: index, status: "not simulated", entries: []) }
    let culture = experiment.culture
    let plan = ParameterPlan(culture, options: study.options)
    let fit = try? Fit.run(culture, options: study.options)
    let isFitted = fit?.point.count == plan.free.count
    let sampled = SampledPosterior.sample(
      culture.run.name, parameters: plan.free.map(\.name),
      estimate: isFitted ? fit?.point ?? [] : plan.free.map(\.start),
      covariance: isFitted ? fit?.covariance : nil,
      lowerBounds: plan.free.map(\.bounds.lowerBound),
      upperBounds: plan.free.map(\.bounds.upperBound), options: sampling(seed: seed)
    ) { CultureDensity([culture], plan: plan, options: study.options) }
    let all = sampled.points
    guard all.count > draws else {
      return Record(index: index, status: "not sampled", entries: [])
    }
    // The first of the 100 thinned draws is left out: 99 draws have 100 ranks, 5 in each bin.
    let chosen = (1...draws).map { all[$0 * all.count / (draws + 1)] }
    let density = CultureDensity([culture], plan: plan, options: study.options)
    let vcd = study.model.observables.firstIndex { $0.name == "vcd" } ?? 0
    let predictor = Predictor(
      culture, points: [.init(instant: Instant(time: study.horizon), observable: vcd)],
      options: study.options.stepOptions)
    func cells(_ p: [Double]) -> Double {
      predictor.predict(plan.natural(p)).map { $0.means[0] * study.volume } ?? .nan
    }
    var entries: [Record.Entry] = []
    func add(_ name: String, _ truth: Double, _ values: [Double]) {
      entries.append(Record.Entry(name, rank: RankUniformity.rank(of: truth, among: values)))
    }
    for (j, free) in plan.free.enumerated() {
      let values = chosen.map { $0[j] }
      let mean = all.reduce(0) { $0 + $1[j] } / Double(all.count)
      add(free.name, truth[j], values)
      add("\(free.name) x 0.8", truth[j], values.map { mean + 0.8 * ($0 - mean) })
    }
    add(
      "log-likelihood", density.logLikelihood(at: truth) ?? .nan,
      chosen.map { density.logLikelihood(at: $0) ?? .nan })
    add("cells at day 10", experiment.cells, chosen.map(cells))
    return Record(index: index, status: sampled.isUsable ? "ok" : "not usable", entries: entries)
  }
}
