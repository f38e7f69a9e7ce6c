import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

extension ModelComparison {
  /// Models beside the first that its data do not rule out.
  ///
  /// Usable, without an outlier, not contradicted by their residuals, and either ranked with a weight of
  /// at least a tenth, or with too few measurements to be ranked. Where no AICc ranks, also those that
  /// read the first one's cell counts among other measurements.
  var rivals: [Entry] {
    guard let lead = entries.first, lead.fit.isUsable else { return [] }
    func counts(_ entry: Entry) -> Set<Place> {
      Set(
        entry.culture.targets.map(\.observation).filter {
          PredictiveCheck.counts.contains($0.quantity)
        }.map(\.place))
    }
    let own = counts(lead)
    return entries.dropFirst().filter { entry in
      guard entry.fit.isUsable, entry.checks?.isMisfit != true,
        !entry.fit.residuals.contains(where: \.isOutlier)
      else { return false }
      switch entry.standing {
      case .contender: return (entry.weight ?? 1) >= 0.1
      case .tooFew: return true
      case .otherMeasurements:
        return lead.fit.aicc == nil && !own.isEmpty && own.isSubset(of: counts(entry))
      case .contradicted, .sameAs, .notUsable: return false
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
      isCells: !isDensity || volume != nil, volume: volume)
  }
}
