import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Statistics

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
    if case .over = NextSample.stage(planned, now: now) { return nil }
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
      let outlook = outlooks(run, at: [target], options: options).first ?? nil,
      let known = capacity(outlook)
    else { return false }
    let sd = ((outlook.sd ?? 0) * (outlook.sd ?? 0) + known.sdLn * known.sdLn).squareRoot()
    return Double.log(outlook.value / known.median) > Normal.quantile(0.95) * sd
  }

  /// The outlook at hours that ascend, one for each; nil where the model shows no viable cells, and
  /// everywhere when it cannot be computed up to the last one.
  func outlooks(_ run: Run, at times: [Double], options: FitOptions) -> [Outlook?] {
    let none = [Outlook?](repeating: nil, count: times.count)
    guard let planned = try? Culture(model: culture.model, run: run, platform: culture.platform),
      times.allSatisfy({ $0 > planned.timeline.start })
    else { return none }
    let observables = planned.model.observables
    let names = observables.map(\.name)
    guard let observable = names.firstIndex(of: "vcd") ?? names.firstIndex(of: "tvc") else {
      return none
    }
    let timeline = planned.timeline
    let isDensity = names[observable] == "vcd"
    let isLog = observables[observable].family.scale == .log
    let probe = CurveProbe(
      planned,
      points: times.map {
        CurveProbe.Point(instant: Instant(time: $0, phase: .before), observable: observable)
      },
      plan: fit.plan, options: options)
    guard let seen = probe.slopes(at: fit.point) else { return none }
    // A parameter at its bound is no known one.
    let information = fit.boxCovariance.map(SampleInformation.init(covariance:))
    return times.indices.map { k in
      let mean = seen.means[k]
      guard mean > 0 else { return nil }
      let volume =
        timeline.knowsVolume && timeline.volumeIsScheduled
        ? timeline.volume(at: times[k], phase: .before) : nil
      return Outlook(
        value: isDensity ? mean * (volume ?? 1) : mean,
        sd: information.map { $0.variance(of: seen.slopes.row(k)).squareRoot() / mean },
        isCells: !isDensity || volume != nil, volume: volume, noise: isLog ? seen.noise[k] : nil)
    }
  }
}
