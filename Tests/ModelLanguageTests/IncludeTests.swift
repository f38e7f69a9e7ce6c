import ModelLanguage
import Quantities
import Testing

/// `include` and `replace`.
@Suite struct IncludeTests {
  static let logistic = """
    model logistic "logistic growth"
    source "Verhulst"
    cells V [1e6 cells/mL] "viable"
    param V0 [1e6 cells/mL] = 0.5 fixed
    param mu [1/h] = 0.03 in 0.01 ... 0.1 log
    param K [1e6 cells/mL] = 10 in 1 ... 100 log
    let brake = 1 - V / K
    V(0) = V0
    V' = mu * V * brake
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
    """

  private func resolve(_ name: String, _ from: String) -> (text: String, file: String)? {
    let texts = [
      "logistic": Self.logistic, "loop_a": "include loop_b", "loop_b": "include loop_a",
      "deep": "include deeper\nreplace V' = 0.5 [1/h] * V", "deeper": Self.logistic,
      "faulty": Self.logistic + "\nlet bad = muu", "unreadable": "cells V 3",
      "stages": """
      model stages "stages"
      cells Q[3] [1e6 cells/mL]
      for i in 1 ... 3: Q[i](0) = 1 [1e6 cells/mL]
      for i in 1 ... 3: Q[i]' = 1 [1/h] * Q[i]
      observe tcd [1e6 cells/mL] = sum(Q) ~ lognormal(sd_ln: 0.1)
      """,
    ]
    return texts[name].map { ($0, "models/\(name).thymus") }
  }

  private func model(_ text: String) throws -> Model {
    try Model(parsing: text, file: "main.thymus", including: resolve)
  }

  /// Would catch an include that loses a state, keeps the other model's name or its `when`.
  @Test func carriesEverything() throws {
    let model = try model(
      """
      model car "CAR+ on top of logistic growth"
      include logistic
      cells C [1e6 cells/mL] "CAR+ cells"
      param d [1/h] "advantage" = 0.001 fixed
      C(0) = 0.3 * V0
      C' = (mu * brake + d) * C
      observe car [%] = C / V ~ logit_normal(sd: 0.2)
      """)
    #expect(model.name == "car")
    #expect(model.sources == ["Verhulst"])
    #expect(model.states.map(\.name) == ["V", "C"])
    #expect(model.parameters.map(\.name) == ["V0", "mu", "K", "d"])
    #expect(model.observables.map(\.name) == ["vcd", "car"])
    #expect(model.parts.map(\.file) == ["main.thymus", "models/logistic.thymus"])
    let rates = Bench(model).rates([5, 2])
    #expect(near(rates[0], 0.075))
    #expect(near(rates[1], 0.032))
  }

  /// Would catch a replacement that is added beside the original, one that cannot read names of
  /// its own text, and a parameter that stays although nothing reads it.
  @Test func replaces() throws {
    let model = try model(
      """
      model fade "other brake, other rate"
      include logistic
      param b [1/h] = 0.5 fixed
      replace let brake = exp(-b * time) * shape
      let shape = V / (V + V0)
      replace param mu [1/h] "faster" = 0.06 fixed
      replace observe vcd [1e6 cells/mL] = 2 * V ~ normal(sd: 1 [1e6 cells/mL])
      """)
    #expect(model.parameters.map(\.name) == ["V0", "mu", "b"])
    #expect(model.parameters[1].value == 0.06)
    #expect(model.observables.map(\.family) == [.normal])
    let bench = Bench(model)
    #expect(near(bench.rates([1.5], time: 2)[0], 0.0675 * Double.exp(-1)))
    bench.evaluator.runObserve()
    #expect(bench.evaluator.mean(0) == 3)
  }

  /// Would catch a replaced rate that is still checked or that wins over the outer one.
  @Test func replacesEquations() throws {
    let rate = try model("model m \"m\"\ninclude deep\nreplace V' = 0.25 [1/h] * V")
    #expect(Bench(rate).rates([4]) == [1])
    let inner = try model("model m \"m\"\ninclude deep")
    #expect(Bench(inner).rates([4]) == [2])
    #expect(inner.parameters.map(\.name) == ["V0"])
    let one = try model("model m \"m\"\ninclude stages\nreplace Q[2]' = 0 [1e6 cells/mL/h]")
    #expect(Bench(one).rates([1, 2, 3]) == [1, 0, 3])
    let all = try model(
      "model m \"m\"\ninclude stages\nreplace for i in 2 ... 3: Q[i]' = 2 [1/h] * Q[i]")
    #expect(Bench(all).rates([1, 2, 3]) == [1, 4, 6])
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let lines: String
    let code: String
    let place: Place
    var testDescription: String { lines }
    init(_ lines: String, _ code: String, _ line: Int, _ column: Int, _ file: String = "m.thymus") {
      self.lines = lines
      self.code = code
      place = Place(file: file, line: line, column: column)
    }
  }

  static let faults: [Fault] = [
    Fault("include logistik", "E_MODEL_INCLUDE", 2, 1),
    Fault("include loop_a", "E_MODEL_INCLUDE", 1, 1, "models/loop_b.thymus"),
    Fault("include faulty", "E_MODEL_UNKNOWN", 11, 11, "models/faulty.thymus"),
    Fault("include unreadable", "E_MODEL_UNIT", 1, 9, "models/unreadable.thymus"),
    Fault("include logistic\nlet brake = 1", "E_MODEL_NAME_TWICE", 3, 1),
    Fault("include logistic\nV' = mu * V", "E_MODEL_TWICE", 3, 1),
    Fault("include logistic\nreplace W' = mu * V", "E_MODEL_UNKNOWN_STATE", 3, 9),
    Fault("include logistic\nreplace let brakes = 1", "E_MODEL_REPLACE", 3, 1),
    Fault("include logistic\nlet a = mu\nreplace let a = 2 * mu", "E_MODEL_REPLACE", 4, 1),
    Fault(
      "include logistic\ncells W [cells/mL]\nW(0) = V0\nreplace W' = mu * W", "E_MODEL_REPLACE", 5,
      1),
    Fault("include logistic\nreplace cells V [cells/mL]", "E_MODEL_REPLACE", 3, 1),
    Fault("include logistic\nreplace V' = mu", "E_MODEL_DIMENSION", 3, 14),
    Fault("include logistic\nreplace let brake = 2 * brake", "E_MODEL_ORDER", 3, 25),
  ]

  @Test(arguments: faults) func fault(_ fault: Fault) {
    let found = findings("model m \"m\"\n" + fault.lines, including: resolve)
    #expect(
      found.contains { $0.code == fault.code && $0.place == fault.place }, "\(found)")
  }

  /// Would catch an endless chain of includes, and an include without anyone to ask.
  @Test func limits() {
    // Would catch a cycle that is only found by its depth.
    let cycle = findings("include loop_a", including: resolve)
    #expect(cycle.first?.cause == "'loop_a' includes itself: loop_a > loop_b > loop_a.")
    let chain = findings("include a0") { name, _ in
      ("include \(name)x", name)
    }
    #expect(chain.map(\.code) == ["E_MODEL_INCLUDE"])
    let wide = findings("include a\n") { name, _ in
      (String(repeating: "include \(name)x\ninclude \(name)y\n", count: 2), name)
    }
    #expect(wide.allSatisfy { $0.code == "E_MODEL_INCLUDE" } && !wide.isEmpty)
    #expect(findings("include a").map(\.code) == ["E_MODEL_INCLUDE"])
  }
}
