import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

extension ModelComparison {
  /// Models beside the first that its data do not rule out.
  ///
  /// Usable, without an outlier, not contradicted by their residuals, and either ranked with a weight of
  /// at least a tenth, or with too few measurements to be ranked. Where AICc does not rank, also those that
  /// read the first one's cell counts among other measurements and miss them by no more than twice as much.
  var rivals: [Entry] {
    guard let lead = entries.first, lead.fit.isUsable else { return [] }
    func counts(_ entry: Entry) -> Set<Place> { Set(misses(entry).keys) }
    // ln of each count over its fitted mean.
    func misses(_ entry: Entry) -> [Place: Double] {
      let own = entry.fit.residuals.filter {
        PredictiveCheck.counts.contains($0.observation.quantity) && $0.mean > 0
          && $0.observation.value.number > 0
      }
      return Dictionary(
        own.map { ($0.observation.place, Double.log($0.observation.value.number / $0.mean)) },
        uniquingKeysWith: { first, _ in first })
    }
    func scatter(_ entry: Entry, at places: Set<Place>) -> Double {
      let found = misses(entry)
      let squares = places.sorted().reduce(0.0) { $0 + (found[$1] ?? 0) * (found[$1] ?? 0) }
      return (squares / Double(max(1, places.count))).squareRoot()
    }
    let own = counts(lead)
    // What other readings ask of a model must not cost the counts: at most twice the leader's scatter.
    let most = 2 * max(scatter(lead, at: own), 0.07)
    return entries.dropFirst().filter { entry in
      guard entry.fit.isUsable, entry.checks?.isMisfit != true, !entry.isBeyondCapacity,
        !entry.fit.residuals.contains(where: \.isOutlier)
      else { return false }
      switch entry.standing {
      case .contender: return (entry.weight ?? 1) >= 0.1
      case .tooFew: return true
      case .otherMeasurements:
        return criterion != "AICc" && !own.isEmpty && own.isSubset(of: counts(entry))
          && scatter(entry, at: own) <= most
      case .contradicted, .beyondCapacity, .sameAs, .notUsable: return false
      }
    }
  }
}

extension ModelComparison.Entry {
  /// Viable cells (1e6) or their density at an hour by the estimate, with the operations planned.
  struct Outlook {
    let value: Double
    /// sd of its logarithm by the curvature; nil without a covariance.
    let sd: Double?
    /// True for cells, false for a density.
    let isCells: Bool
    /// Culture volume then, mL; nil when it is not known.
    let volume: Double?
    /// sd of ln of a count then, as the model states it; nil for other noise.
    let noise: Double?
  }

  /// The hour of the harvest that is planned, or two days on where none is; nil for a run that is over.
  /// `now` is the hour up to which the run is known.
  func target(_ run: Run, now: Double) -> Double? {
    guard let planned = try? Culture(model: culture.model, run: run, platform: culture.platform)
    else { return nil }
    if let harvest = planned.timeline.harvest, harvest <= now + 1e-9 { return nil }
    return NextSample.Question.target(planned: planned, now: now)
  }

  /// What the platform carries, where an outlook's cells can be held against it.
  func capacity(_ outlook: Outlook) -> Platform.CapacityPrior? {
    outlook.isCells ? culture.platform?.capacityPrior(volume: outlook.volume) : nil
  }

  /// True when the cells at the target lie above what the platform carries by more than 1.645 standard
  /// deviations of ln, the estimate's and the platform's together: one in twenty, one-sided.
  func outgrows(_ run: Run, options: FitOptions) -> Bool {
    guard fit.isUsable, run.donor != .pooled, culture.platform != nil else { return false }
    let last = culture.targets.map(\.observation.time).max() ?? 0
    let now = options.until.isFinite ? max(last, options.until) : last
    guard let target = target(run, now: now),
      let outlook = outlook(run, at: target, options: options), let known = capacity(outlook)
    else { return false }
    let sd = ((outlook.sd ?? 0) * (outlook.sd ?? 0) + known.sdLn * known.sdLn).squareRoot()
    return Double.log(outlook.value / known.median) > 1.6448536269514722 * sd
  }

  /// nil when the model shows no viable cells or cannot be computed there.
  func outlook(_ run: Run, at time: Double, options: FitOptions) -> Outlook? {
    guard let planned = try? Culture(model: culture.model, run: run, platform: culture.platform),
      time > planned.timeline.start
    else { return nil }
    let names = planned.model.observables.map(\.name)
    guard let observable = names.firstIndex(of: "vcd") ?? names.firstIndex(of: "tvc") else {
      return nil
    }
    let timeline = planned.timeline
    let volume =
      timeline.knowsVolume && timeline.volumeIsScheduled
      ? timeline.volume(at: time, phase: .before) : nil
    let isDensity = names[observable] == "vcd"
    let probe = CurveProbe(
      planned,
      points: [
        CurveProbe.Point(instant: Instant(time: time, phase: .before), observable: observable)
      ],
      plan: fit.plan, options: options)
    guard let seen = probe.slopes(at: fit.point), let mean = seen.means.first, mean > 0 else {
      return nil
    }
    let isLog = planned.model.observables[observable].family.scale == .log
    let sd = fit.covariance.map { covariance -> Double in
      let slopes = fit.plan.free.indices.map { seen.slopes[0, $0] / mean }
      var variance = 0.0
      for i in slopes.indices {
        for j in slopes.indices { variance += slopes[i] * covariance[i, j] * slopes[j] }
      }
      return max(0, variance).squareRoot()
    }
    return Outlook(
      value: isDensity ? mean * (volume ?? 1) : mean, sd: sd,
      isCells: !isDensity || volume != nil, volume: volume, noise: isLog ? seen.noise[0] : nil)
  }
}
