import Foundation
import Lanes
import LinearAlgebra
import Population

/// A population of curves: one run a donor, X the identity.
func population<Shape: Curve>(
  _ shape: Shape.Type, _ rows: [(donor: String, x: [Double], y: Double)], names: [String],
  structure: RandomStructure, start: [Double], deviations: [Double]
) -> PopulationModel {
  var order: [String] = []
  var groups: [String: CurveLikelihood] = [:]
  for row in rows {
    if groups[row.donor] == nil { order.append(row.donor) }
    let known = groups[row.donor] ?? CurveLikelihood(shape, x: [], y: [])
    groups[row.donor] = CurveLikelihood(shape, x: known.x + [row.x], y: known.y + [row.y])
  }
  let donors = order.compactMap { name in
    groups[name].map {
      PopulationDonor(
        name: name,
        occasions: [
          .init(name: name, likelihood: $0, design: .identity(Shape.parameterCount + 1))
        ])
    }
  }
  return PopulationModel(
    donors: donors, parameters: names, fixedNames: names, structure: structure, start: start,
    startDeviations: deviations)
}

/// The folder beside the package with cases whose answers are known.
let oracles = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "shared/oracles/mixed_effects")

let hasOracles = FileManager.default.fileExists(
  atPath: oracles.appending(path: "expected.json").path)

/// The rows of a CSV with a header, as text.
func table(_ url: URL) throws -> [[String]] {
  try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst().map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    }
  }
}

/// An exact maximum-likelihood fit of the reference file.
struct Expected: Decodable {
  struct Fit: Decodable {
    struct Laplace: Decodable {
      let estimates: [String: Double]
      let ranef_sd: [Double]
      let sigma: Double
      let logLik: Double
    }
    let estimates: [String: Double]
    let G: [[Double]]
    let ranef_sd: [Double]
    let sigma: Double
    let logLik: Double
    let se_all: [Double]
    let laplace: Laplace?
  }
  let exact_ml: [String: Fit]

  static func read() throws -> [String: Fit] {
    let data = try Data(contentsOf: oracles.appending(path: "expected.json"))
    return try JSONDecoder().decode(Expected.self, from: data).exact_ml
  }
}
