/// The graph nodes at which a program's results stand.
struct ProgramOutputs {
  var rates: [Int] = []
  var start: [Int] = []
  var means: [Int] = []
  var noise: [Int] = []
  var guards: [Int] = []
  var resets: [Int] = []

  var all: [Int] { rates + start + means + noise + guards + resets }
}

/// Assigns registers to graph nodes and lists the steps of each stage.
struct ProgramBuilder {
  /// The most registers that an instruction can name.
  static let mostRegisters = 65_536

  private let graph: Graph
  private let inputs: Program.Inputs
  /// Register of each parameter of the graph; others were never read.
  private let parameterRegisters: [Int?]
  private var registers: [Int]
  private var constants: [(register: Int, value: Double)] = []
  private var next: Int

  init(_ graph: Graph, inputs: Program.Inputs, parameterRegisters: [Int?]) {
    self.graph = graph
    self.inputs = inputs
    self.parameterRegisters = parameterRegisters
    registers = [Int](repeating: -1, count: graph.nodes.count)
    next = inputs.end
  }

  /// The programs; nil when they need more registers than an instruction can name.
  mutating func build(_ outputs: ProgramOutputs) -> Program? {
    let all = graph.needed(for: outputs.all)
    let rating = graph.needed(for: outputs.rates)
    let levels = graph.levels
    let timed = levels.indices.map { levels[$0] == .timed && rating[$0] }
    let setupSteps = steps(
      levels.indices.map { levels[$0] <= .settled && all[$0] }, within: all, to: outputs.all)
    let timedSteps = steps(timed, within: all, to: outputs.all)
    func stage(_ results: [Int]) -> [Instruction] {
      let needed = graph.needed(for: results)
      return steps(
        levels.indices.map { needed[$0] && levels[$0] > .settled && !timed[$0] }, within: needed,
        to: results)
    }
    let rateSteps = stage(outputs.rates)
    let startSteps = stage(outputs.start)
    let observeSteps = stage(outputs.means + outputs.noise)
    let guardSteps = stage(outputs.guards)
    let resetSteps = stage(outputs.resets)
    let places = [
      outputs.rates, outputs.start, outputs.means, outputs.noise, outputs.guards, outputs.resets,
    ].map { $0.map { place($0) } }
    if next > ProgramBuilder.mostRegisters { return nil }
    return Program(
      registerCount: next, constants: constants, setup: setupSteps, timed: timedSteps,
      rates: rateSteps, start: startSteps, observe: observeSteps, guards: guardSteps,
      resets: resetSteps, rateRegisters: places[0], startRegisters: places[1],
      meanRegisters: places[2], noiseRegisters: places[3], guardRegisters: places[4],
      resetRegisters: places[5], inputs: inputs)
  }

  /// The steps of the wanted nodes, in dependency order. `within` are all nodes that may read
  /// them: a node that one other node alone reads can become one step with it.
  private mutating func steps(
    _ wanted: [Bool], within: [Bool], to outputs: [Int]
  ) -> [Instruction] {
    let pairs = Fusion.pairs(graph, wanted, uses: uses(within: within, to: outputs))
    let inner = Set(pairs.values.map(\.inner))
    var steps: [Instruction] = []
    for node in graph.nodes.indices where wanted[node] && !inner.contains(node) {
      guard case .step(let code, let a, let b, let c) = graph.nodes[node] else { continue }
      if let pair = pairs[node], case .step(_, let p, let q, _) = graph.nodes[pair.inner] {
        steps.append(
          Instruction(pair.code, place(Int(p)), place(Int(q)), place(pair.other), to: place(node)))
      } else {
        steps.append(
          Instruction(code, place(Int(a)), place(Int(b)), place(Int(c)), to: place(node)))
      }
    }
    return steps
  }

  /// How many nodes and outputs read each node.
  private func uses(within: [Bool], to outputs: [Int]) -> [Int] {
    var uses = [Int](repeating: 0, count: graph.nodes.count)
    for node in outputs { uses[node] += 1 }
    for node in graph.nodes.indices where within[node] {
      guard case .step(_, let a, let b, let c) = graph.nodes[node] else { continue }
      uses[Int(a)] += 1
      if b != a { uses[Int(b)] += 1 }
      if c != a, c != b { uses[Int(c)] += 1 }
    }
    return uses
  }

  private mutating func place(_ node: Int) -> Int {
    if registers[node] >= 0 { return registers[node] }
    let register: Int
    switch graph.nodes[node] {
    case .input(.parameter, let index): register = parameterRegisters[Int(index)] ?? 0
    case .input(let kind, let index): register = inputs.register(kind, Int(index))
    case .constant(let bits):
      register = next
      next += 1
      constants.append((register, Double(bitPattern: bits)))
    case .step:
      register = next
      next += 1
    }
    registers[node] = register
    return register
  }
}
