import Lanes
import Testing

@testable import ModelLanguage

/// Catches a fused step with its operands in the wrong order, and one that takes in a node that
/// something else still reads.
@Suite struct FusionTests {
  /// The programs of a model whose one rate is an expression in p, q, r and the state x.
  private func rate(_ expression: String) throws -> (value: Double, codes: [Instruction.Code]) {
    let model = try Model(
      parsing: """
        model m "m"
        per_cell x [1] "x"
        per_cell y [1] "y"
        per_cell z [1] "z"
        param k [1/h] "unit of rate" = 1 fixed
        x(0) = 0
        y(0) = 0
        z(0) = 0
        x' = k * (\(expression))
        y' = 0 [1/h]
        z' = 0 [1/h]
        observe a [1] = x + y + z ~ normal(sd: 1)
        """, file: "m")
    let evaluator = Evaluator<Double>(model.program)
    evaluator.setParameters([1])
    evaluator.settle()
    evaluator.runTimed()
    for (index, value) in [0.7, 1.3, -0.4].enumerated() { evaluator.setState(index, value) }
    evaluator.runRates()
    return (evaluator.rate(0), model.program.rates.map(\.code))
  }

  /// Expressions in x, y, z with their values from Swift's own arithmetic.
  private static let cases: [(String, Double)] = {
    let (x, y, z) = (0.7, 1.3, -0.4)
    var cases: [(String, Double)] = [("x * y + z", x * y + z), ("z + x * y", z + x * y)]
    cases.append(("x * y - z", x * y - z))
    cases.append(("z - x * y", z - x * y))
    cases.append(("x * y * z", x * y * z))
    cases.append(("(x + y) * z", (x + y) * z))
    cases.append(("(x - y) * z", (x - y) * z))
    cases.append(("z / (x + y)", z / (x + y)))
    cases.append(("(x + y) / z", (x + y) / z))
    cases.append(("x + y + z", x + y + z))
    cases.append(("exp(x * z)", Double.exp(x * z)))
    // What is read twice must stay a step of its own.
    cases.append(("x * y + exp(x * y)", x * y + Double.exp(x * y)))
    cases.append(("(x + y) * z + (x + y)", (x + y) * z + (x + y)))
    return cases
  }()

  @Test func aFusedStepHasTheValueOfItsTwo() throws {
    for (text, expected) in Self.cases {
      let value = try rate(text).value
      #expect(abs(value - expected) <= 2 * expected.ulp, "\(text): \(value), not \(expected)")
    }
  }

  @Test func theReferenceLawsAreShort() throws {
    // x / (y + x) with one fused division, (x - y) * z in one step.
    #expect(try rate("x / (y + x)").codes.filter { $0 == .divideBySum }.count == 1)
    #expect(try rate("(x - y) * z").codes.contains(.subtractMultiply))
  }
}
