import Quantities

/// Reads a text and all that it includes into one list of statements.
struct Loader {
  typealias Resolver = (_ name: String, _ fromFile: String) -> (text: String, file: String)?

  /// One statement with how deep the text stands that it comes from.
  struct Item: Sendable {
    let statement: StatementSyntax
    /// 0 for the text itself, 1 for what it includes, and so on.
    let depth: Int
    /// True when it takes the place of a deeper one.
    let replaces: Bool
    /// Place of the word `replace`.
    var spot: Spot?
  }

  static let deepest = 8
  static let mostFiles = 32

  private let resolver: Resolver?
  private(set) var sources: [SourceText] = []
  private(set) var findings = FindingSheet()
  /// Names of the texts that are being read, outermost first.
  private var open: [String] = []

  init(_ resolver: Resolver?) { self.resolver = resolver }

  mutating func items(of text: String, file: String) -> [Item] {
    read(SourceText(text, file: file))
  }

  private mutating func read(_ source: SourceText) -> [Item] {
    let index = sources.count
    let depth = open.count
    sources.append(source)
    var parser = Parser(source, file: UInt16(truncatingIfNeeded: index))
    let statements = parser.statements()
    findings.add(parser.findings)
    var items: [Item] = []
    items.reserveCapacity(statements.count)
    for statement in statements {
      switch statement {
      case .include(let name, let spot): items += include(name, spot)
      case .replace(let inner, let spot):
        items.append(Item(statement: inner, depth: depth, replaces: true, spot: spot))
      default:
        items.append(Item(statement: statement, depth: depth, replaces: false))
      }
    }
    return items
  }

  private mutating func include(_ name: String, _ spot: Spot) -> [Item] {
    let source = sources[Int(spot.file)]
    func refuse(_ cause: String, _ remedy: String) {
      let place = source.place(Int(spot.offset))
      findings.add(Finding(.error, "E_MODEL_INCLUDE", at: place, cause, remedy: remedy))
    }
    if open.contains(name) {
      refuse(
        "'\(name)' includes itself: \((open + [name]).joined(separator: " > ")).",
        "Remove one of these includes.")
      return []
    }
    if open.count >= Loader.deepest || sources.count >= Loader.mostFiles {
      refuse(
        "Includes go more than \(Loader.deepest) deep or name more than \(Loader.mostFiles) texts.",
        "Write the equations in one file.")
      return []
    }
    guard let resolver else {
      refuse(
        "The model '\(name)' cannot be looked up here.",
        "Read the model from a folder of models, or write its equations in this text.")
      return []
    }
    guard let found = resolver(name, source.file) else {
      refuse(
        "There is no model '\(name)' to include.",
        "Name a shipped model (thymus models), or a file beside this one without its ending.")
      return []
    }
    open.append(name)
    defer { open.removeLast() }
    return read(SourceText(found.text, file: found.file))
  }
}
