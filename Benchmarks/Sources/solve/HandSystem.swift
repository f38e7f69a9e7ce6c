import Integration
import Lanes

/// The reference problem's equations written out by hand, on any lane.
struct HandSystem<Number: Lane>: DifferentialSystem {
  let mumax: Number
  let lag: Number
  let kd: Number
  let yxg: Number
  let ylg: Number

  /// With the parameters in the order of the reference problem.
  init(_ p: [Number]) {
    (mumax, lag, kd, yxg, ylg) = (p[0], p[1], p[2], p[3], p[4])
  }

  func start() -> [Number] { [0.2, 0.2 * 5 / 95, 25, 0].map { Number($0) } }

  var dimension: Int { 4 }

  @inline(__always)
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>
  ) {
    let (viable, dead, glucose, lactate) = (state[0], state[1], state[2], state[3])
    let fed = glucose / (Number(1) + glucose)
    let ripe = Number(1) - Number.exp(Number(-time) / lag)
    let mu = mumax * fed * (Number(20) / (Number(20) + lactate)) * ripe
    let uptake = (mu / yxg + Number.scaled(fed, by: 0.005)) * viable
    rates[0] = (mu - kd) * viable
    rates[1] = kd * viable - Number.scaled(dead, by: 0.005)
    rates[2] = -uptake
    rates[3] = ylg * uptake
  }
}
