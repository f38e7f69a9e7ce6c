import Foundation
import Lanes

/// The numbers that the NIST models run on: plain, extended, and dual ones.
protocol NISTNumber {
  init(_ constant: Double)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self
  static func exp(_ a: Self) -> Self
  static func pow(_ a: Self, _ b: Self) -> Self
  static func sin(_ a: Self) -> Self
  static func cos(_ a: Self) -> Self
  static func arctan(_ a: Self) -> Self
  /// A predictor.
  static func of(_ predictor: Extended) -> Self
}

extension Double: NISTNumber {
  static func sin(_ a: Double) -> Double { Foundation.sin(a) }
  static func cos(_ a: Double) -> Double { Foundation.cos(a) }
  static func arctan(_ a: Double) -> Double { Foundation.atan(a) }
  static func of(_ predictor: Extended) -> Double { Double(predictor) }
}

#if arch(x86_64)
  extension Float80: NISTNumber {
    static func exp(_ a: Float80) -> Float80 { Foundation.exp(a) }
    static func pow(_ a: Float80, _ b: Float80) -> Float80 { Foundation.pow(a, b) }
    static func sin(_ a: Float80) -> Float80 { Foundation.sin(a) }
    static func cos(_ a: Float80) -> Float80 { Foundation.cos(a) }
    static func arctan(_ a: Float80) -> Float80 { Foundation.atan(a) }
    static func of(_ predictor: Extended) -> Float80 { predictor }
  }
#endif

extension Dual: NISTNumber {
  static func sin(_ a: Dual) -> Dual {
    Dual(Foundation.sin(a.value), partials: a.partials * Foundation.cos(a.value))
  }
  static func cos(_ a: Dual) -> Dual {
    Dual(Foundation.cos(a.value), partials: a.partials * -Foundation.sin(a.value))
  }
  static func arctan(_ a: Dual) -> Dual {
    Dual(Foundation.atan(a.value), partials: a.partials * (1 / (1 + a.value * a.value)))
  }
  static func of(_ predictor: Extended) -> Dual { Dual(Double(predictor)) }
}

/// The 27 certified models, as printed in the files; b counts from 0.
enum NISTModel: String, CaseIterable, Sendable {
  case Bennett5, BoxBOD, Chwirut1, Chwirut2, DanWood, ENSO, Eckerle4, Gauss1, Gauss2, Gauss3,
    Hahn1, Kirby2, Lanczos1, Lanczos2, Lanczos3, MGH09, MGH10, MGH17, Misra1a, Misra1b, Misra1c,
    Misra1d, Nelson, Rat42, Rat43, Roszman1, Thurber

  /// The response as modelled: Nelson's is the logarithm.
  func response(_ y: Extended) -> Extended { self == .Nelson ? Foundation.log(y) : y }

  func value<L: NISTNumber>(_ b: [L], _ predictors: ArraySlice<Extended>) -> L {
    let x = predictors.first.map(L.of) ?? L(0)
    let one = L(1)
    switch self {
    case .Bennett5: return b[0] * L.pow(b[1] + x, -(one / b[2]))
    case .BoxBOD, .Misra1a: return b[0] * (one - L.exp(-b[1] * x))
    case .Misra1b:
      let u = one + b[1] * x / L(2)
      return b[0] * (one - one / (u * u))
    case .Misra1c: return b[0] * (one - L.pow(one + L(2) * b[1] * x, L(-0.5)))
    case .Misra1d: return b[0] * b[1] * x / (one + b[1] * x)
    case .Chwirut1, .Chwirut2: return L.exp(-b[0] * x) / (b[1] + b[2] * x)
    case .DanWood: return b[0] * L.pow(x, b[1])
    case .ENSO: return NISTModel.seasons(b, x)
    case .Eckerle4:
      let u = (x - b[2]) / b[1]
      return b[0] / b[1] * L.exp(L(-0.5) * u * u)
    case .Gauss1, .Gauss2, .Gauss3:
      let first = (x - b[3]) / b[4]
      let second = (x - b[6]) / b[7]
      let decay = b[0] * L.exp(-b[1] * x)
      return decay + b[2] * L.exp(-(first * first)) + b[5] * L.exp(-(second * second))
    case .Hahn1, .Thurber:
      let above = ((b[3] * x + b[2]) * x + b[1]) * x + b[0]
      return above / (((b[6] * x + b[5]) * x + b[4]) * x + one)
    case .Kirby2:
      return ((b[2] * x + b[1]) * x + b[0]) / ((b[4] * x + b[3]) * x + one)
    case .Lanczos1, .Lanczos2, .Lanczos3:
      let slow = b[0] * L.exp(-b[1] * x)
      return slow + b[2] * L.exp(-b[3] * x) + b[4] * L.exp(-b[5] * x)
    case .MGH09: return b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3])
    case .MGH10: return b[0] * L.exp(b[1] / (x + b[2]))
    case .MGH17: return b[0] + b[1] * L.exp(-x * b[3]) + b[2] * L.exp(-x * b[4])
    case .Nelson:
      return b[0] - b[1] * x * L.exp(-b[2] * (predictors.last.map(L.of) ?? L(0)))
    case .Rat42: return b[0] / (one + L.exp(b[1] - b[2] * x))
    case .Rat43: return b[0] / L.pow(one + L.exp(b[1] - b[2] * x), one / b[3])
    case .Roszman1: return b[0] - b[1] * x - L.arctan(b[2] / (x - b[3])) / L(Double.pi)
    }
  }

  private static func seasons<L: NISTNumber>(_ b: [L], _ x: L) -> L {
    let turn = L(2 * Double.pi) * x
    let year = b[1] * L.cos(turn / L(12)) + b[2] * L.sin(turn / L(12))
    let second = b[4] * L.cos(turn / b[3]) + b[5] * L.sin(turn / b[3])
    return b[0] + year + second + b[7] * L.cos(turn / b[6]) + b[8] * L.sin(turn / b[6])
  }
}
