import Lanes
import Quantities

/// Resolves names, checks units and builds the expression graph of a model.
///
/// Two passes: `declare` collects names, `define` builds expressions; `finish` finds what is
/// missing or never used. Every problem becomes a finding; nothing has a default.
struct Checker {
  /// The most elements of a vector and the most states of a model.
  static let mostElements = 64
  static let mostStates = 256
  /// The most equations that `for` statements unroll to.
  static let mostRepeats = 4096
  /// The most choices (`if`, `min`, `max`) and the most observables.
  static let mostChoices = 256
  static let mostObservables = 256

  let sources: [SourceText]
  var findings = FindingSheet()
  var title: (name: String, title: String)?
  var when: [String] = []
  var citations: [String] = []
  var states: [ModelState] = []
  var parameters: [ModelParameter] = []
  var observables: [ModelObservable] = []
  var clocks: [String] = []
  var folds: [Int] = []
  var runConstants: [RunConstant] = []
  var usesVolume = false

  var graph = Graph()
  /// What a name stands for. Lets hold their node; states and parameters their index.
  enum Meaning {
    case state(Int)
    case vector(first: Int, count: Int)
    case parameter(Int)
    case expression(Int, Dimension)
    /// A let whose line has not been reached.
    case later
    /// Its line has a fault that is already reported.
    case broken
  }
  var names: [String: Meaning] = [:]
  var places: [String: Spot] = [:]
  /// Names that an included text declares: one that nothing reads is left out.
  var taken: Set<String> = []
  var used: Set<String> = []
  /// Units by their text: most are written many times.
  var units: [String: Unit] = [:]
  /// Loop variables, outermost first.
  var loops: [(name: String, value: Int)] = []
  var repeats = 0
  /// Lets that are not built yet, and those that are being built.
  var waiting: [String: ExpressionSyntax] = [:]
  var building: Set<String> = []
  /// With replacements a let may stand above what it reads.
  var readsAhead = false
  var addsConditions = false

  var rates: [Int: Equation] = [:]
  var starts: [Int: Equation] = [:]
  var means: [Int] = []
  var noise: [Int] = []
  /// Guards of choices: choice k sets branch k.
  var choices: [Int] = []
  var triggers: [(guard: Int, values: [(state: Int, node: Int)])] = []
  var extraGuards: [Int] = []

  /// The rate or start of a state.
  struct Equation {
    var node: Int?
    var depth: Int
    /// For a replacement, its place; and whether it has met what it replaces.
    var replaces: Spot?
    var met = false
  }

  /// What the check of a sound model gives.
  struct Checked {
    let program: Program
    let parameters: [ModelParameter]
    let resets: [ModelReset]
  }

  init(sources: [SourceText]) { self.sources = sources }

  mutating func report(_ code: String, _ spot: Spot, _ cause: String, _ remedy: String) {
    if findings.isFull { return }
    let place = sources[Int(spot.file)].place(Int(spot.offset))
    findings.add(Finding(.error, code, at: place, cause, remedy: remedy))
  }

  /// The compiled model; nil when there are findings.
  mutating func check(_ items: [Loader.Item], _ conditions: [ConditionSyntax]) -> Checked? {
    readsAhead = items.contains { $0.replaces }
    let items = resolvingReplacements(items)
    for item in items { declare(item) }
    // Replacements first: what they replace is then not looked at.
    for item in items where item.replaces { define(item) }
    for item in items where !item.replaces { define(item) }
    finish()
    addsConditions = true
    for condition in conditions {
      if let node = guarded(condition) { extraGuards.append(node) }
    }
    return findings.isEmpty ? compiled() : nil
  }

  // MARK: Declarations

  private mutating func declare(_ item: Loader.Item) {
    switch item.statement {
    case .model(let name, let text, let spot):
      if item.depth > 0 { return }
      if title != nil {
        report("E_MODEL_TWICE", spot, "A second model statement.", "Keep one model in a file.")
      }
      title = (name, text)
    case .when(let text): if item.depth == 0 { when.append(text) }
    case .source(let text): citations.append(text)
    case .state(let syntax): state(syntax)
    case .parameter(let syntax):
      let parameter = parameter(syntax)
      let meaning = parameter == nil ? Meaning.broken : .parameter(parameters.count)
      claim(syntax.name, meaning, syntax.spot, item.depth)
      if let parameter { parameters.append(parameter) }
    case .define(let name, let syntax, let spot):
      claim(name, .later, spot, item.depth)
      if waiting[name] == nil { waiting[name] = syntax }
    case .rate, .start, .loop, .on, .observe, .include, .replace: break
    }
  }

