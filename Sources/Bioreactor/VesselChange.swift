import Lanes
import RunRecords

/// What one operation does to a vessel, as factors and additions.
///
/// With amounts N (cells), n (solutes) and volume V:
///   sample Vs      N, n *= (V - Vs)/V;  V -= Vs
///   feed Vf, c     n += c Vf;  V += Vf        (as a share f: Vf = f V)
///   exchange f     n = n (1 - f) + c f V;  N *= 1 - (1 - retention) f
///   split d        N, n, V *= 1 - d
///   wash           N *= recovery;  n = c V_new;  V = V_new
///   debead         N *= recovery
/// On a platform that is perfused outside the fibres an exchange reaches the solutes there and
/// nothing else.
struct VesselChange<Number: Lane> {
  /// Factor on cells.
  var cells = Number(1)
  /// Factor on the solutes that are with the cells.
  var solutes = Number(1)
  /// Factor on the solutes outside the fibres.
  var outer = 1.0
  /// Volume afterwards, mL.
  var volume: Number
  /// Medium that entered where the cells are, mL.
  var medium = Number(0)
  /// Share of the volume outside the fibres that is new medium.
  var outerMedium = 0.0

  /// The change of an operation at a volume in mL; `perfused`: which compartment exchanges reach.
  ///
  /// nil when a sample takes all that is there or more.
  init?(_ action: Operation.Action, volume: Number, perfused: Platform.Perfused) {
    self.volume = volume
    switch action {
    case .seed, .activation, .transduction, .flow, .harvest: break
    case .sample(let taken):
      guard taken < volume.value else { return nil }
      self.volume = volume - Number(taken)
      cells = self.volume / volume
      solutes = cells
    case .feed(let added, _): add(Number(added))
    case .feedShare(let fraction, _): add(Number.scaled(volume, by: fraction))
    case .exchange(let fraction, let retention, _):
      if perfused == .extracapillary {
        outer = 1 - fraction
        outerMedium = fraction
      } else {
        cells = Number(1 - (1 - retention) * fraction)
        solutes = Number(1 - fraction)
        medium = Number.scaled(volume, by: fraction)
      }
    case .split(let discarded):
      cells = Number(1 - discarded)
      solutes = cells
      self.volume = Number.scaled(volume, by: 1 - discarded)
    case .wash(let recovery, let newVolume, _):
      cells = Number(recovery)
      solutes = Number(0)
      self.volume = Number(newVolume)
      medium = self.volume
    case .debead(let recovery): cells = Number(recovery)
    }
  }

  private mutating func add(_ added: Number) {
    volume = volume + added
    medium = added
  }
}

extension Operation.Action {
  /// The medium that enters with it; nil when none does.
  var medium: [String: Double]? {
    switch self {
    case .feed(_, let solutes), .feedShare(_, let solutes), .exchange(_, _, let solutes),
      .wash(_, _, let solutes):
      return solutes
    case .flow(let flow): return flow.inflow > 0 ? flow.solutes : nil
    case .seed, .activation, .transduction, .sample, .split, .debead, .harvest: return nil
    }
  }
}
