import Bioreactor
import Foundation
import ModelLanguage
import Testing

@testable import Inference

/// What scipy finds for a series; see Records/cart_regression.py.
struct SeriesRecord {
  let run: String
  let count: Int
  let mu: Double
  let lag: Double
  let sd: Double
  let logLikelihood: Double

  init(
    _ run: String, count: Int, mu: Double, lag: Double, sd: Double, logLikelihood: Double
  ) {
    (self.run, self.count, self.mu, self.lag) = (run, count, mu, lag)
    (self.sd, self.logLikelihood) = (sd, logLikelihood)
  }
}

/// Printed by Records/cart_regression.py with scipy 1.17.1.
let seriesRecords = [
  SeriesRecord(
    "il2_000", count: 20, mu: 0.007413108884, lag: 1, sd: 0.6822496679, logLikelihood: -53.2982204),
  SeriesRecord(
    "il2_005", count: 28, mu: 0.00687566436, lag: 1, sd: 0.9170858667, logLikelihood: -86.5566633),
  SeriesRecord(
    "il2_020", count: 63, mu: 0.01131252071, lag: 1, sd: 1.025057487, logLikelihood: -285.828433),
  SeriesRecord(
    "il2_100", count: 62, mu: 0.01803451365, lag: 41.90791181, sd: 0.9557481953,
    logLikelihood: -335.662119),
  SeriesRecord(
    "il2_300", count: 62, mu: 0.02166135117, lag: 71.58760672, sd: 0.9919596532,
    logLikelihood: -352.28304),
]

@Suite("CAR-T cells at five IL-2 concentrations (Kaartinen 2017)") struct CARTSeriesTests {
  private func fit(_ run: String) throws -> FitResult {
    let culture = try Culture(
      model: try shipped("exponential_lag"), run: try shippedRun("kaartinen2017_cart_il2", run))
    var options = FitOptions()
    options.usesPriors = false
    return try Fit.run(culture, options: options)
  }

  // Catches: donors' spread left out of the noise, a log10 for a ln, the slope of ln left out.
  @Test("agrees with an independent regression", arguments: seriesRecords.indices)
  func regression(_ index: Int) throws {
    let record = seriesRecords[index]
    let fit = try fit(record.run)
    let mu = try #require(fit.parameter("mu")?.estimate)
    let lag = try #require(fit.parameter("lag")?.estimate)
    let donor = try #require(fit.parameter(ParameterPlan.donorSpread)?.estimate)
    #expect(fit.isUsable)
    #expect(fit.measurements == record.count)
    #expect(abs(mu / record.mu - 1) < 1e-4)
    #expect(abs(lag / record.lag - 1) < 1e-4)
    // The model holds the counter's own 0.10 beside the spread between donors.
    #expect(abs((donor * donor + 0.01).squareRoot() / record.sd - 1) < 1e-4)
    #expect(abs(fit.logLikelihood - record.logLikelihood) < 1e-3)
  }

  // Catches: folds fitted on the linear scale (44.0 and 35.3 h), lag left out.
  @Test("doubling times and lags at 100 and 300 IU/mL")
  func growth() throws {
    for (run, doubling, lag) in [
      ("il2_100", 37.0...40.0, 1.6...1.9), ("il2_300", 31.0...33.0, 2.6...3.1),
    ] {
      let fit = try fit(run)
      let mu = try #require(fit.parameter("mu")?.estimate)
      #expect(doubling.contains(log(2) / mu))
      #expect(lag.contains(try #require(fit.parameter("lag")?.estimate) / 24))
    }
  }

  // Catches: a lag printed as if known where there is hardly growth; silence about the donors.
  @Test("weak growth and unknown lag are said in words", arguments: ["il2_000", "il2_005"])
  func weak(_ run: String) throws {
    let fit = try fit(run)
    let text = fit.notes.joined(separator: "\n")
    #expect(text.contains("Growth is weak"))
    #expect(text.contains("How long the lag lasts cannot be told"))
    #expect(text.contains("spread between donors"))
    #expect(fit.parameter("lag")?.verdict.code != "fixed_by_data")
  }
}
