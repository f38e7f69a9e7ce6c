import Bioreactor
import LinearAlgebra
import ModelLanguage
import Statistics

extension FitBands {
  /// The bands to first order, from the covariance instead of draws: for many runs at once.
  ///
  /// On the family's scale a mean m with slopes g has variance g^T C g, and a measurement that of
  /// its noise besides; quantiles are those of the normal distribution, taken back to the natural
  /// scale. One simulation with slopes serves all bands. The bands are symmetric on that scale and
  /// know nothing of bent valleys. Throws `Posterior.Refusal` when there is no covariance, or the
  /// curve cannot be followed to `end`.
  public static func firstOrder(
    _ fit: FitResult, _ culture: Culture, to end: Double, options: FitOptions
  ) throws(Posterior.Refusal) -> [CurveBand] {
    guard fit.isUsable, let covariance = fit.boxCovariance else {
      throw Posterior.Refusal(
        description: fit.covarianceRefusal.map { "There is no covariance (\($0))." }
          ?? "The fit is not usable.")
    }
    let measured = Set(culture.targets.map(\.observable)).sorted()
    let instants = CurveBand.grid(culture.timeline, to: end)
    let probe = CurveProbe(
      culture,
      points: measured.flatMap { observable in
        instants.map { CurveProbe.Point(instant: $0, observable: observable) }
      }, plan: fit.plan, options: options)
    guard let found = probe.slopes(at: fit.point) else {
      throw Posterior.Refusal(description: "The curve could not be followed to the end.")
    }
    let information = SampleInformation(covariance: covariance)
    let levels = Quantiles.levels.map(Normal.quantile)
    return measured.enumerated().map { k, observable in
      let family = culture.model.observables[observable].family
      let scale = family.scale
      let count = culture.lastCount(observable)
      let donor = fit.plan.donorSpread(at: fit.point, culture)
      let points = instants.indices.map { i -> CurveBand.Point in
        let row = k * instants.count + i
        let mean = found.means[row]
        let link = scale.toEstimation(mean)
        let slope = scale.slope(atNatural: mean)
        let variance = information.variance(of: found.slopes.row(row)) / (slope * slope)
        let noise = NoiseTerm.spread(
          toCome: family, mean: mean, noise: found.noise[row], count: count, donor: donor)
        func quantiles(_ variance: Double) -> Quantiles {
          let sd = variance.squareRoot()
          return Quantiles(values: levels.map { scale.toNatural(link + $0 * sd) })
        }
        return CurveBand.Point(
          instant: instants[i], curve: quantiles(variance),
          measurement: quantiles(variance + noise * noise))
      }
      return CurveBand(quantity: culture.model.observables[observable].name, points: points)
    }
  }
}
