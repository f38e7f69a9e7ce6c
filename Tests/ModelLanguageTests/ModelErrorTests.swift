import ModelLanguage
import Quantities
import Testing

/// Faults in a model text: each gets its code at its line and column. Would catch a check that was
/// dropped, and a default where there must be none.
@Suite struct ModelErrorTests {
  static let good = """
    model m "title"
    cells V [1e6 cells/mL] "viable"
    param V0 [1e6 cells/mL] "start" = 0.5 in 0.1 ... 1 log prior seed(vcd) sd_ln 0.1
    param mu [1/h] "rate" = 0.03 in 0.01 ... 0.07 log prior median 0.03 sd_ln 0.2
    let fast = 2 * mu
    V(0) = V0
    V' = fast * V
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
    """

  struct Fault: Sendable, CustomTestStringConvertible {
    let find: String
    let replace: String
    let code: String
    let line: Int
    let column: Int
    var says = ""
    var testDescription: String { "\(code): \(replace)" }
  }

  static let faults: [Fault] = [
    Fault(
      find: "fast * V", replace: "fats * V", code: "E_MODEL_UNKNOWN", line: 7, column: 6,
      says: "fast"),
    Fault(find: "fast * V", replace: "fast + V", code: "E_MODEL_DIMENSION", line: 7, column: 11),
    Fault(
      find: "fast * V", replace: "fast * V * V", code: "E_MODEL_DIMENSION", line: 7, column: 15),
    Fault(find: "[1/h]", replace: "[1/hr]", code: "E_MODEL_UNIT", line: 4, column: 10, says: "h"),
    Fault(
      find: "cells V [1e6 cells/mL]", replace: "cells V [mmol/L]", code: "E_MODEL_STATE_UNIT",
      line: 2, column: 9),
    Fault(
      find: "prior median", replace: "prior medain", code: "E_MODEL_PRIOR", line: 4, column: 57,
      says: "median"),
    Fault(
      find: "log prior median", replace: "lgo prior median", code: "E_MODEL_KEYWORD", line: 4,
      column: 47, says: "log"),
    Fault(
      find: "~ lognormal", replace: "~ lognorml", code: "E_MODEL_FAMILY", line: 8, column: 34,
      says: "lognormal"),
    Fault(find: "sd_ln: 0.1)", replace: "sd: 0.1)", code: "E_MODEL_ARGUMENTS", line: 8, column: 44),
    Fault(
      find: "let fast = 2 * mu", replace: "let fast = 2 * mu + exp(mu)", code: "E_MODEL_DIMENSION",
      line: 5, column: 21),
    Fault(find: "V(0) = V0", replace: "V(1) = V0", code: "E_MODEL_START", line: 6, column: 4),
    Fault(find: "V(0) = V0\n", replace: "", code: "E_MODEL_MISSING", line: 2, column: 1),
    Fault(find: "V' = fast * V\n", replace: "", code: "E_MODEL_MISSING", line: 2, column: 1),
    Fault(
      find: "cells V", replace: "cell V", code: "E_MODEL_STATEMENT", line: 2, column: 1,
      says: "cells"),
    Fault(
      find: "in 0.01 ... 0.07", replace: "in 0.07 ... 0.01", code: "E_MODEL_BOUNDS", line: 4,
      column: 1),
    Fault(find: "in 0.01 ... 0.07 ", replace: "", code: "E_MODEL_BOUNDS", line: 4, column: 1),
    Fault(find: "0.07 log prior", replace: "0.07 prior", code: "E_MODEL_SCALE", line: 4, column: 1),
    Fault(find: "= 0.03 in", replace: "= 0x10 in", code: "E_MODEL_NUMBER", line: 4, column: 25),
    Fault(find: "\"rate\"", replace: "\"rate", code: "E_MODEL_QUOTE", line: 4, column: 16),
    Fault(
      find: "fast * V", replace: "fast * since(activaton)", code: "E_MODEL_CLOCK", line: 7,
      column: 19, says: "activation"),
    Fault(
      find: "fast * V", replace: "fast * lgo(V)", code: "E_MODEL_FUNCTION", line: 7, column: 13,
      says: "log"),
    Fault(
      find: "let fast = 2 * mu", replace: "let fast = 2 * mu\nlet slow = mu",
      code: "E_MODEL_UNUSED", line: 6, column: 1),
    Fault(
      find: "let fast = 2 * mu", replace: "let fast = 2 * mu\nlet mu = fast",
      code: "E_MODEL_NAME_TWICE", line: 6, column: 1),
    Fault(
      find: "V' = fast * V", replace: "V' = fast * V\nV' = mu * V", code: "E_MODEL_TWICE", line: 8,
      column: 1),
    Fault(find: "model m \"title\"\n", replace: "", code: "E_MODEL_MISSING", line: 1, column: 1),
    Fault(find: "fast * V", replace: "fast * V)", code: "E_MODEL_EXTRA", line: 7, column: 14),
    Fault(find: "fast * V", replace: "fast *", code: "E_MODEL_EXPRESSION", line: 7, column: 12),
    Fault(
      find: "seed(vcd)", replace: "seed(vdc)", code: "E_MODEL_PRIOR", line: 3, column: 62,
      says: "vcd"),
    Fault(find: "let fast", replace: "let time", code: "E_MODEL_RESERVED", line: 5, column: 1),
  ]

  @Test(arguments: faults) func fault(_ fault: Fault) throws {
    let text = Self.good.replacingOccurrences(fault.find, with: fault.replace)
    do {
      _ = try Model(parsing: text, file: "m.thymus")
      Issue.record("accepted")
    } catch {
      let match = error.findings.first { $0.code == fault.code }
      #expect(match != nil, "\(error.findings)")
      #expect(match?.place == Place(file: "m.thymus", line: fault.line, column: fault.column))
      #expect(match?.remedy.isEmpty == false)
      if !fault.says.isEmpty {
        #expect(
          match?.cause.contains("Did you mean '\(fault.says)'") == true
            || match?.cause.contains("Write '\(fault.says)'") == true, "\(error)")
      }
    }
  }

  @Test func goodModelIsRead() throws {
    let model = try Model(parsing: Self.good, file: "m")
    #expect(model.states.map(\.name) == ["V"])
    #expect(model.parameters.map(\.name) == ["V0", "mu"])
    #expect(model.observables.map(\.name) == ["vcd"])
    #expect(!model.usesVolume)
  }
}

extension String {
  /// Foundation-free replacement of the first occurrence.
  fileprivate func replacingOccurrences(_ find: String, with replace: String) -> String {
    guard let range = firstRange(of: find) else { return self }
    return replacingCharacters(range, replace)
  }

  private func firstRange(of find: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(find) { return start..<index(start, offsetBy: find.count) }
      start = index(after: start)
    }
    return nil
  }

  private func replacingCharacters(_ range: Range<String.Index>, _ text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
