import Bioreactor
import Inference
import Lanes
import ModelLanguage
import Randomness
import RunRecords

extension CultureOccasion: SimulatedOccasion {
  /// The run's measurements, base units and hours.
  public var readings: [OccasionReading] {
    likelihood.culture.targets.map { target in
      let observation = target.observation
      var y: Double?
      if case .exact(let value) = observation.value { y = value }
      return OccasionReading(quantity: observation.quantity, x: observation.time, y: y)
    }
  }

  /// The model's observables.
  public func expected(at psi: [Double]) -> [Double]? {
    predict(psi)?.means
  }

  /// The observables with the noise of their family. nil for counted cells, whose law needs what was
  /// looked at, and for runs with counters or pools of their own.
  public func replicate(at psi: [Double], _ stream: inout RandomStream) -> [Double]? {
    guard let prediction = predict(psi) else { return nil }
    let culture = likelihood.culture
    var values: [Double] = []
    for (k, target) in culture.targets.enumerated() {
      let family = culture.model.observables[target.observable].family
      guard target.observation.count == nil, !family.needsCounts else { return nil }
      var z = stream.normal()
      switch family {
      case .studentT(let degrees), .studentTLog(let degrees):
        z *= (degrees / stream.chiSquare(degreesOfFreedom: degrees)).squareRoot()
      case .betaBinomial: return nil
      default: break
      }
      let (mean, scale) = (prediction.means[k], prediction.noise[k])
      guard mean.isFinite, scale.isFinite, scale > 0 else { return nil }
      let value = family.scale.toNatural(family.scale.toEstimation(mean) + scale * z)
      guard value.isFinite else { return nil }
      values.append(value)
    }
    return values
  }

  private func predict(_ psi: [Double]) -> Prediction? {
    let culture = likelihood.culture
    var natural = culture.model.parameters.map { held[$0.name] ?? $0.value }
    for (entry, value) in zip(likelihood.free, psi) {
      // The spread of a pool and the bias of a counter belong to no parameter.
      guard let index = entry.index else { return nil }
      natural[index] = entry.scale.toNatural(value)
    }
    return Predictor(culture).predict(natural)
  }
}
