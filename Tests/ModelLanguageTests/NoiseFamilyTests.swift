import ModelLanguage
import Testing

/// The noise families of `observe`.
@Suite struct NoiseFamilyTests {
  private func model(_ noise: String) throws -> Model {
    try Model(parsing: Self.text(noise), file: "noise")
  }

  private static func text(_ noise: String) -> String {
    """
    model noise "one noise"
    cells V [1e6 cells/mL]
    V(0) = 1 [1e6 cells/mL]
    V' = 0 [1/h] * V
    observe vcd [1e6 cells/mL] = V ~ \(noise)
    """
  }

  private func noise(_ text: String, at density: Double) throws -> Double {
    let bench = Bench(try model(text))
    bench.set([density])
    bench.evaluator.runObserve()
    return bench.evaluator.noise(0)
  }

  /// Would catch a family that takes another's noise number, and a word without arguments refused.
  @Test func families() throws {
    let cases: [(String, NoiseFamily, Double)] = [
      ("lognormal(sd_ln: 0.1)", .lognormal, 0.1), ("poisson()", .poisson, 0),
      ("negative_binomial(cv: 0.2)", .negativeBinomial, 0.2),
      ("student_t(sd_ln: 0.1, df: 4)", .studentTLog(df: 4), 0.1),
    ]
    for (text, family, number) in cases {
      #expect(try model(text).observables.map(\.family) == [family])
      #expect(try noise(text, at: 3) == number)
    }
    #expect(NoiseFamily.poisson.needsCounts && NoiseFamily.negativeBinomial.needsCounts)
    #expect(
      !NoiseFamily.lognormal.needsCounts && NoiseFamily.betaBinomial(counted: 9).scale == .logit)
  }

  /// Would catch a floor in the wrong unit, added instead of squared, or not over the mean.
  @Test func floor() throws {
    let text = "lognormal(sd_ln: 0.3, floor: 2e4 [cells/mL])"
    // 0.02 over 0.05 is 0.4; 0.3 and 0.4 make 0.5.
    #expect(abs(try noise(text, at: 0.05) - 0.5) < 1e-15)
    #expect(abs(try noise(text, at: 1e6) - 0.3) < 1e-12)
  }

  /// Would catch a number of cells that is not whole or not known at load.
  @Test func fractions() throws {
    func fraction(_ arguments: String) -> String {
      """
      model noise "a fraction"
      per_cell x [1]
      param c [1] "concentration" = 40 in 1 ... 1e4 log
      x(0) = 0.5
      x' = 0 [1/h] * x
      observe viability [%] = x ~ beta_binomial(\(arguments))
      """
    }
    let whole = try Model(parsing: fraction("concentration: c, counted: 200"), file: "noise")
    #expect(whole.observables.map(\.family) == [.betaBinomial(counted: 200)])
    let open = try Model(parsing: fraction("concentration: c"), file: "noise")
    #expect(open.observables.map(\.family) == [.betaBinomial(counted: nil)])
    for wrong in ["counted: 200", "concentration: c, counted: 2.5", "concentration: c, counted: c"]
    {
      #expect(findings(fraction(wrong)).map(\.code).contains("E_MODEL_ARGUMENTS"), "\(wrong)")
    }
    for wrong in ["poisson(sd: 0.1)", "negative_binomial()", "negative_binomial(sd: 0.1)"] {
      #expect(findings(Self.text(wrong)).map(\.code) == ["E_MODEL_ARGUMENTS"], "\(wrong)")
    }
    #expect(
      findings(Self.text("lognormal(sd_ln: 0.1, floor: 0.02)")).map(\.code)
        == ["E_MODEL_DIMENSION"])
  }
}
