import Integration
import Lanes

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rates written once for every lane, so that the Jacobian is exact.
protocol Equations {
  var count: Int { get }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>)
}

/// Equations as a system on plain numbers, with the Jacobian from jets.
struct Plain<E: Equations>: DifferentialSystem {
  typealias Number = Double
  let equations: E
  var bounds: UnsafePointer<Double>?
  let sweep: JacobianSweep<Double>

  init(_ equations: E, bounds: UnsafePointer<Double>? = nil) {
    self.equations = equations
    self.bounds = bounds
    sweep = JacobianSweep(dimension: equations.count)
  }

  var dimension: Int { equations.count }
  var lowerBounds: UnsafePointer<Double>? { bounds }
  func rates(
    at time: Double, state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    equations.rates(time, state, into: rates)
  }
  func jacobian(
    at time: Double, state: UnsafePointer<Double>, into matrix: UnsafeMutablePointer<Double>,
    timeSlopes: UnsafeMutablePointer<Double>
  ) {
    sweep.fill(at: time, state: state, into: matrix, timeSlopes: timeSlopes) {
      equations.rates($0, $1, into: $2)
    }
  }
}

private func by<L: Lane>(_ factor: Double, _ a: L) -> L { L.scaled(a, by: factor) }

/// y' = 2t.
struct Ramp: Equations {
  var count: Int { 1 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    r[0] = by(2, t)
  }
}

/// (x, y) turns around zero ever faster: x' = -w y, y' = w x, w = 1 + t / 10; from (1, 0) the
/// angle is t + t^2 / 20. Depends on time.
struct Turning: Equations {
  static func exact(_ t: Double) -> [Double] { [cos(t + 0.05 * t * t), sin(t + 0.05 * t * t)] }
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let speed = L(1) + by(0.1, t)
    r[0] = -(speed * y[1])
    r[1] = speed * y[0]
  }
}

/// x' = -s y, y' = s x, s = x^2 + y^2: on the unit circle, but nonlinear.
struct Circle: Equations {
  static func exact(_ t: Double) -> [Double] { [cos(t), sin(t)] }
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let square = y[0] * y[0] + y[1] * y[1]
    r[0] = -(square * y[1])
    r[1] = square * y[0]
  }
}

/// y' = y (1 - y / 10); y(0) = 1/2 gives 10 / (1 + 19 e^-t).
struct Growth: Equations {
  var count: Int { 1 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    r[0] = y[0] * (L(1) - by(0.1, y[0]))
  }
}

/// x'' = -x.
struct Swing: Equations {
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    r[0] = y[1]
    r[1] = -y[0]
  }
}

/// Robertson (1966).
struct Rober: Equations {
  var count: Int { 3 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let a = by(-0.04, y[0]) + by(1e4, y[1] * y[2])
    let b = by(3e7, y[1] * y[1])
    r[0] = a
    r[1] = -a - b
    r[2] = b
  }
}

/// Schaefer (1975), "high irradiance responses" of photomorphogenesis.
struct Hires: Equations {
  var count: Int { 8 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let q = by(280, y[5] * y[7])
    r[0] = by(-1.71, y[0]) + by(0.43, y[1]) + by(8.32, y[2]) + L(0.0007)
    r[1] = by(1.71, y[0]) - by(8.75, y[1])
    r[2] = by(-10.03, y[2]) + by(0.43, y[3]) + by(0.035, y[4])
    r[3] = by(8.32, y[1]) + by(1.71, y[2]) - by(1.12, y[3])
    r[4] = by(-1.745, y[4]) + by(0.43, y[5]) + by(0.43, y[6])
    r[5] = by(0.69, y[3]) + by(1.71, y[4]) - by(0.43, y[5]) + by(0.69, y[6]) - q
    r[6] = q - by(1.81, y[6])
    r[7] = by(1.81, y[6]) - q
  }
}

/// Van der Pol: y'' = mu (1 - y^2) y' - y, in its own time or in time / mu.
struct VanDerPol: Equations {
  /// 1000 in its own time; nil for epsilon = 1e-6 in scaled time.
  var mu: Double?
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let damping = (L(1) - y[0] * y[0]) * y[1]
    r[0] = y[1]
    if let mu { r[1] = by(mu, damping) - y[0] } else { r[1] = by(1e6, damping - y[0]) }
  }
}

/// Field and Noyes (1974), the oregonator.
struct Orego: Equations {
  var count: Int { 3 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    r[0] = by(77.27, y[1] + y[0] * (L(1) - by(8.375e-6, y[0]) - y[1]))
    r[1] = by(1 / 77.27, y[2] - (L(1) + y[0]) * y[1])
    r[2] = by(0.161, y[0] - y[2])
  }
}

/// Arenstorf (1963): a satellite between earth and moon; Hairer, Norsett and Wanner (1993), II.0.
struct Arenstorf: Equations {
  static let start = [0.994, 0, 0, -2.00158510637908252240537862224]
  var count: Int { 4 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let moon = 0.012277471
    let earth = 1 - moon
    let (a, b) = (y[0] + L(moon), y[0] - L(earth))
    let (p, q) = (a * a + y[1] * y[1], b * b + y[1] * y[1])
    let (d, e) = (p * L.sqrt(p), q * L.sqrt(q))
    r[0] = y[2]
    r[1] = y[3]
    r[2] = y[0] + by(2, y[3]) - by(earth, a / d) - by(moon, b / e)
    r[3] = y[1] - by(2, y[2]) - by(earth, y[1] / d) - by(moon, y[1] / e)
  }
}

/// Seven stars in a plane; Hairer, Norsett and Wanner (1993), II.10.
struct Pleiades: Equations {
  static let start: [Double] = [
    3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1,
    0, 0,
  ]
  var count: Int { 28 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    for i in 0..<7 {
      r[i] = y[14 + i]
      r[7 + i] = y[21 + i]
      var (a, b) = (L(0), L(0))
      for j in 0..<7 where j != i {
        let (x, z) = (y[j] - y[i], y[7 + j] - y[7 + i])
        let square = x * x + z * z
        let pull = L(Double(j + 1)) / (square * L.sqrt(square))
        a = a + pull * x
        b = b + pull * z
      }
      r[14 + i] = a
      r[21 + i] = b
    }
  }
}

/// Lefever and Nicolis (1971) with A = 1, B = 3; Hairer, Norsett and Wanner (1993), I.16.
struct Brusselator: Equations {
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let made = y[0] * y[0] * y[1]
    r[0] = L(1) + made - by(4, y[0])
    r[1] = by(3, y[0]) - made
  }
}

/// Prey and predator: x' = 1.5 x - x y, y' = x y - 3 y.
struct LotkaVolterra: Equations {
  /// From (1, 1) at t = 10; see `NonstiffTests`.
  static let atTen = [1.0263447675750894, 0.9096910781360416]
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let eaten = y[0] * y[1]
    r[0] = by(1.5, y[0]) - eaten
    r[1] = eaten - by(3, y[1])
  }
}

/// Cells that eat glucose by a Monod law: X' = mu X, G' = -q X, both times G / (K + G).
struct RunOut: Equations {
  var half = 0.01
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    let uptake = y[1] / (L(half) + y[1]) * y[0]
    r[0] = by(0.05, uptake)
    r[1] = by(-0.5, uptake)
  }
}

/// A steady feed into nothing else.
struct Feed: Equations {
  var rate: Double
  var count: Int { 1 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    r[0] = L(rate)
  }
}
