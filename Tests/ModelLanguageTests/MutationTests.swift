import ModelLanguage
import Quantities
import Testing

/// Hostile texts: they are refused or read, and never end the process.
@Suite struct MutationTests {
  /// 2,000 random mutations of the shipped models and of one text with every construct. Would
  /// catch a trap in the lexer, an index out of range and an overflow of a size.
  @Test func mutationsNeverTrap() throws {
    let texts = try (shippedTexts().map(\.text) + [Self.everything]).map { Array($0.utf8) }
    #expect(texts.count > 5)
    let snippets = [
      "[", "]", "(", ")", "...", "'", "\"", "for i in 1 ... 9999: ", "on ", "if ", " then ",
      "else ",
      "replace ", "include x", "Q[", "[1e999]", "-", "^", "^16", "1e308", " < ", "\u{e9}", "\r",
      "\u{2028}", "\n", "sum(", "min(", "~", ":", ",", "seed(", "64", "0", "NaN", "[cells^-6]",
    ].map { Array($0.utf8) }
    var random = SplitMix(state: 7)
    var sound = 0
    var refused = 0
    for _ in 0..<2000 {
      var bytes = texts[Int.random(in: 0..<texts.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(contentsOf: snippets.randomElement(using: &random) ?? [], at: at)
        case 3:
          let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
          bytes.insert(
            contentsOf: bytes[at..<end], at: Int.random(in: 0..<bytes.count, using: &random))
        default:
          let end = min(bytes.count - 1, at + Int.random(in: 1...40, using: &random))
          bytes.removeSubrange(at..<max(at, end))
        }
      }
      do {
        let model = try Model(
          parsing: String(decoding: bytes, as: UTF8.self), file: "mutant",
          including: { _, _ in (IncludeTests.logistic, "logistic") })
        _ = Bench(model).rates(model.states.map { _ in 1 })
        sound += 1
      } catch {
        refused += error.findings.isEmpty ? 0 : 1
      }
    }
    #expect(sound + refused == 2000)
    #expect(sound > 50 && refused > 500)
  }

