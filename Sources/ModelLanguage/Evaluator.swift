import Lanes

/// A model's register file and the calls that run its programs on it.
///
/// One evaluator belongs to one task. Values are in base units; states are concentrations.
/// Order of calls: `setParameters` and `setConstant`, then `settle`; `setTime`, `setVolume` and
/// `setBranch`, then `runTimed`; `setState` and `setFold`, then any of the others. What did not
/// change need not be set or run again.
public final class Evaluator<Number: Lane> {
  /// The programs.
  public let program: Program
  @usableFromInline let registers: UnsafeMutablePointer<Number>
  @usableFromInline let steps: UnsafeMutablePointer<Instruction>
  @usableFromInline let results: UnsafeMutablePointer<Int>
  // First steps of the stages, and first entries of the results.
  @usableFromInline let setupCount: Int
  @usableFromInline let timedCount: Int
  @usableFromInline let rateSteps: UnsafeMutablePointer<Instruction>
  @usableFromInline let rateCount: Int
  @usableFromInline let startFirst: Int
  @usableFromInline let observeFirst: Int
  @usableFromInline let guardFirst: Int
  @usableFromInline let resetFirst: Int
  @usableFromInline let stateRegisters: UnsafeMutablePointer<Number>
  @usableFromInline let timeRegister: Int
  @usableFromInline let clockRegister: Int
  @usableFromInline let clockCount: Int
  @usableFromInline let stateCount: Int
  @usableFromInline let meanCount: Int
  @usableFromInline let guardCount: Int

  /// A register file with the program's constants in place.
  public init(_ program: Program) {
    self.program = program
    let inputs = program.inputs
    registers = .allocate(capacity: max(1, program.registerCount))
    registers.initialize(repeating: Number(0), count: max(1, program.registerCount))
    for constant in program.constants { registers[constant.register] = Number(constant.value) }
    let stages = [
      program.setup, program.timed, program.rates, program.start, program.observe, program.guards,
      program.resets,
    ]
    let all = stages.flatMap { $0 }
    steps = .allocate(capacity: max(1, all.count))
    for (index, step) in all.enumerated() { (steps + index).initialize(to: step) }
    setupCount = program.setup.count
    timedCount = program.timed.count
    rateSteps = steps + setupCount + timedCount
    rateCount = program.rates.count
    startFirst = setupCount + timedCount + rateCount
    observeFirst = startFirst + program.start.count
    guardFirst = observeFirst + program.observe.count
    resetFirst = guardFirst + program.guards.count
    let places =
      program.rateRegisters + program.startRegisters + program.meanRegisters
      + program.noiseRegisters + program.guardRegisters + program.resetRegisters
    results = .allocate(capacity: max(1, places.count))
    for (index, place) in places.enumerated() { (results + index).initialize(to: place) }
    stateRegisters = registers + inputs.states
    timeRegister = inputs.time
    clockRegister = inputs.clocks
    clockCount = inputs.clockCount
    stateCount = inputs.stateCount
    meanCount = program.meanRegisters.count
    guardCount = program.guardRegisters.count
  }

  deinit {
    registers.deallocate()
    steps.deallocate()
    results.deallocate()
  }

  @inlinable @inline(__always)
  func run(_ first: Int, _ count: Int) {
    Instruction.run(steps + first, count: count, on: registers)
  }

  // MARK: What settles before the run

  /// Sets the parameters (natural scale, base units); `settle` follows.
  @inlinable
  public func setParameters(_ values: [Number]) {
    for index in 0..<min(values.count, program.inputs.parameterCount) {
      registers[index] = values[index]
    }
  }

  /// Sets one of the model's run constants, in the order of `Model.runConstants`.
  @inlinable
  public func setConstant(_ index: Int, _ value: Number) {
    registers[program.inputs.runConstants + index] = value
  }

  /// Runs what depends on parameters and run constants alone.
  @inlinable
  public func settle() { run(0, setupCount) }

  // MARK: What changes with time

  /// Sets the volume of the vessel in mL.
  @inlinable @inline(__always)
  public func setVolume(_ volume: Number) { registers[program.inputs.volume] = volume }

  /// Sets time and clocks; `origins` are the hours at which each clock reads zero, one a clock.
  @inlinable @inline(__always)
  public func setTime(_ time: Number, origins: UnsafePointer<Number>) {
    registers[timeRegister] = time
    for index in 0..<clockCount { registers[clockRegister + index] = time - origins[index] }
  }

  /// Sets whether conditional k holds.
  @inlinable
  public func setBranch(_ index: Int, _ isTrue: Bool) {
    registers[program.inputs.branches + index] = Number(isTrue ? 1 : 0)
  }

  /// Runs what depends on time, clocks, volume and branches, but on no state.
  @inlinable @inline(__always)
  public func runTimed() { run(setupCount, timedCount) }

  // MARK: States

  /// Sets one state's concentration, in its own compartment.
  @inlinable @inline(__always)
  public func setState(_ index: Int, _ value: Number) { stateRegisters[index] = value }

  /// Sets one corrected fold expansion.
  @inlinable @inline(__always)
  public func setFold(_ index: Int, _ value: Number) { stateRegisters[stateCount + index] = value }

  // MARK: Results

  /// Runs the rate program on the inputs that stand in the registers.
  @inlinable @inline(__always)
  public func runRates() { Instruction.run(rateSteps, count: rateCount, on: registers) }

  /// Rate of one state's concentration per hour, after `runRates`.
  @inlinable @inline(__always)
  public func rate(_ index: Int) -> Number { registers[results[index]] }

  /// Runs the start program.
  @inlinable
  public func runStart() { run(startFirst, observeFirst - startFirst) }

  /// Start concentration of one state, after `runStart`.
  @inlinable
  public func start(_ index: Int) -> Number { registers[results[stateCount + index]] }

  /// Runs the observation program.
  @inlinable
  public func runObserve() { run(observeFirst, guardFirst - observeFirst) }

  /// Mean of one observable, after `runObserve`.
  @inlinable
  public func mean(_ index: Int) -> Number { registers[results[2 * stateCount + index]] }

  /// Noise scale of one observable, after `runObserve`.
  @inlinable
  public func noise(_ index: Int) -> Number {
    registers[results[2 * stateCount + meanCount + index]]
  }

  /// Runs the guard program.
  @inlinable
  public func runGuards() { run(guardFirst, resetFirst - guardFirst) }

  /// Value of one guard, after `runGuards`: its condition holds when the value is above 0.
  @inlinable
  public func guardValue(_ index: Int) -> Number {
    registers[results[2 * (stateCount + meanCount) + index]]
  }

  /// Runs the program of the values that `on` statements assign.
  @inlinable
  public func runResets() { run(resetFirst, program.resets.count) }

  /// One assigned value, after `runResets`; a concentration in the state's own compartment.
  @inlinable
  public func resetValue(_ index: Int) -> Number {
    registers[results[2 * (stateCount + meanCount) + guardCount + index]]
  }

  /// Sets every branch to what its guard says now, and runs what depends on them.
  ///
  /// A guard reads only branches before its own, so one pass in order settles nested choices.
  @inlinable
  public func settleBranches() {
    runTimed()
    for index in 0..<program.inputs.branchCount {
      runGuards()
      setBranch(index, guardValue(index).value > 0)
      runTimed()
    }
  }
}
