/// A model as straight-line register programs.
///
/// Register layout: parameters, then volume, time, clocks, states, folds, then constants and
/// temporaries. `setup` runs once per parameter set; `rates`, `start` and `observe` run after it.
public struct Program: Sendable {
  /// Registers in the file.
  public let registerCount: Int
  /// Constants and the registers that hold them.
  public let constants: [(register: Int, value: Double)]
  /// Steps that depend on parameters only.
  public let setup: [Instruction]
  /// Steps to the rates of concentrations.
  public let rates: [Instruction]
  /// Steps to the start concentrations.
  public let start: [Instruction]
  /// Steps to the observables' means and noise.
  public let observe: [Instruction]
  /// Where each state's rate stands after `rates`.
  public let rateRegisters: [Int]
  /// Where each state's start stands after `start`.
  public let startRegisters: [Int]
  /// Where each observable's mean stands after `observe`.
  public let meanRegisters: [Int]
  /// Where each observable's noise scale stands after `observe`.
  public let noiseRegisters: [Int]
  /// The input registers.
  public let inputs: Inputs

  /// The registers that the engine fills.
  public struct Inputs: Sendable {
    /// Number of parameters; they start at register 0.
    public let parameterCount: Int
    /// Number of clocks.
    public let clockCount: Int
    /// Number of states.
    public let stateCount: Int
    /// Number of corrected folds.
    public let foldCount: Int

    @inlinable
    init(parameterCount: Int, clockCount: Int, stateCount: Int, foldCount: Int) {
      self.parameterCount = parameterCount
      self.clockCount = clockCount
      self.stateCount = stateCount
      self.foldCount = foldCount
    }

    /// Register of the culture volume.
    @inlinable public var volume: Int { parameterCount }
    /// Register of time.
    @inlinable public var time: Int { parameterCount + 1 }
    /// First register of the clocks.
    @inlinable public var clocks: Int { parameterCount + 2 }
    /// First register of the states.
    @inlinable public var states: Int { clocks + clockCount }
    /// First register of the folds.
    @inlinable public var folds: Int { states + stateCount }
    /// One past the last input.
    @inlinable public var end: Int { folds + foldCount }
  }
}

/// Assigns registers to graph nodes and lists the steps of each stage.
struct ProgramBuilder {
  private let graph: Graph
  private let inputs: Program.Inputs
  private var register: [Int: Int] = [:]
  private var constants: [(register: Int, value: Double)] = []
  private var next: Int

  init(_ graph: Graph, inputs: Program.Inputs) {
    self.graph = graph
    self.inputs = inputs
    next = inputs.end
  }

  mutating func build(rates: [Int], start: [Int], means: [Int], noise: [Int]) -> Program {
    let settled = graph.settled(before: inputs.parameterCount)
    let setup = steps(to: rates + start + means + noise, where: { settled[$0] })
    let varying: (Int) -> Bool = { !settled[$0] }
    let rateSteps = steps(to: rates, where: varying)
    let startSteps = steps(to: start, where: varying)
    let observeSteps = steps(to: means + noise, where: varying)
    func registers(_ nodes: [Int]) -> [Int] { nodes.map { register[$0] ?? 0 } }
    return Program(
      registerCount: next, constants: constants, setup: setup, rates: rateSteps, start: startSteps,
      observe: observeSteps, rateRegisters: registers(rates), startRegisters: registers(start),
      meanRegisters: registers(means), noiseRegisters: registers(noise), inputs: inputs)
  }

  /// The steps, in dependency order, to all nodes below the outputs that satisfy a condition.
  private mutating func steps(to outputs: [Int], where wanted: (Int) -> Bool) -> [Instruction] {
    var needed = Set<Int>()
    var stack = outputs
    while let node = stack.popLast() {
      guard needed.insert(node).inserted else { continue }
      switch graph.nodes[node] {
      case .constant, .input: break
      case .unary(_, let a): stack.append(a)
      case .binary(_, let a, let b): stack += [a, b]
      }
    }
    var steps: [Instruction] = []
    // Node numbers grow from operands to results, so numeric order is dependency order.
    for node in needed.sorted() {
      let target = place(node)
      guard wanted(node) else { continue }
      switch graph.nodes[node] {
      case .constant, .input: break
      case .unary(let code, let a): steps.append(Instruction(code, place(a), place(a), to: target))
      case .binary(let code, let a, let b):
        steps.append(Instruction(code, place(a), place(b), to: target))
      }
    }
    return steps
  }

  private mutating func place(_ node: Int) -> Int {
    if let known = register[node] { return known }
    let target: Int
    if case .input(let slot) = graph.nodes[node] {
      target = slot
    } else {
      target = next
      next += 1
      if let value = graph.constantValue(node) { constants.append((target, value)) }
    }
    register[node] = target
    return target
  }
}
