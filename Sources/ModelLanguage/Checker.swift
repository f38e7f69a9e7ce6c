import Quantities
import Lanes

/// Resolves names, checks units and builds the expression graph of a model.
///
/// Two passes: `declare` collects names, `define` builds expressions; `finish` finds what is
/// missing or never used. Every problem becomes a finding; nothing has a default.
struct Checker {
  let file: String
  var findings: [Finding] = []
  var title: (name: String, title: String)?
  var when: [String] = []
  var sources: [String] = []
  var states: [ModelState] = []
  var parameters: [ModelParameter] = []
  var observables: [ModelObservable] = []
  var clocks: [String] = []
  var folds: [Int] = []
  var usesVolume = false

  var graph = Graph()
  /// What a name stands for. Lets hold their node; states and parameters their index.
  enum Meaning {
    case state(Int)
    case parameter(Int)
    case expression(Int, Dimension)
    /// Declared further down.
    case later
    /// Its line has a fault that is already reported.
    case broken
  }
  var names: [String: Meaning] = [:]
  var places: [String: Place] = [:]
  var used: Set<String> = []
  var rates: [Int: Int] = [:]
  var starts: [Int: Int] = [:]
  var means: [Int] = []
  var noise: [Int] = []

  init(file: String) { self.file = file }

  mutating func report(_ code: String, _ place: Place, _ cause: String, _ remedy: String) {
    findings.append(Finding(.error, code, at: place, cause, remedy: remedy))
  }

  // Input slots are provisional while parsing: kinds are kept apart by large offsets and mapped to
  // their registers at the end, because counts are not known before the last statement.
  static let volumeSlot = 1_000_000
  static let timeSlot = 1_000_001
  static let clockSlot = 2_000_000
  static let stateSlot = 3_000_000
  static let foldSlot = 4_000_000

  // MARK: Declarations

  mutating func declare(_ statement: StatementSyntax) {
    switch statement {
    case .model(let name, let text, let place):
      if title != nil {
        report("E_MODEL_TWICE", place, "A second model statement.", "Keep one model in a file.")
      }
      title = (name, text)
    case .when(let text): when.append(text)
    case .source(let text): sources.append(text)
    case .state(let kind, let name, let unit, let text, let place):
      guard let parsed = read(unit) else { return claim(name, .state(states.count), place) }
      check(parsed, for: kind, of: name, at: unit.place)
      claim(name, .state(states.count), place)
      states.append(ModelState(name: name, kind: kind, unit: parsed, text: text))
    case .parameter(let syntax):
      claim(syntax.name, .parameter(parameters.count), syntax.place)
      if let parameter = parameter(syntax) { parameters.append(parameter) }
    case .define(let name, _, let place): claim(name, .later, place)
    case .rate, .start, .observe: break
    }
  }

  mutating func claim(_ name: String, _ meaning: Meaning, _ place: Place) {
    if let first = places[name] {
      report(
        "E_MODEL_NAME_TWICE", place, "'\(name)' is already defined at line \(first.line).",
        "Give one of them another name.")
    } else if reserved.contains(name) {
      report(
        "E_MODEL_RESERVED", place, "'\(name)' is a word of the language.", "Choose another name.")
    }
    if places[name] == nil {
      places[name] = place
      names[name] = meaning
    }
  }

  private var reserved: Set<String> {
    Set(
      (Vocabulary.builtins + Vocabulary.functions + Vocabulary.statements).map(\.word))
  }

  mutating func read(_ unit: UnitSyntax) -> Unit? {
    do { return try Unit(parsing: unit.text) } catch {
      report(
        "E_MODEL_UNIT", unit.place, "\(error.description)",
        "Use a known unit, such as 1e6 cells/mL, mmol/L, 1/h, h, cells, % or 1.")
      return nil
    }
  }

