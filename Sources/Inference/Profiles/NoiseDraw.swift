import ModelLanguage
import Randomness
import RunRecords

/// Draws what a measurement would have read.
enum NoiseDraw {
  /// The observation with a new reading; `link` is the mean on the family's scale and `scale` the
  /// total noise number, both as the likelihood has them.
  ///
  /// A reading that was censored stays so when the draw lies beyond the same limit.
  static func redrawn(
    _ observation: Observation, family: NoiseFamily, link: Double, scale: Double,
    _ stream: inout RandomStream
  ) -> Observation {
    var new = observation
    let mean = family.scale.toNatural(link)
    if let count = observation.count, isCounted(family) {
      let expected = mean * count.exposure
      let extra = family == .poisson ? 1 : gammaFactor(scale, &stream)
      let cells = poisson(expected * extra, &stream)
      let limits = count.limits
      let isExact = if case .exact = count.cells { true } else { false }
      let kept = !isExact && cells >= limits.least && cells <= limits.most
      new.count?.cells = kept ? count.cells : .exact(cells)
      if !kept { new.value = .exact(max(cells, 0.5) / count.exposure) }
      return new
    }
    if case .betaBinomial(let looked) = family {
      let n = (observation.count?.exposure ?? looked ?? 100).rounded()
      let a = stream.gamma(shape: mean * scale)
      let b = stream.gamma(shape: (1 - mean) * scale)
      let share = a / (a + b)
      var cells = 0.0
      for _ in 0..<Int(min(n, 1e5)) where stream.uniform() < share { cells += 1 }
      new.count?.cells = .exact(cells)
      new.value = .exact(cells / n)
      return new
    }
    let y = family.scale.toNatural(link + scale * deviate(family, &stream))
    switch observation.value {
    case .below(let limit) where y < limit: break
    case .above(let limit) where y > limit: break
    case .between(let low, let high) where y >= low && y <= high: break
    default: new.value = .exact(y)
    }
    return new
  }

  static func isCounted(_ family: NoiseFamily) -> Bool {
    switch family {
    case .lognormal, .poisson, .negativeBinomial: true
    case .normal, .studentT, .studentTLog, .logitNormal, .betaBinomial: false
    }
  }

  private static func deviate(_ family: NoiseFamily, _ stream: inout RandomStream) -> Double {
    switch family {
    case .studentT(let df), .studentTLog(let df):
      return stream.normal() / (stream.chiSquare(degreesOfFreedom: df) / df).squareRoot()
    default: return stream.normal()
    }
  }

  /// Gamma with mean 1 and this coefficient of variation; a Poisson about it is negative binomial.
  private static func gammaFactor(_ cv: Double, _ stream: inout RandomStream) -> Double {
    guard cv > 1e-9 else { return 1 }
    let shape = 1 / (cv * cv)
    return stream.gamma(shape: shape) / shape
  }

  /// A Poisson number: products of uniforms in portions of at most 20 (Knuth); above 5000 rounded
  /// from a normal, which is then right to a hundredth of its standard deviation.
  static func poisson(_ mean: Double, _ stream: inout RandomStream) -> Double {
    guard mean > 0, mean.isFinite else { return 0 }
    if mean > 5000 {
      return max(0, (mean + mean.squareRoot() * stream.normal()).rounded())
    }
    var left = mean
    var count = 0.0
    while left > 0 {
      let portion = min(left, 20)
      left -= portion
      let floor = Double.exp(-portion)
      var product = stream.uniform()
      while product > floor {
        count += 1
        product *= stream.uniform()
      }
    }
    return count
  }
}
