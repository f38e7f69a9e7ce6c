import Dosing
import DosingCheck
import Quantities
import RunFiles
import Testing

/// The package root, seen from this file.
let packageRoot = String(#filePath.dropLast("/Tests/DosingTests/Support.swift".count))

/// The shipped products, read once.
private let shippedProducts = try? ProductRegistry.load(
  directory: packageRoot + "/data/products")

/// The shipped product of a name.
func shipped(_ id: String) throws -> Product {
  try #require(shippedProducts?.first { $0.id == id })
}

/// A weight from its digits.
func kg(_ digits: String) throws -> BodyMass { try BodyMass(parsing: digits + " kg") }

/// An exact number from its digits.
func number(_ digits: some StringProtocol) throws -> Rational {
  try #require(StrictNumber.rational(digits))
}

/// A supply of viable density, CAR+ of viable cells in per cent, step and content in mL.
func bag(
  _ viable: String, _ car: String, _ step: String, _ content: String
) throws -> ProductSupply {
  try BagCases.supply(BagCases.certificate(viable, car: car, volume: content), step: step)
}

/// The code with which a request is refused; nil when it is answered.
func refusal(_ request: DoseRequest) -> Refusal? {
  do throws(Refusal) {
    _ = try DoseCalculation(request)
    return nil
  } catch {
    return error
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, seeded, the same everywhere.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
