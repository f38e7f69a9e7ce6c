import Foundation
import Inference
import Lanes
import LinearAlgebra
import Testing

/// A NIST regression as a least-squares problem with exact Jacobians by dual numbers.
struct NISTProblem: LeastSquaresProblem {
  let model: NISTModel
  let dataset: NISTDataset

  var parameterCount: Int { dataset.certified.count }
  var lowerBounds: [Double] { dataset.certified.map { _ in -Double.infinity } }
  var upperBounds: [Double] { dataset.certified.map { _ in Double.infinity } }

  func objective(at p: [Double]) -> Double? {
    var sum = 0.0
    for row in dataset.data {
      let residual = model.response(row[0]) - model.value(p, Array(row[1...]))
      sum += residual * residual
    }
    return sum / 2
  }

  func linearise(at p: [Double]) -> Linearisation? {
    let b = p.enumerated().map { Dual16($1, direction: $0) }
    let values = dataset.data.map { model.value(b, Array($0[1...])) }
    return Linearisation(
      residuals: zip(dataset.data, values).map { $1.value - model.response($0[0]) },
      jacobian: Matrix(rows: values.count, columns: p.count) { values[$0].partials[$1] })
  }
}

/// Signed log relative error, capped at the 11 digits of the certified values.
func digits(_ estimate: Double, _ certified: Double) -> Double {
  guard estimate != certified else { return 11 }
  let error = abs(estimate - certified) / abs(certified)
  return error.isFinite ? min(11, max(0, -log10(error))) : 0
}

@Suite("NIST StRD nonlinear regression", .enabled(if: NISTDataset.isPresent))
struct NISTTests {
  struct Score {
    let name: String
    let start: Int
    let parameters: Double
    let deviations: Double
    let result: TrustRegionResult
    var isRight: Bool { parameters >= 6 && deviations >= 4 }
    var line: String {
      let digits = [parameters, deviations].map { "\(($0 * 10).rounded() / 10)" }
      return "\(name) start \(start): parameters \(digits[0]), deviations \(digits[1]), "
        + "\(result.iterations) steps, \(result.evaluations) evaluations, "
        + "offset \(result.gradientNorm), rcond \(result.rcond), \(result.termination)"
    }
  }

  static func score(_ model: NISTModel, start: Int) throws -> Score {
    let dataset = try NISTDataset(model.rawValue)
    let result = minimise(NISTProblem(model: model, dataset: dataset), from: dataset.starts[start])
    var deviations = 0.0
    if let fit = result.linearisation, let errors = try? StandardErrors(sumOfSquares: fit) {
      deviations =
        zip(errors.standardErrors, dataset.certifiedDeviations).map { digits($0, $1) }.min() ?? 0
    }
    return Score(
      name: model.rawValue, start: start + 1,
      parameters: zip(result.parameters, dataset.certified).map { digits($0, $1) }.min() ?? 0,
      deviations: deviations, result: result)
  }

  /// The certified parameters give the certified sum of squares: the models and the parser are
  /// right. Catches a wrong formula, a lost data row, a swapped column.
  @Test func modelsReproduceTheCertifiedSumOfSquares() throws {
    for model in NISTModel.allCases {
      let dataset = try NISTDataset(model.rawValue)
      let sum =
        try #require(NISTProblem(model: model, dataset: dataset).objective(at: dataset.certified))
        * 2
      #expect(digits(sum, dataset.residualSumOfSquares) > 4, "\(model.rawValue): \(sum)")
    }
  }

  /// Seeded defects: a step accepted without the gain ratio; convergence by small steps alone;
  /// comparing magnitudes; the better of the two starts.
  @Test func bothStartsReachTheCertifiedValues() throws {
    var scores: [Score] = []
    for model in NISTModel.allCases {
      for start in 0..<2 { scores.append(try NISTTests.score(model, start: start)) }
    }
    let table = scores.map(\.line).joined(separator: "\n")
    print(table)
    let wrong = scores.filter { $0.result.isUsable && $0.parameters < 6 }
    #expect(wrong.isEmpty, "wrong and called converged: \(wrong.map(\.line))")
    #expect(scores.count == 30)
    let right = scores.filter(\.isRight)
    let failed = scores.filter { !$0.isRight }.map(\.line).joined(separator: "\n")
    #expect(right.count >= 28, "\(failed)")
    let mean = scores.reduce(0) { $0 + $1.parameters } / Double(scores.count)
    print("\(right.count) of 30 right, mean LRE \(mean)")
    #expect(mean >= 8)
  }
}
