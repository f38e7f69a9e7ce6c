import Lanes
import ModelLanguage
import Quantities
import Testing

/// Each construct of the language against values computed by hand.
@Suite struct ConstructTests {
  /// Would catch an index that is off by one, a vector that starts at 0, and `sum` that leaves the
  /// last element out.
  @Test func chainOfLagStages() throws {
    let model = try Model(
      parsing: """
        model chain "lag stages"
        cells Q[4] [1e6 cells/mL] "lag stages"
        cells V [1e6 cells/mL]
        param k [1/h] "passage" = 0.5 fixed
        Q[1](0) = 3 [1e6 cells/mL]
        for i in 2 ... 4: Q[i](0) = (i - 1) * 1 [1e6 cells/mL]
        V(0) = 0 [1e6 cells/mL]
        Q[1]' = -k * Q[1]
        for i in 2...4: Q[i]' = k * (Q[i-1] - Q[i])
        V' = k * Q[2*2]
        observe tcd [1e6 cells/mL] = sum(Q) + V ~ lognormal(sd_ln: 0.1)
        """, file: "chain")
    #expect(model.states.map(\.name) == ["Q[1]", "Q[2]", "Q[3]", "Q[4]", "V"])
    let bench = Bench(model)
    #expect(bench.starts() == [3, 1, 2, 3, 0])
    #expect(bench.rates([8, 4, 2, 1, 5]) == [-4, 2, 1, 0.5, 0.5])
    bench.evaluator.runObserve()
    #expect(bench.evaluator.mean(0) == 20)
  }

  /// Would catch `for` variables that are no numbers, and nested ranges that swap their variables.
  @Test func nestedLoops() throws {
    let model = try Model(
      parsing: """
        model grid "a triangle of rates"
        per_cell P[4] [1]
        for i in 1 ... 2: for j in 1 ... 2: P[2 * (i - 1) + j](0) = 10 * i + j
        for i in 1 ... 4: P[i]' = i * P[5 - i] * 1 [1/h]
        observe p [1] = P[1] ~ normal(sd: 1)
        """, file: "grid")
    let bench = Bench(model)
    #expect(bench.starts() == [11, 12, 21, 22])
    #expect(bench.rates([1, 2, 3, 4]) == [4, 6, 6, 4])
  }

  /// Would catch a guard with the wrong sign, a branch that chooses the other side, and two
  /// senses of one comparison that take two events.
  @Test func choices() throws {
    let model = try oneRate(
      "(if x < 2 then 10 else 20) + (if x > 2 then 1 else 2) + min(x, y) * 100 + max(x, y) * 1000")
    #expect(model.conditionCount == 2)
    #expect(model.guardCount == 2)
    let bench = Bench(model)
    #expect(bench.rates([1, 3])[0] == 3112)
    #expect(bench.rates([3, 1])[0] == 3121)
    bench.evaluator.runGuards()
    #expect(bench.evaluator.guardValue(0) == -1)  // 2 - x
    #expect(bench.evaluator.guardValue(1) == -2)  // y - x
    // The branch decides, not the state: the solver moves it at the crossing only.
    bench.evaluator.setState(0, 1)
    bench.evaluator.runRates()
    #expect(bench.evaluator.rate(0) == 1000 * 1 + 121)
  }

  /// Would catch guards that are evaluated before the branches that they read.
  @Test func nestedChoices() throws {
    let model = try oneRate(
      "if (if x < 1 then y else 2 * y) > 3 then 7 else if y >= 1 then 5 else 3")
    #expect(model.conditionCount == 3)
    let bench = Bench(model)
    #expect(bench.rates([0, 4])[0] == 7)
    #expect(bench.rates([0, 2])[0] == 5)
    #expect(bench.rates([2, 2])[0] == 7)
    #expect(bench.rates([2, 0.5])[0] == 3)
  }

  /// Would catch a width that multiplies, and a clash of signs.
  @Test func functions() throws {
    func value(_ text: String, _ x: Double = 2, _ y: Double = 3) throws -> Double {
      Bench(try oneRate(text)).rates([x, y])[0]
    }
    #expect(try near(value("smooth(x - 1, 0.5)"), 0.8807970779778823))  // 1/(1+e^-2)
    #expect(try near(value("smooth(x - 3, 0.5)"), 0.11920292202211755))
    #expect(try near(value("monod(x, y)"), 0.4))
    #expect(try near(value("hill(x, y, 2)"), 0.3076923076923077))
    #expect(try near(value("hill(x, 3, 1.5)"), 0.3524704450894247))
    #expect(try near(value("logistic(x)"), 0.8807970779778823))
    #expect(try near(value("exp(x) + log(y) + sqrt(x)"), 9.901881949971855))
    #expect(try near(value("pow(x, y) - x^3 + x^-2 + 2^-x^2"), 0.3125))
    #expect(try near(value("-x^2 + --y"), -1))
    #expect(try near(value("-(x - y) * -(x + y) / -y"), 1.6666666666666667))
    #expect(try near(value("6 / x / y * x"), 2))
    #expect(try near(value("min(2, 5) + max(2, 5)"), 7))
  }

