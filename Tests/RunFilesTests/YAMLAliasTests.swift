import Quantities
import Testing

@testable import RunFiles

/// Files that repeat a part of themselves by aliases.
@Suite struct YAMLAliasTests {
  /// Ten lines that mean ten billion words.
  static func laughs(_ asKey: Bool) -> String {
    var text = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for (before, name) in zip("abcdefghi", "bcdefghij") {
      let list = Array(repeating: "*\(before)", count: 10).joined(separator: ", ")
      text += "\(name): &\(name) [\(list)]\n"
    }
    return text + (asKey ? "? *j\n: 1\n? *i\n: 1\n" : "")
  }

  private func refusal(_ text: String) -> Finding? {
    do throws(InputRefused) {
      _ = try YAMLReader.root(text, file: "f.yaml", prefix: "E_REQUEST_")
      return nil
    } catch {
      return error.findings.first
    }
  }

  /// Would catch aliases that are followed: as values, and as keys, which are compared whole while
  /// the file is composed. Such a test would not end.
  @Test(.timeLimit(.minutes(1))) func billionLaughs() throws {
    for asKey in [false, true] {
      let found = try #require(refusal(Self.laughs(asKey)))
      #expect(found.code == "E_REQUEST_ALIAS" && found.place.line == 2 && found.place.column == 8)
      #expect(found.remedy.contains("Write the part out"))
    }
    #expect(throws: InputRefused.self) {
      try ProductFile.read(Self.laughs(true), file: "f.yaml")
    }
    #expect(throws: InputRefused.self) {
      try DoseRequestFile.read(Self.laughs(true), file: "f.yaml")
    }
  }

  /// Would catch an alias in a place that is not looked at: after a tag, a dash, a bracket, on a line
  /// of its own, behind a comment, after line ends of all kinds.
  @Test func everyPlace() throws {
    for text in [
      "x: &n [1]\ny: *n\n", "- &n 1\n- *n\n", "[&n 1,*n]", "x: !!seq &n [1]\ny: *n",
      "x: &n\n  k: 1\ny:\n  *n\n", "x: &n 1 # one\r\ny: *n", "x: &n 1\ry: *n", "{x: &n 1, y: *n}",
      "x: &n 1\n? *n\n: 2", "x: &n-1_a 1\ny: *n-1_a", "x: !<t,u> &n [1]\ny: *n", "[&n 1, !<t>,*n]",
      "x: &n 1\ny:\t*n",
    ] {
      #expect(refusal(text)?.code == "E_REQUEST_ALIAS", "\(text)")
    }
  }

  /// Would catch stars and ampersands in words that are taken for aliases.
  @Test func words() throws {
    for text in [
      "x: R&D *and* more\n", "x: a & b * c\n", "x: 'a &n'\ny: '2 *n'\n",
      "x: >-\n  * one\n  & two\n",
      "# &n\nx: 1\n", "x: *a\n".replacing("*", with: "\"*").replacing("a\n", with: "a\"\n"),
      "x: Johnson &Johnson\ny: 3*Johnson\n",
    ] {
      #expect(refusal(text) == nil, "\(text)")
    }
  }
}