  private mutating func claim(_ name: String, _ meaning: Meaning, _ spot: Spot, _ depth: Int) {
    if let first = places[name] {
      let place = sources[Int(first.file)].place(Int(first.offset))
      let file = first.file == spot.file ? "" : " of \(place.file)"
      report(
        "E_MODEL_NAME_TWICE", spot, "'\(name)' is already defined at line \(place.line)\(file).",
        first.file == spot.file
          ? "Give one of them another name."
          : "Give one of them another name, or write `replace` before the one that counts.")
      return
    }
    if Vocabulary.reserved.contains(name) {
      report(
        "E_MODEL_RESERVED", spot, "'\(name)' is a word of the language.", "Choose another name.")
    }
    places[name] = spot
    names[name] = meaning
    if depth > 0 { taken.insert(name) }
  }

  mutating func read(_ unit: UnitSyntax) -> Unit? {
    if let known = units[unit.text] { return known }
    do {
      let parsed = try Unit(parsing: unit.text)
      units[unit.text] = parsed
      return parsed
    } catch {
      report(
        "E_MODEL_UNIT", unit.spot, "\(error.description)",
        "Use a known unit, such as 1e6 cells/mL, mmol/L, 1/h, h, cells, cm2, % or 1.")
      return nil
    }
  }

  private mutating func state(_ syntax: StateSyntax) {
    let unit = read(syntax.unit)
    if let unit { check(unit, for: syntax.kind, of: syntax.name, at: syntax.unit.spot) }
    let count = elements(syntax)
    guard let unit, let count else { return claim(syntax.name, .broken, syntax.spot, 0) }
    let first = states.count
    if first + count > Checker.mostStates {
      report(
        "E_MODEL_TOO_LARGE", syntax.spot, "The model has more than \(Checker.mostStates) states.",
        "Use shorter vectors.")
      return claim(syntax.name, .broken, syntax.spot, 0)
    }
    claim(
      syntax.name, syntax.count == nil ? .state(first) : .vector(first: first, count: count),
      syntax.spot, 0)
    for index in 1...count {
      let name = syntax.count == nil ? syntax.name : "\(syntax.name)[\(index)]"
      states.append(
        ModelState(
          name: name, kind: syntax.kind, unit: unit, text: syntax.text,
          compartment: syntax.compartment, substance: syntax.substance ?? syntax.name))
      places[name] = syntax.spot
    }
  }

  private mutating func elements(_ syntax: StateSyntax) -> Int? {
    guard let (size, spot) = syntax.count else { return 1 }
    guard size == size.rounded(), size >= 1, size <= Double(Checker.mostElements) else {
      report(
        "E_MODEL_INDEX", spot,
        "The size of \(syntax.name) is not a whole number from 1 to \(Checker.mostElements).",
        "Write the number of elements, such as \(syntax.name)[4].")
      return nil
    }
    return Int(size)
  }

  private mutating func check(_ unit: Unit, for kind: StateKind, of name: String, at spot: Spot) {
    let perVolume = Dimension(volume: -1)
    let good: Bool
    let wanted: String
    switch kind {
    case .cells:
      good = unit.dimension == Dimension(cells: 1) * perVolume
      wanted = "cells per volume, such as [1e6 cells/mL]"
    case .solute:
      good = [Dimension(moles: 1), Dimension(mass: 1), Dimension(activity: 1)].contains {
        $0 * perVolume == unit.dimension
      }
      wanted = "amount, mass or activity per volume, such as [mmol/L], [g/L] or [IU/mL]"
    case .perCell: (good, wanted) = (true, "")
    }
    if !good {
      report(
        "E_MODEL_STATE_UNIT", spot,
        "The \(kind.rawValue) state \(name) has the unit [\(unit)] (\(unit.dimension.words)).",
        "Give it \(wanted).")
    }
  }
}