  private mutating func check(_ unit: Unit, for kind: StateKind, of name: String, at place: Place) {
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
        "E_MODEL_STATE_UNIT", place,
        "The \(kind.rawValue) state \(name) has the unit [\(unit)] (\(unit.dimension.words)).",
        "Give it \(wanted).")
    }
  }

  // MARK: Definitions

  mutating func define(_ statement: StatementSyntax) {
    switch statement {
    case .define(let name, let syntax, _):
      guard case .later? = names[name] else { return }
      guard let value = expression(syntax) else {
        names[name] = .broken
        return
      }
      names[name] = .expression(value.node, value.dimension)
    case .rate(let name, let syntax, let place):
      equation(name, syntax, place, "rate", per: Dimension(time: -1), into: \.rates)
    case .start(let name, let syntax, let place):
      equation(name, syntax, place, "start value", per: .none, into: \.starts)
    case .observe(
      let name, let unit, let mean, let family, let arguments, let familyPlace, let place):
      observe(name, unit, mean, family, arguments, familyPlace, place)
    default: break
    }
  }

  private mutating func equation(
    _ name: String, _ syntax: ExpressionSyntax, _ place: Place, _ what: String, per: Dimension,
    into target: WritableKeyPath<Checker, [Int: Int]>
  ) {
    guard case .state(let index)? = names[name], index < states.count else {
      let known = states.map(\.name)
      report(
        "E_MODEL_UNKNOWN_STATE", place,
        "'\(name)' is not a state.\(Suggestion.phrase(for: name, among: known))",
        "Declare it with cells, solute or per_cell, or correct the name.")
      return
    }
    if self[keyPath: target][index] != nil {
      report("E_MODEL_TWICE", place, "A second \(what) for \(name).", "Remove one of them.")
    }
    guard let value = expression(syntax) else { return }
    let wanted = states[index].unit.dimension * per
    if value.dimension != wanted {
      report(
        "E_MODEL_DIMENSION", syntax.place,
        "The \(what) of \(name) is \(value.dimension.words) but must be \(wanted.words).",
        "Check the units of its terms; a rate is per time.")
    }
    self[keyPath: target][index] = value.node
  }

  // MARK: The end

  mutating func finish() {
    let top = Place(file: file, line: 1, column: 1)
    if title == nil {
      report(
        "E_MODEL_MISSING", top, "There is no model statement.", "Begin with: model NAME \"title\"")
    }
    if states.isEmpty, findings.isEmpty {
      report("E_MODEL_MISSING", top, "The model has no state.", "Declare one with cells or solute.")
    }
    if means.isEmpty, findings.isEmpty {
      report(
        "E_MODEL_MISSING", top, "Nothing is observed.", "Add: observe vcd [1e6 cells/mL] = ...")
    }
    guard findings.isEmpty else { return }
    for (index, state) in states.enumerated() {
      let place = places[state.name] ?? top
      if rates[index] == nil {
        report(
          "E_MODEL_MISSING", place, "The state \(state.name) has no rate.",
          "Write \(state.name)' = ... (0 [\(state.unit)/h] if it only changes by operations).")
      }
      if starts[index] == nil {
        report(
          "E_MODEL_MISSING", place, "The state \(state.name) has no start value.",
          "Write \(state.name)(0) = ... from a parameter.")
      }
    }
    for name in places.keys.sorted() where !used.contains(name) {
      if case .state? = names[name] { continue }
      report(
        "E_MODEL_UNUSED", places[name] ?? top, "'\(name)' is never used.",
        "Remove it, or correct the name where it was meant.")
    }
  }

  /// The compiled model; called only when there are no findings.
  func model(text: String) -> Model {
    let inputs = Program.Inputs(
      parameterCount: parameters.count, clockCount: clocks.count, stateCount: states.count,
      foldCount: folds.count)
    let mapped = graph.mappingInputs { slot in
      switch slot {
      case Self.foldSlot...: inputs.folds + slot - Self.foldSlot
      case Self.stateSlot...: inputs.states + slot - Self.stateSlot
      case Self.clockSlot...: inputs.clocks + slot - Self.clockSlot
      case Self.volumeSlot: inputs.volume
      case Self.timeSlot: inputs.time
      default: slot
      }
    }
    var builder = ProgramBuilder(mapped, inputs: inputs)
    let program = builder.build(
      rates: states.indices.compactMap { rates[$0] },
      start: states.indices.compactMap { starts[$0] }, means: means, noise: noise)
    return Model(
      name: title?.name ?? "", title: title?.title ?? "", when: when, sources: sources,
      states: states, parameters: parameters, observables: observables, text: text, clocks: clocks,
      foldStates: folds, usesVolume: usesVolume, program: program)
  }
}
