import Integration
import Lanes
import Testing

/// y' = mu y.
struct Exponential<Number: Lane>: DifferentialSystem {
  var mu: Number
  var dimension: Int { 1 }
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    rates[0] = mu * state[0]
  }
}

/// y' = mu y (1 - y/K); y = K / (1 + (K/y0 - 1) e^(-mu t)).
struct Logistic<Number: Lane>: DifferentialSystem {
  var mu: Number
  var capacity: Number
  var dimension: Int { 1 }
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    rates[0] = mu * state[0] * (Number(1) - state[0] / capacity)
  }
}

/// y' = a y ln(K/y); y = K exp(ln(y0/K) e^(-a t)).
struct Gompertz<Number: Lane>: DifferentialSystem {
  var rate: Number
  var capacity: Number
  var dimension: Int { 1 }
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    rates[0] = rate * state[0] * Number.log(capacity / state[0])
  }
}

/// x'' = -x.
struct Oscillator: DifferentialSystem {
  var dimension: Int { 2 }
  func rates(
    at time: Double, state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    rates[0] = state[1]
    rates[1] = -state[0]
  }
}

/// One state whose rate is any function of time and state.
struct Scalar: DifferentialSystem {
  var rate: (Double, Double) -> Double
  var dimension: Int { 1 }
  func rates(
    at time: Double, state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    rates[0] = rate(time, state[0])
  }
}

/// What one call of `advance` gave.
struct Solved<Number> {
  var final: [Number]
  var stops: [[Number]] = []
  var dense: [[Number]] = []
  var termination: Termination
  var counters: SolverCounters
}

func solve<System: DifferentialSystem>(
  _ system: System, _ initial: [System.Number], from t0: Double = 0, to t1: Double,
  stops: [Double] = [], dense: [Double] = [], options: StepOptions = StepOptions(),
  method: Method? = nil
) throws -> Solved<System.Number> {
  var stepper = Integrator<System>(
    dimension: initial.count, method: try method ?? .explicit(.tsitouras54()), options: options)
  var state = initial
  var atStops: [[System.Number]] = []
  var atDense: [[System.Number]] = []
  let advance = state.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else {
      return Advance(termination: .completed, counters: SolverCounters(), time: t1)
    }
    return stepper.advance(system, from: t0, to: t1, state: base, stops: stops, denseTimes: dense) {
      kind, index, numbers in
      let copy = (0..<system.dimension).map { numbers[$0] }
      switch kind {
      case .stop:
        #expect(index == atStops.count)
        atStops.append(copy)
      case .dense:
        #expect(index == atDense.count)
        atDense.append(copy)
      }
    }
  }
  return Solved(
    final: state, stops: atStops, dense: atDense, termination: advance.termination,
    counters: advance.counters)
}

/// Options that take equal steps of a given length whatever the error.
func fixedSteps(_ step: Double) -> StepOptions {
  StepOptions(
    relativeTolerance: 1e6, absoluteTolerance: 1e6, initialStep: step, maximumStep: step)
}
