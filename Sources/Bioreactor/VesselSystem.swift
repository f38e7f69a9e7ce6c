import Integration
import Lanes
import ModelLanguage

/// Where and how a state sits in the vessel.
enum Seat: UInt8 {
  /// Suspended with the cells' volume.
  case cells
  /// Dissolved in the cells' volume.
  case solute
  /// An attribute of each cell.
  case perCell
  /// Dissolved outside the fibres, in a constant volume.
  case outer

  /// True when the vessel's volume dilutes it.
  var isDiluted: Bool { rawValue < 2 }

  init(_ state: ModelState) {
    self =
      switch state.kind {
      case .perCell: .perCell
      case .cells: .cells
      case .solute: state.compartment == .extracapillary ? .outer : .solute
      }
  }
}

/// What the balance needs besides the states, from one jump to the next.
struct Setting<L: Lane> {
  /// Volume at `since`, mL: the unit of the vessel's amounts until the next jump.
  var reference: L
  /// The hour of the last jump; it carries derivatives when a condition caused the jump.
  var since: L
  /// Fraction of all cells ever grown that was in the vessel at `since`.
  var kept: L
  /// The flows.
  var flow: SteadyFlow

  func volume(at time: L) -> L {
    flow.net == 0 ? reference : flow.volume(from: reference, after: time - since)
  }

  func kept(at time: L) -> L {
    flow.cellLoss == 0 ? kept : kept * flow.share(from: reference, after: time - since)
  }
}

/// The balance between two jumps.
///
/// The model gives rates r of concentrations c. The state x is an amount in units of the volume at
/// the last jump, x = n/V0 = c V/V0, so that without flows x is the concentration itself:
///   cells     dx/dt = (V/V0) r - cellLoss x/V
///   solutes   dx/dt = (V/V0) r + inflow c_in/V0 - soluteLoss x/V
///   outside   dc/dt = r + outer (c_in - c)/V_outer
///   per cell  dx/dt = r
struct VesselSystem<Number: Lane>: DifferentialSystem {
  let evaluator: Evaluator<Number>
  let dimension: Int
  let guardCount: Int
  let seats: UnsafePointer<Seat>
  /// Concentration of each state in the inflow.
  let inflow: UnsafePointer<Double>
  let outerVolume: Double
  let setting: UnsafeMutablePointer<Setting<Number>>
  let origins: UnsafePointer<Number>
  /// The time for which the evaluator's timed stage stands; not a number after any jump.
  let settled: UnsafeMutablePointer<Double>
  /// Amount at the start of each state whose fold is read, and the states' indices.
  let initial: UnsafePointer<Number>
  let folds: UnsafeBufferPointer<Int>
  /// Which guards are looked at.
  let isActive: UnsafePointer<Bool>
  let jets: JetBalance<Number>
  /// 0 for what cannot be less than nothing, minus infinity for attributes of cells.
  let lowerBounds: UnsafePointer<Double>?

  @inline(__always)
  func load(_ time: Double, _ state: UnsafePointer<Number>) {
    let flows = setting.pointee.flow.net != 0
    if time != settled.pointee {
      settled.pointee = time
      let now = Number(time)
      evaluator.setTime(now, origins: origins)
      if flows { evaluator.setVolume(setting.pointee.volume(at: now)) }
      evaluator.runTimed()
    }
    if flows {
      let ratio = setting.pointee.reference / setting.pointee.volume(at: Number(time))
      for i in 0..<dimension {
        evaluator.setState(i, seats[i].isDiluted ? state[i] * ratio : state[i])
      }
    } else {
      for i in 0..<dimension { evaluator.setState(i, state[i]) }
    }
  }

  @inline(__always)
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    load(time, state)
    evaluator.runRates()
    if setting.pointee.flow.isNone {
      for i in 0..<dimension { rates[i] = evaluator.rate(i) }
    } else {
      flowRates(evaluator, setting.pointee, time: Number(time), state: state, into: rates)
    }
  }

  /// The rates with flows, after the evaluator's.
  func flowRates<L: Lane>(
    _ evaluator: Evaluator<L>, _ setting: Setting<L>, time: L, state: UnsafePointer<L>,
    into rates: UnsafeMutablePointer<L>
  ) {
    let flow = setting.flow
    let volume = setting.volume(at: time)
    let inverse = L(1) / setting.reference
    let ratio = volume * inverse
    let perVolume = L(1) / volume
    let cells = L.scaled(perVolume, by: -flow.cellLoss)
    let solutes = L.scaled(perVolume, by: -flow.soluteLoss)
    let outer = flow.outer / outerVolume
    for i in 0..<dimension {
      let rate = evaluator.rate(i)
      switch seats[i] {
      case .cells: rates[i] = rate * ratio + state[i] * cells
      case .solute:
        rates[i] =
          rate * ratio + L.axpy(flow.inflow * inflow[i], inverse, state[i] * solutes)
      case .perCell: rates[i] = rate
      case .outer:
        rates[i] = outer == 0 ? rate : L.axpy(outer, L(inflow[i]) - state[i], rate)
      }
    }
  }

  func jacobian(
    at time: Double, state: UnsafePointer<Number>, into matrix: UnsafeMutablePointer<Number>,
    timeSlopes: UnsafeMutablePointer<Number>
  ) {
    jets.jacobian(self, at: time, state: state, into: matrix, timeSlopes: timeSlopes)
  }

  func guards(
    at time: Double, state: UnsafePointer<Number>, into values: UnsafeMutablePointer<Double>
  ) {
    load(time, state)
    loadFolds(evaluator, setting.pointee, time: Number(time), state: state, initial: initial)
    evaluator.runGuards()
    for k in 0..<guardCount { values[k] = isActive[k] ? evaluator.guardValue(k).value : -1 }
  }

  /// Amounts over the amounts at the start and the kept fraction.
  func loadFolds<L: Lane>(
    _ evaluator: Evaluator<L>, _ setting: Setting<L>, time: L, state: UnsafePointer<L>,
    initial: UnsafePointer<L>
  ) {
    if folds.isEmpty { return }
    let unit = setting.reference / setting.kept(at: time)
    for (slot, index) in folds.enumerated() {
      evaluator.setFold(slot, state[index] * unit / initial[slot])
    }
  }

  /// All inputs on another lane, where nothing of an earlier call stands.
  func loadAll<L: Lane>(
    _ evaluator: Evaluator<L>, _ setting: Setting<L>, time: L, origins: UnsafePointer<L>,
    state: UnsafePointer<L>
  ) {
    evaluator.setTime(time, origins: origins)
    let volume = setting.volume(at: time)
    evaluator.setVolume(volume)
    evaluator.runTimed()
    let ratio = setting.reference / volume
    for i in 0..<dimension {
      evaluator.setState(i, seats[i].isDiluted ? state[i] * ratio : state[i])
    }
  }
}
