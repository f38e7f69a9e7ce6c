import Bioreactor
import Integration
import ModelLanguage
import Quantities
import RunRecords
import Testing

/// How accurate interpolated values and slopes are, and how much work they take.
@Suite struct AccuracyTests {
  /// Every shipped model through a full schedule at the default tolerances against the same at
  /// 1e-12, values and slopes. Catches: dense output that is worse than the steps, a restart with a
  /// step too long for its jump.
  @Test func defaultTolerances() throws {
    var worst = (error: 0.0, what: "")
    for model in try shippedModels() {
      let culture = try Culture(
        model: model, run: SensitivityTests.run(), platform: everyVessel())
      let free = model.parameters.indices.filter { !model.parameters[$0].isFixed }
      let values = model.parameters.map(\.value)
      let slopes = free.map { values[$0] }
      let tight = StepOptions(relativeTolerance: 1e-12, absoluteTolerance: 1e-14)
      let exact = try #require(
        Predictor(culture, options: tight).predict(values, seeds: free, slopes: slopes))
      let usual = try #require(Predictor(culture).predict(values, seeds: free, slopes: slopes))
      let plain = try #require(Predictor(culture).predict(values))
      for k in exact.means.indices {
        let scale = max(abs(exact.means[k]), 1e-3)
        for error in [usual.means[k] - exact.means[k], plain.means[k] - exact.means[k]]
        where !(abs(error) / scale <= worst.error) {
          worst = (abs(error) / scale, "\(model.name) mean \(k)")
        }
        for j in free.indices {
          let at = k * free.count + j
          let error = abs(usual.meanSlopes[at] - exact.meanSlopes[at])
          let size = max(abs(exact.meanSlopes[at]), scale)
          if !(error / size <= worst.error) {
            worst = (error / size, "\(model.name) slope \(k) to \(j)")
          }
        }
      }
    }
    #expect(worst.error < 2e-7, "\(worst)")
  }

  /// The same culture by explicit, implicit and automatic steps. Catches: a Jacobian that forgets
  /// the flows, the volume or a branch.
  @Test func methodsAgree() throws {
    let text = FlowTests.growth.replacing(
      "glucose' = 0 [mmol/L/h]",
      with: "glucose' = if glucose < 3 [mmol/L] then -0.01 [1/h] * glucose else -q * V")
    let medium = ["glucose": 12.0, "lactate": 0]
    let flow = Flow(inflow: 6, permeate: 3, bleed: 0.5, retention: 0.8, solutes: medium)
    let run = Run(
      name: "r", observations: [],
      operations: [
        operation(0, .seed(volume: 100, viableDensity: 1, viability: nil, solutes: [:])),
        operation(20, .flow(flow)), operation(40, .feed(volume: 10, solutes: medium)),
      ])
    var culture = try Culture(model: Model(parsing: text, file: "t"), run: run)
    let options = StepOptions(relativeTolerance: 1e-10, absoluteTolerance: 1e-12)
    let instants = [10.0, 30, 45, 90].map { Instant(time: $0) }
    let methods: [Integration.Method?] = [
      nil, .explicit(try .tsitouras54()), .explicit(try .dormandPrince853()),
      .rosenbrock(try .rodas5P()),
    ]
    let results = try methods.map { method in
      culture.method = method
      return try culture.simulate([0.03, 0.1], at: instants, options: options).flatMap(\.means)
    }
    for result in results.dropFirst() {
      let worst = zip(result, results[0]).map { abs($0 - $1) / max(abs($1), 1) }.max() ?? 1
      #expect(worst < 1e-7)
    }
  }
}
