import Bioreactor
import ModelLanguage
import RunRecords

extension NextSample {
  /// What is asked.
  public struct Question: Sendable {
    /// Hour of the forecast.
    public var target: Double
    /// Quantities that could be measured.
    public var assays: [String]
    /// Hours at which they could be.
    public var times: [Double]
    /// How many samples are planned together.
    public var samples = 3
    /// Hours of samples that the run has planned already.
    public var planned: [Double] = []
    /// Volume that each assay takes, mL.
    public var volumes: [String: Double] = [:]
    /// Parameter points over which the answer is averaged, drawn from the normal approximation; 0 for
    /// the estimate alone.
    public var draws = 0
    /// Posterior draws of equal weight over which it is averaged instead, on the scales of the fit's plan:
    /// what a noise that may be larger than its estimate does to the answer is in them.
    public private(set) var points: [[Double]] = []
    /// The hour up to which the run is known; nil for that of its last measurement.
    public var now: Double?

    /// Volume of an assay that is not given: what an automated counter takes, mL.
    public static let defaultVolume = 0.5

    /// A question; see the properties.
    public init(target: Double, assays: [String], times: [Double]) {
      self.target = target
      self.assays = assays
      self.times = times
    }

    /// The question that a report asks unasked, every day and every assay.
    ///
    /// For a run under way the harvest, or two days on where none is planned, from the first whole
    /// day after `now` (between the two when there is none); for one that was harvested all its days.
    /// `target` is another hour of the forecast, `step` that of the samples, h, `first` their first hour.
    public init(
      fitted: Culture, planned: Culture, now: Double, target: Double? = nil, step: Double = 24,
      first: Double? = nil
    ) {
      let start = planned.timeline.start
      let to = target ?? Question.target(planned: planned, now: now)
      var from = now
      if case .over = NextSample.stage(planned, now: now) { from = start }
      let begin = first ?? (from / step + 1e-9).rounded(.down) * step + step
      var times = stride(from: begin, to: to - 1e-9, by: step).prefix(NextSample.mostDays)
        .filter { $0 > from }
      if times.isEmpty, first == nil, to > from + 1e-9 { times = [from + (to - from) / 2] }
      self.init(target: to, assays: NextSample.assays(of: fitted), times: times)
      self.now = now
      self.planned = planned.run.operations.filter {
        $0.action.kind == .sample && $0.time > now && $0.trigger == nil
      }.map(\.time)
    }

    /// Averages over draws of the fit's posterior, taken evenly from their weights.
    public mutating func average(over posterior: Posterior, count: Int = 40) {
      var (points, sum, index) = ([[Double]](), posterior.weights.first ?? 0, 0)
      for k in 0..<count {
        let level = (Double(k) + 0.5) / Double(count)
        while sum < level, index + 1 < posterior.count {
          index += 1
          sum += posterior.weights[index]
        }
        if posterior.points.indices.contains(index) { points.append(posterior.points[index]) }
      }
      self.points = points
    }

    /// Hour of the forecast when none is asked for: the planned harvest, or two days after `now` where
    /// none is planned.
    public static func target(planned: Culture, now: Double) -> Double {
      planned.timeline.harvest ?? now + 48
    }

    /// The volume that an assay takes, mL.
    public func volume(_ assay: String) -> Double {
      volumes[assay] ?? Question.defaultVolume
    }
  }

  /// Every assay that a model observes, in its order.
  ///
  /// A fold or a number of cells beside a density is the same count again, and no assay of its own
  /// unless the run has it; so is viability beside dead counts, and the other way about.
  public static func assays(of culture: Culture) -> [String] {
    let names = culture.model.observables.map(\.name)
    let measured = Set(culture.targets.map(\.observation.quantity))
    func isAgain(_ name: String) -> Bool {
      switch name {
      case "fold": names.contains("vcd") || names.contains("tvc")
      case "tvc", "car_density": names.contains("vcd")
      case "dead": measured.contains("viability")
      case "viability": measured.contains("dead")
      default: false
      }
    }
    return names.filter { measured.contains($0) || !isAgain($0) }
  }

  /// How far a run has come at an hour.
  static func stage(_ planned: Culture, now: Double) -> Stage {
    if let harvest = planned.timeline.harvest {
      return harvest <= now + 1e-9 ? .over(harvest: harvest) : .running
    }
    return planned.run.operations.contains { $0.time > now + 1e-9 } ? .running : .unplanned
  }
}
