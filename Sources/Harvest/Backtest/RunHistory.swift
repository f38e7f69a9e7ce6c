import Bioreactor
import Inference
import ModelLanguage
import Population
import RunRecords
import Statistics

/// One run of the past with what can be foretold of it.
struct RunHistory: Sendable {
  let run: Run
  let donor: String
  let quantity: String
  /// Readings of the quantity in order of time, with ln of their values.
  let readings: [Reading]
  /// Hours of forecast, each with the readings that it has seen.
  let hours: [(from: Double, seen: Int)]
  /// Whether the run tells what was seeded.
  let isSeeded: Bool
  /// Errors of the log-linear extrapolation.
  let errors: [LogLinear.Error]
  private let target: Double?

  struct Reading: Sendable {
    let time: Double
    let phase: Observation.Phase
    let log: Double
    /// False for a count that is foretold for another run, which has it too.
    var isOwn = true
  }

  init(
    _ run: Run, _ model: Model, _ platform: Platform?, _ quantity: String,
    _ question: Backtest.Question
  ) throws {
    let culture = try Culture(model: model, run: run, platform: platform)
    let found = culture.targets.compactMap { target -> Reading? in
      guard model.observables[target.observable].name == quantity,
        case .exact(let value) = target.observation.value, value > 0
      else { return nil }
      return Reading(
        time: target.observation.time, phase: target.observation.phase, log: Double.log(value))
    }.sorted { ($0.time, $0.phase == .before ? 0 : 1) < ($1.time, $1.phase == .before ? 0 : 1) }
    self.init(
      run, quantity, readings: found, isSeeded: culture.seeded("vcd") != nil, question)
  }

  /// A run with its readings, in order of time.
  init(
    _ run: Run, _ quantity: String, readings found: [Reading], isSeeded: Bool,
    _ question: Backtest.Question
  ) {
    self.run = run
    self.quantity = quantity
    self.isSeeded = isSeeded
    donor = run.donorName
    readings = found
    target = question.target
    var hours: [(Double, Int)] = []
    var from = question.from
    while let last = found.last, from < last.time, hours.count < 1000 {
      let seen = found.count { $0.time <= from }
      if seen > 0 { hours.append((from, seen)) }
      from += question.step
    }
    self.hours = hours
    var errors: [LogLinear.Error] = []
    for (from, seen) in hours {
      for reading in found[seen...] where reading.isWanted(question.target) {
        guard let log = RunHistory.line(found, seen, reading.time) else { continue }
        errors.append(
          LogLinear.Error(
            donor: donor, from: from, lead: reading.time - found[seen - 1].time,
            error: reading.log - log))
      }
    }
    self.errors = errors
  }

  private static func line(_ readings: [Reading], _ seen: Int, _ time: Double) -> Double? {
    LogLinear.extrapolate(readings[..<seen].map { ($0.time, $0.log) }, to: time)
  }

  /// Foretells the later counts from each hour.
  func replay(
    _ sources: [DonorOutlook.Source], _ platform: Platform?, _ line: LogLinear,
    _ question: Backtest.Question
  ) throws -> ([Backtest.Case], [Backtest.Refused]) {
    guard !hours.isEmpty else { return ([], []) }
    let planned = try sources.map {
      try Culture(model: $0.model, run: run, platform: platform)
    }
    var cases: [Backtest.Case] = []
    var refused: [Backtest.Refused] = []
    // The prior alone: with the seed; where the run does not tell it, with the first count.
    let alone = try? foretell(
      sources, planned, platform, until: isSeeded ? -.infinity : readings[0].time,
      readings.indices.filter { readings[$0].isWanted(target) }, question)
    var last: (seen: Int, scores: [Int: WeightedSample])?
    for (from, seen) in hours {
      let later = (seen..<readings.count).filter { readings[$0].isWanted(target) }
      guard !later.isEmpty else { continue }
      if last?.seen != seen {
        do {
          last = (
            seen,
            try foretell(
              sources, planned, platform, until: readings[seen - 1].time, later, question)
          )
        } catch let refusal as Posterior.Refusal {
          refused.append(.init(run: run.name, from: from, reason: refusal.description))
          last = nil
        }
      }
      guard let scores = last?.scores else { continue }
      for k in later {
        guard let sample = scores[k] else { continue }
        cases.append(
          try self.case(
            from, seen, k, forecast: Backtest.Score(sample, readings[k].log),
            prior: alone?[k].map { try Backtest.Score($0, readings[k].log) }, line))
      }
    }
    return (cases, refused)
  }

  /// A forecast of reading `k` beside the line's.
  func `case`(
    _ from: Double, _ seen: Int, _ k: Int, forecast: Backtest.Score, prior: Backtest.Score?,
    _ line: LogLinear
  ) throws -> Backtest.Case {
    let (now, reading) = (readings[seen - 1].time, readings[k])
    let straight = RunHistory.line(readings, seen, reading.time)
    let baseline = straight.flatMap {
      line.distribution(about: $0, donor: donor, from: from, lead: reading.time - now)
    }
    return Backtest.Case(
      run: run.name, donor: donor, from: from, now: now, time: reading.time, observed: reading.log,
      forecast: forecast, prior: prior, line: straight,
      baseline: try baseline.map { try Backtest.Score($0, reading.log) })
  }

  /// Predictive distributions of ln of some readings, by their index.
  private func foretell(
    _ sources: [DonorOutlook.Source], _ planned: [Culture], _ platform: Platform?, until: Double,
    _ wanted: [Int], _ question: Backtest.Question
  ) throws -> [Int: WeightedSample] {
    var outlook = question.outlook
    outlook.threads = 1
    let mixture = try Mixture(run, sources, planned, platform, until: until, outlook)
    let curves = try DonorCurves(
      mixture.parts(planned),
      instants: wanted.map { Instant(time: readings[$0].time, phase: readings[$0].phase) },
      quantities: [quantity], options: outlook.options)
    var found: [Int: WeightedSample] = [:]
    for (slot, k) in wanted.enumerated() {
      found[k] = try curves.sample(curves.readings(slot).map { Double.log(max($0, 1e-300)) })
    }
    return found
  }
}

extension RunHistory.Reading {
  /// Hours within which a count belongs to the target.
  private static let window = 12.0

  func isWanted(_ target: Double?) -> Bool {
    isOwn && (target.map { abs(time - $0) <= Self.window } ?? true)
  }
}