  /// Would catch recursion without a bound, exponents that overflow and quadratic searches.
  @Test func giants() {
    let n = 10_000
    func rate(_ expression: String) -> String {
      "model m \"m\"\nper_cell x [1]\nx(0) = 1\nx' = \(expression)\nobserve x [1] = x ~ normal(sd: 1)"
    }
    func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    #expect(findings(rate(many("(", n) + "1" + many(")", n))).map(\.code) == ["E_MODEL_TOO_DEEP"])
    #expect(findings(rate(many("-", n) + "1")).map(\.code) == ["E_MODEL_TOO_DEEP"])
    #expect(findings(rate(many("2^", n) + "1")).map(\.code) == ["E_MODEL_TOO_DEEP"])
    #expect(findings(rate("1" + many(" + 1", n))).map(\.code) == ["E_MODEL_TOO_LONG"])
    #expect(findings(rate(many("exp(", n))).map(\.code) == ["E_MODEL_TOO_DEEP"])
    #expect(
      findings(rate(many("if 1 < 2 then 1 else ", n) + "1")).map(\.code) == ["E_MODEL_TOO_DEEP"])
    #expect(findings(many("for i in 1 ... 2: ", n)).map(\.code) == ["E_MODEL_TOO_DEEP"])
    #expect(findings(many("replace ", n)).map(\.code) == ["E_MODEL_TOO_DEEP"])
    #expect(findings(many("a", 300_000)).map(\.code) == ["E_MODEL_TOO_LARGE"])
    #expect(findings(many("\u{e9}", n)).count == 100)
    #expect(findings(many("cells\u{301} ?\n", n)).count == 100)
    let squares = (1...80).map { "let a\($0) = a\($0 - 1) * a\($0 - 1)" }.joined(separator: "\n")
    #expect(
      findings(rate("1 [1/h]") + "\nlet a0 = 2 [1/h]\n" + squares).contains {
        $0.code == "E_MODEL_DIMENSION"
      })
    let vectors = (1...5).map { "per_cell Q\($0)[64] [1]" }.joined(separator: "\n")
    #expect(findings(rate("1 [1/h]") + "\n" + vectors).contains { $0.code == "E_MODEL_TOO_LARGE" })
    let loops = "per_cell Q[64] [1]\nfor i in 1 ... 64: for j in 1 ... 65: Q[i](0) = 1"
    #expect(findings(rate("1 [1/h]") + "\n" + loops).contains { $0.code == "E_MODEL_TOO_LARGE" })
    let branches = (1...300).map { "let b\($0) = min(x, \($0))" }.joined(separator: "\n")
    #expect(findings(rate("1 [1/h]") + "\n" + branches).contains { $0.code == "E_MODEL_TOO_LARGE" })
    // A chain of choices, each reading two before it: the walk over them must not double.
    let tower = (2...60).map { "let c\($0) = if c\($0 - 1) < c\($0 - 2) then c\($0 - 1) else 1" }
    let lets =
      "per_cell z [1]\nlet c0 = time / 1 [h]\nlet c1 = 2 * c0\n" + tower.joined(separator: "\n")
    #expect(findings(rate("1 [1/h]") + "\n\(lets)\nz(0) = c60\nz' = c60 / 1 [h]").isEmpty)
    // More intermediate values than registers.
    let wide = (0..<80).map { "+ sqrt(exp(@ * \($0).5 * k))" }.joined(separator: " ")
    let large =
      "per_cell Q[64] [1]\nper_cell R[64] [1]\nper_cell S[64] [1]\nper_cell T[63] [1]\n"
      + ["Q[64]", "R[64]", "S[64]", "T[63]"].map { text in
        let name = text.prefix(1)
        let count = text.dropFirst(2).prefix(2)
        return "for k in 1 ... \(count): \(name)[k](0) = 1\n"
          + "for k in 1 ... \(count): \(name)[k]' = (\(name)[k] \(wide.replacing("@", with: "\(name)[k]"))) * 1 [1/h]"
      }.joined(separator: "\n")
    #expect(findings(rate("1 [1/h]") + "\n" + large).map(\.code) == ["E_MODEL_TOO_LARGE"])
  }

  static let everything = """
    model all "every construct"
    include logistic
    cells Q[4] [1e6 cells/mL] "lag stages"
    solute Ge [mmol/L] "glucose outside" in extracapillary of glucose
    per_cell w [1]
    param k [1/h] "rate" = 0.1 in 0.01 ... 1 log prior median 0.1 sd_ln 0.3 unverified
    param f [1] "fraction" = 0.5 in 0.1 ... 0.9 logit prior median 0.5 sd_logit 1
    let fast = if Ge < 1 [mmol/L] then k else min(k, 2 * k * f)
    Q[1](0) = seed(vcd)
    for i in 2 ... 4: Q[i](0) = 0 [1e6 cells/mL]
    Ge(0) = 20 [mmol/L]
    w(0) = 0
    Q[1]' = -fast * Q[1]
    for i in 2 ... 4: Q[i]' = k * (Q[i-1] - Q[i])
    Ge' = -0.1 [1/h] * Ge * smooth(time - 5 [h], 1 [h]) * area / (1 [cm2] + area)
    w' = 1 / (1 [h] + since(activation)) + (hill(Ge, 3 [mmol/L], 2.5) * volume / extracapillary) / 1 [h]
    on Ge < 4 [mmol/L]: w = w + 1, Ge = 20 [mmol/L]
    replace V' = mu * V * brake
    observe tcd [1e6 cells/mL] = sum(Q) + V ~ student_t(sd_ln: 0.1, df: 4)
    observe glucose [mmol/L] = Ge ~ normal(sd: 0.2 [mmol/L], relative: 0.05)
    """

  /// Would catch a mutation test that starts from a text that is never sound.
  @Test func everythingIsSound() {
    #expect(findings(Self.everything) { _, _ in (IncludeTests.logistic, "logistic") } == [])
  }
}
