import Quantities

extension Checker {
  /// Reports what is missing and what is never used.
  mutating func finish() {
    let top = Spot(file: 0, offset: 0)
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
    unmet(rates, "rate")
    unmet(starts, "start value")
    guard findings.isEmpty else { return }
    for (index, state) in states.enumerated() {
      let spot = places[state.name] ?? top
      if rates[index] == nil {
        report(
          "E_MODEL_MISSING", spot, "The state \(state.name) has no rate.",
          "Write \(state.name)' = ... (0 [\(state.unit)/h] if it only changes by operations).")
      }
      if starts[index] == nil {
        report(
          "E_MODEL_MISSING", spot, "The state \(state.name) has no start value.",
          "Write \(state.name)(0) = ... from a parameter.")
      }
    }
    refuseFoldsOnTheWay()
    for name in names.keys.sorted() where !used.contains(name) && !taken.contains(name) {
      switch names[name] {
      case .state?, .vector?: continue
      default: break
      }
      report(
        "E_MODEL_UNUSED", places[name] ?? top, "'\(name)' is never used.",
        "Remove it, or correct the name where it was meant.")
    }
  }

  /// The corrected fold expansion is worked out where the culture is looked at, not on the way.
  private mutating func refuseFoldsOnTheWay() {
    if folds.isEmpty { return }
    let onTheWay =
      rates.compactMap { index, equation in equation.node.map { (index, $0) } }
      + triggers.flatMap { $0.values.map { ($0.state, $0.node) } }
    for (index, node) in onTheWay.sorted(by: { $0 < $1 }) {
      let needed = graph.needed(for: [node])
      let reads = graph.nodes.indices.contains {
        if needed[$0], case .input(.fold, _) = graph.nodes[$0] { true } else { false }
      }
      if !reads { continue }
      report(
        "E_MODEL_FOLD", places[states[index].name] ?? Spot(file: 0, offset: 0),
        "What happens to \(states[index].name) reads a fold, which only observables and conditions can.",
        "Keep a per_cell state of your own that follows the divisions, such as w' = mu.")
    }
  }

  private mutating func unmet(_ equations: [Int: Equation], _ what: String) {
    for (index, equation) in equations.sorted(by: { $0.key < $1.key }) where !equation.met {
      guard let spot = equation.replaces else { continue }
      report(
        "E_MODEL_REPLACE", spot,
        "Nothing that is included defines the \(what) of \(states[index].name).",
        "Remove `replace`, or correct the name.")
    }
  }

  /// The programs, and the parameters that they read; nil when they are too large.
  mutating func compiled() -> Checked? {
    var outputs = ProgramOutputs()
    outputs.rates = states.indices.compactMap { rates[$0]?.node }
    outputs.start = states.indices.compactMap { starts[$0]?.node }
    outputs.means = means
    outputs.noise = noise
    outputs.guards = choices + triggers.map(\.guard) + extraGuards
    outputs.resets = triggers.flatMap { $0.values.map(\.node) }
    let kept = parametersRead(by: outputs)
    let inputs = Program.Inputs(
      parameterCount: kept.count, constantCount: runConstants.count, clockCount: clocks.count,
      branchCount: choices.count, stateCount: states.count, foldCount: folds.count)
    var registers = [Int?](repeating: nil, count: parameters.count)
    for (register, index) in kept.enumerated() { registers[index] = register }
    var builder = ProgramBuilder(graph, inputs: inputs, parameterRegisters: registers)
    guard let program = builder.build(outputs) else {
      report(
        "E_MODEL_TOO_LARGE", Spot(file: 0, offset: 0),
        "The model needs more than \(ProgramBuilder.mostRegisters) intermediate values.",
        "Use shorter vectors and expressions.")
      return nil
    }
    var next = 0
    let resets = triggers.enumerated().map { index, trigger in
      let values = trigger.values.enumerated().map { (state: $1.state, value: next + $0) }
      next += values.count
      return ModelReset(guard: choices.count + index, assignments: values)
    }
    let scatter = scatter(outputs)
    let own = kept.map { index -> ModelParameter in
      var parameter = parameters[index]
      parameter.isNoise = scatter.contains(index)
      return parameter
    }
    return Checked(program: program, parameters: own, resets: resets)
  }

  /// The parameters that only the noise of observables reads.
  private func scatter(_ outputs: ProgramOutputs) -> Set<Int> {
    var culture = outputs
    culture.noise = []
    return parametersRead(by: outputs.noise).subtracting(parametersRead(by: culture.all))
  }

  private func parametersRead(by nodes: [Int]) -> Set<Int> {
    let needed = graph.needed(for: nodes)
    return Set(
      graph.nodes.indices.compactMap { index in
        guard needed[index], case .input(.parameter, let parameter) = graph.nodes[index] else {
          return nil
        }
        return Int(parameter)
      })
  }

  /// All parameters of the text itself, and those of included texts that something reads.
  private func parametersRead(by outputs: ProgramOutputs) -> [Int] {
    if taken.isEmpty { return Array(parameters.indices) }
    let read = parametersRead(by: outputs.all)
    return parameters.indices.filter { read.contains($0) || !taken.contains(parameters[$0].name) }
  }
}
