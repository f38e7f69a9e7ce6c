import Bioreactor
import ModelLanguage
import RunRecords
import Testing

@testable import Inference

@Suite("Structural identifiability") struct StructuralTests {
  private static let head = """
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
    V(0) = 0.5 [1e6 cells/mL]
    cells V [1e6 cells/mL] "viable"

    """

  private func ask(
    _ text: String, operations: [RunRecords.Operation] = seeded()
  ) throws -> StructuralIdentifiability {
    let run = Run(name: "dense", observations: [], operations: operations)
    return StructuralIdentifiability(try Culture(model: try textModel(text), run: run), to: 120)
  }

  // Catches: a rank by a fixed threshold, exponents read off one point only.
  @Test("a product, a quotient, a power, a sum and a difference are named")
  func combinations() throws {
    let cases: [(String, String)] = [
      (
        """
        param a [1/h] "one" = 0.03 in 0.001 ... 1 log
        param b [1] "other" = 1 in 0.1 ... 10 log
        V' = a * b * V
        """, "a and b only as a * b"
      ),
      (
        """
        param a [1/h] "one" = 0.03 in 0.001 ... 1 log
        param b [1] "other" = 1 in 0.1 ... 10 log
        V' = a / b * V
        """, "a and b only as a / b"
      ),
      (
        """
        param a [1/h] "one" = 0.03 in 0.001 ... 1 log
        param b [1] "other" = 1 in 0.1 ... 10 log
        V' = a * b * b * V
        """, "a and b only as a * b^2"
      ),
      (
        """
        param a [1/h] "one" = 0.02 in 0.0001 ... 1 log
        param b [1/h] "other" = 0.01 in 0.0001 ... 1 log
        V' = (a + b) * V
        """, "a and b only as a + b"
      ),
      (
        """
        param a [1/h] "growth" = 0.04 in 0 ... 0.1 linear
        param b [1/h] "death" = 0.01 in 0 ... 0.1 linear
        V' = (a - b) * V
        """, "a and b only as a - b"
      ),
      (
        """
        param a [1/h] "one" = 0.03 in 0.001 ... 1 log
        param b [1] "other" = 1 in 0.1 ... 10 log
        param c [1] "third" = 1 in 0.1 ... 10 log
        V' = a * b / c * V
        """, "only as"
      ),
    ]
    for (text, expected) in cases {
      let answer = try ask(Self.head + text)
      #expect(answer.isDecided && !answer.isIdentifiable && answer.points == 4)
      let words = answer.combinations.map(\.words)
      #expect(words.contains { $0.contains(expected) }, "\(words)")
    }
  }

  // Three factors of one product: two free directions, each with a parameter of its own.
  @Test("three factors leave two free combinations")
  func three() throws {
    let answer = try ask(
      Self.head + """
        param a [1/h] "one" = 0.03 in 0.001 ... 1 log
        param b [1] "other" = 1 in 0.1 ... 10 log
        param c [1] "third" = 1 in 0.1 ... 10 log
        V' = a * b * c * V
        """)
    #expect(answer.rank == 1 && answer.combinations.count == 2)
    #expect(answer.combinations.allSatisfy { $0.form == .factors && $0.names.count == 2 })
  }

  // V = p exp(a t) + (1 - p) exp(b t) from known parts: every parameter is told, but a and b can
  // change places when p = 1/2 is fixed.
  // Catches: a local test sold as a global one.
  @Test("two exponentials are identifiable but for their order")
  func exchange() throws {
    let answer = try ask(
      """
      cells V [1e6 cells/mL] "first"
      cells W [1e6 cells/mL] "second"
      param a [1/h] "first rate" = 0.03 in 0.001 ... 0.1 log
      param b [1/h] "second rate" = 0.01 in 0.001 ... 0.1 log
      V(0) = 0.5 [1e6 cells/mL]
      W(0) = 0.5 [1e6 cells/mL]
      V' = a * V
      W' = b * W
      observe vcd [1e6 cells/mL] = V + W ~ lognormal(sd_ln: 0.1)
      """)
    #expect(answer.isIdentifiable)
    #expect(answer.exchangeable == [["a", "b"]])
  }

  // Glucose far below the half-saturation, written as Monod: told in principle, by the small bend.
  // Written as its first-order limit: only the quotient. A parameter of a state that nobody sees has
  // no influence.
  @Test("Monod's constant in the first-order limit, and a state that nobody sees")
  func monod() throws {
    let solute = """
      solute glucose [mmol/L] "glucose"
      solute waste [mmol/L] "never measured"
      param q [pmol/cell/h] "largest uptake" = 0.2 in 0.01 ... 2 log
      param k [mmol/L] "half-saturation" = 50 in 5 ... 500 log
      param y [1] "waste per glucose" = 1 in 0.1 ... 10 log
      glucose(0) = 5 [mmol/L]
      waste(0) = 0 [mmol/L]
      V' = 0.02 [1/h] * V
      observe glucose [mmol/L] = glucose ~ normal(sd: 0.2 [mmol/L])

      """
    let saturable = try ask(
      Self.head + solute + """
        glucose' = -q * monod(glucose, k) * V
        waste' = y * q * monod(glucose, k) * V
        """)
    #expect(saturable.withoutInfluence == ["y"])
    #expect(saturable.rank == 2 && saturable.combinations.isEmpty && saturable.isDecided)
    let linear = try ask(
      Self.head + solute + """
        glucose' = -q * glucose / k * V
        waste' = y * q * glucose / k * V
        """)
    #expect(linear.rank == 1)
    #expect(linear.combinations.map(\.words) == ["q and k only as q / k"])
  }

  // Logistic growth with death is logistic again, r = mu - kd and capacity K (1 - kd / mu): three
  // parameters, two of which are told. Dead cells, when they are seen, tell the third.
  @Test("death is not told from counts of the living alone")
  func death() throws {
    let text =
      Self.head + """
        cells D [1e6 cells/mL] "dead"
        param mu [1/h] "growth" = 0.04 in 0.01 ... 0.1 log
        param kd [1/h] "death" = 0.004 in 0.001 ... 0.009 log
        param K [1e6 cells/mL] "capacity" = 10 in 2 ... 50 log
        D(0) = 0 [1e6 cells/mL]
        V' = (mu * (1 - V / K) - kd) * V
        D' = kd * V

        """
    let blind = try ask(text)
    #expect(blind.rank == 2 && blind.combinations.count == 1)
    #expect(blind.combinations.first?.words == "mu, kd and K only together, in no simple form")
    let seen = try ask(text + "observe dead [1e6 cells/mL] = D ~ lognormal(sd_ln: 0.2)")
    #expect(seen.isIdentifiable && seen.words.count == 1)
  }

  // Catches: a shipped model that can never be fitted.
  @Test(
    "every shipped model is identifiable when everything it observes is measured",
    arguments: [
      "exponential", "exponential_lag", "logistic", "gompertz", "richards", "baranyi_roberts",
      "live_dead", "live_dead_density", "live_dead_car", "glucose_lactate", "quiescent_activated",
      "activation_fade", "logistic_fade", "erlang_lag", "biomaterial", "il2", "transduction",
      "car_fraction", "lineage_chain", "metabolite_sensor",
    ])
  func shippedModels(name: String) throws {
    let run = Run(
      name: "dense", observations: [], operations: seeded(0.5) + [operation(24, .transduction)])
    let culture = try Culture(model: try shipped(name), run: run)
    let answer = StructuralIdentifiability(culture, to: 240, times: 20, points: 2)
    #expect(answer.isIdentifiable, "\(answer.words)")
  }
}
