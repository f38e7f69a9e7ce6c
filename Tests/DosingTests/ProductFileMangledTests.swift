import Dosing
import Foundation
import Quantities
import RunFiles
import Testing

/// Files that a slip of hand has spoiled.
@Suite struct ProductFileMangledTests {
  /// 4,000 shipped files with one to three lines lost, doubled, swapped, moved in or out by two
  /// spaces, or one character changed: each is read or refused with a place, and what is read still
  /// has an id, a source and, with a dose, its state. Would catch a trap in the reader or in a rule,
  /// and a value that is assumed where a line was lost.
  @Test func mangledFiles() throws {
    let folder = packageRoot + "/data/products"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }.sorted()
    let texts = try names.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
    var random = Seeded(state: 20_261_122)
    var (read, refusedCount) = (0, 0)
    var wrong: [String] = []
    for index in 0..<4_000 {
      var lines = texts[index % texts.count].split(
        separator: "\n", omittingEmptySubsequences: false
      ).map(String.init)
      for _ in 0...random.pick(0...2) { mangle(&lines, &random) }
      do throws(InputRefused) {
        let product = try ProductFile.read(lines.joined(separator: "\n"), file: "x.yaml")
        read += 1
        let isWhole =
          !product.id.isEmpty && !product.sources.isEmpty
          && (product.dose == nil) == (product.missing != nil)
          && (product.dose == nil || product.state(of: "dose") != nil)
        if !isWhole { wrong.append(product.id) }
        _ = product.dose?.words
        _ = product.dose?.emptyWeights()
      } catch {
        refusedCount += 1
        if !error.findings.allSatisfy({ $0.severity == .error && !$0.remedy.isEmpty }) {
          wrong.append("\(error)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    #expect(read > 500 && refusedCount > 500)
  }

  private func mangle(_ lines: inout [String], _ random: inout Seeded) {
    let at = random.pick(0...(lines.count - 1))
    let other = random.pick(0...(lines.count - 1))
    switch random.pick(0...5) {
    case 0 where lines.count > 1: lines.remove(at: at)
    case 1: lines.insert(lines[at], at: other)
    case 2: lines.swapAt(at, other)
    case 3: lines[at] = "  " + lines[at]
    case 4 where lines[at].hasPrefix("  "): lines[at].removeFirst(2)
    default:
      var letters = Array(lines[at])
      let marks: [Character] = ["0", "9", "-", ":", "/", " ", "%", "\"", "[", "}", "e", "\t", "é"]
      if !letters.isEmpty {
        letters[random.pick(0...(letters.count - 1))] = marks[random.pick(0...(marks.count - 1))]
      }
      lines[at] = String(letters)
    }
  }
}
