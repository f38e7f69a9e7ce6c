import Lanes

/// A model's register file and the calls that run its programs on it.
///
/// One evaluator belongs to one task. Values are in base units; states are concentrations.
public final class Evaluator<Number: Lane> {
  /// The programs.
  public let program: Program
  @usableFromInline let registers: UnsafeMutablePointer<Number>
  @usableFromInline let steps: UnsafeMutableBufferPointer<Instruction>
  @usableFromInline let setupCount: Int
  @usableFromInline let rateCount: Int
  @usableFromInline let startCount: Int

  /// A register file with the program's constants in place.
  @inlinable
  public init(_ program: Program) {
    self.program = program
    registers = .allocate(capacity: max(1, program.registerCount))
    registers.initialize(repeating: Number(0), count: max(1, program.registerCount))
    for constant in program.constants { registers[constant.register] = Number(constant.value) }
    let all = program.setup + program.rates + program.start + program.observe
    steps = .allocate(capacity: max(1, all.count))
    _ = steps.initialize(from: all)
    setupCount = program.setup.count
    rateCount = program.rates.count
    startCount = program.start.count
  }

  @inlinable deinit {
    registers.deallocate()
    steps.deallocate()
  }

  @inlinable @inline(__always)
  func run(_ first: Int, _ count: Int) {
    Instruction.run(
      UnsafeBufferPointer(rebasing: UnsafeBufferPointer(steps)[first..<(first + count)]),
      on: registers)
  }

  /// Sets the parameters (natural scale, base units) and runs what depends on them alone.
  @inlinable
  public func setParameters(_ values: [Number]) {
    for (index, value) in values.enumerated() { registers[index] = value }
    run(0, setupCount)
  }

  /// Sets the culture volume in mL.
  @inlinable @inline(__always)
  public func setVolume(_ volume: Double) { registers[program.inputs.volume] = Number(volume) }

  /// Sets time and clocks; `origins` are the hours at which each clock reads zero.
  @inlinable @inline(__always)
  public func setTime(_ time: Double, origins: UnsafeBufferPointer<Double>) {
    registers[program.inputs.time] = Number(time)
    let first = program.inputs.clocks
    for index in 0..<origins.count { registers[first + index] = Number(time - origins[index]) }
  }

  /// The register of one state's concentration.
  @inlinable @inline(__always)
  public func setState(_ index: Int, _ value: Number) {
    registers[program.inputs.states + index] = value
  }

  /// The register of one corrected fold expansion.
  @inlinable @inline(__always)
  public func setFold(_ index: Int, _ value: Number) {
    registers[program.inputs.folds + index] = value
  }

  /// Runs the rate program on the inputs that stand in the registers.
  @inlinable @inline(__always)
  public func runRates() { run(setupCount, rateCount) }

  /// Rate of one state's concentration per hour, after `runRates`.
  @inlinable @inline(__always)
  public func rate(_ index: Int) -> Number { registers[program.rateRegisters[index]] }

  /// Runs the start program.
  @inlinable
  public func runStart() { run(setupCount + rateCount, startCount) }

  /// Start concentration of one state, after `runStart`.
  @inlinable
  public func start(_ index: Int) -> Number { registers[program.startRegisters[index]] }

  /// Runs the observation program.
  @inlinable
  public func runObserve() {
    let first = setupCount + rateCount + startCount
    run(first, program.observe.count)
  }

  /// Mean of one observable, after `runObserve`.
  @inlinable
  public func mean(_ index: Int) -> Number { registers[program.meanRegisters[index]] }

  /// Noise scale of one observable, after `runObserve`.
  @inlinable
  public func noise(_ index: Int) -> Number { registers[program.noiseRegisters[index]] }
}
