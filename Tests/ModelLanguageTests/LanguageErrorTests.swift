import ModelLanguage
import Quantities
import Testing

/// Faults of vectors, choices, resets, compartments and run constants: each has its code at its
/// line and column. Would catch a check that was dropped.
@Suite struct LanguageErrorTests {
  static let good = """
    model m "title"
    cells Q[3] [1e6 cells/mL] "stages"
    solute G [mmol/L] "glucose" in vessel of glucose
    param k [1/h] "rate" = 0.5 fixed
    let r = if G < 1 [mmol/L] then k else 2 * k
    for i in 1 ... 3: Q[i](0) = 1 [1e6 cells/mL]
    G(0) = seed(glucose)
    Q[1]' = -r * Q[1]
    for i in 2 ... 3: Q[i]' = k * (Q[i-1] - Q[i])
    G' = -k * min(G, 4 [mmol/L])
    on G < 4 [mmol/L]: G = 20 [mmol/L], Q[1] = sum(Q)
    observe tcd [1e6 cells/mL] = sum(Q) ~ lognormal(sd_ln: 0.1)
    """

  struct Fault: Sendable, CustomTestStringConvertible {
    let find: String
    let replace: String
    let code: String
    let line: Int
    let column: Int
    let says: String
    var testDescription: String { "\(code): \(replace)" }
    init(
      _ find: String, _ replace: String, _ code: String, _ line: Int, _ column: Int,
      _ says: String = ""
    ) {
      self.find = find
      self.replace = replace
      self.code = code
      self.line = line
      self.column = column
      self.says = says
    }
  }

  static let faults: [Fault] = [
    Fault("cells Q[3] ", "cells Q[65] ", "E_MODEL_INDEX", 2, 9, "from 1 to 64"),
    Fault("cells Q[3] ", "cells Q[1.5] ", "E_MODEL_INDEX", 2, 9),
    Fault("cells Q[3] ", "cells Q", "E_MODEL_INDEX", 2, 9, "touches a name"),
    Fault("param k [1/h]", "param k[1/h]", "E_MODEL_UNIT", 4, 8, "touches a name"),
    Fault("in vessel", "in vesel", "E_MODEL_COMPARTMENT", 3, 32, "Did you mean 'vessel'"),
    Fault("\"stages\"", "\"stages\" of cells", "E_MODEL_COMPARTMENT", 2, 36),
    Fault("\"stages\"", "\"stages\" at home", "E_MODEL_EXTRA", 2, 36),
    Fault("for i in 1 ... 3", "for i in 3 ... 1", "E_MODEL_FOR", 6, 1, "empty"),
    Fault("for i in 1 ... 3: Q[i](0)", "for i in 1 ... 3: let q", "E_MODEL_FOR", 6, 1),
    Fault("for i in 1 ... 3", "for i in 1 ... k", "E_MODEL_INDEX", 6, 16),
    Fault("for i in 1 ... 3", "for k in 1 ... 3", "E_MODEL_NAME_TWICE", 6, 1),
    Fault("for i in 1 ... 3", "for i in 1 ... 4", "E_MODEL_INDEX", 6, 21, "Q[4]"),
    Fault("for i in 1 ... 3", "for i in 1 ... 2", "E_MODEL_MISSING", 2, 1, "Q[3]"),
    Fault("Q[i-1] -", "Q[i-2] -", "E_MODEL_INDEX", 9, 35, "Q[0] is outside Q[1] ... Q[3]"),
    Fault("Q[1]' =", "Q[3]' =", "E_MODEL_TWICE", 9, 19, "Q[3]"),
    Fault("-r * Q[1]", "-r * Q", "E_MODEL_INDEX", 8, 14, "vector of 3"),
    Fault("Q[1]' =", "Q' =", "E_MODEL_INDEX", 8, 1),
    Fault("G(0) =", "G[1](0) =", "E_MODEL_INDEX", 7, 3),
    Fault("G < 1 [mmol/L]", "G < 1", "E_MODEL_DIMENSION", 5, 14, "'G' (amount/volume)"),
    Fault("G < 1 [mmol/L]", "G", "E_MODEL_CONDITION", 5, 14, "'then'"),
    Fault("G < 1 [mmol/L]", "G < 1 < 2", "E_MODEL_SYNTAX", 5, 18, "'then'"),
    Fault("then k else 2 * k", "then k else 2", "E_MODEL_DIMENSION", 5, 9, "the number 2"),
    Fault("then k else 2 * k", "then k", "E_MODEL_SYNTAX", 5, 33, "'else'"),
    Fault("min(G, 4 [mmol/L])", "min(G, 4)", "E_MODEL_DIMENSION", 10, 11),
    Fault("min(G, 4 [mmol/L])", "min(G)", "E_MODEL_ARGUMENTS", 10, 11),
    Fault("sum(Q) ~", "sum(G) ~", "E_MODEL_ARGUMENTS", 12, 34),
    Fault("sum(Q) ~", "sum(2 * Q) ~", "E_MODEL_ARGUMENTS", 12, 30),
    Fault("seed(glucose)", "seed(glucos)", "E_MODEL_SEED", 7, 13, "Did you mean 'glucose'"),
    Fault("seed(glucose)", "seed", "E_MODEL_ARGUMENTS", 7, 8),
    Fault("seed(glucose)", "G / 2", "E_MODEL_START", 7, 10, "reads a state"),
    Fault("seed(glucose)", "min(G, 1 [mmol/L])", "E_MODEL_START", 7, 8),
    Fault("seed(glucose)", "seed(vcd)", "E_MODEL_DIMENSION", 7, 8),
    Fault("G = 20 [mmol/L],", "G = 20,", "E_MODEL_DIMENSION", 11, 24, "no dimension"),
    Fault("G = 20 [mmol/L],", "g = 20 [mmol/L],", "E_MODEL_UNKNOWN_STATE", 11, 20, "'G'"),
    Fault("G = 20 [mmol/L],", "Q[1] = sum(Q),", "E_MODEL_TWICE", 11, 35),
    Fault("on G < 4 [mmol/L]:", "on G < area:", "E_MODEL_DIMENSION", 11, 6, "'area' (area)"),
    Fault("param k", "param area", "E_MODEL_RESERVED", 4, 1),
    Fault("let r", "let then", "E_MODEL_RESERVED", 5, 1),
    Fault("-r * Q[1]", "-r * Q[1", "E_MODEL_SYNTAX", 8, 17, "']'"),
    Fault("-r * Q[1]", "-r * Q[1]]", "E_MODEL_CHARACTER", 8, 18),
    Fault("let r =", "let r = r *", "E_MODEL_ORDER", 5, 9),
    // Columns count characters: a tab is one, and so is a letter of several bytes.
    Fault("-r * Q[1]", "\t-rr * Q[1]", "E_MODEL_UNKNOWN", 8, 11, "'rr'"),
    Fault("\"stages\"", "\"\u{e9}\u{1F9EB}\u{65}\u{301}\" zz", "E_MODEL_EXTRA", 2, 33, "'zz'"),
    Fault("-r * Q[1]", "-r * Q[1] \u{b5}", "E_MODEL_CHARACTER", 8, 19, "\u{b5}"),
  ]

