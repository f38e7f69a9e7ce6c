import Foundation
import Lanes

/// What the NIST models need beyond `Lane`: sine, cosine and arc tangent with their derivatives.
protocol CircularLane: Lane {
  static func sin(_ a: Self) -> Self
  static func cos(_ a: Self) -> Self
  static func arctan(_ a: Self) -> Self
}

extension Double: CircularLane {
  static func sin(_ a: Double) -> Double { Foundation.sin(a) }
  static func cos(_ a: Double) -> Double { Foundation.cos(a) }
  static func arctan(_ a: Double) -> Double { Foundation.atan(a) }
}

extension Dual: CircularLane {
  static func sin(_ a: Dual) -> Dual {
    Dual(Foundation.sin(a.value), partials: a.partials * Foundation.cos(a.value))
  }
  static func cos(_ a: Dual) -> Dual {
    Dual(Foundation.cos(a.value), partials: a.partials * -Foundation.sin(a.value))
  }
  static func arctan(_ a: Dual) -> Dual {
    Dual(Foundation.atan(a.value), partials: a.partials * (1 / (1 + a.value * a.value)))
  }
}

/// The certified models, as printed in the files; b counts from 0.
enum NISTModel: String, CaseIterable, Sendable {
  case BoxBOD, Chwirut2, DanWood, ENSO, Gauss1, Hahn1, Kirby2, Lanczos3, MGH09, MGH17, Misra1a,
    Misra1b, Nelson, Roszman1, Thurber

  /// The response as modelled: Nelson's is the logarithm.
  func response(_ y: Double) -> Double { self == .Nelson ? log(y) : y }

  func value<L: CircularLane>(_ b: [L], _ predictors: [Double]) -> L {
    let x = L(predictors[0])
    let one = L(1)
    switch self {
    case .BoxBOD, .Misra1a: return b[0] * (one - L.exp(-b[1] * x))
    case .Misra1b:
      let u = one + b[1] * x / L(2)
      return b[0] * (one - one / (u * u))
    case .Chwirut2: return L.exp(-b[0] * x) / (b[1] + b[2] * x)
    case .DanWood: return b[0] * L.pow(x, b[1])
    case .ENSO: return NISTModel.seasons(b, x)
    case .Gauss1:
      let first = (x - b[3]) / b[4]
      let second = (x - b[6]) / b[7]
      let decay = b[0] * L.exp(-b[1] * x)
      return decay + b[2] * L.exp(-(first * first)) + b[5] * L.exp(-(second * second))
    case .Hahn1, .Thurber:
      let above = ((b[3] * x + b[2]) * x + b[1]) * x + b[0]
      return above / (((b[6] * x + b[5]) * x + b[4]) * x + one)
    case .Kirby2:
      return ((b[2] * x + b[1]) * x + b[0]) / ((b[4] * x + b[3]) * x + one)
    case .Lanczos3:
      let slow = b[0] * L.exp(-b[1] * x)
      return slow + b[2] * L.exp(-b[3] * x) + b[4] * L.exp(-b[5] * x)
    case .MGH09: return b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3])
    case .MGH17: return b[0] + b[1] * L.exp(-x * b[3]) + b[2] * L.exp(-x * b[4])
    case .Nelson: return b[0] - b[1] * x * L.exp(-b[2] * L(predictors[1]))
    case .Roszman1: return b[0] - b[1] * x - L.arctan(b[2] / (x - b[3])) / L(Double.pi)
    }
  }

  private static func seasons<L: CircularLane>(_ b: [L], _ x: L) -> L {
    let turn = L(2 * Double.pi) * x
    let year = b[1] * L.cos(turn / L(12)) + b[2] * L.sin(turn / L(12))
    let second = b[4] * L.cos(turn / b[3]) + b[5] * L.sin(turn / b[3])
    return b[0] + year + second + b[7] * L.cos(turn / b[6]) + b[8] * L.sin(turn / b[6])
  }
}
