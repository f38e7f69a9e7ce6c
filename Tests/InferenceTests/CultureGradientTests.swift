import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

@testable import Inference

@Suite("Gradient of a culture's objective") struct CultureGradientTests {
  /// The example run with everything that a likelihood can meet: raw counts, values beyond limits,
  /// a viability of 1, dead counts.
  private func run(pooled: Bool) throws -> Run {
    var run = try shippedRun("prodigy_example", "synthetic_prodigy_01")
    if pooled { run.donor = .pooled }
    for index in run.observations.indices where run.observations[index].quantity == "vcd" {
      let cells = Double(60 + 20 * index)
      run.observations[index].count = Observation.Count(
        cells: .exact(cells), exposure: cells / run.observations[index].value.number)
    }
    let place = Place(file: "made", line: 9)
    func add(_ time: Double, _ quantity: String, _ value: Observation.Reading, _ k: Double) {
      run.observations.append(
        Observation(
          time: time, quantity: quantity, value: value,
          count: k > 0 ? Observation.Count(cells: .exact(k), exposure: k / value.number) : nil,
          place: place))
    }
    add(24, "vcd", .below(1.4), 40)
    add(200, "vcd", .above(11), 0)
    add(100, "dead", .below(0.5), 1)
    add(150, "dead", .exact(0.45), 12)
    add(30, "viability", .exact(1), 0)
    add(280, "viability", .above(0.7), 0)
    add(282, "viability", .below(0.9), 0)
    return run
  }

  // Catches: the slope of the spread left out, the counting variance left out of a slope, the prior
  // counted twice or not at all, a censored lever without its sign.
  @Test("A^T b is the central difference of the objective", arguments: [false, true])
  func gradient(pooled: Bool) throws {
    let culture = try Culture(
      model: try shipped("live_dead"), run: try run(pooled: pooled),
      platform: Platform(name: "prodigy", capacity: .cells(4000)))
    var options = FitOptions()
    options.relativeTolerance = 1e-11
    options.absoluteTolerance = 1e-13
    let plan = ParameterPlan(culture, options: options)
    #expect(plan.free.count == (pooled ? 10 : 9))
    #expect(plan.free.contains { $0.name == ParameterPlan.donorSpread } == pooled)
    let problem = FitProblem(culture, plan: plan, options: options)
    var stream = RandomStream(seed: 7, name: "gradient", purpose: "points")
    var worst = 0.0
    var compared = 0
    for _ in 0..<100 {
      let p = plan.free.map { free -> Double in
        let x = free.start + 0.5 * (2 * stream.uniform() - 1)
        return min(max(x, free.bounds.lowerBound + 0.01), free.bounds.upperBound - 0.01)
      }
      let line = try #require(problem.linearise(at: p))
      let value = try #require(problem.objective(at: p))
      #expect(abs(line.objective - value) < 1e-7 * max(1, abs(value)))
      var gradient = [Double](repeating: 0, count: p.count)
      for i in 0..<line.rows.rows {
        for j in p.indices { gradient[j] += line.rows[i, j] * line.residuals[i] }
      }
      let size = gradient.reduce(0) { max($0, abs($1)) }
      for j in p.indices {
        // Fourth-order central difference.
        let h = 2e-4
        func at(_ k: Double) -> Double {
          var q = p
          q[j] += k * h
          return problem.objective(at: q) ?? .nan
        }
        let difference = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
        let error = abs(difference - gradient[j]) / max(1e-2 * size, abs(difference))
        worst = error < worst ? worst : error
        compared += 1
      }
    }
    #expect(worst < 1e-5)
    #expect(compared == 100 * plan.free.count)
  }

  // Catches: the prior counted twice, in the wrong place, or in the likelihood.
  @Test("the prior adds exactly its own normal density")
  func prior() throws {
    let culture = try Culture(model: try shipped("live_dead"), run: try run(pooled: false))
    var without = FitOptions()
    without.usesPriors = false
    let with = FitOptions()
    let a = FitProblem(
      culture, plan: ParameterPlan(culture, options: with), options: with)
    let b = FitProblem(
      culture, plan: ParameterPlan(culture, options: without), options: without)
    let p = a.plan.free.map { $0.start + 0.1 }
    // From the model text and the seed operation, not from the plan.
    let priors: [(String, center: Double, sd: Double)] = [
      ("V0", 1.303, 0.10), ("D0", 1.303 * (1 - 0.912) / 0.912, 0.5), ("mu", 0.029, 0.20),
      ("lag", 36, 0.35), ("kd", 0.0025, 0.5), ("s_count", 0.10, 0.35), ("s_dead", 0.25, 0.4),
      ("s_viability", 0.25, 0.4),
    ]
    var expected = 0.0
    for (name, center, sd) in priors {
      let j = try #require(a.plan.free.firstIndex { $0.name == name })
      let r = (p[j] - log(center)) / sd
      expected += 0.5 * r * r + log(sd * (2 * Double.pi).squareRoot())
    }
    let difference = try #require(a.objective(at: p)) - (try #require(b.objective(at: p)))
    #expect(abs(difference - expected) < 1e-9)
    #expect(a.plan.free.count == priors.count + 1)
  }

  // Catches: the counting variance 1/k dropped, the spread between donors added instead of squared.
  @Test("the noise of a count is model, counting and donors in quadrature")
  func quadrature() throws {
    let text = """
      cells V [1e6 cells/mL] "viable"
      param s [1] "sd of ln count" = 0.12 in 0.01 ... 1 log
      V(0) = 1 [1e6 cells/mL]
      V' = 0 [1/h] * V
      observe vcd [1e6 cells/mL] = V ~ student_t(sd_ln: s, df: 4)
      """
    let run = Run(
      name: "made", donor: .pooled,
      observations: [reading(24, "vcd", .exact(1.3), counted: 50)], operations: seeded())
    let culture = try Culture(model: try textModel(text), run: run)
    let options = FitOptions()
    let problem = FitProblem(
      culture, plan: ParameterPlan(culture, options: options), options: options)
    let value = try #require(problem.objective(at: [log(0.12), log(0.3)]))
    let variance = 0.12 * 0.12 + 1.0 / 50 + 0.3 * 0.3
    let z = log(1.3)
    // The density of t with 4 degrees of freedom, 3/8 (1 + r^2/4)^-2.5.
    let expected = -log(0.375) + 2.5 * log(1 + z * z / variance / 4) + 0.5 * log(variance) + z
    #expect(abs(value - expected) < 1e-9)
  }
}
