@testable import ModelLanguage
import Testing

/// The manual's tables and the parser know the same words.
@Suite struct VocabularyTests {
  /// Would catch a statement word that the parser accepts but the table lacks: whatever the
  /// parser suggests for a line it does not know is the table, and every word of it is known.
  @Test func statementWords() {
    for entry in Vocabulary.statements {
      let codes = findings(entry.word + " ?").map(\.code)
      #expect(!codes.contains("E_MODEL_STATEMENT"), "\(entry.word)")
      #expect(entry.form.hasPrefix(entry.word))
    }
    let unknown = findings("zzzzzzzz 1").first { $0.code == "E_MODEL_STATEMENT" }
    for entry in Vocabulary.statements { #expect(unknown?.remedy.contains(entry.word) == true) }
    // Words that no table holds begin no statement.
    let listed = Set(Vocabulary.statements.map(\.word))
    for word in ["state", "event", "if", "parameter", "vector", "until", "function", "rate"] {
      #expect(!listed.contains(word))
      #expect(findings(word + " ?").map(\.code).contains("E_MODEL_STATEMENT"))
    }
  }

  /// Would catch a function or a builtin in the manual that the checker does not know.
  @Test func functionsAndBuiltins() {
    for entry in Vocabulary.functions + Vocabulary.builtins {
      let called = findings(Self.around("\(entry.word)(x, x, x, x)"))
      let bare = findings(Self.around(entry.word))
      let isFunction = !called.contains { $0.code == "E_MODEL_FUNCTION" }
      let isName = !bare.contains { $0.code == "E_MODEL_UNKNOWN" }
      #expect(isFunction || isName, "\(entry.word)")
      #expect(isFunction == entry.form.contains("("), "\(entry.word)")
    }
  }

  /// Would catch a clock, a seed quantity or a family that only the manual knows.
  @Test func arguments() {
    for entry in Vocabulary.clocks {
      #expect(findings(Self.around("since(\(entry.word)) / 1 [h]")).isEmpty, "\(entry.word)")
    }
    for entry in Vocabulary.seeds {
      #expect(findings(Self.around("seed(\(entry.word)) / seed(\(entry.word))")).isEmpty)
    }
    for entry in Vocabulary.families {
      let text = Self.around("x").replacing("normal(sd: 1)", with: entry.word + "(sd: 1, q: 1)")
      #expect(!findings(text).contains { $0.code == "E_MODEL_FAMILY" }, "\(entry.word)")
    }
    for entry in Vocabulary.compartments {
      let text = Self.around("x") + "\nsolute G [mmol/L] in \(entry.word)"
      #expect(!findings(text).contains { $0.code == "E_MODEL_COMPARTMENT" })
    }
  }

  /// Would catch a table that the manual leaves out.
  @Test func everyEntryIsInTheManual() {
    let manual = Vocabulary.sections.flatMap(\.entries)
    #expect(manual.allSatisfy { !$0.form.isEmpty && $0.meaning.hasSuffix(".") })
    let count =
      Vocabulary.statements.count + Vocabulary.equations.count + Vocabulary.keywords.count
      + Vocabulary.priors.count + Vocabulary.functions.count + Vocabulary.builtins.count
      + Vocabulary.clocks.count + Vocabulary.seeds.count + Vocabulary.compartments.count
      + Vocabulary.families.count + SpreadWord.words.count
    #expect(manual.count == count)
  }

  private static func around(_ expression: String) -> String {
    """
    model v "words"
    per_cell x [1]
    x(0) = 1
    x' = (\(expression)) * 1 [1/h]
    observe x [1] = x ~ normal(sd: 1)
    """
  }
}