  @Test(arguments: faults) func fault(_ fault: Fault) {
    let found = findings(Self.good.replacingFirst(fault.find, with: fault.replace))
    let match = found.first {
      $0.code == fault.code && $0.place.line == fault.line && $0.place.column == fault.column
    }
    #expect(match != nil, "\(found)")
    #expect(fault.says.isEmpty || match?.cause.contains(fault.says) == true, "\(found)")
    #expect(match?.remedy.isEmpty == false)
  }

  @Test func goodIsSound() { #expect(findings(Self.good) == []) }

  /// Line ends of every kind count as one. Would catch CR LF that counts twice.
  @Test(arguments: ["\n", "\r\n", "\r", "\u{2028}"]) func lineEnds(_ end: String) {
    let text = Self.good.replacingFirst("-r * Q", with: "-rr * Q").split(
      separator: "\n", omittingEmptySubsequences: false
    ).joined(separator: end)
    #expect(findings(text).map(\.place) == [Place(file: "m.thymus", line: 8, column: 10)])
  }

  /// A writer of an IL-2 term is corrected twice: a misspelt name, then a clash of units that
  /// names both sides. Would catch messages that lose a side or the suggestion.
  @Test func interleukin() {
    func text(_ term: String) -> String {
      """
      model il2 "growth on IL-2"
      cells V [1e6 cells/mL] "viable cells"
      solute il2 [IU/mL] "interleukin 2"
      param mu_max [1/h] "growth rate" = 0.03 fixed
      param half [IU/mL] "IL-2 at half rate" = 10 fixed
      param uptake [mL/h] "uptake of IL-2 by 1e6 cells" = 0.003 fixed
      V(0) = seed(vcd)
      il2(0) = seed(il2)
      V' = \(term) * V
      il2' = -uptake * il2
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
      """
    }
    let first = findings(text("mumax * monod(il2, half)"))
    #expect(first[0].place == Place(file: "m.thymus", line: 9, column: 6))
    #expect(first[0].cause == "Unknown name 'mumax'. Did you mean 'mu_max'?")
    let second = findings(text("mu_max * il2 / (half + V)"))
    #expect(second[0].place == Place(file: "m.thymus", line: 9, column: 27))
    #expect(
      second[0].cause == "'+' joins 'half' (activity/volume) and 'V' (cells/volume).")
    #expect(second.map(\.code) == ["E_MODEL_DIMENSION", "E_MODEL_DIMENSION"])
    let third = findings(text("mu_max * monod(il2, half)"))
    #expect(third.map(\.place.line) == [10])
  }
}

extension String {
  func replacingFirst(_ find: String, with text: String) -> String {
    guard let range = firstRange(of: find) else { return self }
    return replacingCharacters(in: range, with: text)
  }

  private func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
