import Bioreactor
import Integration
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
      name: "T5b Huang",
      body: cells
        + "V' = 0.03 [1/h] * logistic(0.25 [1/h] * (time - 36 [h])) * V * (1 - V / 10)",
      observe: ["V"], expected: [(96, [2.41503585718026])]),
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
      name: "T7b Erlang lag",
      body: "per_cell Q[4] [1] \"\"\nper_cell A [1] \"\"\nQ[1](0) = 1\n"
        + "for i in 2 ... 4: Q[i](0) = 0\nA(0) = 0\nQ[1]' = -0.1 [1/h] * Q[1]\n"
        + "for i in 2 ... 4: Q[i]' = 0.1 [1/h] * (Q[i-1] - Q[i])\n"
        + "A' = 0.1 [1/h] * Q[4] + 0.026 [1/h] * A",
      observe: ["A"], expected: [(240, [203.47702836247647])]),
    Case(
      name: "T8 glucose",
      body: cells + "per_cell G [1] \"\"\nG(0) = 250\nV' = 0.026 [1/h] * V\n"
        + "G' = -0.01 [1/h] * V", observe: ["G"], expected: [(240, [151.56567097253289])]),
    Case(
      name: "T9 Monod",
      body: "per_cell X [1] \"\"\nper_cell S [1] \"\"\nX(0) = 0.3\nS(0) = 15\n"
        + "let growth = 0.03 [1/h] * monod(S, 0.5) * X\nX' = growth\nS' = -growth / 0.6",
      observe: ["X", "S"],
      expected: [
        (96.146221819605317, [4.8, 7.5]), (117.13239722430169, [8.4, 1.5]),
        (122.77588723975155, [9.21, 0.15]), (125.55307858764054, [9.291, 0.015]),
      ]),
    Case(
      name: "T10 Michaelis-Menten",
      body: "per_cell S [1] \"\"\nS(0) = 15\nS' = -0.1 [1/h] * monod(S, 0.5)",
      observe: ["S"],
      expected: [(120, [3.6998755135079448]), (160, [0.60515797238143633])]),
    Case(
      name: "T11 interleukin",
      body: cells + "per_cell I [1] \"\"\nI(0) = 100\nV' = 0.026 [1/h] * V\n"
        + "I' = -(0.01 [1/h] + 0.002 [1/h] * V) * I",
      observe: ["I"], expected: [(240, [2.5573846736809766e-8])]),
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
    Case(
      name: "D1 differentiation chain",
      body: "per_cell X[4] [1] \"\"\nX[1](0) = 1\nfor i in 2 ... 4: X[i](0) = 0\n"
        + "X[1]' = 0.016 [1/h] * X[1]\nX[2]' = 0.022 [1/h] * X[2] + 0.012 [1/h] * X[1]\n"
        + "X[3]' = 0.020 [1/h] * X[3] + 0.008 [1/h] * X[2]\n"
        + "X[4]' = 0.010 [1/h] * X[4] + 0.006 [1/h] * X[3]",
      observe: ["X[1] + X[2]", "X[3]", "X[4]"],
      expected: [
        (240, [46.5254744397892 + 299.688801824018, 298.935890348725, 87.8878519269458])
      ]),
  ]

  /// Every method, by name; nil is the choice by tolerance and stiffness.
  static func methods() throws -> [(String, Integration.Method?)] {
    let (order5, order8) = (
      try ButcherTableau.tsitouras54(), try ButcherTableau.dormandPrince853()
    )
    let implicit = try RosenbrockTableau.rodas5P()
    return [
      ("explicit 5", .explicit(order5)), ("explicit 8", .explicit(order8)),
      ("Rosenbrock", .rosenbrock(implicit)), ("automatic 5", .automatic(order5, implicit)),
      ("automatic 8", .automatic(order8, implicit)), ("the default", nil),
    ]
  }

  /// Relative error at most 1e-9 with a relative tolerance of 1e-10, with every method.
  @Test(arguments: cases) func closedForm(_ given: Case) throws {
    let model = try model(given.body, observe: given.observe)
    let run = Run(name: "closed", observations: [], operations: [])
    var culture = try Culture(model: model, run: run)
    let instants = given.expected.map { Instant(time: $0.time) }
    for (name, method) in try Self.methods() {
      culture.method = method
      let snapshots = try culture.simulate(
        [], at: instants, options: .init(relativeTolerance: 1e-10, absoluteTolerance: 1e-22))
      for (snapshot, (time, values)) in zip(snapshots, given.expected) {
        for (a, b) in zip(snapshot.means, values) {
          #expect(
            abs(a - b) <= 1e-9 * abs(b),
            "\(given.name) with \(name) at \(time) h: \(a), expected \(b), off by \(a / b - 1)")
        }
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
