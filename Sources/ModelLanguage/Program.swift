/// A model as straight-line register programs.
///
/// Register layout: parameters, run constants, volume, time, clocks, branches, states, folds, then
/// constants and temporaries. `setup` runs once per parameter set; `timed` when time, a clock, the
/// volume or a branch changed; the others run after both.
public struct Program: Sendable {
  /// Registers in the file.
  public let registerCount: Int
  /// Constants and the registers that hold them.
  public let constants: [(register: Int, value: Double)]
  /// Steps that depend on parameters and run constants only.
  public let setup: [Instruction]
  /// Steps below the rates that depend on time, clocks, volume and branches but on no state.
  public let timed: [Instruction]
  /// Steps to the rates of concentrations.
  public let rates: [Instruction]
  /// Steps to the start concentrations.
  public let start: [Instruction]
  /// Steps to the observables' means and noise.
  public let observe: [Instruction]
  /// Steps to the guards.
  public let guards: [Instruction]
  /// Steps to the values that `on` statements assign.
  public let resets: [Instruction]
  /// Where each state's rate stands after `rates`.
  public let rateRegisters: [Int]
  /// Where each state's start stands after `start`.
  public let startRegisters: [Int]
  /// Where each observable's mean stands after `observe`.
  public let meanRegisters: [Int]
  /// Where each observable's noise scale stands after `observe`.
  public let noiseRegisters: [Int]
  /// Where each guard stands after `guards`; the first `inputs.branchCount` belong to branches.
  public let guardRegisters: [Int]
  /// Where each assigned value stands after `resets`.
  public let resetRegisters: [Int]
  /// The input registers.
  public let inputs: Inputs

  /// The registers that the engine fills.
  public struct Inputs: Sendable {
    /// Number of parameters; they start at register 0.
    public let parameterCount: Int
    /// Number of run constants.
    public let constantCount: Int
    /// Number of clocks.
    public let clockCount: Int
    /// Number of branches.
    public let branchCount: Int
    /// Number of states.
    public let stateCount: Int
    /// Number of corrected folds.
    public let foldCount: Int

    /// First register of the run constants.
    @inlinable public var runConstants: Int { parameterCount }
    /// Register of the culture volume.
    @inlinable public var volume: Int { runConstants + constantCount }
    /// Register of time.
    @inlinable public var time: Int { volume + 1 }
    /// First register of the clocks.
    @inlinable public var clocks: Int { time + 1 }
    /// First register of the branches.
    @inlinable public var branches: Int { clocks + clockCount }
    /// First register of the states.
    @inlinable public var states: Int { branches + branchCount }
    /// First register of the folds.
    @inlinable public var folds: Int { states + stateCount }
    /// One past the last input.
    @inlinable public var end: Int { folds + foldCount }

    func register(_ kind: InputKind, _ index: Int) -> Int {
      switch kind {
      case .parameter: index
      case .runConstant: runConstants + index
      case .volume: volume
      case .time: time
      case .clock: clocks + index
      case .branch: branches + index
      case .state: states + index
      case .fold: folds + index
      }
    }
  }
}
