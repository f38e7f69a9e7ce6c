import Statistics

extension ResidualChecks {
  /// The figures of one measured quantity, of all runs of the fit or of one of several.
  public struct Series: Sendable {
    /// The quantity.
    public let quantity: String
    /// The run, of several; nil for all runs of the fit.
    public let run: String?
    /// Exact readings.
    public let count: Int
    /// Lag-1 autocorrelation of the residuals in order of time; nil below 5 times.
    public let autocorrelation: Double?
    /// Probability of at least as much autocorrelation in a good fit, for this check alone.
    public let autocorrelationP: Double?
    /// Exact two-sided p-value of the runs test (Wald and Wolfowitz), for one run.
    public let runsP: Double?
    /// Root mean square of the residuals in units of the stated noise; nil when none is stated.
    public let sizeInStatedNoise: Double?
    /// Sum of squares in units of the stated noise; nil likewise.
    public let chiSquare: Double?
    /// Probability of a sum of squares at least as large in a good fit, for this check alone.
    public let chiSquareP: Double?
    /// Mean residual in units of its own error, of one run of several.
    public let offset: Double?
    /// Probability of at least as large an offset in a good fit, for this check alone.
    public let offsetP: Double?
    /// Posterior predictive p-value of the sum of squared residuals.
    public let predictiveP: Double?

    init?(
      _ index: Int, _ shape: FittedShape, _ runs: [String], _ battery: ResidualBattery,
      _ predictive: PredictiveCheck
    ) {
      let group = shape.groups[index]
      guard let first = group.series.first else { return nil }
      let readings = shape.linearised.readings
      let own = readings.indices.filter { group.series.contains(readings[$0].series) }
      func check(_ kind: ResidualBattery.Kind) -> ResidualBattery.Check? {
        battery.checks.first { $0.kind == kind && $0.group == index }
      }
      let member = group.isPart ? shape.series[first].member : nil
      let residuals = readings.map(\.residual)
      let moments = ResidualBattery.moments(own, in: readings)
      let runsTest =
        group.series.count == 1 && moments.count >= ResidualBattery.leastReadings
        ? try? RunsTest(moments.map { ResidualBattery.together($0, residuals) }) : nil
      let squares = check(.tooLarge)
      let off = check(.offset)
      quantity = shape.series[first].quantity
      run = member.map { runs[$0] }
      count = own.count
      autocorrelation = check(.autocorrelation)?.value
      autocorrelationP = check(.autocorrelation)?.pValue
      runsP = runsTest?.pValue
      sizeInStatedNoise = squares.map { ($0.value / Double(own.count)).squareRoot() }
      chiSquare = squares?.value
      chiSquareP = squares?.pValue
      offset = off.map { _ in ResidualBattery.together(own, residuals) }
      offsetP = off?.pValue
      let name = quantity
      predictiveP =
        predictive.parts.first { $0.quantity == name && $0.member == member }?.pValue
    }
  }
}
