extension LinearisedFit {
  /// One exact reading.
  public struct Reading: Sendable {
    /// The series it belongs to, such as one measured quantity of one run, counted from 0.
    public var series: Int
    /// Its time.
    public var time: Double
    /// The fitted mean on the scale of the noise.
    public var level: Double
    /// (reading - mean) / noise.
    public var residual: Double
    /// Degrees of freedom of Student noise; nil for normal noise.
    public var degreesOfFreedom: Double?
    /// ln(stated noise / fitted noise); nil when nothing states the noise.
    public var stated: Double?

    /// A reading from its parts.
    public init(
      series: Int, time: Double, level: Double, residual: Double, degreesOfFreedom: Double? = nil,
      stated: Double? = 0
    ) {
      self.series = series
      self.time = time
      self.level = level
      self.residual = residual
      self.degreesOfFreedom = degreesOfFreedom
      self.stated = stated
    }

    /// The standard normal number with the tail of a residual under this reading's noise.
    public func normalScore(_ residual: Double) -> Double {
      guard let df = degreesOfFreedom else { return residual }
      let size = -Normal.quantile(StudentT.upperTail(abs(residual), degreesOfFreedom: df))
      return residual < 0 ? -size : size
    }
  }

  /// The prior of a noise parameter: its mean less the estimate, and its standard deviation.
  public struct NoisePrior: Sendable {
    /// Prior mean - estimate, on the estimation scale.
    public var offset: Double
    /// Standard deviation.
    public var sd: Double

    /// A prior from its parts.
    public init(offset: Double, sd: Double) {
      self.offset = offset
      self.sd = sd
    }
  }
}
