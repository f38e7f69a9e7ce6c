import Foundation
import Testing

/// The rooms of the house and their floors. A room imports only from floors below its own.
@Suite("The rooms keep their order")
struct ArchitectureTests {
  static let floors: [(floor: Double, rooms: [String])] = [
    (0, ["CLAPACK", "CSodium", "Quantities", "Randomness", "Lanes"]),
    (1, ["LinearAlgebra", "RunRecords", "Dosing", "DosingCheck"]),
    (2, ["Integration", "ModelLanguage", "Statistics"]), (3, ["Bioreactor"]), (4, ["Inference"]),
    (4.5, ["Population"]),
    (5, ["Harvest", "Capacity"]), (6, ["RunFiles"]), (7, ["Reports"]), (7.5, ["Regression"]),
    (8, ["thymus"]),
  ]

  /// Modules of the system, which any room may import.
  static let system: Set = [
    "Foundation", "FoundationEssentials", "FoundationXML", "Dispatch", "Glibc", "Musl", "Darwin",
  ]

  /// Every import that the manifest allows goes down. Catches: an upward or sideways dependency, a
  /// room without a floor.
  @Test(.enabled(if: Manifest.shipped != nil, "swift package dump-package does not run here"))
  func importsGoDown() throws {
    let manifest = try #require(Manifest.shipped)
    let floor = Dictionary(
      uniqueKeysWithValues: Self.floors.flatMap { entry in entry.rooms.map { ($0, entry.floor) } })
    var wrong: [String] = []
    var edges = 0
    for target in manifest.targets where target.type != "test" {
      guard let own = floor[target.name] else {
        wrong.append("\(target.name) has no floor")
        continue
      }
      for name in target.rooms {
        edges += 1
        guard let below = floor[name] else {
          wrong.append("\(target.name) imports \(name), which has no floor")
          continue
        }
        if below >= own { wrong.append("\(target.name) (\(own)) imports \(name) (\(below))") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(edges > 40)
    #expect(Set(floor.keys) == Set(manifest.targets.filter { $0.type != "test" }.map(\.name)))
  }

  /// The two dose calculations share nothing but the words for quantities. Catches: one that calls
  /// the other, or numeric code in a dose.
  @Test(.enabled(if: Manifest.shipped != nil, "swift package dump-package does not run here"))
  func dosesStandAlone() throws {
    let manifest = try #require(Manifest.shipped)
    for name in ["Dosing", "DosingCheck"] {
      let target = try #require(manifest.targets.first { $0.name == name })
      #expect(target.rooms == ["Quantities"] && target.products.isEmpty)
    }
  }

  /// What a source file imports, its target declares. Catches: an import that only works because
  /// another target happens to be built first.
  @Test(.enabled(if: Manifest.shipped != nil, "swift package dump-package does not run here"))
  func importsAreDeclared() throws {
    let manifest = try #require(Manifest.shipped)
    var wrong: [String] = []
    for target in manifest.targets {
      let folder = (target.type == "test" ? "Tests/" : "Sources/") + target.name
      let allowed = Self.system.union(target.rooms).union(target.products)
        .union(target.type == "test" ? ["Testing"] : [])
      for file in SourceFile.all(under: folder) {
        for (line, name) in file.imports where !allowed.contains(name) {
          wrong.append("\(file.path):\(line): imports \(name)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  /// Words that no source holds outside comments. Catches: a trap on data, output past the page,
  /// a number printed in the C locale's way.
  @Test func forbiddenWords() {
    let forbidden = ["print(", "try!", "fatalError", "String(format:"]
    let files = SourceFile.all(under: "Sources")
    var wrong: [String] = []
    for file in files {
      for (line, text) in file.code {
        for word in forbidden where SourceFile.holds(text, word) {
          wrong.append("\(file.path):\(line): \(word)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(files.count > 100)
  }

  /// The scanner itself. Catches: a rule that never sees anything.
  @Test func scanner() {
    let file = SourceFile(
      path: "x.swift",
      text: """
        import Quantities // print(1)
        /* import Yams
           fatalError() */ @preconcurrency import Glibc
          @testable import struct RunFiles.Digest
        let a = "// not a comment"; print(a)
        fingerprint(a)
        /// import Foundation
        """)
    #expect(file.imports.map(\.name) == ["Quantities", "Glibc", "RunFiles"])
    #expect(file.imports.map(\.line) == [1, 3, 4])
    #expect(file.code.filter { SourceFile.holds($0.text, "print(") }.map(\.line) == [5])
    #expect(!file.code.contains { SourceFile.holds($0.text, "fatalError") })
  }
}

/// What `swift package dump-package` says about the targets.
struct Manifest: Decodable {
  struct Target: Decodable {
    let name: String
    let type: String
    let dependencies: [Dependency]

    /// Names of targets of this package, sorted.
    var rooms: [String] { dependencies.compactMap(\.room).sorted() }
    /// Names of products of other packages.
    var products: [String] { dependencies.compactMap(\.product) }
  }

  /// `{"byName": [name, condition]}`, `{"target": [...]}` or `{"product": [name, package, ...]}`.
  struct Dependency: Decodable {
    private let byName: [String?]?
    private let target: [String?]?
    private let products: [String?]?

    private enum CodingKeys: String, CodingKey {
      case byName, target
      case products = "product"
    }

    /// Products may be named without their package; those of this package are all libraries.
    private static let foreign: Set = ["Yams", "ArgumentParser"]
    private var name: String? { (byName ?? target)?.first ?? nil }

    var room: String? { name.flatMap { Self.foreign.contains($0) ? nil : $0 } }
    var product: String? {
      (products?.first ?? nil) ?? name.flatMap { Self.foreign.contains($0) ? $0 : nil }
    }
  }

  let targets: [Target]

  /// The manifest of this package; nil when the package manager does not run here.
  ///
  /// It gets a scratch folder of its own: the build that runs the tests holds the lock of the other.
  static let shipped: Manifest? = try? Scratch.folder { scratch in
    let outcome = try Tool.launch(
      "/usr/bin/env",
      ["swift", "package", "--package-path", Tool.root, "--scratch-path", scratch, "dump-package"]
    ).wait()
    return try JSONDecoder().decode(Manifest.self, from: outcome.out)
  }
}

/// A Swift source with its comments taken out.
struct SourceFile {
  let path: String
  /// Lines, numbered from 1, without comments.
  let code: [(line: Int, text: String)]

  init(path: String, text: String) {
    self.path = path
    var code: [(line: Int, text: String)] = []
    var depth = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      var kept = ""
      var isQuoted = false
      var rest = line
      while let first = rest.first {
        if depth == 0, !isQuoted, rest.hasPrefix("//") { break }
        if !isQuoted, rest.hasPrefix("/*") || (depth > 0 && rest.hasPrefix("*/")) {
          depth += rest.hasPrefix("/*") ? 1 : -1
          rest = rest.dropFirst(2)
          continue
        }
        if depth == 0 {
          if isQuoted, first == "\\" {
            kept += rest.prefix(2)
            rest = rest.dropFirst(2)
            continue
          }
          if first == "\"" { isQuoted.toggle() }
          kept.append(first)
        }
        rest = rest.dropFirst()
      }
      code.append((index + 1, kept))
    }
    self.code = code
  }

  /// The modules it imports, with their lines.
  var imports: [(line: Int, name: String)] {
    code.compactMap { line, text in
      var words = text.split(separator: " ").filter { !$0.hasPrefix("@") }
      if let first = words.first, ["public", "package", "internal", "private"].contains(first) {
        words.removeFirst()
      }
      guard words.first == "import", words.count > 1 else { return nil }
      words.removeFirst()
      let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      if let kind = words.first, kinds.contains(String(kind)) { words.removeFirst() }
      return words.first.map { (line, String($0.prefix { $0 != "." })) }
    }
  }

  /// True when a text holds a word that is no tail of a longer one.
  static func holds(_ text: String, _ word: String) -> Bool {
    var rest = text[...]
    while let range = rest.range(of: word) {
      let before = text[..<range.lowerBound].last
      if before.map({ !$0.isLetter && !$0.isNumber && $0 != "_" }) ?? true { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  static func all(under folder: String) -> [SourceFile] {
    let root = Tool.root + "/" + folder
    let names = (FileManager.default.enumerator(atPath: root)?.allObjects as? [String]) ?? []
    return names.filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
      (try? Scratch.text(root + "/" + name)).map { SourceFile(path: "\(folder)/\(name)", text: $0) }
    }
  }
}
