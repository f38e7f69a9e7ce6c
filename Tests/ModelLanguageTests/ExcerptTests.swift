import Quantities
import Testing

/// Would catch a caret that counts bytes, or a tab as one blank.
@Suite struct ExcerptTests {
  @Test func caret() {
    #expect(Excerpt.marked("V' = fats * V", column: 6) == "    V' = fats * V\n         ^")
    #expect(Excerpt.marked("\tV' = x", column: 7, indent: "") == "\tV' = x\n\t     ^")
    #expect(
      Excerpt.marked("\u{e9}\u{65}\u{301} ?", column: 4, indent: "")
        == "\u{e9}\u{65}\u{301} ?\n   ^")
    #expect(Excerpt.marked("ab", column: 9, indent: "") == "ab\n  ^")
  }
}