  /// Would catch run constants in another order than `setConstant` reads, or in other units.
  @Test func runConstants() throws {
    let model = try Model(
      parsing: """
        model platform "platform quantities"
        cells V [1e6 cells/mL]
        solute Ge [mmol/L] "glucose outside the fibres" in extracapillary of glucose
        solute G [mmol/L]
        param F [mL/h] "exchange" = 4 fixed
        param top [1e6 cells/cm2] "areal capacity" = 20 fixed
        V(0) = seed(vcd) / 2
        G(0) = seed(glucose)
        Ge(0) = seed(glucose)
        V' = oxygen_transfer * V * (1 - V * volume / (top * area)) * (V * volume / capacity)
        G' = F * (Ge - G) / volume
        Ge' = F * (G - Ge) / extracapillary
        observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
        observe glucose [mmol/L] = G * lumen / volume ~ normal(sd: 1 [mmol/L])
        """, file: "platform")
    #expect(
      model.runConstants == [
        .seed("vcd"), .seed("glucose"), .platform("oxygen_transfer"), .platform("area"),
        .platform("capacity"), .platform("extracapillary"), .platform("lumen"),
      ])
    #expect(model.states.map(\.compartment) == [.vessel, .extracapillary, .vessel])
    #expect(model.states.map(\.substance) == ["V", "glucose", "G"])
    #expect(model.usesVolume)
    let bench = Bench(model, constants: [3, 20, 0.5, 100, 4000, 300, 120])
    #expect(bench.starts() == [1.5, 20, 20])
    let rates = bench.rates([2, 8, 4], volume: 200)
    #expect(near(rates[0], 0.08))
    #expect(near(rates[1], -0.05333333333333334))
    #expect(near(rates[2], 0.08))
    bench.evaluator.runObserve()
    #expect(near(bench.evaluator.mean(1), 2.4))
  }

  /// Would catch resets that point at another state or another guard.
  @Test func resets() throws {
    let model = try Model(
      parsing: """
        model feed "a state-triggered feed"
        solute glucose [mmol/L]
        per_cell w [1]
        per_cell q [1/h]
        glucose(0) = 20 [mmol/L]
        w(0) = 0
        q(0) = 0 [1/h]
        glucose' = -0.5 [1/h] * max(glucose, 1 [mmol/L])
        w' = q
        q' = 0 [1/h^2]
        on glucose < 4 [mmol/L]: w = w + 1, glucose = 5 * glucose
        on w > 3: q = 0.25 [1/h]
        observe glucose [mmol/L] = glucose ~ normal(sd: 1 [mmol/L])
        """, file: "feed")
    #expect(model.conditionCount == 1)
    #expect(model.guardCount == 3)
    #expect(model.resets.map(\.guard) == [1, 2])
    #expect(model.resets[0].assignments.map(\.state) == [1, 0])
    let bench = Bench(model)
    bench.set([3, 7, 0.1])
    bench.evaluator.runGuards()
    #expect(bench.evaluator.guardValue(1) == 1)
    #expect(bench.evaluator.guardValue(2) == 4)
    bench.evaluator.runResets()
    let values = model.resets.flatMap {
      $0.assignments.map { bench.evaluator.resetValue($0.value) }
    }
    #expect(values == [8, 15, 0.25])
  }

  /// Would catch added guards before the model's own, and a lost place of a faulty condition.
  @Test func addedConditions() throws {
    let model = try oneRate("if x < 2 then 1 else 3")
    let place = Place(file: "operations.csv", line: 4, column: 11)
    let added = try model.adding(conditions: [
      ConditionText("y > 4 * x", at: place), ConditionText("max(x, y) <= 9", at: place),
    ])
    #expect(added.conditionCount == 2)
    #expect(added.guardCount == 4)
    let bench = Bench(added)
    bench.set([1, 7])
    bench.evaluator.runGuards()
    #expect((0..<4).map { bench.evaluator.guardValue($0) } == [1, 6, 3, 2])
    let again = try added.adding(conditions: [ConditionText("x < 0.5", at: place)])
    #expect(again.guardCount == 5)
    do {
      _ = try model.adding(conditions: [ConditionText("yy > 4", at: place)])
      Issue.record("accepted")
    } catch {
      #expect(error.findings.map(\.code) == ["E_MODEL_UNKNOWN"])
      #expect(error.findings[0].place == place)
      #expect(error.findings[0].cause.contains("'y'"))
    }
    #expect(throws: InputRefused.self) {
      try model.adding(conditions: [ConditionText("x < 1 2", at: place)])
    }
  }

  /// Would catch an extra value in the inner loop: what depends on no state must leave it.
  @Test func slowWorkLeavesTheInnerLoop() throws {
    let model = try Model(
      parsing: ConstructTests.liveDead, file: "live_dead")
    // 1 - V*(volume/K); mu*awake*brake - kd; *V; kd*V; kd*V - kl*D.
    #expect(model.program.rates.count == 5)
    #expect(model.program.rates.allSatisfy { $0.code != .divide && $0.code != .logistic })
    let bench = Bench(model)
    let rates = bench.rates([2, 0.5], time: 60, volume: 300, origin: 24)
    let awake: Double = 1 / (1 + Double.exp(-1.5))
    let grown: Double = (0.03 * awake * 0.85 - 0.002) * 2
    #expect(near(rates[0], grown))
    #expect(near(rates[1], 0.0015))
  }

  static let liveDead = """
    model m "live and dead"
    cells V [1e6 cells/mL]
    cells D [1e6 cells/mL]
    param mu [1/h] = 0.03 fixed
    param kd [1/h] = 0.002 fixed
    param kl [1/h] = 0.005 fixed
    param K [cells] = 4e9 fixed
    param lag [h] = 30 fixed
    let awake = logistic(0.25 [1/h] * (since(activation) - lag))
    let brake = 1 - V * volume / K
    V(0) = 1 [1e6 cells/mL]
    D(0) = 0 [1e6 cells/mL]
    V' = (mu * awake * brake - kd) * V
    D' = kd * V - kl * D
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
    """
}
