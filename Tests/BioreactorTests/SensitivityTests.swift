import Bioreactor
import Integration
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

/// Exact sensitivities of every shipped model against sixth-order central differences, with
/// operations before, at and after samples. Would catch a dropped chain-rule term anywhere between
/// the text and the integrator, or a jump that does not act on the derivatives.
@Suite struct SensitivityTests {
  static let pointsPerModel = 1000

  static func run() -> Run {
    let times: [(Double, Observation.Phase)] = [
      (10, .before), (24, .before), (24, .after), (47, .before), (48, .after), (71.5, .before),
      (72, .before), (72, .after), (100, .before), (120, .before), (150, .after), (170, .before),
    ]
    let quantities = ["vcd", "dead", "viability", "fold", "glucose", "lactate"]
    var line = 0
    let observations = times.flatMap { time, phase in
      quantities.map { quantity in
        line += 1
        return Observation(
          time: time, quantity: quantity, value: .exact(0.5), phase: phase,
          place: Place(file: "t", line: line))
      }
    }
    let medium = ["glucose": 20.0, "lactate": 0.5, "il2": 100]
    return Run(
      name: "schedule", observations: observations,
      operations: [
        operation(0, .seed(volume: 70, viableDensity: 1, viability: 0.9, solutes: medium)),
        operation(0, .activation), operation(24, .transduction),
        operation(47.9, .wash(recovery: 0.85, volume: 100, solutes: medium)),
        operation(48, .sample(volume: 3)), operation(72, .feed(volume: 100, solutes: medium)),
        operation(72, .exchange(fraction: 0.5, retention: 0.95, solutes: medium)),
        operation(120.1, .split(discarded: 0.3)), operation(150, .debead(recovery: 0.9)),
      ])
  }

  @Test func everyShippedModel() throws {
    var worst = (error: 0.0, what: "")
    for model in try shippedModels() {
      let culture = try Culture(model: model, run: Self.run(), platform: everyVessel())
      let fine = StepOptions(relativeTolerance: 1e-12, absoluteTolerance: 1e-13)
      let dual = Predictor(culture, options: fine)
      let free = model.parameters.indices.filter { !model.parameters[$0].isFixed }
      for index in 0..<Self.pointsPerModel {
        var stream = RandomStream(
          seed: 7, name: model.name, purpose: "gradient", index: UInt64(index))
        var values = model.parameters.map(\.value)
        var direction = [Double](repeating: 0, count: free.count)
        for (j, k) in free.enumerated() {
          let p = model.parameters[k]
          // Random points in the half of the range about the nominal value, random directions.
          let x = p.scale.toEstimation(p.value)
          let low = p.scale.toEstimation(p.bounds.lowerBound)
          let high = p.scale.toEstimation(p.bounds.upperBound)
          let shifted = x + (stream.uniform() - 0.5) * min(2, 0.5 * (high - low))
          values[k] = p.scale.toNatural(min(max(shifted, low), high))
          direction[j] = stream.uniform() - 0.5
        }
        let slopes = free.map { model.parameters[$0].scale.slope(atNatural: values[$0]) }
        guard let exact = dual.predict(values, seeds: free, slopes: slopes) else {
          worst = (.infinity, "\(model.name) point \(index) failed")
          continue
        }
        func shifted(_ h: Double) -> Prediction? {
          var moved = values
          for (j, k) in free.enumerated() {
            let scale = model.parameters[k].scale
            moved[k] = scale.toNatural(scale.toEstimation(values[k]) + h * direction[j])
          }
          return dual.predict(moved)
        }
        // Where the solution bends sharply (glucose running out) the difference's own error is
        // large; it must vanish with the step, as a wrong derivative would not.
        var closest = (error: Double.infinity, what: "\(model.name) point \(index) failed nearby")
        for h in [2e-3, 7e-4, 2.5e-4, 1e-4, 4e-5] where closest.error > 1e-6 {
          let near = [-3.0, -2, -1, 1, 2, 3].compactMap { shifted($0 * h)?.means }
          guard near.count == 6 else { continue }
          var largest = (error: 0.0, what: "")
          for k in exact.means.indices {
            let slope = free.indices.reduce(0.0) {
              $0 + exact.meanSlopes[k * free.count + $1] * direction[$1]
            }
            let weights = [-1.0, 9, -45, 45, -9, 1]
            let difference = zip(weights, near).reduce(0) { $0 + $1.0 * $1.1[k] } / (60 * h)
            // Relative to the slope, or to the mean where the slope passes through zero.
            let scale = max(abs(difference), 0.01 * abs(exact.means[k]), 1e-5)
            let error = abs(slope - difference) / scale
            if !(error <= largest.error) {
              largest = (error, "\(model.name) point \(index) target \(k) h \(h)")
            }
          }
          if largest.error < closest.error { closest = largest }
        }
        if !(closest.error <= worst.error) { worst = closest }
      }
    }
    #expect(worst.error <= 1e-6, "\(worst)")
  }
}
