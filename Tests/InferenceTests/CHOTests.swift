import Bioreactor
import Foundation
import ModelLanguage
import Testing

@testable import Inference

@Suite("CHO runs from raw counts") struct CHOTests {
  /// Log-likelihoods at the optimum, printed by Records/cho_regression.py with scipy 1.17.1.
  static let records: [(run: String, logLikelihood: Double)] = [
    ("C_rep1", -107.7062), ("C_rep2", -114.62351), ("X-B7_rep1", -96.047833),
    ("X-B7_rep2", -112.7201),
  ]

  // Catches: the counting variance dropped, a count of 0 dropped or read as a number, the
  // exchanges' loss of cells left out, a start that ends in a side valley.
  @Test("no independent fit is better", arguments: records.indices)
  func regression(_ index: Int) throws {
    let record = Self.records[index]
    let culture = try Culture(
      model: try shipped("live_dead_density"),
      run: try shippedRun("cho_fedbatch_2024nov", record.run))
    var options = FitOptions()
    options.usesPriors = false
    let fit = try Fit.run(culture, options: options)
    #expect(fit.isUsable)
    #expect(fit.logLikelihood > record.logLikelihood - 1e-3)
    // Much better would mean a different likelihood.
    #expect(fit.logLikelihood < record.logLikelihood + 0.05)
  }
}
