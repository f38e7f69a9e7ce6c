import Lanes
import RunRecords

/// A run's flows on its platform, as the balance needs them; all in mL/h.
///
/// In the vessel: dV/dt = net; dN/dt = ... - cellLoss N/V; dn/dt = ... + inflow c_in - soluteLoss n/V
/// with cellLoss = (1 - retention) permeate + bleed and soluteLoss = permeate + bleed. On a
/// platform that is perfused outside the fibres the inflow passes there and the vessel is closed.
struct SteadyFlow: Sendable, Equatable {
  /// Change of the culture volume.
  var net = 0.0
  /// Outflow that carries cells.
  var cellLoss = 0.0
  /// Outflow that carries solutes of the vessel.
  var soluteLoss = 0.0
  /// Medium into the vessel.
  var inflow = 0.0
  /// Medium through the space outside the fibres.
  var outer = 0.0

  static let none = SteadyFlow()

  /// True when the vessel's own balance has no flow term.
  var leavesVessel: Bool { net == 0 && cellLoss == 0 && soluteLoss == 0 && inflow == 0 }
  /// True when nothing flows anywhere.
  var isNone: Bool { self == .none }

  init() {}

  /// The flows of a run; `retention` is what applies when the flow does not say.
  init(_ flow: Flow, on platform: Platform?) {
    if platform?.perfused == .extracapillary {
      outer = flow.inflow
      return
    }
    let retention = flow.retention ?? platform?.retention?.value ?? 1
    net = flow.net
    cellLoss = (1 - retention) * flow.permeate + flow.bleed
    soluteLoss = flow.permeate + flow.bleed
    inflow = flow.inflow
  }

  /// The culture volume after some hours.
  func volume<Number: Lane>(from volume: Number, after hours: Number) -> Number {
    volume + Number.scaled(hours, by: net)
  }

  /// Share of the cells that is not washed out over some hours, without growth:
  /// exp(-cellLoss * integral of dt/V) = (V/V0)^(-cellLoss/net), or exp(-cellLoss t/V0) at net = 0.
  func share<Number: Lane>(from volume: Number, after hours: Number) -> Number {
    if cellLoss == 0 { return Number(1) }
    let passed = hours / volume
    let z = Number.scaled(passed, by: net)
    let mean: Number
    if abs(z.value) < 1e-3 {
      // ln(1 + z)/z = 1 - z/2 + z^2/3 - ..., the next term below 1e-19.
      var sum = Number(1.0 / 7)
      for k in [6.0, 5, 4, 3, 2, 1] { sum = Number(1 / k) - z * sum }
      mean = sum
    } else {
      mean = Number.log(Number(1) + z) / z
    }
    return Number.exp(Number.scaled(passed * mean, by: -cellLoss))
  }
}
