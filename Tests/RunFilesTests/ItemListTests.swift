import Quantities
import RunFiles
import Testing

/// Lists of items: slices, seeds and names.
@Suite("Item lists")
struct ItemListTests {
  private func read(_ text: String) throws -> ItemList {
    try ItemList.read(bytes: Array(text.utf8), file: "list.txt")
  }

  /// Slices share the items out, each once. Catches: an item in two slices or in none.
  @Test func slices() throws {
    let list = try read("# runs\na\r\n\n  b c \nd\ne\nf")
    #expect(list.items == ["a", "b c", "d", "e", "f"])
    #expect(list.lines == [2, 4, 5, 6, 7])
    for count in 1...7 {
      let all = (1...count).flatMap { list.slice($0, of: count) }
      #expect(all.sorted() == list.items && all.count == 5)
    }
    #expect(list.slice(0, of: 3).isEmpty && list.slice(4, of: 3).isEmpty)
  }

  /// Seeds and names follow from the item alone; recomputed with Python's hashlib.
  /// Catches: a seed that depends on the place in the list.
  @Test func seeds() {
    #expect(ItemList.seed("a", of: 1) == 610883014238749915)
    #expect(ItemList.fileName("a") == "ca978112ca1bbdcafac231b3.json")
    #expect(ItemList.seed("a", of: 1) != ItemList.seed("b", of: 1))
    #expect(ItemList.seed("a", of: 1) != ItemList.seed("a", of: 2))
  }

  /// An item twice or none at all is refused with its line. Catches: one result for two items.
  @Test func refused() {
    do {
      _ = try read("a\nb\na\n")
      Issue.record("not refused")
    } catch let refused as InputRefused {
      #expect(refused.findings.map(\.place.line) == [3])
    } catch { Issue.record("another error") }
    #expect(throws: InputRefused.self) { try read("# nothing\n") }
  }
}
