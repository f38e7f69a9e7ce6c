import Population
import Testing

/// A prior that a file holds is looked at before it is used.
struct PriorCheckTests {
  private func prior() -> LearnedPrior {
    LearnedPrior(
      form: 2, model: "m", origin: "made", donors: 5, runs: 6, measurements: 30, method: "exact",
      logLikelihood: -3.5,
      parameters: [
        .init(
          named: "a", scale: "log", isRelative: false, mean: 1, meanError: 0.1, spread: 0.2,
          sd: 0.4,
          widening: 1.3),
        .init(
          named: "b", scale: "logit", isRelative: false, mean: 0, meanError: 0.1, spread: 0.2,
          sd: 0.3, widening: 1.3),
        .init(
          named: "c", scale: "linear", isRelative: true, mean: 2, meanError: 0, spread: 0, sd: 0.1,
          widening: 1),
      ], correlations: [[1, 0.5, 0.2], [0.5, 1, 0], [0.2, 0, 1]],
      covariates: [
        .init(
          of: "age", on: "a",
          values: .number(transform: .none, unit: "a", centre: 40, low: 20, high: 60), effect: 0.1,
          error: 0.05, donors: 5, meanCovariances: [0.001, 0, 0],
          effectCovariances: [0.0025, 0.0004]),
        .init(
          of: "platform", on: "b", values: .word("xuri", reference: "bag"), effect: -0.2,
          error: 0.1, donors: 2, meanCovariances: [0, -0.004, 0],
          effectCovariances: [0.0004, 0.01]),
      ], widening: 1.4,
      wideningReason: "few donors", notes: [])
  }

  private func set(
    _ prior: inout LearnedPrior, unit: String = "a", centre: Double = 40, low: Double = 20,
    high: Double = 60
  ) {
    prior.covariates[0].values = .number(
      transform: .none, unit: unit, centre: centre, low: low, high: high)
  }

  @Test func aGoodPriorPasses() throws {
    let prior = prior()
    #expect(prior.fault == nil)
    #expect(try prior.validated() == prior)
  }

  /// Each field that can be wrong is named. Catches a check that is left out, and a trap on a matrix
  /// of another shape.
  @Test func faultsNameTheField() throws {
    let changes: [(String, (inout LearnedPrior) -> Void)] = [
      ("form", { $0.form = 3 }), ("covariates", { $0.form = 1 }),
      ("model", { $0.model = "" }),
      ("donors", { $0.donors = 1 }),
      ("runs", { $0.runs = 4 }),
      ("measurements", { $0.measurements = 0 }),
      ("logLikelihood", { $0.logLikelihood = .nan }),
      ("widening", { $0.widening = 0.5 }),
      ("parameters", { $0.parameters = [] }),
      ("parameters[1].name", { $0.parameters[1].name = "a" }),
      ("parameters[0].name", { $0.parameters[0].name = "" }),
      ("parameters[0].scale", { $0.parameters[0].scale = "ln" }),
      ("parameters[0].mean", { $0.parameters[0].mean = .infinity }),
      ("parameters[1].sd", { $0.parameters[1].sd = -0.1 }),
      ("parameters[1].sd", { $0.parameters[1].sd = 0 }),
      ("parameters[1].meanError", { $0.parameters[1].meanError = .nan }),
      ("parameters[2].spread", { $0.parameters[2].spread = -1 }),
      ("parameters[2].widening", { $0.parameters[2].widening = 0 }),
      ("covariates[0].effect", { $0.covariates[0].effect = .nan }),
      ("covariates[0].error", { $0.covariates[0].error = -1 }),
      (
        "covariates[1].name",
        {
          ($0.covariates[1].name, $0.covariates[1].parameter) = ("age", "a")
          $0.covariates[1].values = $0.covariates[0].values
        }
      ),
      ("covariates[0].parameter", { $0.covariates[0].parameter = "d" }),
      ("covariates[0].donors", { $0.covariates[0].donors = 6 }),
      ("covariates[0].unit", { set(&$0, unit: "stone") }),
      ("covariates[0].centre", { set(&$0, centre: 61) }),
      ("covariates[0].low", { set(&$0, low: 60) }),
      ("covariates[0].high", { set(&$0, high: .infinity) }),
      ("covariates[1].word", { $0.covariates[1].values = .word("", reference: "bag") }),
      ("covariates[1].reference", { $0.covariates[1].values = .word("bag", reference: "bag") }),
      ("covariates[0].meanCovariances", { $0.covariates[0].meanCovariances = [0] }),
      ("covariates[1].effectCovariances", { $0.covariates[1].effectCovariances[0] = 0.001 }),
      ("covariates[1].effectCovariances", { $0.covariates[1].effectCovariances[1] = 0 }),
      ("covariates[0].meanCovariances", { $0.covariates[0].meanCovariances[1] = .nan }),
      ("covariates", { $0.covariates[0].meanCovariances[0] = 0.03 }),
      ("correlations", { $0.correlations.removeLast() }),
      ("correlations[2]", { $0.correlations[2] = [0.2] }),
      ("correlations[0][1]", { $0.correlations[0][1] = 1.5 }),
      ("correlations[0][1]", { $0.correlations[0][1] = 0.4 }),
      ("correlations[1][1]", { $0.correlations[1][1] = 0.9 }),
      ("correlations[0][2]", { $0.correlations[0][2] = .nan }),
      (
        "correlations",
        { $0.correlations = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]] }
      ),
    ]
    for (field, change) in changes {
      var prior = prior()
      change(&prior)
      let fault = try #require(prior.fault, "\(field)")
      #expect(fault.hasPrefix(field + " ") || fault.hasPrefix(field + ":"), "\(field): \(fault)")
      #expect(throws: LearnedPrior.Refusal.self) { try prior.validated() }
    }
    // Perfect correlation is a distribution; only its limit of rounding is not.
    var perfect = prior()
    perfect.correlations = [[1, 1, 1], [1, 1, 1], [1, 1, 1]]
    perfect.covariates = []
    #expect(perfect.fault == nil)
  }
}
