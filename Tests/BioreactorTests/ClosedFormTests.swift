import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Testing

/// Closed forms with values from mpmath at 30 to 40 digits (reference shelf, kinetics, section 6).
/// Each would catch a wrong rate, a wrong stage time or a loose controller.
@Suite struct ClosedFormTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let body: String
    let observe: [String]
    let expected: [(time: Double, values: [Double])]
    var testDescription: String { name }
  }

  static let cells = "per_cell V [1] \"\"\nV(0) = 0.5\n"
  static let cases: [Case] = [
    Case(
      name: "T1 exponential", body: cells + "V' = 0.03 [1/h] * V", observe: ["V"],
      expected: [(240, [669.71538219720891])]),
    Case(
      name: "T2 logistic", body: cells + "V' = 0.03 [1/h] * V * (1 - V / 10)", observe: ["V"],
      expected: [(96, [4.838958273791962]), (240, [9.860132731840256])]),
    Case(
      name: "T3 Gompertz", body: cells + "V' = 0.012 [1/h] * V * log(10 / V)", observe: ["V"],
      expected: [(96, [3.880334363552386]), (240, [8.452145988851046])]),
    Case(
      name: "T4 Richards", body: cells + "V' = 0.03 [1/h] * V * (1 - (V / 10)^1.7)", observe: ["V"],
      expected: [(96, [6.272220024449546]), (240, [9.9954017491178541])]),
    Case(
      name: "T5 Baranyi",
      body: cells
        + "per_cell q [1] \"\"\nq(0) = -log(exp(1.2) - 1)\nq' = 0.03 [1/h]\n"
        + "V' = 0.03 [1/h] * logistic(q) * V * (1 - V / 10)", observe: ["V"],
      expected: [
        (48, [0.93946102868848841]), (96, [2.419515732125696]), (240, [9.5509628766288533]),
      ]),
    Case(
      name: "T6 live/dead",
      body: cells + "per_cell D [1] \"\"\nD(0) = 0.05\nV' = (0.03 [1/h] - 0.004 [1/h]) * V\n"
        + "D' = 0.004 [1/h] * V - 0.01 [1/h] * D", observe: ["V", "D"],
      expected: [(240, [256.42925547141448, 28.491635508194446])]),
    Case(
      name: "T7 quiescent to activated",
      body: "per_cell Q [1] \"\"\nper_cell A [1] \"\"\nQ(0) = 1\nA(0) = 0\n"
        + "Q' = -(0.04 [1/h] + 0.01 [1/h]) * Q\nA' = 0.04 [1/h] * Q + 0.026 [1/h] * A",
      observe: ["Q", "A"], expected: [(240, [6.1442123533282098e-6, 269.92552884137716])]),
    Case(
      name: "T8 glucose",
      body: cells + "per_cell G [1] \"\"\nG(0) = 250\nV' = 0.026 [1/h] * V\n"
        + "G' = -0.01 [1/h] * V", observe: ["G"], expected: [(240, [151.56567097253289])]),
    Case(
      name: "T12 perfusion tracer",
      body: "per_cell C [1] \"\"\nC(0) = 1\nC' = 0.3 [1/h] - 0.02 [1/h] * C", observe: ["C"],
      expected: [(240, [14.88478354131372])]),
    Case(
      name: "T13 fed-batch dilution",
      body: "per_cell C [1] \"\"\nC(0) = 1\n"
        + "C' = 0.5 [mL/h] * (5 - C) / (100 [mL] + 0.5 [mL/h] * time)", observe: ["C"],
      expected: [(240, [3.1818181818181818])]),
    Case(
      name: "T14 competing exponentials",
      body: "per_cell C [1] \"\"\nper_cell U [1] \"\"\nC(0) = 0.4\nU(0) = 0.6\n"
        + "C' = 0.028 [1/h] * C\nU' = 0.032 [1/h] * U", observe: ["C / (C + U)"],
      expected: [(240, [0.20335351459826647])]),
    Case(
      name: "T16 lactate in perfusion",
      body: cells + "per_cell L [1] \"\"\nL(0) = 2\nV' = 0.026 [1/h] * V\n"
        + "L' = 0.02 [1/h] * V - 0.02 [1/h] * L", observe: ["L"],
      expected: [(240, [111.50565105839803])]),
    Case(
      name: "T17 product inhibition is logistic",
      body: "per_cell X [1] \"\"\nper_cell P [1] \"\"\nX(0) = 0.3\nP(0) = 2\n"
        + "let growth = 0.03 [1/h] * X * (1 - P / 20)\nX' = growth\nP' = 2 * growth",
      observe: ["X", "P"], expected: [(240, [8.9675257342729493, 19.335051468545899])]),
    Case(
      name: "T18 logistic with fading rate",
      body: cells + "V' = 0.03 [1/h] * exp(-0.005 [1/h] * time) * V * (1 - V / 10)",
      observe: ["V"], expected: [(240, [7.7702203417531997])]),
    Case(
      name: "T19 fading rate", body: cells + "V' = 0.03 [1/h] * exp(-0.005 [1/h] * time) * V",
      observe: ["V"], expected: [(240, [33.105106584699612])]),
    Case(
      name: "T20 logistic with death",
      body: cells + "V' = 0.03 [1/h] * V * (1 - V / 10) - 0.004 [1/h] * V", observe: ["V"],
      expected: [(240, [8.3991728322724921])]),
  ]

  @Test(arguments: cases) func closedForm(_ given: Case) throws {
    let model = try model(given.body, observe: given.observe)
    for (time, values) in given.expected {
      let got = try means(model, at: time)
      for (a, b) in zip(got, values) {
        #expect(abs(a - b) <= 1e-9 * abs(b), "\(given.name) at \(time) h: \(a), expected \(b)")
      }
    }
  }

  /// T21: three 2 % removals at any times give the same end. Would catch a removal that is missed,
  /// applied twice or depends on the order.
  @Test(arguments: [[24.0, 96, 200], [1, 2, 3], [96, 96, 96], [239.5, 239.75, 240]])
  func removals(_ times: [Double]) throws {
    let body = "cells V [1e6 cells/mL] \"\"\nV(0) = 0.5 [1e6 cells/mL]\nV' = 0.03 [1/h] * V"
    let text =
      "model t \"\"\n" + body
      + "\nobserve fold [1] = fold(V) ~ normal(sd: 1)\n"
      + "observe tvc [1e6 cells] = V * volume ~ normal(sd: 1 [1e6 cells])"
    let culture = try Culture(
      model: Model(parsing: text, file: "t"),
      run: Run(
        name: "r", observations: [],
        operations: [
          operation(0, .seed(volume: 1, viableDensity: nil, viability: nil, solutes: [:]))
        ] + times.map { operation($0, .split(discarded: 0.02)) }))
    let end = try culture.simulate(
      [], at: [Instant(time: 240, phase: .after)],
      options: .init(relativeTolerance: 1e-12, absoluteTolerance: 1e-14))[0]
    #expect(abs(end.means[1] / 630.33076000095545 - 1) < 1e-9)
    // The corrected fold expansion does not see the removals.
    #expect(abs(end.means[0] / 1339.4307643944178 - 1) < 1e-9)
  }
}
