import Randomness

/// A run whose measurements can be simulated: what predictive checks ask for.
public protocol SimulatedOccasion: OccasionLikelihood {
  /// The measurements, in the order of the likelihood.
  var readings: [OccasionReading] { get }
  /// The typical measurement at psi, one a reading; nil where it cannot be computed.
  func expected(at psi: [Double]) -> [Double]?
  /// One simulated measurement a reading at psi; nil where that cannot be computed.
  func replicate(at psi: [Double], _ stream: inout RandomStream) -> [Double]?
}

/// One measurement with the place at which it was made.
public struct OccasionReading: Sendable, Hashable {
  /// What was measured; checks keep quantities apart.
  public var quantity: String
  /// Along which checks are binned: the time, or a curve's last independent variable.
  public var x: Double
  /// The measurement; nil for a censored one.
  public var y: Double?

  /// A measurement.
  public init(quantity: String, x: Double, y: Double?) {
    (self.quantity, self.x, self.y) = (quantity, x, y)
  }
}

extension CurveLikelihood: SimulatedOccasion {
  /// The measurements of y.
  public var readings: [OccasionReading] {
    zip(x, y).map { OccasionReading(quantity: "y", x: $0.last ?? 0, y: $1) }
  }

  /// The curve.
  public func expected(at psi: [Double]) -> [Double]? {
    guard psi.count == parameterCount else { return nil }
    let means = x.map { mean(psi, $0) }
    return means.allSatisfy(\.isFinite) ? means : nil
  }

  /// The curve with its noise.
  public func replicate(at psi: [Double], _ stream: inout RandomStream) -> [Double]? {
    guard let means = expected(at: psi) else { return nil }
    let s = Double.exp(psi[psi.count - 1])
    var values: [Double] = []
    for mean in means {
      let z = s * stream.normal()
      switch noise {
      case .additive: values.append(mean + z)
      case .proportional: values.append(mean * (1 + z))
      case .lognormal: values.append(mean * Double.exp(z))
      }
    }
    return values
  }
}
